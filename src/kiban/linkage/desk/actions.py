"""Verbs of the office's desk; each is one transaction with its event inside, and each names the officer."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from msgspec.structs import replace

from kiban.kernel.clock import Clock
from kiban.kernel.errors import BadInput
from kiban.kernel.events import Event, EventSink, Scalar
from kiban.kernel.values.codes import IndividualNumber
from kiban.linkage.desk.model import (
    PROPOSED,
    PURPOSES,
    REASONS,
    SEARCHER,
    WORKER,
    Choice,
    Correction,
    Decision,
    Found,
    Item,
    Officer,
    Outcome,
    Question,
    State,
    Step,
    Told,
    Verdict,
    took_effect,
)
from kiban.linkage.desk.ports import Exchange, LinkStore, NoExchange, Note, Registers, Teller, Telling
from kiban.linkage.errors import BadDecision, NoLinkRole, NotAllowedNow, NumberInNote, SameOfficer
from kiban.linkage.model import Person

NOTE = 200
TWELVE = re.compile(r"(?<!\d)\d(?:[\s\-‐‑–—−・.]*\d){11}(?!\d)")
"""Twelve digits, however they are divided."""
RECORDED = {
    Verdict.RIGHT: State.PROPOSED_RIGHT,
    Verdict.WRONG: State.PROPOSED_WRONG,
    Verdict.ENQUIRE: State.ENQUIRING,
}
CONFIRMED = {State.PROPOSED_RIGHT: State.RIGHT, State.PROPOSED_WRONG: State.WRONG}


@dataclass(frozen=True, slots=True)
class LinkDesk:
    """What every action of this desk needs."""

    store: LinkStore
    teller: Teller
    registers: Registers
    events: EventSink
    clock: Clock
    exchange: Exchange = field(default_factory=NoExchange)


def take_check(desk: LinkDesk, found: Found) -> tuple[int, int] | None:
    """Take the findings of a finished check into the office's list: how many are new, how many stood there already.

    None when this check was taken before. A finding that is settled stays settled; a corrected one that is found again
    shows that its correction is not in effect.
    """
    with desk.store.atomic():
        taken = desk.store.take(found)
        if taken is None:
            return None
        number, new, again = taken
        data: dict[str, Scalar] = {"affair": found.affair, "links": found.links, "new": new, "again": again}
        _emit(desk, found.agency, kind="link_check_taken", subject=str(number), data=data)
    return new, again


def look(desk: LinkDesk, officer: Officer, *, item: int) -> Item:
    """Open a finding; the look is recorded before it is shown. Raises: NoLinkRole, NoFinding."""
    _must_have(officer, WORKER)
    with desk.store.atomic():
        found = desk.store.item(item, agency=officer.agency)
        _tell(desk, found, kind="link_finding_looked", by=officer)
    return found


def propose(desk: LinkDesk, officer: Officer, *, item: Item, decision: Decision) -> Item:
    """Say what is the matter with a link; right and wrong wait for a second officer, an enquiry does not.

    Raises: NoLinkRole, NotAllowedNow, BadDecision, NumberInNote.
    """
    _must_have(officer, WORKER)
    _must_be(item, State.OPEN, State.ENQUIRING)
    _check(item, decision)
    _check_note(decision.note)
    after = replace(
        item, state=RECORDED[decision.verdict], verdict=decision.verdict, reason=decision.reason,
        right=decision.right if decision.verdict is Verdict.WRONG else "", note=decision.note[:NOTE],
        proposed_by=officer.id, confirmed_by="",
    )  # fmt: skip
    return _move(desk, after, by=officer, what=f"proposed_{decision.verdict.value}", note=decision.note[:NOTE])


def _check(item: Item, decision: Decision) -> None:
    if decision.reason not in REASONS[decision.verdict]:
        raise BadDecision("the reason does not fit the verdict", remedy="choose one of its reasons")
    if decision.verdict is Verdict.WRONG and decision.right and item.choice(decision.right) is None:
        raise BadDecision("the right person is none of those beside the record", remedy="search the register")


def _check_note(note: str) -> None:
    """A note stays in the history, so it has no individual number in it, however it is written."""
    for found in TWELVE.finditer(unicodedata.normalize("NFKC", note)):
        try:
            IndividualNumber(re.sub(r"\D", "", found[0]))
        except BadInput:
            continue
        raise NumberInNote("the note holds an individual number", remedy="write it without the number")


def confirm(desk: LinkDesk, officer: Officer, *, item: Item) -> Item:
    """Confirm a proposed decision as the second officer. Raises: NoLinkRole, NotAllowedNow, SameOfficer."""
    _must_have(officer, WORKER)
    _must_be(item, *PROPOSED)
    if officer.id == item.proposed_by:
        raise SameOfficer("who proposed the decision cannot confirm it", remedy="ask another officer")
    after = replace(item, state=CONFIRMED[item.state], confirmed_by=officer.id)
    return _move(desk, after, by=officer, what="confirmed")


def send_back(desk: LinkDesk, officer: Officer, *, item: Item, note: str) -> Item:
    """Give a proposed decision back; also for who proposed it. Raises: NoLinkRole, NotAllowedNow, BadDecision."""
    _must_have(officer, WORKER)
    _must_be(item, *PROPOSED)
    if not note:
        raise BadDecision("giving a decision back needs a reason", remedy="write it")
    _check_note(note)
    after = replace(item, state=State.OPEN, verdict=None, reason="", right="", proposed_by="", confirmed_by="")
    return _move(desk, after, by=officer, what="sent_back", note=note[:NOTE])


def correct(desk: LinkDesk, officer: Officer, *, item: Item) -> Item:
    """Correct a link that two officers found wrong: to the right person, or to nobody until one is known.

    The office's store has the new link from here on, and the file of corrections carries it to the office's own system;
    the next check shows whether it is in effect. Where the office's exchange node is known, the correction is queued
    for it in the same transaction. Raises: NoLinkRole, NotAllowedNow.
    """
    _must_have(officer, WORKER)
    _must_be(item, State.WRONG)
    reaches = desk.exchange.reaches(item.agency)
    with desk.store.atomic():
        newest = desk.store.newest(item.agency, affair=item.affair)
        link = Correction(
            item=item.id, agency=item.agency, affair=item.affair, record=item.record.record,
            before=item.linked.person.record, after=item.right, at=desk.clock.now(),
            outcome=Outcome.WAITS if reaches else None,
        )  # fmt: skip
        desk.store.correct(link)
        if reaches:
            desk.exchange.ask_for(item.id, agency=item.agency)
        what = "corrected" if item.right else "removed"
        return _move(desk, replace(item, state=State.CORRECTED, corrected=newest), by=officer, what=what)


def exchange(desk: LinkDesk, *, item: int, agency: str) -> None:
    """Bring a correction to the office's own exchange node, once, with an event of what became of it.

    Raises: NodeSilent; the queue tries again.
    """
    link = desk.store.correction(item, agency=agency)
    if link is None or link.outcome is not Outcome.WAITS:
        return
    reached = desk.exchange.relink(link)
    with desk.store.atomic():
        desk.store.exchanged(item, agency=agency, reached=reached)
        data: dict[str, Scalar] = {"affair": link.affair, "outcome": reached.outcome.value, "receipt": reached.receipt}
        _emit(desk, agency, kind="link_exchanged", subject=str(item), data=data)


def tell(desk: LinkDesk, officer: Officer, *, item: Item) -> Item:
    """Tell the right person and the one whose key the record carried: in the portal where possible, else by letter.

    Raises: NoLinkRole, NotAllowedNow.
    """
    _must_have(officer, WORKER)
    _must_be(item, State.CORRECTED)
    inboxes = {record: _inbox(desk, item.agency, record=record) for _, record in addressees(item)}
    with desk.store.atomic():
        told = tuple(Told(who, _told(desk, item, who=who, person=inboxes[record])) for who, record in addressees(item))
        return _move(desk, replace(item, state=State.INFORMED, told=told), by=officer, what="told")


def addressees(item: Item) -> tuple[tuple[str, str], ...]:
    """Who is told of a corrected link: role and record number in the register."""
    right = (("right", item.right),) if item.right else ()
    return (*right, ("linked", item.linked.person.record))


def _inbox(desk: LinkDesk, agency: str, *, record: str) -> str:
    """What the office gave, else what its node and the core know; the core keeps that the office asked."""
    return desk.store.inbox(agency, record=record) or desk.exchange.inbox(agency, record=record)


def _told(desk: LinkDesk, item: Item, *, who: str, person: str) -> str:
    if not person:
        return "letter"
    key = f"link:{item.agency}:{item.id}:{who}"
    desk.teller.tell(Telling(key, person, item.agency, item.affair, who))
    return "inbox"


def take_corrections(desk: LinkDesk, officer: Officer) -> tuple[Correction, ...]:
    """The corrections that the office's own system has to make; the same ones until a check shows them in effect."""
    _must_have(officer, WORKER)
    with desk.store.atomic():
        found = desk.store.corrections(officer.agency)
        data: dict[str, Scalar] = {"by": officer.id, "count": len(found)}
        _emit(desk, officer.agency, kind="link_corrections_taken", subject="corrections", data=data)
    return found


