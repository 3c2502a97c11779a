"""Case work on the sample bundle: automatic steps, waiting, correction, four eyes, decision, payment, review."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from django.db import connection

from kiban.benefits.model import EntitlementState
from kiban.cases import (
    CaseState,
    Confirmation,
    Fault,
    Hand,
    Happening,
    Officer,
    Outcome,
    WorkQuery,
    advance,
    answer_send_back,
    claim,
    confirm_decision,
    letter,
    pass_deadlines,
    public_timeline,
    record_visit,
    review_decision,
    send_back,
    statistics,
    timeline,
    withdraw,
    work_list,
)
from kiban.cases.errors import (
    BadSendBack,
    CaseChangedElsewhere,
    CaseTaken,
    NotInThisState,
    NotYourRole,
    SamePersonTwice,
    UndecidableCase,
    UnknownCase,
)
from kiban.cases.fold import fold
from kiban.cases.model import Case
from kiban.jobs.store.models import EventRow
from kiban.kernel.clock import today
from kiban.procedures.model import Change, Reason
from kiban.procedures.plan import Judgment, StepPlan
from services.sample import PERSON, B, SampleLetters, SampleRules, Town, town

pytestmark = pytest.mark.django_db

ROLES = frozenset({"counter", "register", "benefit", "nhi"})


@pytest.fixture
def here() -> Town:
    return town()


def officer(case: Case, name: str = "o1", *, roles: frozenset[str] = ROLES) -> Hand:
    return Hand(Officer(id=name, agency=case.agency, roles=roles), case.version)


def opened(here: Town) -> tuple[Case, Case]:
    """The move-in case and the allowance case after the worker has done what it can."""
    here.submit(here.ready_draft())
    here.worker.run_until_idle()
    return tuple(sorted(here.cases.store.cases_of(PERSON), key=lambda c: c.procedure, reverse=True))  # type: ignore[return-value]  # as many as asked


def decide_allowance(here: Town, case: Case) -> Case:
    proposed = confirm_decision(here.cases, case, hand=officer(case), word=Confirmation())
    confirm_decision(here.cases, proposed, hand=officer(proposed, "o2"), word=Confirmation())
    here.worker.run_until_idle()
    return here.cases.store.case(case.id, agency=case.agency)


def test_the_worker_opens_each_case_once_and_runs_it_to_where_a_person_is_needed(here: Town) -> None:
    move, allowance = opened(here)

    assert (move.state, move.step) == (CaseState.VISIT, "visit")
    assert (allowance.state, allowance.step) == (CaseState.WITH_OFFICER, "decide")
    assert allowance.person == f"{B}:{PERSON}"
    assert allowance.facts["income"].source == "302023/tax.income"
    assert allowance.draft is not None
    assert allowance.draft.exact
    assert allowance.draft.reasons[0].article == "4-1"
    assert "審査請求" in allowance.draft.appeal


def test_a_case_is_the_fold_of_its_events(here: Town) -> None:
    for case in opened(here):
        assert fold(timeline(here.cases, case)) == case


def test_a_holder_that_is_down_is_shown_retried_with_growing_pauses_and_nothing_is_doubled(here: Town) -> None:
    here.offices.down.add("nenkin")
    _, allowance = opened(here)
    assert allowance.state is CaseState.WAITING
    assert allowance.waiting is not None
    assert (allowance.waiting.holder, allowance.waiting.attempts) == ("nenkin", 1)

    pauses = []
    for _ in range(4):
        before = here.cases.store.case(allowance.id, agency=B).waiting
        assert before is not None
        here.clock.advance(before.retry_at - here.clock.now())
        pauses.append(before.retry_at)
        here.worker.run_until_idle()
    here.offices.down.clear()
    here.clock.advance(dt.timedelta(hours=1))
    here.worker.run_until_idle()

    done = here.cases.store.case(allowance.id, agency=B)
    assert done.state is CaseState.WITH_OFFICER
    assert done.waiting is None
    gaps = [b - a for a, b in itertools.pairwise(pauses)]
    assert gaps == sorted(gaps)
    assert [item for _, item, _ in here.offices.asked].count("tax.income") == 1
    assert len(done.evidence) == 3


def test_an_own_node_that_is_down_delays_the_opening_and_loses_nothing(here: Town) -> None:
    here.offices.down.add(B)
    here.submit(here.ready_draft())
    here.worker.run_until_idle()
    assert here.cases.store.cases_of(PERSON) == ()

    here.offices.down.clear()
    here.clock.advance(dt.timedelta(minutes=1))
    here.worker.run_until_idle()

    assert len(here.cases.store.cases_of(PERSON)) == 2


def test_four_eyes_need_two_officers_then_the_decision_pays_tells_and_writes(here: Town) -> None:
    _, allowance = opened(here)
    proposed = confirm_decision(here.cases, allowance, hand=officer(allowance), word=Confirmation())
    assert proposed.decision is None
    with pytest.raises(SamePersonTwice):
        confirm_decision(here.cases, proposed, hand=officer(proposed), word=Confirmation())
    decided = decide_allowance_second(here, proposed)

    assert decided.decision is not None
    assert (decided.decision.by, decided.decision.second_by) == ("o1", "o2")
    assert decided.state is CaseState.CLOSED
    (entitlement,) = here.benefits.store.of_case(decided.id, agency=B)
    assert entitlement.first_month == "2026-12"  # moved and claimed in November: no month is lost
    assert entitlement.account is not None
    assert entitlement.account.number == "1234567"
    payments = here.benefits.store.payments(entitlement.id, agency=B)
    assert [(one.due_on.isoformat(), one.yen) for one in payments[:2]] == [
        ("2027-02-10", 40_000),
        ("2027-04-09", 40_000),
    ]
    assert "審査請求" in letter(here.cases, decided, kind="decision")[1].decode()
    assert (PERSON, "decided") in here.messages.told.values()


def decide_allowance_second(here: Town, proposed: Case) -> Case:
    confirm_decision(here.cases, proposed, hand=officer(proposed, "o2"), word=Confirmation())
    here.worker.run_until_idle()
    return here.cases.store.case(proposed.id, agency=B)


def test_a_second_claim_of_the_same_person_changes_the_amount_from_the_right_month(here: Town) -> None:
    _, first = opened(here)
    decide_allowance(here, first)
    here.clock.advance(dt.timedelta(days=60))  # January: the household has grown
    object.__setattr__(here.cases.outside.payments, "rules", Doubled())
    here.submit(here.ready_draft("k2"))
    here.worker.run_until_idle()
    second = next(c for c in here.cases.store.cases_of(PERSON) if c.procedure == "allowance" and c.id != first.id)
    decide_allowance(here, second)

    (running,) = here.benefits.store.of_case(first.id, agency=B)
    assert [(rate.month, rate.yen) for rate in running.rates] == [("2026-12", 20_000), ("2027-02", 40_000)]
    assert here.benefits.store.of_case(second.id, agency=B) == ()
    dues = {p.due_on.isoformat(): p.yen for p in here.benefits.store.payments(running.id, agency=B)}
    assert (dues["2027-02-10"], dues["2027-04-09"]) == (40_000, 80_000)


class Doubled(SampleRules):
    """Twice the amount."""

    def judge(self, pack: str, rule: str, **about: object) -> Judgment:
        judged = super().judge(pack, rule, **about)  # type: ignore[arg-type]  # a stand-in, or wrong on purpose
        return Judgment(40_000) if rule == "monthly" else judged


def test_another_outcome_than_drafted_needs_reasons(here: Town) -> None:
    _, allowance = opened(here)

    with pytest.raises(UndecidableCase):
        confirm_decision(here.cases, allowance, hand=officer(allowance), word=Confirmation(Outcome.REFUSED))
    reasons = (Reason(text="児童を監護していない", law="児童手当法", article="4-1-1"),)
    after = confirm_decision(
        here.cases, allowance, hand=officer(allowance), word=Confirmation(Outcome.REFUSED, reasons)
    )
    assert after.draft is not None
    assert after.draft.reasons == reasons


def test_the_visit_leads_to_the_register_and_an_automatic_acceptance(here: Town) -> None:
    move, _ = opened(here)
    record_visit(here.cases, move, hand=officer(move), identified_by="card")
    here.worker.run_until_idle()

    done = here.cases.store.case(move.id, agency=B)
    assert done.state is CaseState.CLOSED
    assert done.decision is not None
    assert done.decision.automatic
    assert done.decision.outcome is Outcome.ACCEPTED
    assert done.decision.appeal == ""  # a notification that is accepted is no disposition
    changes = list(here.offices.changes.values())
    assert [(change.kind, change.person) for change in changes] == [
        ("moved_in", f"{B}:portal-1"),
        ("moved_in", f"{B}:portal-2"),
    ]
    child = changes[1].data
    assert (child["relation"], child["birth_date"], child["position"]) == ("子", "2021-06-10", 2)
    assert (child["address"]["town"], child["date"]) == ("七番丁", "2026-11-18")


def test_an_automatic_decision_is_open_to_review_and_disagreement_reopens_it(here: Town) -> None:
    move, _ = opened(here)
    record_visit(here.cases, move, hand=officer(move), identified_by="card")
    here.worker.run_until_idle()
    closed = here.cases.store.case(move.id, agency=B)
    with pytest.raises(UndecidableCase):
        review_decision(here.cases, closed, hand=officer(closed, "o2"), agrees=False, note="")

    again = review_decision(here.cases, closed, hand=officer(closed, "o2"), agrees=False, note="住所がちがう")

    assert (again.state, again.step, again.decision) == (CaseState.WITH_OFFICER, "decide", None)
    assert again.officer == "o2"
    assert fold(timeline(here.cases, again)) == again


def test_a_disagreement_takes_back_what_was_ordered(here: Town) -> None:
    _, allowance = opened(here)
    decided = decide_allowance(here, allowance)
    here.cases.outside.payments.revoke(decided)

    (entitlement,) = here.benefits.store.of_case(decided.id, agency=B)
    assert entitlement.state is EntitlementState.ENDED
    assert here.benefits.store.payments(entitlement.id, agency=B) == ()


def test_a_case_that_is_decided_again_issues_its_letter_again(here: Town) -> None:
    move, _ = opened(here)
    record_visit(here.cases, move, hand=officer(move), identified_by="card")
    here.worker.run_until_idle()
    closed = here.cases.store.case(move.id, agency=B)
    again = review_decision(here.cases, closed, hand=officer(closed, "o2"), agrees=False, note="住所がちがう")
    reasons = (Reason(text="届出の住所に住んでいない", law="住民基本台帳法", article="22"),)

    accepted = Confirmation(Outcome.ACCEPTED, reasons)
    confirm_decision(here.cases, again, hand=officer(again, "o2"), word=accepted)
    here.worker.run_until_idle()

    after = here.cases.store.case(move.id, agency=B)
    assert [(one.kind, one.decision) for one in after.letters] == [("accepted", 1), ("accepted", 2)]
    assert letter(here.cases, after, kind="accepted")[0] == after.letters[1]
    assert fold(timeline(here.cases, after)) == after


def test_a_letter_is_set_before_the_transaction_that_keeps_it(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting a letter takes a while, and on SQLite nobody else writes while a transaction is open."""
    move, _ = opened(here)
    around, depths = len(connection.savepoint_ids), []
    render = SampleLetters.render

    def watched(self: SampleLetters, case: Case, *, letter: str) -> bytes:
        depths.append(len(connection.savepoint_ids))
        return render(self, case, letter=letter)

    monkeypatch.setattr(SampleLetters, "render", watched)
    record_visit(here.cases, move, hand=officer(move), identified_by="card")
    here.worker.run_until_idle()

    assert depths == [around]


