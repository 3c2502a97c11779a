"""School: 就学援助, 就学支援金 and 奨学給付金 of high schools, and reduced fees of universities."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from kiban.rules.errors import NotInForce
from kiban.rules.peers.facts import pupil
from kiban.rules.peers.files import UNKNOWN, Mapped, Pair, RuleFiles
from kiban.rules.peers.mapping import assistance_more, tax
from kiban.rules.peers.mapping.allowances import WITHOUT_LIMIT
from kiban.rules.peers.mapping.common import known, of_ends, of_homes, slots
from kiban.rules.peers.mapping.homes import Case, Home, Person, home_of, only
from kiban.rules.peers.mapping.household import exempt

OWNERS = {"国立", "公立", "私立"}
FIRST_YEAR, LAST_YEAR = 10, 12
HIGH_SCHOOL, UNIVERSITY = "koko-shugaku-shien", "koto-kyoiku-shugaku-shien"


def course(child: Person) -> tuple[str, str]:
    """Owner and course of a pupil's high school; empty for a child that goes to none."""
    owner, kind = child.word("高校運営種別"), child.word("高校履修種別").replace("課程", "")
    if owner not in OWNERS or not kind:
        return "", ""
    senior = child.grade >= FIRST_YEAR and (kind == "専攻科" or child.grade <= LAST_YEAR)
    return (owner, kind) if senior else ("", "")


def base_of(rules: RuleFiles, home: Home, *, rate: tuple[str, str]) -> int:
    """算定基準額 where the case gives incomes only: of each member a rate of the taxed income, less 調整控除.

    Who is not charged the income part counts as nothing. ``rate``: its rule file and name.
    """
    if not home.persons:
        return 0
    first, total, share = tax.taxpayer(rules, home), 0, rules.number(*rate, on=home.day)
    for person in home.persons:
        own = home if person.name == first.name else only(person)
        if tax.income(rules, person) > 0 and not tax.exempt(rules, home, person=person, output="所得割非課税"):
            taxed = tax.taxable(rules, home, person=person)
            total += max(0, int(taxed * share) - tax.credit(rules, own))
    return total


def helped(rules: RuleFiles, home: Home) -> bool | None:
    """Whether 生活保護 is paid: as given, or by what is missing to the standard; None where nothing tells that."""
    if home.has("生活保護"):
        return home.says("生活保護")
    minors = sum(child.grade <= LAST_YEAR for child in home.children)
    try:
        # the case gives no allowances: the basic amount for each child
        law = "jido-teate" if home.day >= WITHOUT_LIMIT else "jido-teate-2024-09"
        given = {"児童手当": int(rules.number(law, "基本額", on=home.day)) * minors} | dict(home.given)
        found = assistance_more.assistance(rules, replace(home, given=given))
    except NotInForce:
        return None
    return None if found in (None, UNKNOWN) else bool(found > 0)


def school_support(rules: RuleFiles, home: Home) -> Any:
    """就学援助: only 要保護 (生活保護) is a national rule."""
    paid = helped(rules, home)
    if paid is None and not exempt(rules, home):
        paid = False
    pupils = [pupil(child.grade, home.day) for child in home.children]
    facts = {"世帯所得": 0, "需要額": 0, "生活保護": paid, "子": pupils}
    return rules.answer("national/mext/shugaku-enjo", facts, on=home.day, output="対象者あり")


def assessed(rules: RuleFiles, home: Home) -> int:
    """就学支援金の所得判定基準 as given, or by the incomes."""
    key = "高等学校等就学支援金_所得判定基準"
    return home.amount(key) if home.has(key) else base_of(rules, home, rate=(HIGH_SCHOOL, "所得割率"))


def high_school(rules: RuleFiles, home: Home) -> tuple[Any, Any]:
    """就学支援金: the least is that of a school by years, the most that of a school by credits with all that count."""
    base, most = assessed(rules, home), rules.number(HIGH_SCHOOL, "年間単位上限", on=home.day)
    pupils = [
        {"課程": owner + kind, "在学": bool(owner), "国内居住": True, "国籍等要件": True, "在学月数": 0,
         "授業料月額": 99_999, "履修単位数": int(most)}
        for owner, kind in map(course, home.children)
    ]  # fmt: skip
    # the base is given: as a negative 調整控除 it enters the sum unchanged
    guardians = [{"課税標準額": 0, "調整控除額": -base}]

    def paid(some: list[dict[str, Any]], output: str) -> Any:
        return rules.answer(HIGH_SCHOOL, {"生徒": some, "保護者": guardians}, on=home.day, output=output)

    # the fees of national schools are of years (国立大学等の授業料その他の費用に関する省令2条)
    national = [one for one in pupils if str(one["課程"]).startswith("国立")]
    others = [one for one in pupils if one not in national]
    ends = [paid(others, output) + paid(national, "月額") for output in ("月額", "単位制月額")]
    return min(ends), max(ends)


