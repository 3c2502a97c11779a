"""Persons and households of a case as tax and insurance want them: values of a day, relations, degree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kiban.rules.peers.mapping.common import Case, Slot

PARENTS, CHILDREN, GRANDPARENTS = "親一覧", "子一覧", "祖父母一覧"
SPECIAL = {"身体障害者手帳等級": {"一級", "二級"}, "精神障害者保健福祉手帳等級": {"一級"}, "療育手帳等級": {"A"},
           "愛の手帳等級": {"一度", "二度"}}  # fmt: skip
"""特別障害者 by handbook (所得税法施行令10条2項)."""
ADULT = "1970-01-01"


def value_on(given: Mapping[str, Any], key: str, *, day: str) -> Any:
    """A value that may be written by day: of the day, else of the last before it, else the first; or None."""
    found = given.get(key)
    if not isinstance(found, dict):
        return found
    days = sorted(found)
    before = [one for one in days if one <= day]
    return found[(before or days)[-1 if before else 0]] if days else None


@dataclass(frozen=True, slots=True)
class Person:
    """A person on a day of a case."""

    name: str
    given: Mapping[str, Any]
    day: str

    def get(self, key: str, default: Any) -> Any:
        """A given value, or the default."""
        found = value_on(self.given, key, day=self.day)
        return default if found is None else found

    def has(self, key: str) -> bool:
        """Whether the case gives a value."""
        return value_on(self.given, key, day=self.day) is not None

    @property
    def full_day(self) -> str:
        """The day with its day of the month."""
        return (self.day + "-01-01")[:10] if len(self.day) < 10 else self.day

    @property
    def birth(self) -> str:
        """The birth date: given, or such that the given age is that of the day and of the year's end, or an adult's."""
        if self.has("誕生年月日"):
            return str(self.get("誕生年月日", ADULT))
        if not self.has("年齢"):
            return ADULT
        return f"{int(self.day[:4]) - int(self.get('年齢', 0))}-01-{'02' if self.full_day[5:] > '01-01' else '01'}"

    @property
    def degree(self) -> str:
        """障害の区分 of a taxpayer by handbook."""
        if any(self.get(key, "無") in words for key, words in SPECIAL.items()):
            return "特別"
        return "一般" if any(self.get(key, "無") not in {"無", "なし", ""} for key in SPECIAL) else "なし"

    @property
    def at_home(self) -> bool:
        """Living with the family: not in a care home."""
        return not self.get("介護施設入所中", False)

    @property
    def self_employed(self) -> bool:
        """個人事業主: said, or has costs of a business, or works for themselves."""
        if self.has("個人事業主である"):
            return bool(self.get("個人事業主である", False))
        return bool(self.get("個人事業主の必要経費", 0) > 0) or self.get("就労形態", "無") == "自営業"


@dataclass(frozen=True, slots=True)
class Home:
    """A household on a day of a case."""

    parents: tuple[Person, ...]
    children: tuple[Person, ...]
    grandparents: tuple[Person, ...]
    given: Mapping[str, Any]
    day: str

    def members(self) -> list[Person]:
        """All members, parents first."""
        return [*self.parents, *self.children, *self.grandparents]

    def get(self, key: str, default: Any) -> Any:
        """A given value of the household, or the default."""
        found = value_on(self.given, key, day=self.day)
        return default if found is None else found

    def has(self, key: str) -> bool:
        """Whether the case gives a value of the household."""
        return value_on(self.given, key, day=self.day) is not None


def homes_in(case: Case, day: str) -> Iterator[tuple[str, Home]]:
    """The households of a case by name; values without any household are one person's."""
    given = case["input"]
    if "世帯一覧" in given:
        found = dict(given["世帯一覧"])
    elif "世帯" in given or "世帯員" in given:
        found = {"": given.get("世帯", {})}
    else:
        yield "", Home((Person("", given, day),), (), (), given, day)
        return
    people = given.get("世帯員", {})
    for name, household in found.items():
        groups = [
            tuple(Person(str(one), people.get(one, {}), day) for one in household.get(key, ()))
            for key in (PARENTS, CHILDREN, GRANDPARENTS)
        ]
        yield name, Home(groups[0], groups[1], groups[2], household, day)


def home_of(case: Case, slot: Slot) -> tuple[Home, Person | None]:
    """The household and the person that a value is expected of; a person in no household lives alone."""
    found = dict(homes_in(case, slot.day))
    if slot.name in case["input"].get("世帯員", {}):
        for home in found.values():
            for person in home.members():
                if person.name == slot.name:
                    return home, person
        alone = Person(slot.name, case["input"]["世帯員"][slot.name], slot.day)
        return Home((alone,), (), (), {}, slot.day), alone
    home = found.get(slot.name) or next(iter(found.values()))
    return home, None
