"""生活保護: 加算, 住宅扶助, 教育扶助, 勤労控除 and the assistance itself.

A handbook stands for the degree of a disability; the persons of 子一覧 are those brought up. A school grade tells the
year of birth; an age alone is of a person born on 1 January: one of 18 years is past the 31 March after the birthday.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from kiban.rules.peers.files import Mapped, RuleFiles
from kiban.rules.peers.mapping.assistance import LAST_OF_TWO, PARTS, class_of, given_or, parts, standard, two_standards
from kiban.rules.peers.mapping.common import OfHome, of_homes, of_persons, total
from kiban.rules.peers.mapping.homes import CHILD, PARENT, Home, Person

EXPECTING = {"妊娠6ヵ月未満": "妊娠6か月未満", "妊娠6ヵ月以上": "妊娠6か月以上", "産後6ヵ月以内": "産後"}
ALLOWANCES = ("児童手当", "児童育成手当", "児童扶養手当_最小")


def degree(person: Person) -> str:
    """障害程度 by the handbooks."""
    if person.body in {1, 2} or person.mind == 1:
        return "一級二級"
    return "三級" if person.body == 3 or person.mind == 2 else "なし"


def additions(rules: RuleFiles, here: Home) -> dict[str, Any]:
    """Facts of 加算 for a household."""
    return {
        "級地": class_of(rules, here), "ひとり親世帯": len(here.parents) <= 1,
        "世帯員": [
            {
                "生年月日": one.born, "養育される子": one.role == CHILD, "入院中": one.says("入院中"),
                "障害程度": degree(one), "妊産婦区分": EXPECTING.get(one.word("妊産婦"), "なし"),
                "在宅患者": one.says("在宅療養中"), "放射線障害区分": one.word("放射線障害") or "なし",
                "介護施設入所": one.says("介護施設入所中"),
            }
            for one in here.persons
        ],
    }  # fmt: skip


ADDED = {
    "障害者加算": "障害者加算",
    "母子加算": "母子加算",
    "妊産婦加算": "妊産婦加算",
    "介護施設入所者加算": "介護施設入所者加算",
    "在宅患者加算": "在宅患者加算",
    "放射線障害者加算": "放射線障害者加算",
    "児童養育加算": "児童を養育する場合の加算",
    "児童養育経過的加算": "児童を養育する場合に係る経過的加算",
    "母子世帯等経過的加算": "母子世帯等に係る経過的加算",
    "入院中の三歳未満の加算": "三人以下の世帯であって三歳未満の児童が入院している場合の経過的加算",
    "三歳未満の加算": "四人以上の世帯であって三歳未満の児童がいる場合の経過的加算",
    "第三子以降の加算": "第三子以降の三歳から小学生修了前の児童がいる場合の経過的加算",
}
"""Our result of hogo-kasan, and the peer's name of it."""


def _addition(output: str) -> OfHome:
    return lambda rules, home: rules.answer("hogo-kasan", additions(rules, home), on=home.day, output=output)


def is_child(rules: RuleFiles, home: Home, *, person: Person) -> Any:
    """児童: asked of a person, whoever brings them up."""
    alone = replace(home, persons=(replace(person, role=CHILD),))
    return rules.answer("hogo-kasan", additions(rules, alone), on=home.day, output="児童")[0]


LIMITS = ("限度額単身", "限度額二人", "限度額三人から五人", "限度額六人", "限度額七人以上")


@cache
def _limits(path: Path) -> dict[tuple[str, str], dict[str, int]]:
    with path.open(encoding="utf-8") as file:
        rows = csv.reader(line for line in file if not line.startswith("#"))
        next(rows)
        return {(row[0], row[1]): dict(zip(LIMITS, map(int, row[2:]), strict=True)) for row in rows}


def housing(rules: RuleFiles, here: Home) -> Any:
    """住宅扶助の限度額: of a city with its own, else of the prefecture by 級地; None where there is none."""
    table = _limits(rules.table("jutaku-fujo/gendo.csv"))
    found = table.get((here.word("居住市区町村"), ""))
    if found is None:
        grade = class_of(rules, here)
        found = table.get((here.word("居住都道府県"), grade[0])) if grade else None
    if found is None:
        return None
    facts = {**found, "家賃月額": 0, "世帯人員": here.size}
    return rules.answer("jutaku-fujo", facts, on=here.day, output="住宅扶助限度額")


def school(person: Person) -> str:
    """Kind of school by the grade; pupils of an age are enrolled, who is of no known age goes to none."""
    if person.born is None:
        return "なし"
    kinds = (("小学校", range(1, 7)), ("中学校", range(7, 10)), ("高等学校等", range(10, 13)))
    return next((kind for kind, grades in kinds if person.grade in grades), "なし")


