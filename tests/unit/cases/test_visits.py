"""The reserved visit: freed when its case ends before it, moved as one, and told on the counter's day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from kiban.cases import (
    CaseState,
    Hand,
    Happening,
    Officer,
    move_visit,
    open_case,
    other_times,
    record_visit,
    timeline,
    visits_of_day,
    withdraw,
)
from kiban.cases.errors import CaseChangedElsewhere, NotInThisState
from kiban.cases.fold import fold
from kiban.cases.model import Case
from kiban.jobs.store.models import EventRow
from kiban.procedures.errors import SlotTaken
from kiban.procedures.model import Slot
from kiban.procedures.plan import StepPlan
from services.sample import NHI, NOON, PERSON, B, SampleShelf, Town, town

pytestmark = pytest.mark.django_db
FIRST, SECOND, PAST, ELSEWHERE = f"{B}-1", f"{B}-2", f"{B}-0", "302023-1"
COUNTER = Officer(id="o1", agency=B, roles=frozenset({"counter"}))


@pytest.fixture
def here() -> Town:
    made = town()
    for name, agency, days in ((SECOND, B, 4), (PAST, B, -1), (ELSEWHERE, "302023", 4)):
        at = NOON + dt.timedelta(days=days)
        made.procedures.store.offer_slot(Slot(id=name, agency=agency, starts_at=at, minutes=30, capacity=1, free=1))
    return made


def free(here: Town, name: str) -> int:
    slot = here.procedures.store.slot(name)
    assert slot
    return slot.free


def moving(here: Town, *, key: str = "k1") -> Case:
    here.submit(here.ready_draft(key))
    here.worker.run_until_idle()
    return next(c for c in here.cases.store.cases_of(PERSON) if c.procedure == "move-in" and c.slot)


def two_visits(here: Town) -> None:
    """The insurance of the bundle asks for a visit as well."""
    visit = StepPlan("visit", "visit", role="nhi", days=14, outcomes={"made": "check"})
    shelf = here.cases.shelf
    assert isinstance(shelf, SampleShelf)
    shelf.plans["nhi"] = replace(NHI, steps=(visit, *NHI.steps))
    here.offices.records["302023", "nhi.qualification"] = {"insured": True}


def test_a_withdrawn_case_gives_its_place_back_in_the_same_transaction(here: Town) -> None:
    move = moving(here)
    assert free(here, FIRST) == 4

    after = withdraw(here.cases, move)

    assert (after.state, after.slot, free(here, FIRST)) == (CaseState.WITHDRAWN, "", 5)
    assert fold_of(here, after) == after
    told = EventRow.objects.get(kind=Happening.WITHDRAWN.value).data
    assert told["visit_freed"] is True


def fold_of(here: Town, case: Case) -> Case | None:
    return fold(timeline(here.cases, case))


def test_a_withdrawal_that_fails_keeps_the_place(here: Town) -> None:
    move = moving(here)
    record_visit(here.cases, move, hand=Hand(COUNTER, move.version), identified_by="card")

    with pytest.raises(CaseChangedElsewhere):
        withdraw(here.cases, move)

    assert free(here, FIRST) == 4


def test_the_place_stays_while_another_procedure_needs_the_same_visit(here: Town) -> None:
    two_visits(here)
    move = moving(here)
    nhi = next(c for c in here.cases.store.cases_of(PERSON) if c.procedure == "nhi")
    assert (nhi.slot, free(here, FIRST)) == (FIRST, 4)

    assert withdraw(here.cases, move).slot == ""
    assert free(here, FIRST) == 4
    withdraw(here.cases, nhi)
    assert free(here, FIRST) == 5


def test_a_moved_visit_moves_for_all_that_was_submitted_together_and_frees_the_old_time(here: Town) -> None:
    two_visits(here)
    move = moving(here)
    assert [one.id for one in other_times(here.cases, move)] == [SECOND]

    after = move_visit(here.cases, move, slot=SECOND)

    assert {c.slot for c in here.cases.store.cases_of(PERSON) if c.procedure in {"move-in", "nhi"}} == {SECOND}
    assert (free(here, FIRST), free(here, SECOND)) == (5, 0)
    assert fold_of(here, after) == after
    assert EventRow.objects.filter(kind=Happening.VISIT_MOVED.value).count() == 2


def test_a_case_that_is_opened_after_the_visit_was_moved_has_the_new_time(here: Town) -> None:
    two_visits(here)
    receipt = here.submit(here.ready_draft())
    by_procedure = {one.procedure: one for one in here.procedures.store.of_receipt(receipt.id, agency=B)}
    first = open_case(here.cases, by_procedure["move-in"])
    move_visit(here.cases, first, slot=SECOND)

    assert open_case(here.cases, by_procedure["nhi"]).slot == SECOND


def test_an_application_that_no_case_was_opened_for_yet_keeps_the_place(here: Town) -> None:
    two_visits(here)
    receipt = here.submit(here.ready_draft())
    move = next(one for one in here.procedures.store.of_receipt(receipt.id, agency=B) if one.procedure == "move-in")

    withdraw(here.cases, open_case(here.cases, move))

    assert free(here, FIRST) == 4


@pytest.mark.parametrize("wanted", ["none", PAST, ELSEWHERE])
def test_a_time_that_is_not_offered_is_refused_and_the_old_one_kept(here: Town, wanted: str) -> None:
    move = moving(here)

    with pytest.raises(SlotTaken):
        move_visit(here.cases, move, slot=wanted)

    assert (here.cases.store.case(move.id, agency=B).slot, free(here, FIRST)) == (FIRST, 4)


def test_a_full_time_is_refused_and_the_old_one_kept(here: Town) -> None:
    move = moving(here)
    here.procedures.store.take_slot(SECOND, draft="another")

    with pytest.raises(SlotTaken):
        move_visit(here.cases, move, slot=SECOND)

    assert (here.cases.store.case(move.id, agency=B).slot, free(here, FIRST)) == (FIRST, 4)


def test_a_visit_that_was_made_is_neither_moved_nor_freed(here: Town) -> None:
    move = moving(here)
    made = record_visit(here.cases, move, hand=Hand(COUNTER, move.version), identified_by="card")

    with pytest.raises(NotInThisState):
        move_visit(here.cases, made, slot=SECOND)
    here.worker.run_until_idle()

    closed = here.cases.store.case(move.id, agency=B)
    assert (closed.state, closed.slot, free(here, FIRST)) == (CaseState.CLOSED, FIRST, 4)


def test_the_counters_day_tells_who_comes_and_who_no_longer_does(here: Town) -> None:
    move = moving(here)
    day = (NOON + dt.timedelta(days=3)).date()

    (before,) = visits_of_day(here.cases, COUNTER, day=day)
    withdraw(here.cases, move)
    (after,) = visits_of_day(here.cases, COUNTER, day=day)

    assert [(one.name, one.case.id) for one in before.visitors] == [("山田 太郎", move.id)]
    assert (before.slot.free, after.slot.free, after.visitors) == (4, 5, ())
    assert visits_of_day(here.cases, Officer(id="a1", agency="302023", roles=COUNTER.roles), day=day) == ()


def test_names_on_the_counters_day_are_for_the_procedures_roles_and_are_in_the_audit(here: Town) -> None:
    move = moving(here)
    day = (NOON + dt.timedelta(days=3)).date()
    other = Officer(id="o9", agency=B, roles=frozenset({"payments"}))

    (seen,) = visits_of_day(here.cases, other, day=day)
    assert [one.name for one in seen.visitors] == [""]
    assert not EventRow.objects.filter(kind="applicants_listed").exists()

    visits_of_day(here.cases, COUNTER, day=day)
    told = EventRow.objects.get(kind="applicants_listed")
    assert (told.agency, told.data["actor"], told.data["cases"]) == (B, "o1", move.id)
    assert "山田" not in str(told.data)
