"""A household that no office has told of yet is unknown, not empty."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from msgspec.structs import replace as changed

from kiban.kernel.clock import JST
from kiban.procedures import Draft, Places
from kiban.procedures.model import FactState, FactValue, Member, fact_key
from kiban.procedures.prefill import rule_facts
from services.sample import BUNDLE, A, fact

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=JST)
PLAN = replace(BUNDLE, facts={**BUNDLE.facts, "born": fact("born", type="date", each="member")})
DRAFT = Draft(id="d", person="p", bundle="move", idempotency_key="k", places=Places(origin=A), created_at=NOON,
              updated_at=NOON)  # fmt: skip


def test_members_that_are_not_known_are_no_empty_list() -> None:
    assert "born" not in rule_facts(PLAN, DRAFT)


def test_members_that_are_known_are_listed() -> None:
    known = {fact_key("born", member="m1"): FactValue(value="2021-06-10", state=FactState.KNOWN)}
    member = Member(key="m1", link="l", name={}, relation="\u5b50")

    assert rule_facts(PLAN, changed(DRAFT, members=(member,), facts=known))["born"] == ["2021-06-10"]


def test_a_procedure_that_asks_for_no_household_has_an_empty_one() -> None:
    alone = replace(PLAN, facts={"born": PLAN.facts["born"]})

    assert rule_facts(alone, DRAFT)["born"] == []
