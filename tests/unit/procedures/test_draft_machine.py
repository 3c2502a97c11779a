"""Drafts as a state machine: two windows, old pages, back buttons and double submits in any order."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kiban.procedures.actions import Edit, discard_draft, prefill, save_answers
from kiban.procedures.errors import ProcedureError
from kiban.procedures.model import Change, Draft, DraftState
from services.sample import DOOR, PERSON, town


class DraftMachine(RuleBasedStateMachine):
    """``model`` is what the note must be; ``pages`` are drafts as windows show them, old ones too."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.here = town()
        self.pages: list[Draft] = [self.here.ready_draft()]
        self.note: str | None = None
        self.state = DraftState.OPEN
        self.receipts: set[str] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @property
    def stored(self) -> Draft:
        return self.here.procedures.store.draft(self.pages[0].id, person=PERSON)

    def page(self, number: int) -> Draft:
        return self.pages[number % len(self.pages)]

    @rule(number=st.integers(0, 50), note=st.sampled_from(["甲", "乙", "丙"]))
    def save(self, number: int, note: str) -> None:
        page, before = self.page(number), self.stored
        edit = Edit(draft=page.id, person=PERSON, version=page.version, changes={"note": Change(value=note)})
        try:
            after = save_answers(self.here.procedures, edit)
        except ProcedureError:
            assert page.version != before.version or before.state is not DraftState.OPEN
            return
        assert before.state is DraftState.OPEN
        assert page.version == before.version or after == before  # a repeated page changes nothing
        self.note = note
        self.pages.append(after)

    @rule()
    def look(self) -> None:
        self.pages.append(self.stored)

    @precondition(lambda self: self.state is DraftState.OPEN)
    @rule()
    def fill_again(self) -> None:
        self.pages.append(prefill(self.here.procedures, self.stored, door=DOOR))

    @rule(number=st.integers(0, 50))
    def submit(self, number: int) -> None:
        page, before = self.page(number), self.stored
        try:
            receipt = self.here.submit(page)
        except ProcedureError:
            assert before.state is DraftState.DISCARDED or page.version != before.version
            return
        self.receipts.add(receipt.id)
        self.state = DraftState.SUBMITTED

    @precondition(lambda self: self.state is DraftState.OPEN)
    @rule(number=st.integers(0, 50))
    def discard(self, number: int) -> None:
        page, before = self.page(number), self.stored
        try:
            discard_draft(self.here.procedures, page)
        except ProcedureError:
            assert page.version != before.version
            return
        self.state = DraftState.DISCARDED

    @invariant()
    def nothing_is_lost_and_nothing_doubled(self) -> None:
        stored = self.stored
        note = stored.facts.get("note")
        assert (note.value if note else None) == self.note
        assert stored.state is self.state
        assert len(self.receipts) <= 1
        slot = self.here.procedures.store.slot("302015-1")
        assert slot is not None
        assert slot.free == (5 if self.state is DraftState.DISCARDED else 4)


@pytest.mark.django_db
def test_drafts_in_any_order() -> None:
    run_state_machine_as_test(
        DraftMachine,
        settings=settings(
            max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