def test_a_case_that_an_officer_has_waits_for_no_holder(here: Town) -> None:
    here.offices.down.add("nenkin")
    _, allowance = opened(here)
    assert allowance.waiting is not None
    here.offices.down.clear()
    here.offices.refused.add("nenkin")
    here.clock.advance(dt.timedelta(hours=1))
    here.worker.run_until_idle()

    after = here.cases.store.case(allowance.id, agency=B)
    assert (after.state, after.waiting) == (CaseState.WITH_OFFICER, None)


def test_a_pack_whose_steps_lead_in_a_ring_ends_with_an_officer(here: Town) -> None:
    step = StepPlan("check", "notify", role="nhi", outcomes={"done": "check"})
    plans = here.cases.shelf.plans  # type: ignore[attr-defined]  # the sample's shelf
    plans["move-in"] = replace(plans["move-in"], steps=(step,))
    move, _ = opened(here)

    assert (move.state, move.step) == (CaseState.WITH_OFFICER, "check")


def test_a_correction_begins_the_first_steps_time_anew(here: Town) -> None:
    _, allowance = opened(here)
    faults = (Fault(field="moved_on", text="届出日より後です"),)
    back = send_back(here.cases, allowance, hand=officer(allowance), faults=faults, message="")
    here.clock.advance(dt.timedelta(days=13))
    corrected = answer_send_back(here.cases, back, changes={"moved_on": Change(value="2026-11-17")})

    assert corrected.step == "enquire"
    assert corrected.step_due == today(here.clock) + dt.timedelta(days=14)


