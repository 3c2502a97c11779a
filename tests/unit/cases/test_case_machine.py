"""A case as a state machine: officers, applicant, holders and worker act in any order."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kiban.cases import (
    Case,
    CaseState,
    Confirmation,
    Fault,
    Hand,
    Happening,
    Officer,
    Outcome,
    answer_send_back,
    claim,
    confirm_decision,
    release,
    send_back,
    timeline,
    withdraw,
)
from kiban.cases.errors import CaseError
from kiban.cases.fold import fold
from kiban.procedures.model import Change, Reason
from services.sample import PERSON, B, town

REASONS = (Reason(text="監護していない", law="児童手当法", article="4"),)
ROLES = frozenset({"benefit"})
ENDED = {CaseState.CLOSED, CaseState.WITHDRAWN}


class CaseMachine(RuleBasedStateMachine):
    """One allowance case; whatever is done to it, its events stay its whole truth."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.here = town()
        self.here.offices.down.add("nenkin")
        self.here.submit(self.here.ready_draft())
        self.here.worker.run_until_idle()
        self.id = next(case.id for case in self.here.cases.store.cases_of(PERSON) if case.procedure == "allowance")
        self.old = self.case

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @property
    def case(self) -> Case:
        return self.here.cases.store.case(self.id, agency=B)

    def hand(self, name: str) -> Hand:
        return Hand(Officer(id=name, agency=B, roles=ROLES), self.case.version)

    def tried(self, action: object) -> None:
        try:
            action()  # type: ignore[operator]  # one of several callables
        except CaseError:
            return

    @rule(down=st.booleans())
    def holder(self, down: bool) -> None:
        (self.here.offices.down.add if down else self.here.offices.down.discard)("nenkin")

    @rule(minutes=st.integers(0, 90))
    def work(self, minutes: int) -> None:
        self.here.clock.advance(dt.timedelta(minutes=minutes))
        self.here.worker.run_until_idle()

    @rule(name=st.sampled_from(["o1", "o2"]), refuse=st.booleans())
    def confirm(self, name: str, refuse: bool) -> None:
        word = Confirmation(Outcome.REFUSED, REASONS) if refuse else Confirmation()
        self.tried(lambda: confirm_decision(self.here.cases, self.case, hand=self.hand(name), word=word))

    @rule(name=st.sampled_from(["o1", "o2"]), take=st.booleans())
    def take(self, name: str, take: bool) -> None:
        act = claim if take else release
        self.tried(lambda: act(self.here.cases, self.case, hand=self.hand(name)))

    @rule()
    def give_back(self) -> None:
        faults = (Fault(field="moved_on", text="?"),)
        self.tried(lambda: send_back(self.here.cases, self.case, hand=self.hand("o1"), faults=faults, message=""))

    @rule(day=st.integers(1, 18))
    def correct(self, day: int) -> None:
        changes = {"moved_on": Change(value=f"2026-11-{day:02d}")}
        self.tried(lambda: answer_send_back(self.here.cases, self.case, changes=changes))

    @rule()
    def take_back(self) -> None:
        self.tried(lambda: withdraw(self.here.cases, self.case))

    @rule()
    def act_on_an_old_page(self) -> None:
        before = self.case
        self.tried(lambda: withdraw(self.here.cases, self.old))
        assert self.case == before or self.old.version == before.version
        self.old = self.case

    @invariant()
    def the_events_are_the_case(self) -> None:
        events, case = timeline(self.here.cases, self.case), self.case
        assert fold(events) == case
        assert [event.seq for event in events] == list(range(1, case.version + 1))

    @invariant()
    def decided_once_by_two_and_paid_once(self) -> None:
        case = self.case
        kinds = [event.kind for event in timeline(self.here.cases, case)]
        entitlements = self.here.benefits.store.of_case(case.id, agency=B)
        granted = case.decision is not None and case.decision.outcome is Outcome.GRANTED
        assert kinds.count(Happening.DECIDED) <= 1
        assert len(entitlements) <= int(granted)
        assert len(entitlements) == int(granted and case.state is CaseState.CLOSED)
        if case.decision is not None:
            assert {case.decision.by, case.decision.second_by} == {"o1", "o2"}
        if case.state in ENDED:
            assert kinds[-1] in {Happening.CLOSED, Happening.WITHDRAWN}

    @invariant()
    def each_holder_answered_once(self) -> None:
        asked = [(one.holder, one.item, one.subject) for one in self.case.evidence]
        assert len(asked) == len(set(asked))


@pytest.mark.django_db
def test_a_case_in_any_order() -> None:
    run_state_machine_as_test(
        CaseMachine,
        settings=settings(
            max_examples=25, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
