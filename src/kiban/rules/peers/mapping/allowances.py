"""児童手当, 児童扶養手当, 特別児童扶養手当, 障害児福祉手当: from a given income after deductions, or own incomes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from kiban.rules.peers.facts import Facts, disabled_child_parent, lone_parent, parent, severe_child
from kiban.rules.peers.files import UNKNOWN, Mapped, RuleFiles
from kiban.rules.peers.mapping.common import Case, Household, Slot, number, of_households, of_range, of_slots
from kiban.rules.peers.mapping.disability import assessed, supporters
from kiban.rules.peers.mapping.persons import Home, Person, born, counts, dependants, home_of, of_slot, spouse

LONE = "jido-fuyo-teate"


@dataclass(frozen=True, slots=True)
class Claim:
    """The claimant's income, dependants, and others whose income is looked at.

    A given income is the highest of the household after deductions; the children are then its ordinary dependants.
    """

    income: int
    dependants: int
    others: list[dict[str, int]]


def claimant(home: Home) -> Person | None:
    """The parent with the higher income."""
    return max(home.of("親"), key=lambda one: one.income, default=None)


def claim(rules: RuleFiles, home: Home, *, key: str) -> Claim:
    """A claim on a given income, or on the higher parent's after the deductions of 施行令5条."""
    given, one = number(home.given.get(key)), claimant(home)
    if given is not None or one is None:
        return Claim(int(given or 0), len(home.of("子")), [])
    income = assessed(rules, home, one=one, supporter=True)
    return Claim(income, counts(one, home, elderly_spouse=False).all, supporters(rules, home, one=one))


