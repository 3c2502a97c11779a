"""School: 就学援助, 就学支援金 and 奨学給付金 of high schools, and reduced fees of universities."""

from __future__ import annotations

from typing import Any

from kiban.rules.errors import NotInForce
from kiban.rules.peers.facts import pupil
from kiban.rules.peers.files import UNKNOWN, Mapped, RuleFiles
from kiban.rules.peers.mapping import assistance_more, tax
from kiban.rules.peers.mapping.common import Case, Household, Slot, of_slots
from kiban.rules.peers.mapping.homes import Home, homes_in
from kiban.rules.peers.mapping.household import (
    Person,
    birth,
    children,
    exempt,
    fact,
    grade,
    members,
    of_ends,
    of_value,
    parents,
    whole,
)

OWNERS = {"国立", "公立", "私立"}
FIRST_YEAR, LAST_YEAR = 10, 12
MOST_CREDITS = 30
BASIC_ALLOWANCE = 10_000
"""児童手当 of a child (児童手当法6条1項)."""


def course(child: Person, day: str) -> tuple[str, str]:
    """Owner and course of a pupil's high school; empty for a child that goes to none."""
    owner, kind = fact(child, "高校運営種別", day=day, usual="無"), fact(child, "高校履修種別", day=day, usual="無")
    kind = kind.replace("課程", "")
    senior = grade(child, day) >= FIRST_YEAR and (kind == "専攻科" or grade(child, day) <= LAST_YEAR)
    return (owner, kind) if senior and owner in OWNERS and kind != "無" else ("", "")


