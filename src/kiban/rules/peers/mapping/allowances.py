"""児童手当, 児童扶養手当, 特別児童扶養手当, 障害児福祉手当: from a given income after deductions, or own incomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiban.rules.peers.facts import (
    Facts,
    disabled_child_parent,
    lone_parent,
    parent,
    parent_before_2024_10,
    severe_child,
)
from kiban.rules.peers.files import Mapped, RuleFiles
from kiban.rules.peers.mapping.common import of_ends, of_homes, of_persons, total
from kiban.rules.peers.mapping.disability import assessed, deducted, supporters
from kiban.rules.peers.mapping.homes import Home, Person
from kiban.rules.peers.mapping.persons import Counts, counts, dependants, tested

LONE, SPECIAL = "jido-fuyo-teate", "tokubetsu-jido-fuyo-teate"
WITHOUT_LIMIT = "2024-10-01"
"""From when 児童手当 looks at no income, and its rules are another file's."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The claimant's income, dependants, and others whose income is looked at.

    A given income is the highest of the household after deductions; the children are then its ordinary dependants.
    """

    income: int
    dependants: int
    others: list[dict[str, int]]


def claimant(rules: RuleFiles, home: Home) -> Person | None:
    """The parent with the higher income."""
    return max(home.parents, key=lambda one: tested(rules, home, one=one), default=None)


def claim(rules: RuleFiles, home: Home, *, key: str) -> Claim:
    """A claim on a given income, or on the higher parent's after the deductions of 施行令5条."""
    one = claimant(rules, home)
    if home.has(key) or one is None:
        return Claim(home.amount(key), len(home.children), [])
    income = assessed(rules, home, one=one, supporter=True)
    count = counts(rules, home, one=one, elderly_spouse=False)
    return Claim(income, count.all, supporters(rules, home, one=one))


def child_allowance(rules: RuleFiles, home: Home) -> Any:
    """児童手当: all children are supported by the parent; before 2024-10 of an income, given or after deductions."""
    births = tuple(one.born for one in home.children)
    if home.day >= WITHOUT_LIMIT:
        return rules.answer("jido-teate", parent(births), on=home.day, output="月額")
    key, one = "児童手当の控除後世帯高所得", claimant(rules, home)
    income, count = home.amount(key), Counts(len(home.children), 0, 0)
    if not home.has(key) and one is not None:
        income = assessed(rules, home, one=one, supporter=True, spouse_off=False)
        count = counts(rules, home, one=one, elderly_spouse=True)
    facts = parent_before_2024_10(income, births, dependants=count.all) | {"老人扶養親族数": count.elderly}
    return rules.answer("jido-teate-2024-09", facts, on=home.day, output="月額")


def disabled(one: Person) -> bool:
    """The peer guesses the degree from handbooks; so far as it does, the degree of 施行令別表第一."""
    return one.body in {1, 2, 3} or bool(one.ryoiku) or one.tokyo in {1, 2, 3} or one.mind in {1, 2}


def lone_facts(rules: RuleFiles, home: Home) -> Facts:
    """Facts of 児童扶養手当; no deduction as a lone parent comes off (施行令4条)."""
    key, one = "児童扶養手当の控除後世帯高所得", claimant(rules, home)
    off = rules.number(LONE, "社会保険料相当額", on=home.day)
    facts = lone_parent(0, children=0, dependants=len(home.children)) | {"合計所得": home.amount(key) + off}
    if not home.has(key) and one is not None:
        facts |= {
            "合計所得": tested(rules, home, one=one), "扶養親族数": len(dependants(rules, home, one=one)),
            "諸控除": deducted(rules, home, one=one), "扶養義務者": supporters(rules, home, one=one),
        }  # fmt: skip
    return facts | {
        "支給要件": home.alone,
        "子": [
            {"生年月日": kid.born, "障害": disabled(kid), "監護": True, "国内居住": True, "施設入所": False}
            for kid in home.children
        ],
    }


