"""From cases that name a programme, a month and a few facts in plain words to questions to our rule files."""

from __future__ import annotations

from typing import Any, Protocol

from kiban.rules.peers.facts import (
    Facts,
    disabled_child_parent,
    lone_parent,
    parent,
    parent_before_2024_10,
    pension,
    pension_person,
    taxpayer,
)
from kiban.rules.peers.files import RuleFiles

REBUILD = {"建設・購入": "建設購入"}


def child_allowance(rules: RuleFiles, facts: Facts, *, month: str) -> Any:
    """児童手当 of a month, before or after 2024-10; ages stand for birthdays in the middle of a fiscal year."""
    if "children_born" in facts:
        births = tuple(facts["children_born"])
    else:  # an age without a birth date: born in the middle of a fiscal year, that age at its end or before
        year, number = map(int, month.split("-"))
        births = tuple(f"{year - age - (number < 7)}-07-01" for age in facts["children_ages"])
    if month < "2024-10":
        return rules.answer(
            "jido-teate-2024-09",
            parent_before_2024_10(facts["claimant_assessed_income"], births),
            on=month,
            output="月額",
        )
    supported = (facts.get("eldest_supported", True), *(True for _ in births[1:]))
    return rules.answer("jido-teate", parent(births, supported), on=month, output="月額")


def lone(rules: RuleFiles, facts: Facts, *, month: str) -> Any:
    """児童扶養手当 of a month for an assessed income."""
    given = lone_parent(facts["assessed_income"], children=facts["children"], dependants=facts["dependants"])
    return rules.answer("jido-fuyo-teate", given | {"支給要件": facts["single_parent"]}, on=month, output="月額")


def disaster(rules: RuleFiles, facts: Facts, *, month: str) -> Any:
    """被災者生活再建支援金 of a household."""
    given = {
        "法適用": facts["law_applied"],
        "被害": facts["damage"],
        "再建": REBUILD.get(facts["rebuild"], facts["rebuild"]),
        "世帯員": [{"在住": True}] * facts["members"],
    }
    return rules.answer("hisaisha-seikatsu-saiken", given, on=month, output="支援金")


def exempt(rules: RuleFiles, facts: Facts, *, month: str) -> Any:
    """均等割の非課税限度額: whether a person is exempt."""
    person = taxpayer(facts["total_income"], dependants=facts["dependants_incl_spouse"])
    return rules.answer(
        "juminzei-hikazei", {"級地区分": facts["class"], "世帯員": [person]}, on=month, output="均等割非課税"
    )[0]


def pension_ok(rules: RuleFiles, facts: Facts, *, month: str) -> Any:
    """国民年金保険料の免除: whether one kind is open to the person."""
    kind = facts["kind"].replace("4", "四").replace("3", "三").replace("1", "一")
    person = pension_person(facts["adjusted_income"], dependants=facts["dependants_general"])
    return rules.answer("kokumin-nenkin-menjo", pension(person), on=month, output=f"{kind}可")[0]


def premium(rules: RuleFiles, facts: Facts, *, month: str) -> Any:
    """国民年金保険料 of a month without exemption."""
    given = pension(pension_person(99_000_000), 第一号被保険者=facts["category"] == 1)
    return rules.answer("kokumin-nenkin-menjo", given, on=month, output="納付月額")


def disabled(rules: RuleFiles, facts: Facts, *, month: str) -> Any:
    """特別児童扶養手当 of a month; an income that is not ok is far over the limit."""
    income = 0 if facts["income_ok"] else 99_000_000
    given = disabled_child_parent(income, grades=(facts["grade"],) * facts["children"])
    return rules.answer("tokubetsu-jido-fuyo-teate", given, on=month, output="月額")


def salary(rules: RuleFiles, facts: Facts, *, month: str) -> Any:
    """給与所得控除 of a year."""
    return rules.answer("kyuyo-shotoku", {"給与収入": facts["salary"]}, on=f"{month}-12-31", output="給与所得控除額")


class Compute(Protocol):
    """Our value for plain facts in a month."""

    def __call__(self, rules: RuleFiles, facts: Facts, *, month: str) -> Any: ...


PROGRAMMES: dict[str, Compute] = {
    "児童手当": child_allowance,
    "児童扶養手当": lone,
    "被災者生活再建支援金": disaster,
    "住民税非課税限度額(均等割)": exempt,
    "国民年金保険料免除": pension_ok,
    "国民年金保険料": premium,
    "特別児童扶養手当": disabled,
    "給与所得控除(令和7年分)": salary,
}
