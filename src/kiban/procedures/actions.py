"""Verbs of intake up to the signature; each is one transaction with its event inside."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from kiban.kernel.clock import Clock, today
from kiban.kernel.events import Event, EventSink, Scalar
from kiban.procedures.answers import changed, unknown_procedures
from kiban.procedures.attachments import clean
from kiban.procedures.errors import BadAttachment, DraftChangedElsewhere, DraftClosed, UnknownField
from kiban.procedures.form import packs_of
from kiban.procedures.guidance import guide
from kiban.procedures.model import (
    Attachment,
    Changes,
    Draft,
    DraftState,
    FactState,
    FactValue,
    Places,
    Recommendation,
    Value,
    Verdict,
    fact_key,
)
from kiban.procedures.plan import AttachmentPlan, Plan, Rules, Shelf, office_of
from kiban.procedures.ports import Codes, DraftStore, Intake, OwnData, Signatures
from kiban.procedures.prefill import Door, derived, prefilled, rule_facts

PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class ProcedureDesk:
    """What every action of this room needs."""

    store: DraftStore
    shelf: Shelf
    rules: Rules
    own_data: OwnData
    signatures: Signatures
    codes: Codes
    intake: Intake
    events: EventSink
    clock: Clock


@dataclass(frozen=True, slots=True)
class Start:
    """How a draft begins. ``idempotency_key`` makes starting twice start once.

    ``facts`` are given by an office (``given_by``) inside a notice; ``officer`` runs the counter mode.
    """

    person: str
    bundle: str
    idempotency_key: str
    places: Places = field(default_factory=Places)
    procedures: tuple[str, ...] = ()
    answers: Mapping[str, Value] = field(default_factory=dict)
    facts: Mapping[str, Value] = field(default_factory=dict)
    given_by: str = ""
    officer: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """What an applicant changes on a page that showed ``version``; None leaves a part as it is.

    ``moving`` are the keys of the members who are concerned; ``slot`` the reserved visit ("" for none).
    """

    draft: str
    person: str
    version: int
    changes: Changes = field(default_factory=dict)
    answers: Mapping[str, Value] = field(default_factory=dict)
    procedures: tuple[str, ...] | None = None
    moving: tuple[str, ...] | None = None
    slot: str | None = None
    places: Places | None = None


def start_draft(desk: ProcedureDesk, start: Start) -> Draft:
    """A new draft, or the one already started under the same key. Raises: UnknownPack, UnknownField."""
    plan = desk.shelf.plan(start.bundle)
    _offered(_procedures(desk, plan, places=start.places), start.procedures)
    moment = desk.clock.now()
    given = {
        fact_key(name): FactValue(value=value, source=start.given_by, as_of=moment, state=FactState.KNOWN)
        for name, value in start.facts.items()
    }
    draft = Draft(
        id=str(uuid.uuid4()),
        person=start.person,
        bundle=start.bundle,
        idempotency_key=start.idempotency_key,
        places=start.places,
        procedures=start.procedures,
        answers=dict(start.answers),
        facts=given,
        officer=start.officer,
        created_at=moment,
        updated_at=moment,
    )
    with desk.store.atomic():
        kept = desk.store.insert_draft(draft)
        if kept.id == draft.id:
            _tell(desk, kept, kind="draft_started", data={"bundle": kept.bundle, "counter": bool(kept.officer)})
    return kept


def recommend(desk: ProcedureDesk, draft: Draft) -> tuple[Recommendation, ...]:
    """What of the bundle concerns this household, from what is known and answered."""
    plan = desk.shelf.plan(draft.bundle)
    facts = rule_facts(plan, draft)
    found = guide(desk.shelf, desk.rules, bundle=draft.bundle, facts=facts, on=today(desk.clock))
    if not plan.members:
        return found
    return tuple(replace(one, procedure=_own(desk, one.procedure, places=draft.places)) for one in found)


def _own(desk: ProcedureDesk, procedure: str, *, places: Places) -> str:
    """The competent municipality's own pack in the place of the national one."""
    return desk.shelf.own(procedure, agency=office_of(desk.shelf.plan(procedure), places))


def choose_recommended(desk: ProcedureDesk, draft: Draft) -> Draft:
    """Choose all procedures that concern the household or might; the applicant can still change the choice."""
    wanted = tuple(one.procedure for one in recommend(desk, draft) if one.verdict is not Verdict.NO)
    if wanted == draft.procedures:
        return draft
    return _write(desk, draft, after=replace(draft, procedures=wanted), kind="procedures_chosen")


def prefill(desk: ProcedureDesk, draft: Draft, *, door: str) -> Draft:
    """Ask the offices behind the door for what the forms need; holders that are down leave ``pending`` facts.

    The enquiries are made before the transaction: no lock is held while an office thinks.
    """
    _open(draft)
    opened = Door(own_data=desk.own_data, handle=door, person=draft.person, answers={})
    filled = prefilled(desk.shelf, draft, door=opened)
    filled = derived(desk.shelf, desk.rules, draft=filled, on=today(desk.clock))
    return _write(desk, draft, after=filled, kind="draft_prefilled", data={"enquiries": len(opened.answers)})