def lone_parent_ends(rules: RuleFiles, home: Home) -> list[Any]:
    """Least and most: where the peer gives a range, the amounts at both ends of partial payment."""
    facts = lone_facts(rules, home)
    ends = [facts, facts]

    def found(output: str, of: Facts) -> Any:
        return rules.answer(LONE, of, on=home.day, output=output)

    if found("支給区分", facts) == "一部支給":
        off = rules.number(LONE, "社会保険料相当額", on=home.day)
        high, low = found("一部支給の限度", facts) - 1, found("全部支給の限度", facts)
        ends = [facts | {"合計所得": end + off, "諸控除": 0} for end in (high, low)]
    return [found("月額", end) for end in ends]


def lone_children(rules: RuleFiles, home: Home) -> Any:
    """児童扶養手当の対象児童人数."""
    return rules.answer(LONE, lone_facts(rules, home), on=home.day, output="対象児童数")


def guessed_grades(one: Person) -> tuple[int, int]:
    """Grade at least and at most: a handbook leaves 1 or 2 of 別表第三 open, an inner organ's disability more."""
    if disabled(one):
        return (2, 1)
    return (0, 1) if one.says("内部障害") else (0, 0)


def special_facts(rules: RuleFiles, home: Home, *, end: int) -> Facts:
    """Facts of 特別児童扶養手当 with the degrees at one end."""
    found = claim(rules, home, key="特別児童扶養手当の控除後世帯高所得")
    return disabled_child_parent(found.income, grades=(), dependants=found.dependants) | {
        "扶養義務者": found.others,
        "子": [
            {"生年月日": kid.born, "障害等級": guessed_grades(kid)[end], "監護": True, "国内居住": True,
             "障害年金受給": False, "施設入所": False}
            for kid in home.children
        ],
    }  # fmt: skip


def special_child_ends(rules: RuleFiles, home: Home) -> list[Any]:
    """特別児童扶養手当: the range over the degrees a handbook leaves open."""
    ends = [special_facts(rules, home, end=end) for end in (0, 1)]
    return [rules.answer(SPECIAL, facts, on=home.day, output="月額") for facts in ends]


def special_child_income(rules: RuleFiles, home: Home) -> bool:
    """特別児童扶養手当: whether the income is within the limits."""
    facts = special_facts(rules, home, end=1)
    own, others = (rules.answer(SPECIAL, facts, on=home.day, output=name) for name in ("本人超過", "義務者超過"))
    return not own and not any(others)


def severe_children(rules: RuleFiles, home: Home) -> Any:
    """障害児福祉手当: the parent is the supporter whose income the peer gives; A and 1度, 2度 stand for 別表第一."""
    key, amounts = "障害児福祉手当の控除後世帯高所得", []
    for kid in home.children:
        severe = kid.body in {1, 2} or kid.ryoiku == "A" or kid.tokyo in {1, 2}
        others = [
            {"義務者所得": home.amount(key), "義務者扶養数": len(home.children), "義務者老人数": 0}
        ] if home.has(key) else supporters(rules, home, one=kid)  # fmt: skip
        facts = severe_child(severe=severe, supporters=tuple(others)) | {"生年月日": kid.born}
        amounts.append(rules.answer("shogaiji-fukushi-teate", facts, on=home.day, output="月額"))
    return total(amounts)


def own_income(rules: RuleFiles, home: Home, *, person: Person) -> int:
    """特別障害者手当の控除後所得 of the person (施行令8条)."""
    return assessed(rules, home, one=person, supporter=False)


def supporters_income(rules: RuleFiles, home: Home, *, person: Person) -> int:
    """特別障害者手当の控除後所得 of a supporter (施行令5条)."""
    return assessed(rules, home, one=person, supporter=True)


OWN, SUPPORTERS = "特別障害者手当の控除後所得_本人所得", "特別障害者手当の控除後所得_扶養義務者所得"
ASKED: dict[str, Mapped] = {
    "児童手当": of_homes("児童手当", child_allowance),
    **of_ends("児童扶養手当", lone_parent_ends),
    "児童扶養手当の対象児童人数": of_homes("児童扶養手当の対象児童人数", lone_children),
    **of_ends("特別児童扶養手当", special_child_ends),
    "特別児童扶養手当の所得条件": of_homes("特別児童扶養手当の所得条件", special_child_income),
    "障害児福祉手当": of_homes("障害児福祉手当", severe_children),
    OWN: of_persons(OWN, own_income),
    SUPPORTERS: of_persons(SUPPORTERS, supporters_income),
}
