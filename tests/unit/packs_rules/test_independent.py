"""The 158 cases written from statements of agencies and the text of the law, apart from this repository."""

from __future__ import annotations

import json
from typing import Any

from packs_rules_files import (
    answer,
    disabled_child_parent,
    lone_parent,
    parent,
    parent_before_2024_10,
    pension,
    pension_person,
    taxpayer,
)
from shared_data import shared

REBUILD = {"建設・購入": "建設購入"}


def child_allowance(facts: dict[str, Any], month: str) -> Any:
    if "children_born" in facts:
        births = tuple(facts["children_born"])
    else:  # an age without a birth date: born in the middle of a fiscal year, that age at its end or before
        year, number = map(int, month.split("-"))
        births = tuple(f"{year - age - (number < 7)}-07-01" for age in facts["children_ages"])
    if month < "2024-10":
        return answer(
            "jido-teate-2024-09", parent_before_2024_10(facts["claimant_assessed_income"], births), month, "月額"
        )
    supported = (facts.get("eldest_supported", True), *(True for _ in births[1:]))
    return answer("jido-teate", parent(births, supported), month, "月額")


def lone(facts: dict[str, Any], month: str) -> Any:
    given = lone_parent(facts["assessed_income"], children=facts["children"], dependants=facts["dependants"])
    return answer("jido-fuyo-teate", given | {"支給要件": facts["single_parent"]}, month, "月額")


def disaster(facts: dict[str, Any], month: str) -> Any:
    given = {
        "法適用": facts["law_applied"],
        "被害": facts["damage"],
        "再建": REBUILD.get(facts["rebuild"], facts["rebuild"]),
        "世帯員": [{"在住": True}] * facts["members"],
    }
    return answer("hisaisha-seikatsu-saiken", given, month, "支援金")


def exempt(facts: dict[str, Any], month: str) -> Any:
    person = taxpayer(facts["total_income"], dependants=facts["dependants_incl_spouse"])
    return answer("juminzei-hikazei", {"級地区分": facts["class"], "世帯員": [person]}, month, "均等割非課税")[0]


def pension_ok(facts: dict[str, Any], month: str) -> Any:
    kind = facts["kind"].replace("4", "四").replace("3", "三").replace("1", "一")
    person = pension_person(facts["adjusted_income"], dependants=facts["dependants_general"])
    return answer("kokumin-nenkin-menjo", pension(person), month, f"{kind}可")[0]


def premium(facts: dict[str, Any], month: str) -> Any:
    given = pension(pension_person(99_000_000), 第一号被保険者=facts["category"] == 1)
    return answer("kokumin-nenkin-menjo", given, month, "納付月額")


def disabled(facts: dict[str, Any], month: str) -> Any:
    income = 0 if facts["income_ok"] else 99_000_000
    given = disabled_child_parent(income, grades=(facts["grade"],) * facts["children"])
    return answer("tokubetsu-jido-fuyo-teate", given, month, "月額")


def salary(facts: dict[str, Any], month: str) -> Any:
    return answer("kyuyo-shotoku", {"給与収入": facts["salary"]}, f"{month}-12-31", "給与所得控除額")


PROGRAMMES = {
    "児童手当": child_allowance,
    "児童扶養手当": lone,
    "被災者生活再建支援金": disaster,
    "住民税非課税限度額(均等割)": exempt,
    "国民年金保険料免除": pension_ok,
    "国民年金保険料": premium,
    "特別児童扶養手当": disabled,
    "給与所得控除(令和7年分)": salary,
}


def test_every_independent_case_holds() -> None:
    lines = shared("data/benefit-golden-independent.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [case for case in map(json.loads, lines) if "id" in case]
    wrong = []
    for case in cases:
        (expected,) = case["expect"].values()
        found = PROGRAMMES[case["program"]](case["facts"], case["month"])
        if found != expected:
            wrong.append((case["id"], case["program"], case["month"], found, expected))
    assert wrong == []
    assert len(cases) == 158
