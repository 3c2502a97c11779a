"""Heirs for a form: from the family register by the heirs' engine, and nobody where it does not tell."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kiban.procedures.inheritance import NOT_CERTAIN, NOT_TOLD, heirs_of, heirs_plain, heirs_told
from kiban.procedures.model import FactValue
from kiban.procedures.plan import FactPlan, Origin
from kiban.procedures.values import plain, read
from kiban.simulators.agencies.bereaved import bereaved_family, family_record

DIED = dt.date(2026, 11, 15)
HOME = {"full_address": "和歌山県海南市日方1番地"}


def record(number: int = 1) -> dict[str, Any]:
    return family_record(bereaved_family("302023", address=HOME, number=number), died=DIED)


def test_spouse_and_children_with_their_shares_and_addresses() -> None:
    told = heirs_told(record())

    assert (told["known"], told["certain"], told["count"]) == (True, True, 3)
    assert plain(told) == "大崎 和子（妻、2分の1）、有田 恵（長女、4分の1）、大崎 直樹（子、4分の1）"
    assert [one["address"] for one in told["heirs"]] == [
        HOME["full_address"],
        "和歌山県和歌山市七番丁23番地",
        HOME["full_address"],
    ]
    assert [one["key"] for one in told["heirs"]] == ["h1", "h2", "h3"]


def test_a_child_who_died_before_is_represented_by_the_grandchild() -> None:
    family = record(0)
    family["persons"]["p3"]["death"] = "2020-01-01"
    family["persons"]["g1"] = {"name": "下津 葵", "sex": "female", "birth": "2012-05-05", "father": "p3"}

    assert plain(heirs_told(family)) == "下津 和子（妻、2分の1）、下津 葵（孫・代襲者、2分の1）"


def test_an_heir_who_died_since_is_followed_by_their_own_heirs() -> None:
    family = record(0)
    family["persons"]["p2"]["death"] = "2026-11-18"

    told = heirs_told(family)

    assert [(one["name"], one["relation"], one["share"]) for one in told["heirs"]] == [("下津 直樹", "子", "全部")]


def test_registers_that_were_not_seen_are_said() -> None:
    family = record(0) | {"registers": [{"person": "p1", "from": "1990-01-01", "to": "death"}]}

    told = heirs_told(family)

    assert (told["known"], told["certain"]) == (True, False)
    assert heirs_plain(told).endswith(NOT_CERTAIN)


@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        {"decedent": "p9", "persons": {"p1": {"name": "甲"}}},
        "no family",
        {**record(0), "persons": {**record(0)["persons"], "p3": {**record(0)["persons"]["p3"], "death": "unknown"}}},
    ],
)
def test_where_the_record_is_absent_broken_or_open_it_tells_of_nobody(given: Any) -> None:
    told = heirs_told(given)

    assert (told["known"], told["count"], told["heirs"]) == (False, 0, [])
    assert plain(told) == NOT_TOLD


def test_one_heir_is_no_choice_and_those_of_another_are_not_mixed_in() -> None:
    two, one = heirs_told(record(0)), {**heirs_told(record(0)), "heirs": heirs_told(record(0))["heirs"][:1]}
    facts = {
        "heirs@d1": FactValue(value=two),
        "heirs@d2": FactValue(value=one),
        "name": FactValue(value={"family": "甲"}),
    }

    assert [heir["name"] for heir in heirs_of(facts, member="d1")] == ["下津 和子", "下津 直樹"]
    assert heirs_of(facts, member="d2") == ()
    assert heirs_of(facts, member="d3") == ()


def test_a_chosen_heir_is_read_and_written() -> None:
    fact = FactPlan(id="representative", type="heir", origin=Origin.ASK)
    heir = heirs_told(record())["heirs"][1]

    assert plain(read(fact, heir)) == "有田 恵（長女、4分の1）"