def look_up(desk: LinkDesk, officer: Officer, *, question: Question) -> Person | None:
    """Four-attribute lookup (4情報照会): one answer or none; the event is kept before the answer is shown.

    Raises: NoLinkRole, BadDecision, NoRegister, NotFourAttributes.
    """
    _must_have(officer, WORKER, SEARCHER)
    note = _note(desk, officer, question=question, kind="link_register_looked_up")
    return desk.registers.look_up(officer.agency, question.person, note=note)


def search(desk: LinkDesk, officer: Officer, *, question: Question) -> tuple[Person, ...]:
    """Assisted search (補助検索): another action than the lookup, with a role and an event of its own.

    Raises: NoLinkRole, BadDecision, NoRegister.
    """
    _must_have(officer, SEARCHER)
    note = _note(desk, officer, question=question, kind="link_register_searched")
    return desk.registers.search(officer.agency, question.person, note=note)


def choose_found(desk: LinkDesk, officer: Officer, *, question: Question, record: str) -> Item:
    """Put a person found by search beside a finding's record. Raises: as `search`; NoFinding, NotAllowedNow."""
    _must_have(officer, WORKER)
    item = desk.store.item(question.item, agency=officer.agency)
    _must_be(item, State.OPEN, State.ENQUIRING)
    person = next((one for one in search(desk, officer, question=question) if one.record == record), None)
    if person is None:
        raise BadDecision("the search does not find this person", remedy="search again")
    if item.choice(record) or record == item.linked.person.record:
        return item
    from kiban.linkage.beside import compare  # compiled loops: only who searches loads them

    choice = Choice(person=person, lines=compare(item.record, person))
    return _move(desk, replace(item, choices=(*item.choices, choice)), by=officer, what="person_added")