def test_returned_at_the_exact_field_and_corrected_there_only(here: Town) -> None:
    _, allowance = opened(here)
    with pytest.raises(BadSendBack):
        send_back(
            here.cases, allowance, hand=officer(allowance), faults=(Fault(field="shoe_size", text="?"),), message=""
        )
    faults = (Fault(field="moved_on", text="届出日より後です"),)
    back = send_back(here.cases, allowance, hand=officer(allowance), faults=faults, message="ご確認ください")
    assert back.returned is not None
    assert back.returned.faults == faults
    assert (PERSON, "returned") in here.messages.told.values()

    with pytest.raises(BadSendBack):
        answer_send_back(here.cases, back, changes={"income": Change(value=1)})
    answer_send_back(here.cases, back, changes={"moved_on": Change(value="2026-11-17")})
    here.worker.run_until_idle()

    after = here.cases.store.case(allowance.id, agency=B)
    assert after.facts["moved_on"].value == "2026-11-17"
    assert (after.state, after.step) == (CaseState.WITH_OFFICER, "decide")
    assert fold(timeline(here.cases, after)) == after


def test_withdrawn_until_decided(here: Town) -> None:
    _, allowance = opened(here)
    decided = decide_allowance(here, allowance)
    with pytest.raises(NotInThisState):
        withdraw(here.cases, decided)
    move = next(c for c in here.cases.store.cases_of(PERSON) if c.procedure == "move-in")

    assert withdraw(here.cases, move, reason="引っ越しをやめた").state is CaseState.WITHDRAWN


