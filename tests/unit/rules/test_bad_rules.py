"""Every fault of a rule file: what, file and line, and what to do; facts with faults leave the good ones at work."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from kiban.rules import BadRule, evaluate, read_rules
from kiban.rules.arrays import compute
from kiban.rules.plan import plan
from kiban.rules.records import answers, batch_of
from kiban.rules.sql import sql

GOOD = """\
id: t
title: t
law: {id: 346AC0000000073, title: 試験法}
entities: [子]
facts:
  年齢: {of: 子}
  生年月日: {of: 子, type: date}
  甲: {type: boolean}
parameters:
  限度:
    unit: 歳
    values:
      - {from: 2020-01-01, to: 2024-12-31, value: 17, article: "1"}
      - {from: 2025-01-01, value: 18, article: "1"}
variables:
  対象: {of: 子, type: boolean, article: "1", formula: 年齢 <= 限度}
  人: {article: "1", formula: "人数(子, 対象)"}
  乙: {type: boolean, article: "1", formula: 甲}
outputs: [人]
"""

CIRCLE = 'formula: 丙}\n  丙: {type: boolean, article: "1", formula: 乙'
VALUES = GOOD[GOOD.index("    values:\n") : GOOD.index("variables:")]
FAULTS = {
    "facts that are a word": ("\n  年齢: {of: 子}\n  生年月日: {of: 子, type: date}\n  甲: {type: boolean}", " 甲", 5,
                              "a mapping is needed"),
    "entities that are a word": ("entities: [子]", "entities: 子", 4, "a list of names is needed"),
    "a list within outputs": ("outputs: [人]", "outputs: [[人]]", 19, "a list of names is needed"),
    "a name that is a number": ("  甲: {type: boolean}", "  1: {type: boolean}", 8, "is a number, not a name"),
    "a type that is a list": ("甲: {type: boolean}", "甲: {type: [boolean]}", 8, "is no type"),
    "a cost that is a word": ("甲: {type: boolean}", "甲: {type: boolean, cost: x}", 8, "cost is a small number"),
    "a sentence that is a word": ("formula: 甲}", "formula: 甲, yes: はい}", 18, "stands in three languages"),
    "versions that are a number": ("formula: 甲}", "versions: 1}", 18, "versions are a list"),
    "a table whose rows are a number": ("formula: 甲}", "table: {inputs: 1, rows: 1, otherwise: 0}}", 18,
                                        "a table has inputs, rows and otherwise"),
    "a number of 5000 digits": ("formula: 年齢 <= 限度", f"formula: 年齢 <= {'1' * 5000}", 16, "more than 300"),
    "a formula of many pages": ("formula: 年齢 <= 限度", f"formula: 年齢{' ' * 60_000} <= 限度", 16,
                                "50,000 characters"),
    "a formula too deep": ("formula: 甲}", f"formula: {' + '.join('1' * 240)} > 0}}", 18, "deeper than 200"),
    "an unknown name": ("formula: 年齢 <= 限度", "formula: 年令 <= 限度", 16, "there is no '年令'"),
    "an unknown function": ('"人数(子, 対象)"', '"平均(子, 対象)"', 17, "there is no function 平均"),
    "a type clash": ("formula: 年齢 <= 限度", "formula: 生年月日 <= 限度", 16, "date is compared with integer"),
    "a result of another type": ("type: boolean, article: \"1\", formula: 甲", "article: \"1\", formula: 甲", 18,
                                 "the formula gives boolean, the variable is integer"),
    "arithmetic with a yes": ("formula: 甲", "formula: 甲 + 1 = 2", 18, "a part of the formula is boolean"),
    "branches of two types": ("formula: 甲", "formula: CASE WHEN 甲 THEN 1 ELSE 甲 END", 18, "the branches give"),
    "a missing article of a formula": ("article: \"1\", formula: 甲", "formula: 甲", 18, "the article is missing"),
    "a missing article of a number": ("value: 18, article: \"1\"", "value: 18", 14, "the article is missing"),
    "overlapping periods": ("to: 2024-12-31", "to: 2025-06-30", 10, "two periods overlap on 2025-01-01"),
    "a cycle": ("formula: 甲", CIRCLE, 18, "a circle: 乙 → 丙 → 乙"),
    "a member's fact in a household's formula": ('"人数(子, 対象)"', "年齢", 17, "belongs to each 子"),
    "an unknown key": ("unit: 歳", "unti: 歳", 11, "unknown key 'unti'"),
    "an unknown type": ("甲: {type: boolean}", "甲: {type: bool}", 8, "'bool' is no type"),
    "an unknown entity": ("年齢: {of: 子}", "年齢: {of: 孫}", 6, "'孫' is no entity"),
    "an output that is no variable": ("outputs: [人]", "outputs: [無い]", 19, "the output '無い' is no variable"),
    "a name twice": ("  甲: {type: boolean}", "  限度: {type: boolean}", 10, "the name 限度 stands in facts too"),
    "a float": ("value: 18", "value: 18.5", 14, "a value is a whole number, or a decimal in quotes"),
    "an unverified value without a reason": ("value: 18", "verified: false, value: 18", 14, "says why"),
    "an unverified formula without a reason": ("formula: 甲", "verified: false, formula: 甲", 18, "says why"),
    "no date": ("from: 2025-01-01", "from: 来年", 14, "is no date"),
    "a formula that cannot be read": ("formula: 年齢 <= 限度", "formula: 年齢 <=", 16, "the formula cannot be read"),
    "a query": ("formula: 年齢 <= 限度", "formula: (SELECT 1)", 16, "is not allowed in a formula"),
    "too many arguments": ('"人数(子, 対象)"', '"月数(1)"', 17, "takes 2 arguments"),
    "a sentence in one language": ("formula: 甲}", "formula: 甲, yes: {ja: はい}}", 18, "has no en, ja-easy"),
    "two ways of writing": ("formula: 甲}", "formula: 甲, versions: []}", 18, "either a formula, a table or versions"),
    "no values": (VALUES, "    values: []\n", 10, "a parameter needs values"),
}  # fmt: skip


def test_the_rule_file_without_a_fault_is_read() -> None:
    assert read_rules(GOOD, file="rules.yaml").outputs == ("人",)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_file_line_reason_and_remedy(fault: str) -> None:
    old, new, line, reason = FAULTS[fault]
    assert old in GOOD
    with pytest.raises(BadRule) as refused:
        read_rules(GOOD.replace(old, new, 1), file="rules.yaml")
    said = str(refused.value)
    assert reason in said
    found = re.match(r"rules\.yaml:(\d+)", said)
    assert found, said
    assert int(found[1]) == line, said
    assert refused.value.remedy, "it says what to do"


def test_a_chain_of_a_thousand_results_is_refused_before_it_is_computed() -> None:
    chain = "".join(f'  丙{n}: {{article: "1", formula: 丙{n + 1} + 1}}\n' for n in range(1000))
    text = GOOD.replace("outputs:", f'{chain}  丙1000: {{article: "1", formula: "1"}}\noutputs:')
    with pytest.raises(BadRule, match="stands on more than 250 parts"):
        read_rules(text, file="rules.yaml")


def test_the_deepest_chain_that_is_taken_is_computed() -> None:
    chain = "".join(f'  丙{n}: {{article: "1", formula: 丙{n + 1} + 1}}\n' for n in range(120))
    text = GOOD.replace("outputs: [人]", f'{chain}  丙120: {{article: "1", formula: "1"}}\noutputs: [丙0]')
    rules, on = read_rules(text, file="rules.yaml"), dt.date(2025, 4, 1)
    assert evaluate(rules, {}, on=on).outputs == {"丙0": 121}
    ready = plan(rules, on)
    batch = batch_of(ready, [{}])
    assert answers(ready, batch, results=compute(ready, batch)) == [{"丙0": 121}]
    assert sql(ready)
