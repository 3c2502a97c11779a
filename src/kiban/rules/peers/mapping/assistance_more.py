"""生活保護: 加算, 住宅扶助, 教育扶助, 勤労控除 and the assistance itself.

A handbook stands for the degree of a disability; the persons of 子一覧 are those brought up. A school grade tells the
year of birth; an age alone is of a person born on 1 January: one of 18 years is past the 31 March after the birthday.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from kiban.rules.lawdates import age, fiscal_year
from kiban.rules.peers.files import UNKNOWN, Mapped, RuleFiles
from kiban.rules.peers.mapping.assistance import CHILD, ELDER, PARENT, House, class_of, house, known, parts, standard
from kiban.rules.peers.mapping.common import Case, Slot, number, of_slots

SEVERE = {"身体障害者手帳等級": {"一級", "二級"}, "精神障害者保健福祉手帳等級": {"一級"}}
MODERATE = {"身体障害者手帳等級": {"三級"}, "精神障害者保健福祉手帳等級": {"二級"}}
EXPECTING = {"妊娠6ヵ月未満": "妊娠6か月未満", "妊娠6ヵ月以上": "妊娠6か月以上", "産後6ヵ月以内": "産後"}
ALLOWANCES = ("児童手当", "児童育成手当", "児童扶養手当_最小")


def born(person: dict[str, Any], day: str) -> str | None:
    """A birth date for what is given of a person on a day; None where nothing tells."""
    if "誕生年月日" in person:
        return str(number(person["誕生年月日"]))
    years = number(person.get("年齢"))
    on = dt.date.fromisoformat(day)
    if "学年" in person:
        first = fiscal_year(on) - int(number(person["学年"])) - 6
        dates = [dt.date(first + (month < 4), month, 15) for month in (5, 7, 9, 11, 1, 3, 4, 6, 8, 10, 12, 2)]
        fitting = next((one for one in dates if one <= on and age(one, on) == years), None)
        if fitting is not None or years is None:
            return str(fitting or dates[0])
    return None if years is None else f"{on.year - int(years)}-01-01"


def degree(person: dict[str, Any]) -> str:
    """障害程度 by the handbooks."""
    for word, degrees in (("一級二級", SEVERE), ("三級", MODERATE)):
        if any(number(person.get(book)) in grades for book, grades in degrees.items()):
            return word
    return "なし"


def additions(rules: RuleFiles, here: House) -> dict[str, Any]:
    """Facts of 加算 for a household."""
    return {
        "級地": class_of(rules, here),
        "ひとり親世帯": sum(kind == PARENT for kind, _ in here.members.values()) <= 1,
        "世帯員": [
            {
                "生年月日": born(one, here.day), "養育される子": kind == CHILD,
                "入院中": bool(number(one.get("入院中", False))), "障害程度": degree(one),
                "妊産婦区分": EXPECTING.get(str(number(one.get("妊産婦", "無"))), "なし"),
                "在宅患者": bool(number(one.get("在宅療養中", False))),
                "放射線障害区分": str(number(one.get("放射線障害", "無"))).replace("無", "なし"),
                "介護施設入所": bool(number(one.get("介護施設入所中", False))),
            }
            for kind, one in here.members.values()
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


def _addition(output: str) -> Callable[..., Any]:
    def compute(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
        """An addition of a household."""
        return known(rules.answer("hogo-kasan", additions(rules, house(case, slot)), on=slot.day, output=output))

    return compute


def is_child(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
    """児童: asked of a person, whoever brings them up."""
    here = house(case, slot)
    _, person = here.members.get(slot.name, (CHILD, slot.given))
    alone = House(here.given, {slot.name: (CHILD, person)}, here.day)
    return known(rules.answer("hogo-kasan", additions(rules, alone), on=slot.day, output="児童")[0])


LIMITS = ("限度額単身", "限度額二人", "限度額三人から五人", "限度額六人", "限度額七人以上")


@cache
def _limits(path: Path) -> dict[tuple[str, str], dict[str, int]]:
    with path.open(encoding="utf-8") as file:
        rows = csv.reader(line for line in file if not line.startswith("#"))
        next(rows)
        return {(row[0], row[1]): dict(zip(LIMITS, map(int, row[2:]), strict=True)) for row in rows}


def housing(rules: RuleFiles, here: House) -> Any:
    """住宅扶助の限度額: of a city with its own, else of the prefecture by 級地; None where there is none."""
    table = _limits(next(rules.folder.rglob("jutaku-fujo/gendo.csv")))
    found = table.get((here.value("居住市区町村", ""), ""))
    if found is None:
        grade = class_of(rules, here)
        found = table.get((here.value("居住都道府県", ""), grade[0])) if grade else None
    if found is None:
        return None
    count = here.value("世帯人数", len(here.members))
    facts = {**found, "家賃月額": 0, "世帯人員": int(count)}
    return rules.answer("jutaku-fujo", facts, on=here.day, output="住宅扶助限度額")


def housing_limit(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
    """住宅扶助基準."""
    return known(housing(rules, house(case, slot)))


def school(person: dict[str, Any], day: str) -> str:
    """Kind of school by the grade, or by the age at the end of the fiscal year; pupils of an age are enrolled."""
    if "学年" in person:
        grade = int(number(person["学年"]))
    elif (birth := born(person, day)) is None:
        return "なし"
    else:
        grade = age(dt.date.fromisoformat(birth), dt.date(fiscal_year(dt.date.fromisoformat(day)) + 1, 3, 31)) - 6
    kinds = (("小学校", range(1, 7)), ("中学校", range(7, 10)), ("高等学校等", range(10, 13)))
    return next((kind for kind, grades in kinds if grade in grades), "なし")


def education(rules: RuleFiles, here: House, *, output: str) -> Any:
    """教育扶助 or 高等学校等就学費 of the pupils of a household."""
    pupils = [{"学校種別": school(one, here.day)} for one in here.persons]
    return rules.answer("kyoiku-fujo", {"子": pupils}, on=here.day, output=output)


def _schooling(output: str) -> Callable[..., Any]:
    def compute(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
        """教育扶助基準, 高等学校等就学費."""
        return known(education(rules, house(case, slot), output=output))

    return compute


def earnings(here: House) -> dict[str, Any]:
    """Facts of 勤労控除: the peer gives the income of a year; the parents of a household are independent."""
    elders = any(kind == ELDER for kind, _ in here.members.values())
    return {
        "世帯員": [
            {
                "生年月日": born(one, here.day), "就労収入月額": int(number(one.get("収入", 0))) // 12,
                "新規就労": bool(number(one.get("六か月以内に新規就労", False))),
                "独立した未成年": kind == PARENT and not elders,
            }
            for kind, one in here.members.values()
        ]
    }  # fmt: skip


WORK = {"基礎控除": "生活保護基礎控除", "新規就労控除": "新規就労控除", "未成年者控除": "未成年者控除"}


def deducted(rules: RuleFiles, here: House) -> Any:
    """勤労控除: its parts as the case gives them, or as our rules find them."""
    if all(here.value(theirs) is None for theirs in WORK.values()):
        return rules.answer("hogo-kojo", earnings(here), on=here.day, output="勤労控除")
    found = [
        rules.answer("hogo-kojo", earnings(here), on=here.day, output=ours)
        if here.value(theirs) is None
        else here.value(theirs)
        for ours, theirs in WORK.items()
    ]
    return None if None in found else sum(found)


def _deduction(output: str) -> Callable[..., Any]:
    def compute(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
        """A deduction for work of a household."""
        return known(rules.answer("hogo-kojo", earnings(house(case, slot)), on=slot.day, output=output))

    return compute


def work_deduction(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
    """勤労控除."""
    return known(deducted(rules, house(case, slot)))


def assistance(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
    """生活保護: what is missing; each part as the case gives it, or as our rules find it."""
    here = house(case, slot)
    allowances = [here.value(key) for key in ALLOWANCES if here.value(key) is not None]
    if not allowances and any(kind == CHILD for kind, _ in here.members.values()):
        return UNKNOWN
    facts = wholes(rules, here) | _additions(rules, here)
    facts |= {
        "住宅扶助": _given(here, "住宅扶助基準", other=housing, rules=rules),
        "教育扶助基準額": _given(here, "教育扶助基準", other=_pupils("教育扶助基準額"), rules=rules),
        "高等学校等就学費基本額": _given(
            here, "高等学校等就学費", other=_pupils("高等学校等就学費基本額"), rules=rules
        ),
        "就労収入月額計": sum(int(number(one.get("収入", 0))) for one in here.persons) // 12,
        "勤労控除": _given(here, "勤労控除", other=deducted, rules=rules),
        "手当等の月額": int(sum(allowances)),
    }
    on = slot.day if "基準生活費額" in facts else min(slot.day, "2023-09-30")
    return known(rules.answer("seikatsu-hogo", facts, on=on, output="保護費"))


def wholes(rules: RuleFiles, here: House) -> dict[str, Any]:
    """生活扶助 in parts: 基準額① and ② as given (with 冬季加算 in them), or of the standard in force on the day."""
    year_end = _given(here, "期末一時扶助", other=_year_end, rules=rules)
    one, two = here.value("生活扶助基準1"), here.value("生活扶助基準2")
    if one is None and two is None and here.day > "2023-09-30":
        found = rules.answer("seikatsu-fujo", standard(rules, here), on=here.day, output="基準生活費")
        return {"基準生活費額": found, "冬季加算": parts(rules, here, only="一")["冬季加算"], "期末一時扶助": year_end}
    facts: dict[str, Any] = {} if None not in (one, two) else parts(rules, here)
    for which, given in (("一", one), ("二", two)):
        if given is not None:
            facts |= {f"第一類{which}の計": int(given), f"逓減率{which}万分比": 10_000, f"第二類{which}": 0}
    change = here.value("生活扶助本体に係る経過的加算")
    facts |= {"経過的加算": parts(rules, here)["経過的加算"] if change is None else int(change)}
    return {"冬季加算": 0} | facts | {"期末一時扶助": year_end}


def _year_end(rules: RuleFiles, here: House) -> Any:
    return rules.answer("seikatsu-fujo", standard(rules, here), on=here.day, output="期末一時扶助")


def _pupils(output: str) -> Callable[[RuleFiles, House], Any]:
    return lambda rules, here: education(rules, here, output=output)


def _given(here: House, key: str, *, other: Callable[[RuleFiles, House], Any], rules: RuleFiles) -> Any:
    value = here.value(key)
    value = other(rules, here) if value is None else value
    return None if value is None else int(value)


def _additions(rules: RuleFiles, here: House) -> dict[str, Any]:
    facts = {}
    for ours, theirs in list(ADDED.items())[:9]:
        value = here.value(theirs)
        if value is None:
            value = rules.answer("hogo-kasan", additions(rules, here), on=here.day, output=ours)
        facts[ours] = None if value is None else int(value)
    return facts


def _asked() -> Iterator[tuple[str, Callable[..., Any]]]:
    yield from ((theirs, _addition(ours)) for ours, theirs in ADDED.items())
    yield from ((theirs, _deduction(ours)) for ours, theirs in WORK.items())
    yield from (
        ("教育扶助基準", _schooling("教育扶助基準額")),
        ("高等学校等就学費", _schooling("高等学校等就学費基本額")),
    )
    yield from (
        ("児童", is_child),
        ("住宅扶助基準", housing_limit),
        ("勤労控除", work_deduction),
        ("生活保護", assistance),
    )


ASKED: dict[str, Mapped] = {key: of_slots(key, compute) for key, compute in _asked()}
