"""Intake and case work ask the child allowance's own rules by the pack's fact names."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kiban.packs import RuleFact
from kiban.procedures.errors import UnknownPack
from kiban.procedures.rulebook import RuleBook, needed
from kiban.rules import load_rules

RULES = load_rules(Path(__file__).resolve().parents[3] / "packs/national/cfa/jido-teate/rules.yaml")
NAMES = {
    "生年月日": RuleFact(fact="birth_date"),
    "監護生計": RuleFact(fact="supported"),
    "国内居住": RuleFact(fact="in_japan"),
    "施設入所": RuleFact(fact="in_institution"),
    "受給者国内居住": RuleFact(fact="claimant_in_japan"),
}
BOOK = RuleBook({"jido-teate": RULES}, {"jido-teate": NAMES})
DAY = dt.date(2026, 12, 1)
FAMILY = {
    "birth_date": ["2021-06-10", "2024-02-29"],
    "supported": [True, True],
    "in_japan": [True, True],
    "in_institution": [False, False],
    "claimant_in_japan": True,
}


def test_the_monthly_amount_with_reasons_and_articles() -> None:
    judged = BOOK.judge("jido-teate", "月額", facts=FAMILY, on=DAY)

    assert judged.value == 25_000
    assert judged.reasons[-1].law == "児童手当法"
    assert judged.reasons[-1].article == "6条1項"
    assert "25,000円" in judged.reasons[-1].text


def test_the_third_birthday_changes_the_amount_from_the_month_after() -> None:
    of = {
        month: BOOK.judge("jido-teate", "月額", facts=FAMILY, on=dt.date(2027, month, 1)).value for month in (2, 3, 4)
    }

    assert of == {2: 25_000, 3: 20_000, 4: 20_000}


def test_without_the_household_nothing_is_decided_and_it_says_what_is_missing() -> None:
    judged = BOOK.judge("jido-teate", "対象児童あり", facts={"claimant_in_japan": True}, on=DAY)

    assert judged.value is None
    assert "birth_date" in judged.unknown


def test_one_unknown_fact_keeps_the_answer_open_and_is_named_as_the_pack_names_it() -> None:
    open_ = {**FAMILY, "supported": [None, None]}
    judged = BOOK.judge("jido-teate", "対象児童あり", facts=open_, on=DAY)

    assert judged.value is None
    assert judged.unknown == ("supported",)


def test_facts_that_a_rule_reads() -> None:
    assert set(needed(RULES, "支給開始月", on=DAY)) == {"転入月"}


def test_a_rule_that_does_not_exist() -> None:
    with pytest.raises(UnknownPack):
        BOOK.judge("jido-teate", "無い", facts={}, on=DAY)