def in_effect(item: Item, newest: int) -> bool | None:
    """Whether a later check shows the correction in effect; None while there is no later check."""
    if not 0 < item.corrected < newest:
        return None
    return took_effect(corrected=item.corrected, seen=item.seen, newest=newest)


def _note(desk: LinkDesk, officer: Officer, *, question: Question, kind: str) -> Note:
    if question.purpose not in PURPOSES:
        raise BadDecision("a look into the register has a purpose", remedy="choose it")
    if question.item:
        desk.store.item(question.item, agency=officer.agency)

    def write(outcome: str, shown: int) -> None:
        data: dict[str, Scalar] = {
            "by": officer.id, "purpose": question.purpose, "outcome": outcome, "shown": shown,
        }  # fmt: skip
        with desk.store.atomic():
            _emit(desk, officer.agency, kind=kind, subject=str(question.item or "register"), data=data)

    return write


def _move(desk: LinkDesk, item: Item, *, by: Officer, what: str, note: str = "") -> Item:
    step = Step(at=desk.clock.now(), by=by.id, what=what, note=note)
    with desk.store.atomic():
        kept = desk.store.update(replace(item, history=(*item.history, step)))
        _tell(desk, kept, kind=f"link_{what}", by=by)
    return kept


def _tell(desk: LinkDesk, item: Item, *, kind: str, by: Officer) -> None:
    data: dict[str, Scalar] = {"by": by.id, "affair": item.affair, "state": item.state.value, "reason": item.reason}
    _emit(desk, item.agency, kind=kind, subject=str(item.id), data=data)


def _emit(desk: LinkDesk, agency: str, *, kind: str, subject: str, data: dict[str, Scalar]) -> None:
    desk.events.emit(Event(kind=kind, occurred_at=desk.clock.now(), agency=agency, subject=subject, data=data))


def _must_have(officer: Officer, *roles: str) -> None:
    if not officer.roles & set(roles):
        raise NoLinkRole(f"this needs the role {' or '.join(roles)}", remedy="ask an officer who has it")


def _must_be(item: Item, *states: State) -> None:
    if item.state not in states:
        raise NotAllowedNow(f"finding {item.id} is {item.state.value}", remedy="read its present state")
