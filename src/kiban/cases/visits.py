"""The reserved visit (来庁予約) of a case: moved, left when the case ends before it, listed by the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from kiban.cases.applicant import applicant_name, listed, may_see
from kiban.cases.desk import CaseDesk, New, grow
from kiban.cases.errors import NotInThisState
from kiban.cases.model import APPLICANT, ENDED, Case, Happening, Officer
from kiban.kernel.clock import JST
from kiban.procedures.errors import SlotTaken
from kiban.procedures.model import Application, Slot

AHEAD = dt.timedelta(days=30)


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """A case whose applicant is expected; ``name`` is empty where the officer's role may not see it."""

    case: Case
    name: str = ""


class VisitTime(msgspec.Struct, frozen=True, kw_only=True):
    """One time at the counter: who has reserved it, and how many places are free."""

    slot: Slot
    visitors: tuple[Visitor, ...] = ()


def awaits_visit(case: Case) -> bool:
    """Whether the case holds a reservation that was not used yet."""
    return bool(case.slot) and not case.visited and case.state not in ENDED


def visit_of(desk: CaseDesk, case: Case) -> Slot | None:
    """The reserved time of a case; none without a reservation."""
    return desk.outside.visits.slot(case.slot) if case.slot else None


def other_times(desk: CaseDesk, case: Case) -> tuple[Slot, ...]:
    """The times to which the visit can be moved: of the same counter, with a free place, in the next 30 days."""
    held, now = visit_of(desk, case), desk.clock.now()
    if held is None or not awaits_visit(case):
        return ()
    offered = desk.outside.visits.slots(held.agency, since=now, until=now + AHEAD)
    return tuple(one for one in offered if one.free and one.id != held.id)


def move_visit(desk: CaseDesk, case: Case, *, slot: str) -> Case:
    """Move the reserved visit; the place held before is free again in the same transaction.

    All procedures that were submitted together have one visit: it moves for each of them.

    Raises: NotInThisState without a reservation that can be moved; SlotTaken for a time that cannot be had.
    """
    held, wanted = visit_of(desk, case), desk.outside.visits.slot(slot)
    if held is None or not awaits_visit(case):
        raise NotInThisState("no visit is reserved that could be moved", remedy="see the case's timeline")
    if wanted is None or wanted.agency != held.agency or wanted.starts_at <= desk.clock.now():
        raise SlotTaken("this time cannot be reserved", remedy="choose another time")
    new = New(Happening.VISIT_MOVED, actor=APPLICANT, data={"slot": slot})
    with desk.store.atomic():
        desk.outside.visits.take_slot(slot, draft=_application(desk, case).draft)
        for other in _opened_together(desk, case):
            if other.slot == case.slot and awaits_visit(other):
                grow(desk, other, case_id=other.id, news=(new,))
        return grow(desk, case, case_id=case.id, news=(new,))


def leave_visit(desk: CaseDesk, case: Case) -> bool:
    """Free the place of a case that ends before its visit, in the caller's transaction; whether it was freed.

    It stays reserved while another procedure that was submitted with this one needs it.
    """
    if not awaits_visit(case):
        return False
    own = _application(desk, case)
    # read first: it locks the reservation, so that of two cases that end at one moment the second sees the first
    if desk.outside.visits.reserved(own.draft) != case.slot or any(_needing(desk, case)):
        return False
    desk.outside.visits.leave_slot(draft=own.draft)
    return True


def visits_of_day(desk: CaseDesk, officer: Officer, *, day: dt.date) -> tuple[VisitTime, ...]:
    """The counter's day: every time offered, its free places, and who is expected then.

    Names are given for cases of the officer's roles, and who was named is in the audit.
    """
    begin = dt.datetime.combine(day, dt.time(), JST)
    offered = desk.outside.visits.slots(officer.agency, since=begin, until=begin + dt.timedelta(days=1))
    cases = desk.store.visiting(officer.agency, slots=tuple(one.id for one in offered))
    named = {case.id: applicant_name(case) for case in cases if may_see(desk, case.procedure, officer=officer)}
    listed(desk, officer, page="visits", cases=tuple(named))
    return tuple(
        VisitTime(
            slot=one, visitors=tuple(Visitor(case=c, name=named.get(c.id, "")) for c in cases if c.slot == one.id)
        )
        for one in offered
    )


def _application(desk: CaseDesk, case: Case) -> Application:
    return desk.outside.applications.application(case.application, agency=case.agency)


def _together(desk: CaseDesk, case: Case) -> Iterator[Application]:
    """The other applications at this agency that were signed under the same receipt."""
    for one in desk.outside.applications.of_receipt(case.receipt, agency=case.agency):
        if one.id != case.application:
            yield one


def _opened_together(desk: CaseDesk, case: Case) -> Iterator[Case]:
    opened = (desk.store.by_application(one.id) for one in _together(desk, case))
    return (one for one in opened if one is not None)


def _needing(desk: CaseDesk, case: Case) -> Iterator[str]:
    """Applications that still need the visit: not opened yet, or open with the same reservation."""
    for one in _together(desk, case):
        opened = desk.store.by_application(one.id)
        if one.slot if opened is None else opened.slot == case.slot and opened.state not in ENDED:
            yield one.id
