"""Verbs of notices; each is one transaction with its event inside."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from kiban.jobs import Job, Queue
from kiban.kernel.clock import Clock
from kiban.kernel.events import Event, EventSink, Scalar
from kiban.notices.errors import NothingInside
from kiban.notices.model import Notice, NoticeKind, Outward, OutwardState, Prefilled, Text
from kiban.notices.ports import Carrier, Contacts, NoticeStore
from kiban.notices.texts import OUTWARD, fill
from kiban.procedures.actions import ProcedureDesk, Start, start_draft
from kiban.procedures.model import OF_NOTICE, Draft, Places
from kiban.procedures.plan import Plan

DELIVER = "deliver_outward"
SENDER = "portal"


@dataclass(frozen=True, slots=True)
class NoticeDesk:
    """What every action of this room needs."""

    store: NoticeStore
    contacts: Contacts
    queue: Queue
    events: EventSink
    clock: Clock


@dataclass(frozen=True, slots=True)
class Message:
    """What an office tells a person; ``key`` makes telling twice harmless, ``texts`` are the template's words."""

    key: str
    person: str
    agency: str
    kind: NoticeKind
    texts: Mapping[str, Text]
    values: Mapping[str, str | int] = field(default_factory=dict)
    case: str = ""
    letter: str = ""
    prefilled: Prefilled | None = None
    answer_by: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of an inbox, newest first."""

    notices: tuple[Notice, ...]
    total: int
    unread: int


def send(desk: NoticeDesk, message: Message) -> Notice:
    """Put a notice into the inbox and queue one outward message per channel, which says only that it is there."""
    new = Notice(
        id=str(uuid.uuid4()),
        person=message.person,
        agency=message.agency,
        kind=message.kind,
        texts=fill(message.texts, message.values),
        sent_at=desk.clock.now(),
        case=message.case,
        letter=message.letter,
        prefilled=message.prefilled,
        answer_by=message.answer_by,
    )
    with desk.store.atomic():
        kept = desk.store.insert(new, key=message.key)
        if kept.id == new.id:
            _queue_outward(desk, kept)
            _tell(desk, kept, kind="notice_sent")
    return kept


def _queue_outward(desk: NoticeDesk, notice: Notice) -> None:
    words = OUTWARD[desk.contacts.language(notice.person)]
    for channel in desk.contacts.channels(notice.person):
        outward = Outward(id=str(uuid.uuid4()), notice=notice.id, channel=channel, subject=words.title, body=words.body)
        desk.store.queue_outward(outward)
        desk.queue.put(DELIVER, outward.id)


def inbox(desk: NoticeDesk, person: str, *, start: int = 0, size: int = 20) -> Inbox:
    """A page of a person's notices, newest first, with the counts of all and of unread ones."""
    total, unread = desk.store.counts(person)
    return Inbox(desk.store.inbox(person, start=max(start, 0), size=min(max(size, 1), 100)), total, unread)


def mark_read(desk: NoticeDesk, notice_id: str, *, person: str) -> Notice:
    """Read a notice; the first reading is recorded (the moment matters for notices with legal effect)."""
    with desk.store.atomic():
        fresh = desk.store.mark_read(notice_id, person=person, at=desk.clock.now())
        notice = desk.store.notice(notice_id, person=person)
        if fresh:
            _tell(desk, notice, kind="notice_read")
    return notice


def open_prefilled(
    desk: NoticeDesk, notice_id: str, *, person: str, procedures: ProcedureDesk, home: str = ""
) -> Draft:
    """The draft of the application inside a notice; opening it twice gives the same draft (プッシュ型, 9.9).

    ``home`` is the municipality where the person lives: it has the records when another kind of office pushes.

    Raises: UnknownNotice, NothingInside.
    """
    with desk.store.atomic():
        notice = desk.store.notice(notice_id, person=person)
        inside = notice.prefilled
        if inside is None:
            raise NothingInside("this notice has no application inside", remedy="choose a procedure in the portal")
        start = Start(
            person=person,
            bundle=inside.bundle,
            idempotency_key=f"{OF_NOTICE}{notice.id}",
            places=_places(procedures.shelf.plan(inside.bundle), notice.agency, home=home),
            procedures=inside.procedures,
            facts=inside.facts,
            given_by=notice.agency,
        )
        draft = start_draft(procedures, start)
        if notice.draft != draft.id:
            desk.store.update(replace(notice, draft=draft.id))
            _tell(desk, notice, kind="notice_application_opened")
    return draft


def _places(plan: Plan, agency: str, *, home: str) -> Places:
    """A municipality tells its own residents; for another office's notice the home municipality has the records."""
    if plan.office_kind == "municipality" or not home:
        return Places(origin=agency, destination=agency)
    return Places(origin=home)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The handler of ``deliver_outward``: hands one outward message to the carrier, at least once."""

    store: NoticeStore
    carrier: Carrier

    def __call__(self, job: Job) -> None:
        outward = self.store.outward(job.key)
        if outward.state is OutwardState.SENT:
            return
        self.carrier.carry(outward)
        self.store.set_outward(outward.id, state=OutwardState.SENT)


def _tell(desk: NoticeDesk, notice: Notice, *, kind: str) -> None:
    inside = notice.prefilled
    facts: dict[str, Scalar] = {"kind": notice.kind.value, "case": notice.case, "offers": inside is not None}
    if inside is not None:
        facts["procedure"] = inside.procedures[0] if len(inside.procedures) == 1 else inside.bundle
    desk.events.emit(
        Event(kind=kind, occurred_at=desk.clock.now(), agency=notice.agency, subject=notice.id, data=facts)
    )
