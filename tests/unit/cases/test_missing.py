"""An amount that is unknown is an officer's work at once: what is missing is named, supplied, and the case goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from kiban.cases import (
    Case,
    CaseState,
    Confirmation,
    Hand,
    Happening,
    Officer,
    Outcome,
    confirm_decision,
    supply_facts,
    timeline,
)
from kiban.cases.errors import AmountUnknown, NotInThisState, NotYourRole, UndecidableCase
from kiban.cases.fold import fold
from kiban.jobs.model import Counts
from kiban.jobs.store.models import EventRow
from kiban.procedures.errors import BadValue
from kiban.procedures.model import Change, Reason, Value
from kiban.procedures.plan import Judgment
from services.sample import PERSON, A, B, SampleRules, Town, town

pytestmark = pytest.mark.django_db
BENEFIT = frozenset({"benefit"})
REASONS = (Reason(text="要件を満たす", law="児童手当法", article="4-1"),)
GIVEN = {"income": Change(value="3,000,000", reason="令和8年度の課税証明書")}


def by_income(_self: SampleRules, pack: str, rule: str, *, facts: Mapping[str, Value], on: dt.date) -> Judgment:
    """The household qualifies whatever its income; the amount follows from it."""
    if rule == "monthly" and facts.get("income") is None:
        return Judgment(None, (), ("income",))
    return Judgment(20_000 if rule == "monthly" else True, REASONS)


def later_unknown(_self: SampleRules, pack: str, rule: str, *, facts: Mapping[str, Value], on: dt.date) -> Judgment:
    """The amount of this year is known, that of the next follows from the income."""
    if rule == "monthly" and on.year > 2026 and facts.get("income") is None:
        return Judgment(None, (), ("income",))
    return Judgment(20_000 if rule == "monthly" else True, REASONS)


@pytest.fixture
def here() -> Town:
    made = town()
    del made.offices.records[A, "tax.income"]  # the office has no record of it
    return made


def hand(case: Case, name: str = "o1", *, roles: frozenset[str] = BENEFIT) -> Hand:
    return Hand(Officer(id=name, agency=B, roles=roles), case.version)


def now(here: Town) -> Case:
    here.worker.run_until_idle()
    return next(case for case in here.cases.store.cases_of(PERSON) if case.procedure == "allowance")


def filed(here: Town) -> Case:
    here.submit(here.ready_draft())
    return now(here)


def granted(here: Town, case: Case) -> Case:
    for name in ("o1", "o2"):
        case = confirm_decision(here.cases, case, hand=hand(case, name), word=Confirmation())
    return now(here)


def test_a_draft_whose_amount_is_unknown_names_what_is_missing_and_is_not_granted(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SampleRules, "judge", by_income)
    case = filed(here)

    assert (case.state, case.step, case.missing) == (CaseState.WITH_OFFICER, "decide", ("income",))
    with pytest.raises(AmountUnknown) as told:
        confirm_decision(here.cases, case, hand=hand(case), word=Confirmation(reasons=REASONS))
    assert told.value.unknown == ("income",)
    refused = confirm_decision(here.cases, case, hand=hand(case), word=Confirmation(Outcome.REFUSED, REASONS))
    assert refused.proposed_by == "o1"


def test_what_was_missing_is_supplied_and_the_case_goes_on_to_the_payments(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SampleRules, "judge", by_income)
    case = filed(here)

    supply_facts(here.cases, case, hand=hand(case), given=GIVEN)
    drafted = now(here)

    assert (drafted.missing, drafted.facts["income"].value, drafted.facts["income"].source) == (
        (),
        3_000_000,
        "officer",
    )
    assert drafted.draft
    assert drafted.draft.results == {"monthly": 20_000}
    closed = granted(here, drafted)
    assert closed.state is CaseState.CLOSED
    (entitlement,) = here.benefits.store.of_case(closed.id, agency=B)
    assert here.benefits.store.payments(entitlement.id, agency=B)
    assert fold(timeline(here.cases, closed)) == closed
    told = EventRow.objects.get(kind=Happening.FACTS_SUPPLIED.value)
    assert (told.data["actor"], told.data["fields"]) == ("o1", 1)
    assert "3000000" not in str(told.data)


def test_an_amount_that_is_unknown_after_the_grant_is_work_at_once_and_no_job_that_is_tried_again(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was tried 400 times and then set aside, and nobody was told."""
    monkeypatch.setattr(SampleRules, "judge", later_unknown)
    case = granted(here, filed(here))

    assert (case.state, case.step, case.missing) == (CaseState.WITH_OFFICER, "pay", ("income",))
    assert here.worker.queue.counts(now=here.clock.now()) == Counts()
    assert here.benefits.store.of_case(case.id, agency=B) == ()

    supply_facts(here.cases, case, hand=hand(case), given=GIVEN)
    again = now(here)
    assert (again.step, again.decision, again.draft is not None) == ("decide", None, True)
    closed = granted(here, again)
    assert closed.state is CaseState.CLOSED
    assert [(one.kind, one.decision) for one in closed.letters] == [("decision", 1), ("decision", 2)]
    assert fold(timeline(here.cases, closed)) == closed


@pytest.mark.parametrize(
    ("given", "roles", "refusal"),
    [
        ({}, BENEFIT, UndecidableCase),
        ({"category": Change(value="1", reason="x")}, BENEFIT, UndecidableCase),
        ({"income": Change(value="1", reason=" ")}, BENEFIT, UndecidableCase),
        ({"income": Change(value="much", reason="x")}, BENEFIT, BadValue),
        (GIVEN, frozenset({"counter"}), NotYourRole),
    ],
)
def test_only_missing_facts_with_how_they_are_known_are_taken(
    here: Town,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, Change],
    roles: frozenset[str],
    refusal: type[Exception],
) -> None:
    monkeypatch.setattr(SampleRules, "judge", by_income)
    case = filed(here)

    with pytest.raises(refusal):
        supply_facts(here.cases, case, hand=hand(case, roles=roles), given=given)

    assert here.cases.store.case(case.id, agency=B) == case


def test_nothing_is_supplied_where_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    here = town()
    monkeypatch.setattr(SampleRules, "judge", by_income)
    case = filed(here)

    with pytest.raises(NotInThisState):
        supply_facts(here.cases, case, hand=hand(case), given=GIVEN)
