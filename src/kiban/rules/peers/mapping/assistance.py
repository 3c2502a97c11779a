"""生活保護: 生活扶助基準, 冬季加算, 期末一時扶助 and 級地.

The peer has the standard of 2020-10 only (基準額① and ②): what a case asks of it after 2023-09 is asked on the last day
of that standard. An age without a birth date is the age on 1 April and on the day itself.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from kiban.rules.lawdates import age, fiscal_year
from kiban.rules.peers.files import Mapped, RuleFiles
from kiban.rules.peers.mapping.common import OfHome, OfPerson, of_homes, of_persons
from kiban.rules.peers.mapping.homes import Home, Person

LAST_OF_TWO = "2023-09-30"
"""The last day of the standard with 基準額① and ②."""
AREAS = {1: "北海道", 2: "岩手県", 3: "宮城県", 4: "石川県", 5: "栃木県", 6: "東京都"}
"""A prefecture of each area of 冬季加算."""
OTHER_CLASS = "3級地-2"


def at_home(here: Home) -> int:
    """Persons who are not in hospital; as many as the case counts."""
    return here.size if here.has("世帯人数") else sum(not one.says("入院中") for one in here.persons)


@cache
def _classes(path: Path) -> dict[tuple[str, str], str]:
    with path.open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {(row["都道府県"], row["市区町村"]): row["級地"] for row in rows}


def class_of(rules: RuleFiles, here: Home) -> str | None:
    """級地 as ``1級地-1``: as given, or of the municipality by 別表第九; None where neither is known."""
    if here.has("居住級地区分1"):
        whole, half = (
            here.amount("居住級地区分1", within=range(1, 4)),
            here.amount("居住級地区分2", 1, within=range(1, 3)),
        )
        return f"{whole}級地-{half}"
    where = (here.word("居住都道府県"), here.word("居住市区町村"))
    if not where[0]:
        return None
    return _classes(rules.table("seikatsu-fujo/kyuchi.csv")).get(where, OTHER_CLASS)


def _grade(place: int) -> OfHome:
    def compute(rules: RuleFiles, home: Home) -> Any:
        """居住級地区分1 is the number before 級地, 居住級地区分2 the one after it."""
        found = class_of(rules, home)
        return None if found is None else int(found.split("級地-")[place])

    return compute


def born_by_april(person: Person, *, on: str) -> str | None:
    """A birth date that gives on 1 April before ``on`` the age of 1 April before the day; None where nothing tells."""
    if person.has("誕生年月日"):
        years = max(0, age(dt.date.fromisoformat(person.birth), dt.date(fiscal_year(person.date), 4, 1)))
    elif person.has("年齢"):
        years = person.age
    else:
        return None
    return f"{fiscal_year(dt.date.fromisoformat(on)) - years}-04-01"


def standard(rules: RuleFiles, here: Home, *, on: str = "") -> dict[str, Any]:
    """Facts of 生活扶助基準, asked on the household's day or on another; persons only counted are of no known age."""
    members: list[dict[str, Any]] = [
        {"生年月日": born_by_april(one, on=on or here.day), "入院中": one.says("入院中")} for one in here.persons
    ]
    counted = [{"生年月日": None, "入院中": False}] * (here.size - len(members))
    facts = {"級地": class_of(rules, here), "経過的加算額": here.amount("経過的加算額")}
    return facts | {"世帯員": members + counted}


def two_standards(day: str) -> str:
    """The day, or the last one on which the standard had 基準額① and ②."""
    return min(day, LAST_OF_TWO)


def _fujo(output: str) -> OfHome:
    def compute(rules: RuleFiles, home: Home) -> Any:
        """A result of 生活扶助基準 for a household."""
        on = home.day if output == "期末一時扶助" else two_standards(home.day)
        return rules.answer("seikatsu-fujo", standard(rules, home, on=on), on=on, output=output)

    return compute


def _fujo_of_one(output: str) -> OfPerson:
    def compute(rules: RuleFiles, home: Home, /, *, person: Person) -> Any:
        """A result of 生活扶助基準 for a member."""
        on = two_standards(home.day)
        found = rules.answer("seikatsu-fujo", standard(rules, home, on=on), on=on, output=output)
        return found[home.persons.index(person)]

    return compute