def save_answers(desk: ProcedureDesk, edit: Edit) -> Draft:
    """Save what the applicant confirmed, corrected, added or chose; the same page saved twice is saved once.

    Raises: UnknownDraft, DraftClosed, DraftChangedElsewhere, BadAnswers (each refused field), SlotTaken.
    """
    draft = desk.store.draft(edit.draft, person=edit.person)
    _open(draft)
    if draft.version == edit.version + 1 and _edited(desk, draft, edit=edit) == draft:
        return draft  # the back button or a double click sent the page again
    if draft.version != edit.version:
        raise DraftChangedElsewhere(
            "this application was changed in another window", remedy="reload the page; what was saved there is kept"
        )
    with desk.store.atomic():
        after = _write(desk, draft, after=_edited(desk, draft, edit=edit), kind="draft_saved")
        if edit.slot is not None and edit.slot != draft.slot:
            _reserve(desk, after)
    return after


def _edited(desk: ProcedureDesk, draft: Draft, *, edit: Edit) -> Draft:
    plan = desk.shelf.plan(draft.bundle)
    if edit.procedures is not None:
        _offered(_procedures(desk, plan, places=draft.places), edit.procedures)
        draft = replace(draft, procedures=edit.procedures)
    if edit.moving is not None:
        members = tuple(replace(member, moves=member.key in edit.moving) for member in draft.members)
        draft = replace(draft, members=members)
    draft = replace(draft, slot=draft.slot if edit.slot is None else edit.slot, places=edit.places or draft.places)
    draft = replace(draft, answers={**draft.answers, **edit.answers})
    draft = changed(desk.shelf, draft, changes=edit.changes)
    return derived(desk.shelf, desk.rules, draft=draft, on=today(desk.clock))


def attach(desk: ProcedureDesk, draft: Draft, *, key: str, name: str, body: bytes) -> Draft:
    """Attach a document that a law still demands; its metadata is removed. Raises: BadAttachment."""
    _open(draft)
    demanded = demanded_attachments(desk, draft)
    if key not in demanded:
        raise BadAttachment("no law asks for this document here", remedy="send the application without it")
    media_type, cleaned = clean(body)
    basis = f"{demanded[key].law} {demanded[key].article}"
    digest = hashlib.sha256(cleaned).hexdigest()
    plain_name = name.replace("\\", "/").rsplit("/", 1)[-1][:80]
    one = Attachment(
        key=key, name=plain_name, media_type=media_type, size=len(cleaned), sha256=digest, basis=basis.strip()
    )
    others = tuple(other for other in draft.attachments if other.key != key)
    with desk.store.atomic():
        desk.store.keep_file(draft=draft.id, key=key, body=cleaned)
        return _write(desk, draft, after=replace(draft, attachments=(*others, one)), kind="document_attached")


def demanded_attachments(desk: ProcedureDesk, draft: Draft) -> dict[str, AttachmentPlan]:
    """The documents that a law demands for this draft, by ``pack:id``."""
    found, day = {}, today(desk.clock)
    for plan in packs_of(desk.shelf, draft):
        facts = rule_facts(plan, draft)
        for one in plan.attachments:
            if not one.needed or desk.rules.judge(plan.id, one.needed, facts=facts, on=day).value is not False:
                found[f"{plan.id}:{one.id}"] = one
    return found


def discard_draft(desk: ProcedureDesk, draft: Draft) -> Draft:
    """Discard a draft; its reserved time becomes free."""
    _open(draft)
    with desk.store.atomic():
        desk.store.leave_slot(draft=draft.id)
        return _write(desk, draft, after=replace(draft, state=DraftState.DISCARDED), kind="draft_discarded")


def _procedures(desk: ProcedureDesk, plan: Plan, *, places: Places) -> tuple[str, ...]:
    """What can be chosen of a bundle, the municipality's own with it; a procedure is its own bundle."""
    national = tuple(member.procedure for member in plan.members)
    return (*national, *(_own(desk, one, places=places) for one in national)) or (plan.id,)


def _offered(offered: tuple[str, ...], chosen: tuple[str, ...]) -> None:
    unknown = unknown_procedures(offered, chosen)
    if unknown:
        raise UnknownField(f"this bundle has no procedure {', '.join(unknown)}", remedy=f"choose of {offered}")


def _open(draft: Draft) -> None:
    if draft.state is not DraftState.OPEN:
        raise DraftClosed(f"this application is already {draft.state.value}", remedy="start a new one if you need it")


def _reserve(desk: ProcedureDesk, draft: Draft) -> None:
    if draft.slot:
        desk.store.take_slot(draft.slot, draft=draft.id)
    else:
        desk.store.leave_slot(draft=draft.id)


def _write(
    desk: ProcedureDesk, before: Draft, *, after: Draft, kind: str, data: dict[str, Scalar] | None = None
) -> Draft:
    with desk.store.atomic():
        kept = desk.store.update_draft(replace(after, version=before.version, updated_at=_moment(desk.clock)))
        _tell(desk, kept, kind=kind, data=data or {})
    return kept


def _moment(clock: Clock) -> dt.datetime:
    return clock.now().replace(microsecond=0)


def _tell(desk: ProcedureDesk, draft: Draft, *, kind: str, data: dict[str, Scalar]) -> None:
    desk.events.emit(Event(kind=kind, occurred_at=desk.clock.now(), agency=PORTAL, subject=draft.id, data=data))
