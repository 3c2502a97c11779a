"""生活保護: 生活扶助基準, 冬季加算, 期末一時扶助 and 級地.

The peer has the standard of 2020-10 only (基準額① and ②): what a case asks of it after 2023-09 is asked on the last day
of that standard. An age without a birth date is the age on 1 April and on the day itself.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kiban.rules.lawdates import age, fiscal_year
from kiban.rules.peers.files import UNKNOWN, Mapped, RuleFiles
from kiban.rules.peers.mapping.common import Case, Slot, number, of_slots

LAST_OF_TWO = "2023-09-30"
"""The last day of the standard with 基準額① and ②."""
AREAS = {1: "北海道", 2: "岩手県", 3: "宮城県", 4: "石川県", 5: "栃木県", 6: "東京都"}
"""A prefecture of each area of 冬季加算."""
OTHER_CLASS = "3級地-2"
CHILD, PARENT, ELDER = "子一覧", "親一覧", "祖父母一覧"


@dataclass(frozen=True, slots=True)
class House:
    """A household of a case: what is given for it, its members by name with their list, the day asked."""

    given: dict[str, Any]
    members: dict[str, tuple[str, dict[str, Any]]]
    day: str

    def value(self, key: str, default: Any = None) -> Any:
        """A given value."""
        return number(self.given.get(key, default))

    @property
    def persons(self) -> list[dict[str, Any]]:
        """What is given for each member."""
        return [person for _, person in self.members.values()]

    @property
    def at_home(self) -> int:
        """Persons who are not in hospital."""
        given = self.value("世帯人数")
        return int(given) if given is not None else sum(not number(one.get("入院中", False)) for one in self.persons)


def house(case: Case, slot: Slot) -> House:
    """The household of a value: the one that the slot names, or whose member it names, or the only one."""
    given = case["input"]
    several, people = given.get("世帯一覧", {}), given.get("世帯員", {})
    own = given.get("世帯", {})
    if slot.name in several:
        own = several[slot.name]
    elif slot.name in people:
        lives = (one for one in several.values() if any(slot.name in names for names in _lists(one).values()))
        own = next(lives, own)
    own = {key: value for key, value in given.items() if key not in ("世帯", "世帯一覧", "世帯員")} | own
    members = {
        name: (kind, people.get(name, {})) for kind, names in _lists(own).items() for name in names
    } or _unlisted(own, people)
    return House(own, members, slot.day)


def _lists(own: dict[str, Any]) -> dict[str, list[str]]:
    return {key: value for key, value in own.items() if key.endswith("一覧") and isinstance(value, list)}


def _unlisted(own: dict[str, Any], people: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Members of a household without lists: the persons given, or as many as it says, with what is given for one."""
    if people:
        return {name: (CHILD, person) for name, person in people.items()}
    count = int(number(own.get("世帯人数", 1)))
    return {str(place): (PARENT, own if count == 1 else {}) for place in range(count)}


@cache
def _classes(path: Path) -> dict[tuple[str, str], str]:
    with path.open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {(row["都道府県"], row["市区町村"]): row["級地"] for row in rows}


def class_of(rules: RuleFiles, here: House) -> str | None:
    """級地 as ``1級地-1``: as given, or of the municipality by 別表第九; None where neither is known."""
    if (grade := here.value("居住級地区分1")) is not None:
        return f"{grade}級地-{here.value('居住級地区分2', 1)}"
    where = (here.value("居住都道府県"), here.value("居住市区町村", ""))
    if where[0] is None:
        return None
    return _classes(next(rules.folder.rglob("seikatsu-fujo/kyuchi.csv"))).get(where, OTHER_CLASS)