def test_roles_agencies_claims_and_stale_pages(here: Town) -> None:
    _, allowance = opened(here)
    with pytest.raises(NotYourRole):
        claim(here.cases, allowance, hand=officer(allowance, roles=frozenset({"nhi"})))
    elsewhere = Hand(Officer(id="x", agency="302023", roles=ROLES), allowance.version)
    with pytest.raises(NotYourRole):
        claim(here.cases, allowance, hand=elsewhere)
    with pytest.raises(UnknownCase):
        here.cases.store.case(allowance.id, agency="302023")

    mine = claim(here.cases, allowance, hand=officer(allowance))
    with pytest.raises(CaseTaken):
        claim(here.cases, mine, hand=officer(mine, "o2"))
    with pytest.raises(CaseChangedElsewhere):
        confirm_decision(here.cases, mine, hand=officer(allowance), word=Confirmation())


def test_two_officers_at_the_same_moment_only_one_acts(here: Town) -> None:
    _, allowance = opened(here)
    claim(here.cases, allowance, hand=officer(allowance))

    with pytest.raises(CaseChangedElsewhere):
        claim(here.cases, allowance, hand=officer(allowance, "o2"))


def test_the_worklist_is_by_agency_role_and_urgency(here: Town) -> None:
    opened(here)

    who = Officer(id="o1", agency=B, roles=ROLES)
    page = work_list(here.cases, WorkQuery(agency=B, roles=("benefit",)), officer=who)
    assert [item.procedure for item in page.items] == ["allowance"]
    assert work_list(here.cases, WorkQuery(agency="302023"), officer=who).total == 0
    assert work_list(here.cases, WorkQuery(agency=B, size=1), officer=who).total == 2


def test_passed_deadlines_are_told_once(here: Town) -> None:
    opened(here)
    here.clock.advance(dt.timedelta(days=40))

    assert pass_deadlines(here.cases, B) == 2
    assert pass_deadlines(here.cases, B) == 0
    assert statistics(here.cases, B).overdue == 2


def test_the_applicants_timeline_names_no_officer_and_no_draft(here: Town) -> None:
    _, allowance = opened(here)
    decided = decide_allowance(here, allowance)

    shown = public_timeline(here.cases, decided)
    assert {event.actor for event in shown} <= {B, "applicant"}
    assert Happening.DECISION_DRAFTED not in {event.kind for event in shown}
    assert Happening.DECIDED in {event.kind for event in shown}


def test_statistics_count(here: Town) -> None:
    _, allowance = opened(here)
    decide_allowance(here, allowance)
    counts = statistics(here.cases, B)

    assert counts.by_procedure == {"allowance": 1, "move-in": 1}
    assert (counts.decided, counts.automatic) == (1, 0)
    assert counts.documents_omitted >= 3
    assert counts.typed_characters == 0


def test_every_action_leaves_an_audit_event_without_personal_data(here: Town) -> None:
    _, allowance = opened(here)
    decide_allowance(here, allowance)
    rows = list(EventRow.objects.filter(agency=B))

    kinds = {row.kind for row in rows}
    assert {"application_submitted", "case_opened", "enquiry_answered", "decision_made", "benefit_entitled"} <= kinds
    assert "山田" not in "".join(str(row.data) for row in rows)
    assert "1234567" not in "".join(str(row.data) for row in rows)


def test_advancing_a_case_twice_changes_nothing(here: Town) -> None:
    move, allowance = opened(here)

    for case in (move, allowance):
        assert advance(here.cases, case.id, agency=B) == here.cases.store.case(case.id, agency=B)
        assert here.cases.store.case(case.id, agency=B).version == case.version