def child_allowance(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
    """児童手当: all children are supported by the parent."""
    home = home_of(case, household)
    births = tuple(born(one, home.on) for one in home.of("子"))
    return [rules.answer("jido-teate", parent(births), on=home.on, output="月額")]


def disabled(one: Person) -> bool:
    """The peer guesses the degree from handbooks; so far as it does, the degree of 施行令別表第一."""
    return one.body in {1, 2, 3} or bool(one.ryoiku) or one.tokyo in {1, 2, 3} or one.mind in {1, 2}


def lone_facts(rules: RuleFiles, home: Home) -> tuple[Facts, int]:
    """Facts of 児童扶養手当 with the number of dependants; no deduction as a lone parent comes off (施行令4条)."""
    given, one, kids = number(home.given.get("児童扶養手当の控除後世帯高所得")), claimant(home), home.of("子")
    facts = lone_parent(int(given or 0), children=0, dependants=len(kids))
    if given is None and one is not None:
        partner, supported = spouse(one, home), dependants(one, home)
        ill = [other for other in (one, *supported) if other.disabled]
        special = 330_000 if partner and partner not in supported and partner.income <= 1_000_000 else 0
        facts |= {
            "合計所得": max(0, one.income - 100_000), "扶養親族数": len(supported),
            "諸控除": special + sum(400_000 if other.severe else 270_000 for other in ill),
            "扶養義務者": supporters(rules, home, one=one),
        }  # fmt: skip
    facts |= {
        # a spouse who is severely disabled, missing or the like (法4条1項) leaves the other parent as alone
        "支給要件": len(home.of("親")) == 1 or home.says("配偶者がいるがひとり親に該当"),
        "子": [
            {"生年月日": born(kid, home.on), "障害": disabled(kid), "監護": True, "国内居住": True, "施設入所": False}
            for kid in kids
        ],
    }
    return facts, facts["扶養親族数"]


def limit(rules: RuleFiles, name: str, *, on: str) -> int:
    """A limit of 児童扶養手当 in force on a day."""
    dated = rules.rules(LONE).parameters[name].at(dt.date.fromisoformat(on), dt.date.max)
    return int(dated.value) if dated else 0


def lone_parent_range(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
    """Most and least: where the peer gives a range, the amounts at both ends of partial payment."""
    home = home_of(case, household)
    facts, people = lone_facts(rules, home)
    ends = [facts, facts]
    if rules.answer(LONE, facts, on=home.on, output="支給区分") == "一部支給":
        low, high = (limit(rules, name, on=home.on) + 380_000 * people for name in ("全部支給限度額", "一部支給限度額"))
        ends = [facts | {"合計所得": end + 80_000, "諸控除": 0} for end in (low, high - 1)]
    return [rules.answer(LONE, end, on=home.on, output="月額") for end in ends]


def lone_children(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
    """児童扶養手当の対象児童人数."""
    home = home_of(case, household)
    return [rules.answer(LONE, lone_facts(rules, home)[0], on=home.on, output="対象児童数")]


def guessed_grades(one: Person) -> tuple[int, int]:
    """Grade at most and at least: a handbook leaves 1 or 2 of 別表第三 open, an inner organ's disability more."""
    if disabled(one):
        return (1, 2)
    return (1, 0) if number(one.given.get("内部障害")) == "有" else (0, 0)


def special_facts(rules: RuleFiles, home: Home, *, end: int) -> Facts:
    """Facts of 特別児童扶養手当 with the degrees at one end."""
    found = claim(rules, home, key="特別児童扶養手当の控除後世帯高所得")
    return disabled_child_parent(found.income, grades=(), dependants=found.dependants) | {
        "扶養義務者": found.others,
        "子": [
            {"生年月日": born(kid, home.on), "障害等級": guessed_grades(kid)[end], "監護": True, "国内居住": True,
             "障害年金受給": False, "施設入所": False}
            for kid in home.of("子")
        ],
    }  # fmt: skip


def special_child_range(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
    """特別児童扶養手当: the range over the degrees a handbook leaves open."""
    home = home_of(case, household)
    ends = [special_facts(rules, home, end=end) for end in (0, 1)]
    return [rules.answer("tokubetsu-jido-fuyo-teate", facts, on=home.on, output="月額") for facts in ends]


def special_child_income(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
    """特別児童扶養手当: whether the income is within the limits."""
    home = home_of(case, household)
    facts = special_facts(rules, home, end=0)
    own, others = (
        rules.answer("tokubetsu-jido-fuyo-teate", facts, on=home.on, output=name) for name in ("本人超過", "義務者超過")
    )
    return [not own and not any(others)]


def severe_children(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
    """障害児福祉手当: the parent is the supporter whose income the peer gives; A and 1度, 2度 stand for 別表第一."""
    home, total = home_of(case, household), 0
    income = number(home.given.get("障害児福祉手当の控除後世帯高所得"))
    for kid in home.of("子"):
        severe = kid.body in {1, 2} or kid.ryoiku == "A" or kid.tokyo in {1, 2}
        others = supporters(rules, home, one=kid) if income is None else [
            {"義務者所得": int(income), "義務者扶養数": len(home.of("子")), "義務者老人数": 0}
        ]  # fmt: skip
        facts = severe_child(severe=severe, supporters=tuple(others)) | {"生年月日": born(kid, home.on)}
        total += rules.answer("shogaiji-fukushi-teate", facts, on=home.on, output="月額")
    return [total]


def own_income(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
    """特別障害者手当の控除後所得: of the person (施行令8条) or of a supporter (施行令5条)."""
    for home, persons in of_slot(case, slot):
        return assessed(rules, home, one=persons[0], supporter=slot.key.endswith("扶養義務者所得"))
    return UNKNOWN


INCOMES = ("特別障害者手当の控除後所得_本人所得", "特別障害者手当の控除後所得_扶養義務者所得")
ASKED: dict[str, Mapped] = {
    "児童手当": of_households(("児童手当",), child_allowance),
    **of_range("児童扶養手当", lone_parent_range),
    "児童扶養手当の対象児童人数": of_households(("児童扶養手当の対象児童人数",), lone_children),
    **of_range("特別児童扶養手当", special_child_range),
    "特別児童扶養手当の所得条件": of_households(("特別児童扶養手当の所得条件",), special_child_income),
    "障害児福祉手当": of_households(("障害児福祉手当",), severe_children),
    **{name: of_slots(name, own_income) for name in INCOMES},
}