def base_of(rules: RuleFiles, case: Case, *, household: Household, day: str) -> int:
    """算定基準額 where the case gives incomes only: of each member 6 % of the taxed income, less 調整控除.

    Who is not charged the income part counts as nothing.
    """
    home = next((one for _, one in homes_in(case, day) if one.given is household), None)
    if home is None or not home.members():
        return 0
    first, total = tax.taxpayer(rules, home), 0
    for person in home.members():
        own = home if person.name == first.name else Home((person,), (), (), {}, day)
        if tax.income(rules, person) > 0 and not tax.exempt(rules, home, person=person, output="所得割非課税"):
            taxed = tax.taxable(rules, home, person=person)
            total += max(0, taxed * 6 // 100 - tax.credit(rules, own))
    return total


def helped(rules: RuleFiles, case: Case, *, household: Household, day: str) -> bool | None:
    """Whether 生活保護 is paid: as given, or by what is missing to the standard; None where nothing tells that."""
    given = fact(household, "生活保護", day=day)
    if given is not None:
        return bool(given > 0)
    minors = sum(grade(child, day) <= LAST_YEAR for child in children(case, household))
    # the case gives no allowances: the basic amount for each child
    own = {"児童手当": BASIC_ALLOWANCE * minors} | household
    alone = {"input": {"世帯": own, "世帯員": case["input"].get("世帯員", {})}, "period": day}
    try:
        found = assistance_more.assistance(rules, alone, slot=Slot("生活保護", "", own, day, None))
    except NotInForce:
        return None
    return None if found is UNKNOWN else bool(found > 0)


def school_support(rules: RuleFiles, case: Case, *, household: Household, day: str) -> Any:
    """就学援助: only 要保護 (生活保護) is a national rule."""
    paid = helped(rules, case, household=household, day=day)
    if paid is None and not exempt(rules, case, household=household, day=day):
        paid = False
    facts = {
        "世帯所得": 0, "需要額": 0, "生活保護": paid,
        "子": [pupil(grade(kid, day), day) for kid in children(case, household)],
    }  # fmt: skip
    found = rules.answer("national/mext/shugaku-enjo", facts, on=day, output="対象者あり")
    return UNKNOWN if found is None else found


def assessed(rules: RuleFiles, case: Case, *, household: Household, day: str) -> int:
    """就学支援金の所得判定基準 as given, or by the incomes."""
    given = fact(household, "高等学校等就学支援金_所得判定基準", day=day)
    return base_of(rules, case, household=household, day=day) if given is None else int(given)


def high_school(rules: RuleFiles, case: Case, *, household: Household, day: str) -> tuple[Any, Any]:
    """就学支援金: the least is that of a school by years, the most that of a school by credits with all that count."""
    base = assessed(rules, case, household=household, day=day)
    found = [course(child, day) for child in children(case, household)]
    pupils = [
        {"課程": owner + kind, "在学": bool(owner), "国内居住": True, "在学月数": 0, "授業料月額": 99_999,
         "履修単位数": MOST_CREDITS}
        for owner, kind in found
    ]  # fmt: skip
    # the base is given: as a negative 調整控除 it enters the sum unchanged
    facts = {"生徒": pupils, "保護者": [{"課税標準額": 0, "調整控除額": -base}]}
    ends = [rules.answer("koko-shugaku-shien", facts, on=day, output=name) for name in ("月額", "単位制月額")]
    return min(ends), max(ends)


def scholarship(rules: RuleFiles, case: Case, *, household: Household, day: str) -> tuple[Any, Any]:
    """奨学給付金 by month (a twelfth): with 生業扶助 and without where 生活保護 is possible.

    Where neither the case nor our rules say whether it is, it is taken as possible for a family exempt from tax.
    """
    children_facts = [
        {"生年月日": birth(child, day), "扶養": True, "中学生以下": grade(child, day) < FIRST_YEAR,
         "課程": course(child, day)[1] or "なし", "私立": course(child, day)[0] == "私立"}
        for child in children(case, household)
    ]  # fmt: skip
    free = exempt(rules, case, household=household, day=day, part="所得割非課税")
    paid = helped(rules, case, household=household, day=day)
    states = [(True, free)] * (free if paid is None else paid) + [(False, True)] * free or [(False, False)]
    ends = [
        rules.answer(
            "koko-shogaku-kyufu", {"生業扶助": state, "所得割非課税": tax, "子": children_facts}, on=day, output="年額"
        )
        // 12
        for state, tax in states
    ]
    return min(ends), max(ends)


FEES = "高等教育の修学支援新制度_"
KINDS = {"専修学校専門課程": "専門学校"}
ANY_FEE = 99_999_999
ASSETS = "預貯金"
FROM = "2020-04-01"


def student_of(person: Person, day: str) -> dict[str, Any]:
    """A person as a student of 高等教育: fees at the limit, as the case gives none."""
    owner, kind = (
        fact(person, "大学等運営種別", day=day, usual="無"),
        fact(person, "大学等履修種別", day=day, usual="無"),
    )
    return {
        "種別": KINDS.get(kind, kind) if owner != "無" and kind != "無" else "なし", "私立": owner == "私立",
        "理工農": bool(fact(person, "私立理工農系の学部等に在学している", day=day, usual=False)),
        "授業料": ANY_FEE, "入学金": ANY_FEE, "授業料差額": ANY_FEE, "入学金差額": ANY_FEE,
    }  # fmt: skip


def fee_base(rules: RuleFiles, case: Case, *, household: Household, day: str) -> int:
    """減免額算定基準額 as given, or by the incomes."""
    given = fact(household, FEES + "減免額算定基準額", day=day)
    return base_of(rules, case, household=household, day=day) if given is None else int(given)


def fees(rules: RuleFiles, case: Case, *, household: Household, day: str, output: str) -> Any:
    """One result of the reduction of fees; the parents are who keeps the family, their savings its assets."""
    base = fee_base(rules, case, household=household, day=day)
    people = members(case, household)
    facts = {
        "子の数": len(children(case, household)), "生計維持者数": max(1, len(parents(case, household))),
        "資産": sum(int(fact(one, ASSETS, day=day, usual=0)) for one in people),
        # the base is given: as a negative 調整控除 it enters the sum unchanged
        "算定者": [{"課税標準額": 0, "調整控除額": -base}],
        "在学生": [student_of(one, day) for one in people],
    }  # fmt: skip
    return rules.answer("koto-kyoiku-shugaku-shien", facts, on=max(day, FROM), output=output)


def fee_ends(rules: RuleFiles, case: Case, *, household: Household, day: str) -> Any:
    """授業料等減免: a later year (no entrance fee) and the year of entry."""
    yearly = fees(rules, case, household=household, day=day, output="授業料減免額")
    return yearly, yearly + fees(rules, case, household=household, day=day, output="入学金減免額")


def fee_share(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
    """減免割合; the peer's is a float of seven digits, equal when it is no further off than that."""
    twelfths = fees(rules, case, household=slot.given, day=whole(slot.day), output="十二分の割合")
    return slot.expected if abs(float(slot.expected) - twelfths / 12) < 1e-3 else twelfths / 12


def many_children(rules: RuleFiles, case: Case, *, household: Household, day: str) -> Any:
    """多子世帯."""
    return fees(rules, case, household=household, day=day, output="多子世帯")


ASKED: dict[str, Mapped] = {
    **of_ends(FEES + "授業料等減免", fee_ends),
    **of_value(FEES + "減免額算定基準額", fee_base),
    **of_value(FEES + "多子世帯である", many_children),
    FEES + "減免割合": of_slots(FEES + "減免割合", fee_share),
    **of_value("就学援助の対象者がいる", school_support),
    **of_ends("高等学校等就学支援金", high_school),
    **of_value("高等学校等就学支援金_所得判定基準", assessed),
    **of_ends("高等学校奨学給付金", scholarship),
}
