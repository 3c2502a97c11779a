"""Who may review a decision that was made by rule: the decision's role, and nobody who led the case to it."""

from __future__ import annotations

import pytest

from kiban.cases import Case, CaseState, Hand, Happening, Officer, record_visit, review_decision
from kiban.cases.errors import CaseChangedElsewhere, CaseError, NotYourRole, OwnWork
from kiban.jobs.store.models import EventRow
from services.sample import PERSON, B, Town, town

pytestmark = pytest.mark.django_db
ROLES = frozenset({"counter", "register"})


@pytest.fixture
def here() -> Town:
    return town()


def decided(here: Town) -> Case:
    """The move-in that was accepted by rule after o1 recorded the visit."""
    here.submit(here.ready_draft())
    here.worker.run_until_idle()
    move = next(case for case in here.cases.store.cases_of(PERSON) if case.procedure == "move-in")
    record_visit(here.cases, move, hand=hand(move, "o1"), identified_by="card")
    here.worker.run_until_idle()
    return here.cases.store.case(move.id, agency=B)


def hand(case: Case, name: str, *, roles: frozenset[str] = ROLES, agency: str = B) -> Hand:
    return Hand(Officer(id=name, agency=agency, roles=roles), case.version)


@pytest.mark.parametrize(
    ("name", "roles", "agency", "refusal"),
    [
        pytest.param("o2", frozenset({"counter"}), B, NotYourRole, id="without the decision's role"),
        pytest.param("o1", ROLES, B, OwnWork, id="who recorded the visit"),
        pytest.param("a1", ROLES, "302023", NotYourRole, id="of another agency"),
    ],
)
def test_a_review_is_refused_changes_nothing_and_stands_in_the_audit(
    here: Town, name: str, roles: frozenset[str], agency: str, refusal: type[CaseError]
) -> None:
    case = decided(here)

    with pytest.raises(refusal) as told:
        review_decision(here.cases, case, hand=hand(case, name, roles=roles, agency=agency), agrees=False, note="x")

    assert told.value.remedy
    assert here.cases.store.case(case.id, agency=B) == case
    audit = EventRow.objects.get(kind="review_refused")
    assert (audit.subject, audit.data["actor"], audit.data["code"]) == (case.id, name, refusal.code)


def test_a_colleague_of_the_decisions_role_reviews_it(here: Town) -> None:
    case = decided(here)

    agreed = review_decision(here.cases, case, hand=hand(case, "o2"), agrees=True, note="")
    again = review_decision(here.cases, agreed, hand=hand(agreed, "o2"), agrees=False, note="住所がちがう")

    assert (agreed.state, again.state, again.officer) == (CaseState.CLOSED, CaseState.WITH_OFFICER, "o2")
    assert EventRow.objects.filter(kind=Happening.DECISION_REVIEWED.value).count() == 2


def test_a_review_of_a_case_that_was_changed_meanwhile_is_refused(here: Town) -> None:
    case = decided(here)
    review_decision(here.cases, case, hand=hand(case, "o2"), agrees=True, note="")

    with pytest.raises(CaseChangedElsewhere):
        review_decision(here.cases, case, hand=hand(case, "o3"), agrees=False, note="x")