def education(output: str) -> OfHome:
    """教育扶助 or 高等学校等就学費 of the pupils of a household."""

    def compute(rules: RuleFiles, home: Home) -> Any:
        pupils = [{"学校種別": school(one)} for one in home.persons]
        return rules.answer("kyoiku-fujo", {"子": pupils}, on=home.day, output=output)

    return compute


def earnings(here: Home) -> dict[str, Any]:
    """Facts of 勤労控除: the peer gives the income of a year; the parents of a household are independent."""
    return {
        "世帯員": [
            {
                "生年月日": one.born, "就労収入月額": one.amount("収入") // 12,
                "新規就労": one.says("六か月以内に新規就労"),
                "独立した未成年": one.role == PARENT and not here.grandparents,
            }
            for one in here.persons
        ]
    }  # fmt: skip


WORK = {"基礎控除": "生活保護基礎控除", "新規就労控除": "新規就労控除", "未成年者控除": "未成年者控除"}


def deducted(rules: RuleFiles, here: Home) -> Any:
    """勤労控除: its parts as the case gives them, or as our rules find them."""
    if not any(here.has(theirs) for theirs in WORK.values()):
        return _deduction("勤労控除")(rules, here)
    return total([given_or(here, theirs, other=_deduction(ours), rules=rules) for ours, theirs in WORK.items()])


def _deduction(output: str) -> OfHome:
    return lambda rules, home: rules.answer("hogo-kojo", earnings(home), on=home.day, output=output)


def assistance(rules: RuleFiles, here: Home) -> Any:
    """生活保護: what is missing; each part as the case gives it, or as our rules find it."""
    allowances = [here.amount(key) for key in ALLOWANCES if here.has(key)]
    if not allowances and here.children:
        return None
    facts = wholes(rules, here) | _additions(rules, here)
    facts |= {
        "住宅扶助": given_or(here, "住宅扶助基準", other=housing, rules=rules),
        "教育扶助基準額": given_or(here, "教育扶助基準", other=education("教育扶助基準額"), rules=rules),
        "高等学校等就学費基本額": given_or(
            here, "高等学校等就学費", other=education("高等学校等就学費基本額"), rules=rules
        ),
        "就労収入月額計": sum(one.amount("収入") for one in here.persons) // 12,
        "勤労控除": given_or(here, "勤労控除", other=deducted, rules=rules),
        "手当等の月額": sum(allowances),
    }
    on = here.day if "基準生活費額" in facts else two_standards(here.day)
    return rules.answer("seikatsu-hogo", facts, on=on, output="保護費")


STANDARDS = {"一": "生活扶助基準1", "二": "生活扶助基準2"}


def wholes(rules: RuleFiles, here: Home) -> dict[str, Any]:
    """生活扶助 in parts: 基準額① and ② as given (with 冬季加算 in them), or of the standard in force on the day."""
    year_end = given_or(here, "期末一時扶助", other=_year_end, rules=rules)
    given = {one: here.amount(key) for one, key in STANDARDS.items() if here.has(key)}
    if not given and here.day > LAST_OF_TWO:
        found = rules.answer("seikatsu-fujo", standard(rules, here), on=here.day, output="基準生活費")
        return {"基準生活費額": found, "冬季加算": parts(rules, here, only="一")["冬季加算"], "期末一時扶助": year_end}
    facts: dict[str, Any] = {} if len(given) == len(STANDARDS) else parts(rules, here)
    for one, amount in given.items():
        facts |= {f"第一類{one}の計": amount, f"逓減率{one}万分比": 10_000, f"第二類{one}": 0}
    change = given_or(
        here, PARTS["経過的加算"], other=lambda rules, home: parts(rules, home)["経過的加算"], rules=rules
    )
    return {"冬季加算": 0} | facts | {"経過的加算": change, "期末一時扶助": year_end}


def _year_end(rules: RuleFiles, here: Home) -> Any:
    return rules.answer("seikatsu-fujo", standard(rules, here), on=here.day, output="期末一時扶助")


def _additions(rules: RuleFiles, here: Home) -> dict[str, Any]:
    return {
        ours: given_or(here, theirs, other=_addition(ours), rules=rules) for ours, theirs in list(ADDED.items())[:9]
    }


def _of_homes() -> Iterator[tuple[str, OfHome]]:
    yield from ((theirs, _addition(ours)) for ours, theirs in ADDED.items())
    yield from ((theirs, _deduction(ours)) for ours, theirs in WORK.items())
    yield from (
        ("教育扶助基準", education("教育扶助基準額")),
        ("高等学校等就学費", education("高等学校等就学費基本額")),
    )
    yield from (("住宅扶助基準", housing), ("勤労控除", deducted), ("生活保護", assistance))


ASKED: dict[str, Mapped] = {
    **{key: of_homes(key, compute) for key, compute in _of_homes()},
    "児童": of_persons("児童", is_child),
}
