"""Tokyo's own programmes: 児童育成手当, 重度心身障害者手当, 受験生チャレンジ支援貸付."""

from __future__ import annotations

from typing import Any

from kiban.rules.peers.facts import Facts
from kiban.rules.peers.files import Mapped, RuleFiles
from kiban.rules.peers.mapping.common import OfHome, of_ends, of_homes, of_persons, total
from kiban.rules.peers.mapping.disability import assessed
from kiban.rules.peers.mapping.homes import Home, Person
from kiban.rules.peers.mapping.persons import counts, dependants, tested

INCOME = "特別児童扶養手当の控除後世帯高所得"


def in_tokyo(home: Home) -> bool:
    """Whether the household lives in Tokyo."""
    return home.word("居住都道府県") == "東京都"


def raising_facts(rules: RuleFiles, home: Home) -> Facts:
    """Facts of 児童育成手当: the given income, or the highest of the parents' after deductions.

    Children without much income are ordinary dependants; a second parent is one where the case gives a small income.
    """
    parents, kids = home.parents, home.children
    income = home.amount(INCOME)
    if not home.has(INCOME):
        income = max((assessed(rules, home, one=one, supporter=True) for one in parents), default=0)
    counted = [*kids, *(one for one in parents[1:] if one.has("所得"))]
    supported = [one for one in dependants(rules, home, one=parents[0]) if one in counted] if parents else []
    return {
        "区域内居住": in_tokyo(home), "所得": income, "扶養親族数": len(supported),
        "老人扶養親族数": 0, "特定扶養親族数": 0,
        "子": [
            {
                "生年月日": one.born, "父母の事由": home.alone, "扶養": True, "施設入所": False,
                "障害": one.body in {1, 2} or one.tokyo in {1, 2, 3} or one.says("脳性まひ_進行性筋萎縮症"),
            }
            for one in kids
        ],
    }  # fmt: skip


def raising(output: str) -> OfHome:
    """児童育成手当 or 障害児童育成手当 of a household."""
    return lambda rules, home: rules.answer("jido-ikusei-teate", raising_facts(rules, home), on=home.day, output=output)


def severe_facts(rules: RuleFiles, home: Home, *, one: Person) -> Facts:
    """Facts of 重度心身障害者手当; who is over 65 was recognised before, as the handbook shows."""
    count = counts(rules, home, one=one, elderly_spouse=True)
    found = []
    for other in home.persons:
        if other != one:
            its = counts(rules, home, one=other, elderly_spouse=True)
            income = assessed(rules, home, one=other, supporter=False)
            found.append({
                "義務者所得": income, "義務者扶養数": its.all, "義務者老人数": its.elderly,
                "義務者特定数": its.specified,
            })  # fmt: skip
    return {
        "生年月日": one.birth, "都内居住": in_tokyo(home), "重度障害": True, "六十五歳前認定": False,
        "施設入所": one.says("介護施設入所中"), "三月超入院": False,
        "所得": assessed(rules, home, one=one, supporter=False), "扶養親族数": count.all,
        "老人扶養親族数": count.elderly, "特定扶養親族数": count.specified, "扶養義務者": found,
    }  # fmt: skip


def severe_ends(rules: RuleFiles, home: Home) -> list[Any]:
    """重度心身障害者手当: 別表1 and 3 may hold with 愛の手帳 1, 2 or body 1; 別表2 does with 愛の手帳 and body 1, 2."""
    ends: tuple[list[Any], list[Any]] = ([], [])
    for one in home.persons:
        mind, body = one.tokyo in {1, 2}, one.body in {1, 2}
        if not mind and one.body != 1:
            continue
        facts = severe_facts(rules, home, one=one)
        for least, severe in ((True, mind and body), (False, True)):
            degree = {"重度障害": severe, "三月超入院": one.says("入院中") and least}
            found = rules.answer("judo-shinshin-teate", facts | degree, on=home.day, output="月額")
            ends[not least].append(found)
    return [total(end) for end in ends]


def within(rules: RuleFiles, home: Home, *, person: Person) -> bool:
    """重度心身障害者手当の所得制限: whether the income does not stop it."""
    facts = severe_facts(rules, home, one=person)
    return not rules.answer("judo-shinshin-teate", facts, on=home.day, output="所得超過")


def challenge(rules: RuleFiles, home: Home) -> Any:
    """受験生チャレンジ支援貸付: parents are who raises the child; assets are those of parents and children."""
    exams = {9: "高校受験", 12: "大学受験"}
    facts = {
        "都内居住": in_tokyo(home), "生活保護": home.says("生活保護"), "世帯人数": len(home.persons),
        "ひとり親": home.alone, "合計所得": sum(tested(rules, home, one=one) for one in home.parents),
        "預貯金等": sum(one.amount("預貯金") for one in (*home.parents, *home.children)),
        "子": [{"生年月日": one.born, "受験": exams.get(one.grade, "なし")} for one in home.children],
    }  # fmt: skip
    return rules.answer("jukensei-challenge", facts, on=home.day, output="貸付限度額")


ASKED: dict[str, Mapped] = {
    "児童育成手当": of_homes("児童育成手当", raising("育成手当月額")),
    "障害児童育成手当": of_homes("障害児童育成手当", raising("障害手当月額")),
    **of_ends("重度心身障害者手当", severe_ends),
    "重度心身障害者手当所得制限": of_persons("重度心身障害者手当所得制限", within),
    "受験生チャレンジ支援貸付": of_homes("受験生チャレンジ支援貸付", challenge),
}
