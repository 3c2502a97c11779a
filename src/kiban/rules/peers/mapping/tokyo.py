"""Tokyo's own programmes: 児童育成手当, 重度心身障害者手当, 受験生チャレンジ支援貸付."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kiban.rules.lawdates import age, fiscal_year
from kiban.rules.peers.facts import Facts
from kiban.rules.peers.files import UNKNOWN, Mapped, RuleFiles
from kiban.rules.peers.mapping.common import Case, Compute, Household, Slot, number, of_households, of_range, of_slots
from kiban.rules.peers.mapping.disability import assessed
from kiban.rules.peers.mapping.persons import Home, Person, born, counts, dependants, home_of, of_slot

INCOME = "特別児童扶養手当の控除後世帯高所得"


def in_tokyo(home: Home) -> bool:
    """Whether the household lives in Tokyo."""
    return bool(number(home.given.get("居住都道府県")) == "東京都")


def raising_facts(rules: RuleFiles, home: Home) -> Facts:
    """Facts of 児童育成手当: the given income, or the highest of the parents' after deductions.

    Children without much income are ordinary dependants; a second parent is one where the case gives a small income.
    """
    parents, kids = home.of("親"), home.of("子")
    income = number(home.given.get(INCOME))
    if income is None:
        income = max((assessed(rules, home, one=one, supporter=True) for one in parents), default=0)
    partner = [one for one in parents[1:] if "所得" in one.given]
    dependent = [one for one in dependants(parents[0], home) if one in kids or one in partner] if parents else []
    alone = len(parents) == 1 or home.says("配偶者がいるがひとり親に該当")
    return {
        "区域内居住": in_tokyo(home), "所得": income, "扶養親族数": len(dependent),
        "老人扶養親族数": 0, "特定扶養親族数": 0,
        "子": [
            {
                "生年月日": born(one, home.on), "父母の事由": alone, "扶養": True, "施設入所": False,
                "障害": one.body in {1, 2} or one.tokyo in {1, 2, 3}
                or number(one.given.get("脳性まひ_進行性筋萎縮症")) == "有",
            }
            for one in kids
        ],
    }  # fmt: skip


def raising(output: str) -> Compute:
    """児童育成手当 or 障害児童育成手当 of a household."""

    def value(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
        home = home_of(case, household)
        facts = raising_facts(rules, home)
        return [rules.answer("jido-ikusei-teate", facts, on=home.on, output=output)]

    return value


def severe_facts(rules: RuleFiles, home: Home, *, one: Person) -> Facts:
    """Facts of 重度心身障害者手当; who is over 65 was recognised before, as the handbook shows."""
    count = counts(one, home, elderly_spouse=True)
    found = []
    for other in home.persons:
        if other is not one:
            its = counts(other, home, elderly_spouse=True)
            income = assessed(rules, home, one=other, supporter=False)
            found.append({
                "義務者所得": income, "義務者扶養数": its.all, "義務者老人数": its.elderly,
                "義務者特定数": its.specified,
            })  # fmt: skip
    return {
        "生年月日": born(one, home.on), "都内居住": in_tokyo(home), "重度障害": True, "六十五歳前認定": False,
        "施設入所": one.says("介護施設入所中"), "三月超入院": False,
        "所得": assessed(rules, home, one=one, supporter=False), "扶養親族数": count.all,
        "老人扶養親族数": count.elderly, "特定扶養親族数": count.specified, "扶養義務者": found,
    }  # fmt: skip


def severe_range(rules: RuleFiles, case: Case, *, household: Household) -> list[int]:
    """重度心身障害者手当: 別表1 and 3 may hold with 愛の手帳 1, 2 or body 1; 別表2 does with 愛の手帳 and body 1, 2."""
    home, totals = home_of(case, household), [0, 0]
    for one in home.persons:
        mind, body = one.tokyo in {1, 2}, one.body in {1, 2}
        if not mind and one.body != 1:
            continue
        facts = severe_facts(rules, home, one=one)
        for end, severe in enumerate((True, mind and body)):
            degree = {"重度障害": severe, "三月超入院": one.says("入院中") and end == 1}
            totals[end] += rules.answer("judo-shinshin-teate", facts | degree, on=home.on, output="月額")
    return totals


def within(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
    """重度心身障害者手当の所得制限: whether the income does not stop it."""
    for home, persons in of_slot(case, slot):
        facts = severe_facts(rules, home, one=persons[0])
        return not rules.answer("judo-shinshin-teate", facts, on=slot.day, output="所得超過")
    return UNKNOWN


def grade(one: Person, on: str) -> int:
    """学年 (小学1年 is 1), given or by the age at the beginning of the fiscal year."""
    if "学年" in one.given:
        return one.amount("学年")
    start = dt.date(fiscal_year(dt.date.fromisoformat(on)), 4, 1)
    return age(dt.date.fromisoformat(born(one, on)), start) - 5


def challenge(rules: RuleFiles, case: Case, *, household: Household) -> list[Any]:
    """受験生チャレンジ支援貸付: parents are who raises the child; assets are those of parents and children."""
    home = home_of(case, household)
    parents, kids = home.of("親"), home.of("子")
    exams = {9: "高校受験", 12: "大学受験"}
    facts = {
        "都内居住": in_tokyo(home), "生活保護": home.says("生活保護"), "世帯人数": len(home.persons),
        "ひとり親": len(parents) == 1 or home.says("配偶者がいるがひとり親に該当"),
        "合計所得": sum(one.income for one in parents),
        "預貯金等": sum(one.amount("預貯金") for one in (*parents, *kids)),
        "子": [
            {"生年月日": born(one, home.on), "受験": exams.get(grade(one, home.on), "なし")} for one in kids
        ],
    }  # fmt: skip
    found = rules.answer("jukensei-challenge", facts, on=home.on, output="貸付限度額")
    return [UNKNOWN if found is None else found]


ASKED: dict[str, Mapped] = {
    "児童育成手当": of_households(("児童育成手当",), raising("育成手当月額")),
    "障害児童育成手当": of_households(("障害児童育成手当",), raising("障害手当月額")),
    **of_range("重度心身障害者手当", severe_range),
    "重度心身障害者手当所得制限": of_slots("重度心身障害者手当所得制限", within),
    "受験生チャレンジ支援貸付": of_households(("受験生チャレンジ支援貸付",), challenge),
}
