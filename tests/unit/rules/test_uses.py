"""Programmes used together give what each gives alone, on the day and as known on the day that each wants."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kiban.rules import BadRule, RuleSet, evaluate, explain, load_rules
from kiban.rules.arrays import compute
from kiban.rules.plan import plan
from kiban.rules.records import answers, batch_of
from rules_sample import NATION, Households
from shared_data import ROOT

PACKS = ROOT / "packs/national"
ON = dt.date(2025, 4, 5)
HEAD = """
id: two
title: two programmes
law: {id: 346AC0000000073, title: 児童手当法}
entities: [世帯員]
facts: {生年月日: {of: 世帯員, type: date}, 続柄: {of: 世帯員, type: text}, 収入: {of: 世帯員}}
"""
SALARY = f"""
uses:
  給与:
    rules: {PACKS}/mof/kyuyo-shotoku/rules.yaml
    of: 世帯員
    on: 前年末
    facts: {{給与収入: 収入}}
    outputs: {{所得: 給与所得}}
outputs: [所得]
"""


def load(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "rules.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return load_rules(path)


@cache
def pack_rules(pack: str) -> RuleSet:
    return load_rules(PACKS / pack / "rules.yaml")


def alone(pack: str, facts: dict[str, Any], output: str, *, on: dt.date) -> Any:
    return evaluate(pack_rules(pack), facts, on=on, outputs=[output]).outputs[output]


def test_used_together_is_each_alone() -> None:
    rules, source = load_rules(NATION), Households(load_rules(NATION), seed=2, unknown=0.0)
    for _ in range(100):
        household = source.one()
        people: Any = household["世帯員"]
        found = evaluate(rules, household, on=ON).outputs
        children = [one for one in people if one["続柄"] == "子"]
        yes = {"監護生計": True, "国内居住": True, "施設入所": False}
        facts = {"受給者国内居住": True, "子": [{"生年月日": one["生年月日"], **yes} for one in children]}
        assert found["児童手当"] == alone("cfa/jido-teate", facts, "月額", on=ON)
        disaster = {name: household[name] for name in ("法適用", "被害", "再建")}
        disaster["世帯員"] = [{"在住": True}] * len(people)
        assert found["被災者生活再建支援金"] == alone("cao/hisaisha-seikatsu-saiken", disaster, "支援金", on=ON)
        incomes = evaluate(rules, household, on=ON, outputs=["所得"]).outputs["所得"]
        last = dt.date(2024, 12, 31)
        assert incomes == tuple(
            alone("mof/kyuyo-shotoku", {"給与収入": p["収入"]}, "給与所得", on=last) for p in people
        )


@pytest.mark.parametrize("on", [dt.date(2020, 1, 1), dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 6, 30)])
def test_the_income_of_the_year_before_is_reckoned_by_the_law_of_that_year(tmp_path: Path, on: dt.date) -> None:
    rules = load(tmp_path, SALARY)
    found = evaluate(rules, {"世帯員": [{"収入": 1_600_000}, {"収入": 7_000_001}]}, on=on).outputs["所得"]
    then = dt.date(on.year - 1, 12, 31)
    wanted = [alone("mof/kyuyo-shotoku", {"給与収入": yen}, "給与所得", on=then) for yen in (1_600_000, 7_000_001)]
    assert found == tuple(wanted)


def test_the_array_kernel_and_the_explanation_take_it_as_any_rule_set() -> None:
    rules, source = load_rules(NATION), Households(load_rules(NATION), seed=7)
    households = [source.one() for _ in range(150)]
    ready = plan(rules, ON)
    batch = batch_of(ready, households)
    many = answers(ready, batch, results=compute(ready, batch))
    assert [dict(evaluate(rules, one, on=ON).outputs) for one in households] == many
    lines = list(explain(rules, evaluate(rules, households[0], on=ON)))
    assert {line.step.name for line in lines} >= set(rules.outputs)
    assert any("児童手当法" in str(line.basis) for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("facts: {給与収入: 収入}", "facts: {}", "the fact 給与収入 is not given"),
        ("所得: 給与所得", "所得: 無い", "no result '無い'"),
        ("on: 前年末", "on: 昨日", "is not known"),
        ("of: 世帯員\n    on", "about: 世帯員\n    on", "a mapping is needed"),
        ("kyuyo-shotoku/rules.yaml", "none/rules.yaml", "is no file"),
        ("facts: {給与収入: 収入}", "facts: {給与収入: 続柄}", "text"),
    ],
)
def test_faults_of_uses_are_named_with_file_and_line(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in SALARY
    with pytest.raises(BadRule, match=reason) as refused:
        load(tmp_path, SALARY.replace(old, new))
    assert "rules.yaml:" in str(refused.value)


def test_an_entity_must_be_said_and_a_programme_of_each_member_has_none(tmp_path: Path) -> None:
    child = f"""
uses:
  手当:
    rules: {PACKS}/cfa/jido-teate/rules.yaml
    members: {{子: {{of: 世帯員, where: "続柄 = '子'"}}}}
    facts: {{生年月日: 生年月日, 監護生計: true, 国内居住: true, 施設入所: false, 受給者国内居住: true}}
    outputs: {{児童手当: 月額}}
outputs: [児童手当]
"""
    assert load(tmp_path, child).variables["児童手当"].of == ""
    members = "    members: {子: {of: 世帯員, where: \"続柄 = '子'\"}}\n"
    with pytest.raises(BadRule, match="who 子 is"):
        load(tmp_path, child.replace(members, ""))
    with pytest.raises(BadRule, match="cannot have members"):
        load(tmp_path, child.replace(members, members + "    of: 世帯員\n"))
