"""What an answer rests on is read as of the day whose knowledge it was given with."""

from __future__ import annotations

import datetime as dt

import pytest

from kiban.rules import evaluate, read_rules
from kiban.rules.explain import address
from kiban.rules.grounds import doubts, grounds
from kiban.rules.model import Basis

RULES = """
id: t
title: t
law: {id: 346AC0000000073, title: 試験法}
facts:
  所得: {type: integer, source: tax.income}
  資産: {type: integer, source: ask}
variables:
  該当:
    type: boolean
    versions:
      - {formula: 所得 < 100, article: "1", verified: false, why: 旧}
      - {formula: 資産 < 100, article: "1", known: 2026-06-20, verified: false, why: 新}
outputs: [該当]
"""


@pytest.mark.parametrize(
    ("known", "fact", "why"),
    [(dt.date(2026, 6, 19), "所得", "旧"), (dt.date(2026, 6, 20), "資産", "新"), (None, "資産", "新")],
)
def test_grounds_and_doubts_are_of_the_text_that_was_used(known: dt.date | None, fact: str, why: str) -> None:
    rules, on, facts = read_rules(RULES, file="t"), dt.date(2026, 4, 1), {"所得": 1, "資産": 1}
    found = evaluate(rules, facts, on=on, known=known)

    assert [one.fact.name for one in grounds(rules, found, facts=facts, on=on, known=known)] == [fact]
    assert [one.why for one in doubts(rules, found, on=on, known=known)] == [why]


@pytest.mark.parametrize(
    ("law", "article", "mark"),
    [
        ("346AC0000000073", "6の2-1", "346AC0000000073#Mp-At_6_2"),
        ("346AC0000000073", "別表第一", "346AC0000000073"),
        ("346AC0000000073", "附則3の3", "346AC0000000073"),
    ],
)
def test_only_an_article_has_a_mark_in_the_published_law(law: str, article: str, mark: str) -> None:
    assert address(Basis(law, article)) == f"https://laws.e-gov.go.jp/law/{mark}"
    assert address(Basis("例市要綱", article)) == ""