def winter(output: str) -> OfHome:
    """冬季加算 of a household in its month, whether the month has it there, and the area."""
    return lambda rules, home: rules.answer("toki-kasan", winter_facts(home), on=home.day, output=output)


def winter_facts(here: Home) -> dict[str, Any]:
    """Facts of 冬季加算: the prefecture, or one of the area given; without either, the area of the others."""
    area = here.amount("冬季加算地域区分1", 6, within=range(1, 7))
    where = AREAS[area] if here.has("冬季加算地域区分1") else here.word("居住都道府県") or AREAS[area]
    return {"都道府県": where, "世帯人員": at_home(here)}


PARTS = {
    "第一類一の計": "生活扶助基準1_第1類_基準額1",
    "逓減率一": "生活扶助基準1_逓減率1",
    "第二類一": "生活扶助基準1_第2類_基準額1",
    "第一類二の計": "生活扶助基準2_第1類_基準額2",
    "逓減率二": "生活扶助基準2_逓減率2",
    "第二類二": "生活扶助基準2_第2類_基準額2",
    "経過的加算": "生活扶助本体に係る経過的加算",
}
"""Our result of seikatsu-fujo, and the peer's name of it."""


def parts(rules: RuleFiles, here: Home, *, only: str = "") -> dict[str, Any]:
    """The parts of 生活扶助: as the case gives them, or as our rules find them (``only``: 一 or 二)."""
    on = two_standards(here.day)
    facts: dict[str, Any] = {}
    for ours, theirs in PARTS.items():
        if only and not ours.startswith(("第一類" + only, "逓減率" + only, "第二類" + only)):
            continue
        given = here.real(theirs) if here.has(theirs) else None
        if given is None:
            household = standard(rules, here, on=on)
            given = rules.answer("seikatsu-fujo", household, on=on, output=ours)
        rate = ours.startswith("逓減率")
        value = None if given is None else round(given * 10_000) if rate else int(given)
        facts[f"{ours}万分比" if rate else ours] = value
    return facts | {"冬季加算": given_or(here, "冬季加算", other=winter("冬季加算"), rules=rules)}


def given_or(here: Home, key: str, *, other: OfHome, rules: RuleFiles) -> int | None:
    """A whole amount as the case gives it, or as our rules find it; None where they leave it open."""
    if here.has(key):
        return here.amount(key)
    found = other(rules, here)
    return None if found is None else int(found)


def _whole(which: str) -> OfHome:
    def compute(rules: RuleFiles, home: Home) -> Any:
        """生活扶助基準1 or 2: 第1類 by the rate, 第2類 and 冬季加算."""
        facts = parts(rules, home, only=which)
        return rules.answer("seikatsu-hogo", facts, on=home.day, output=f"基準額{which}")

    return compute


def _of_homes() -> Iterator[tuple[str, OfHome]]:
    yield from ((f"居住級地区分{n}{end}", _grade(n - 1)) for n in (1, 2) for end in ("", "_世帯員"))
    yield from ((theirs, _fujo(ours)) for ours, theirs in PARTS.items())
    yield from ((f"生活扶助基準{digit}", _whole(which)) for which, digit in (("一", 1), ("二", 2)))
    yield "期末一時扶助", _fujo("期末一時扶助")
    yield from (
        ("冬季加算", winter("冬季加算")),
        ("冬季", winter("冬季")),
        ("冬季加算地域区分1", winter("冬季加算地区")),
    )


PERSONAL = {
    "生活扶助基準1_第1類_基準額1_世帯員": _fujo_of_one("第一類一"),
    "生活扶助基準2_第1類_基準額2_世帯員": _fujo_of_one("第一類二"),
    "生活扶助本体に係る経過的加算_世帯員": _fujo_of_one("経過的加算一人額"),
}
ASKED: dict[str, Mapped] = {
    **{key: of_homes(key, compute) for key, compute in _of_homes()},
    **{key: of_persons(key, compute) for key, compute in PERSONAL.items()},
}