def scholarship(rules: RuleFiles, home: Home) -> tuple[Any, Any]:
    """奨学給付金 by month (a twelfth): with 生業扶助 and without where 生活保護 is possible.

    Where neither the case nor our rules say whether it is, it is taken as possible for a family exempt from tax.
    """
    children = [
        {"生年月日": child.born, "扶養": True, "中学生以下": child.grade < FIRST_YEAR,
         "課程": course(child)[1] or "なし", "私立": course(child)[0] == "私立"}
        for child in home.children
    ]  # fmt: skip
    free, paid = exempt(rules, home, part="所得割非課税"), helped(rules, home)
    states = [(True, free)] * (free if paid is None else paid) + [(False, True)] * free or [(False, False)]
    ends = [
        rules.answer(
            "koko-shogaku-kyufu", {"生業扶助": aid, "所得割非課税": untaxed, "子": children}, on=home.day, output="年額"
        )
        // 12
        for aid, untaxed in states
    ]
    return min(ends), max(ends)


FEES = "高等教育の修学支援新制度_"
KINDS = {"専修学校専門課程": "専門学校"}
ANY_FEE = 99_999_999
SHARE = FEES + "減免割合"
DIGITS = 1e-6
"""How far a float of seven digits may be off, of its value."""


def student_of(person: Person) -> dict[str, Any]:
    """A person as a student of 高等教育: fees at the limit, as the case gives none."""
    owner, kind = person.word("大学等運営種別"), person.word("大学等履修種別")
    return {
        "種別": KINDS.get(kind, kind) if owner and kind else "なし", "私立": owner == "私立",
        "理工農": person.says("私立理工農系の学部等に在学している"),
        "授業料": ANY_FEE, "入学金": ANY_FEE, "授業料差額": ANY_FEE, "入学金差額": ANY_FEE,
    }  # fmt: skip


def fee_base(rules: RuleFiles, home: Home) -> int:
    """減免額算定基準額 as given, or by the incomes."""
    key = FEES + "減免額算定基準額"
    return home.amount(key) if home.has(key) else base_of(rules, home, rate=(UNIVERSITY, "算定率"))


def fees(rules: RuleFiles, home: Home, *, output: str) -> Any:
    """One result of the reduction of fees; the parents are who keeps the family, their savings its assets."""
    facts = {
        "子の数": len(home.children), "生計維持者数": max(1, len(home.parents)),
        "資産": sum(one.amount("預貯金") for one in home.persons),
        # the base is given: as a negative 調整控除 it enters the sum unchanged
        "算定者": [{"課税標準額": 0, "調整控除額": -fee_base(rules, home)}],
        "在学生": [student_of(one) for one in home.persons],
    }  # fmt: skip
    return rules.answer(UNIVERSITY, facts, on=home.day, output=output)


def fee_ends(rules: RuleFiles, home: Home) -> tuple[Any, Any]:
    """授業料等減免: a later year (no entrance fee) and the year of entry."""
    yearly = fees(rules, home, output="授業料減免額")
    return yearly, yearly + fees(rules, home, output="入学金減免額")


def fee_share(rules: RuleFiles, case: Case) -> list[Pair]:
    """減免割合; the peer's is a float of seven digits, equal when it is no further off than that."""
    pairs = []
    for slot in slots(case, SHARE):
        home, _ = home_of(case, slot.name, day=slot.day, member=slot.member)
        ours = known(fees(rules, home, output="十二分の割合")) / 12
        near = math.isclose(ours, slot.expected, rel_tol=DIGITS)
        pairs.append((slot.expected if near else ours, slot.expected))
    return pairs


def many_children(rules: RuleFiles, home: Home) -> Any:
    """多子世帯."""
    return fees(rules, home, output="多子世帯")


HOMES = {
    FEES + "減免額算定基準額": fee_base,
    FEES + "多子世帯である": many_children,
    "就学援助の対象者がいる": school_support,
    "高等学校等就学支援金_所得判定基準": assessed,
}
ASKED: dict[str, Mapped] = {
    **{key: of_homes(key, compute) for key, compute in HOMES.items()},
    **of_ends(FEES + "授業料等減免", fee_ends),
    SHARE: fee_share,
    **of_ends("高等学校等就学支援金", high_school),
    **of_ends("高等学校奨学給付金", scholarship),
}