def _grade(place: int) -> Callable[..., Any]:
    def compute(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
        """居住級地区分1 is the number before 級地, 居住級地区分2 the one after it."""
        found = class_of(rules, house(case, slot))
        return UNKNOWN if found is None else int(found.split("級地-")[place])

    return compute


def born_by_april(person: dict[str, Any], day: str, *, on: str) -> str | None:
    """A birth date that gives on 1 April before ``on`` the age of 1 April before ``day``; None where nothing tells."""
    year = fiscal_year(dt.date.fromisoformat(day))
    if "誕生年月日" in person:
        years = max(0, age(dt.date.fromisoformat(str(number(person["誕生年月日"]))), dt.date(year, 4, 1)))
    elif "年齢" in person:
        years = int(number(person["年齢"]))
    else:
        return None
    return f"{fiscal_year(dt.date.fromisoformat(on)) - years}-04-01"


def standard(rules: RuleFiles, here: House, *, on: str = "") -> dict[str, Any]:
    """Facts of 生活扶助基準, asked on the household's day or on another; persons only counted are of no known age."""
    uncounted = int(here.value("世帯人数", 0)) - len(here.persons)
    return {
        "級地": class_of(rules, here), "経過的加算額": here.value("経過的加算額", 0),
        "世帯員": [
            {
                "生年月日": born_by_april(one, here.day, on=on or here.day),
                "入院中": bool(number(one.get("入院中", False))),
            }
            for one in [*here.persons, *([{}] * uncounted)]
        ],
    }  # fmt: skip


def two_standards(day: str) -> str:
    """The day, or the last one on which the standard had 基準額① and ②."""
    return min(day, LAST_OF_TWO)


def known(value: Any) -> Any:
    """Our value for the comparison: an exact fraction as a number, an open answer as unknown."""
    if value is None:
        return UNKNOWN
    return value if isinstance(value, bool | int) else float(value)


def _fujo(output: str) -> Callable[..., Any]:
    def compute(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
        """A result of 生活扶助基準 for a household."""
        here = house(case, slot)
        on = slot.day if output == "期末一時扶助" else two_standards(slot.day)
        found = rules.answer("seikatsu-fujo", standard(rules, here, on=on), on=on, output=output)
        return known(found)

    return compute


def _fujo_of_one(output: str) -> Callable[..., Any]:
    def compute(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
        """A result of 生活扶助基準 for a member."""
        here, on = house(case, slot), two_standards(slot.day)
        found = rules.answer("seikatsu-fujo", standard(rules, here, on=on), on=on, output=output)
        place = list(here.members).index(slot.name) if slot.name else 0
        return known(found[place])

    return compute


def winter_facts(here: House) -> dict[str, Any]:
    """Facts of 冬季加算: the prefecture, or one of the area given; without either, the area of the others."""
    area = here.value("冬季加算地域区分1")
    where = AREAS[int(area)] if area else here.value("居住都道府県", AREAS[6])
    return {"都道府県": where, "世帯人員": here.at_home}


def winter(rules: RuleFiles, case: Case, *, slot: Slot, output: str = "冬季加算") -> Any:
    """冬季加算 of a household in its month."""
    return known(rules.answer("toki-kasan", winter_facts(house(case, slot)), on=slot.day, output=output))


def is_winter(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
    """冬季: whether the month has 冬季加算 there."""
    return winter(rules, case, slot=slot, output="冬季")


def area(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
    """冬季加算地域区分1."""
    return winter(rules, case, slot=slot, output="冬季加算地区")


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


def parts(rules: RuleFiles, here: House, *, only: str = "") -> dict[str, Any]:
    """The parts of 生活扶助: as the case gives them, or as our rules find them (``only``: 一 or 二)."""
    on = two_standards(here.day)
    facts: dict[str, Any] = {}
    for ours, theirs in PARTS.items():
        if only and not ours.startswith(("第一類" + only, "逓減率" + only, "第二類" + only)):
            continue
        given = here.value(theirs)
        if given is None:
            household = standard(rules, here, on=on)
            given = rules.answer("seikatsu-fujo", household, on=on, output=ours)
        rate = ours.startswith("逓減率")
        value = None if given is None else round(given * 10_000) if rate else int(given)
        facts[f"{ours}万分比" if rate else ours] = value
    given = here.value("冬季加算")
    found = rules.answer("toki-kasan", winter_facts(here), on=here.day, output="冬季加算") if given is None else given
    return facts | {"冬季加算": None if found is None else int(found)}


def _whole(which: str) -> Callable[..., Any]:
    def compute(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
        """生活扶助基準1 or 2: 第1類 by the rate, 第2類 and 冬季加算."""
        facts = parts(rules, house(case, slot), only=which)
        return known(rules.answer("seikatsu-hogo", facts, on=slot.day, output=f"基準額{which}"))

    return compute


def _asked() -> Iterator[tuple[str, Callable[..., Any]]]:
    yield from ((f"居住級地区分{n}{end}", _grade(n - 1)) for n in (1, 2) for end in ("", "_世帯員"))
    yield from ((theirs, _fujo(ours)) for ours, theirs in PARTS.items())
    for which, digit in (("一", "1"), ("二", "2")):
        name = f"生活扶助基準{digit}"
        yield name, _whole(which)
        yield f"{name}_第1類_基準額{digit}_世帯員", _fujo_of_one(f"第一類{which}")
    yield "生活扶助本体に係る経過的加算_世帯員", _fujo_of_one("経過的加算一人額")
    yield "期末一時扶助", _fujo("期末一時扶助")
    yield from (("冬季加算", winter), ("冬季", is_winter), ("冬季加算地域区分1", area))


ASKED: dict[str, Mapped] = {key: of_slots(key, compute) for key, compute in _asked()}
