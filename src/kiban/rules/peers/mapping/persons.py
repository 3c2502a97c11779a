"""Persons of a peer's case: who they are to each other, how old, how disabled, on whom they depend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kiban.rules.lawdates import age, years_after
from kiban.rules.peers.mapping.common import Case, Household, Slot, number

GRADES = {word: grade for grade, word in enumerate(("一級", "二級", "三級", "四級", "五級", "六級", "七級"), 1)}
DEGREES = {word: degree for degree, word in enumerate(("一度", "二度", "三度", "四度"), 1)}
DEPENDANT_BEFORE_2026_08, DEPENDANT = 480_000, 580_000
"""合計所得金額 up to which somebody is 扶養親族・同一生計配偶者, by the income year that a month's payment looks at."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person of a case, with what the handbooks say as numbers (0: none)."""

    name: str
    given: dict[str, Any]
    role: str
    body: int
    tokyo: int
    mind: int
    ryoiku: str

    def says(self, key: str) -> bool:
        """A yes or no of the case; what it does not say is no."""
        return bool(number(self.given.get(key, False)))

    def amount(self, key: str) -> int:
        """A number of the case; what it does not say is 0."""
        return int(number(self.given.get(key, 0)))

    @property
    def income(self) -> int:
        """所得 of the case."""
        return self.amount("所得")

    @property
    def disabled(self) -> bool:
        """障害者 for 障害者控除."""
        return bool(self.body or self.tokyo or self.mind or self.ryoiku)

    @property
    def severe(self) -> bool:
        """特別障害者 for 障害者控除 (所得税法施行令10条2項)."""
        return self.body in {1, 2} or self.tokyo in {1, 2} or self.mind == 1 or self.ryoiku == "A"


def person(name: str, given: dict[str, Any], *, role: str = "") -> Person:
    """A person with the grades of the handbooks."""

    def word(key: str) -> str:
        return str(number(given.get(key, "")) or "")

    return Person(
        name, given, role,
        body=GRADES.get(word("身体障害者手帳等級"), 0), tokyo=DEGREES.get(word("愛の手帳等級"), 0),
        mind=GRADES.get(word("精神障害者保健福祉手帳等級"), 0),
        ryoiku=word("療育手帳等級") if word("療育手帳等級") in {"A", "B"} else "",
    )  # fmt: skip


def members(case: Case, household: Household) -> list[Person]:
    """The persons of a household with their roles (祖父母, 親, 子)."""
    everybody = case["input"].get("世帯員", {})
    return [
        person(name, everybody.get(name, {}), role=key.removesuffix("一覧"))
        for key, names in household.items()
        if key.endswith("一覧")
        for name in names
    ]


def households_of(case: Case) -> list[Household]:
    """The households of a case."""
    given = case["input"]
    return list(given["世帯一覧"].values()) if "世帯一覧" in given else [given.get("世帯", {})]


@dataclass(frozen=True, slots=True)
class Home:
    """A household of a case on a day."""

    persons: list[Person]
    given: Household
    on: str

    def says(self, key: str) -> bool:
        """A yes or no about the household."""
        return bool(number(self.given.get(key, False)))

    def of(self, role: str) -> list[Person]:
        """Who has a role."""
        return [one for one in self.persons if one.role == role]


def home_of(case: Case, household: Household) -> Home:
    """A household on the case's day."""
    return Home(members(case, household), household, str(case["period"]))


def homes(case: Case, on: str) -> list[Home]:
    """Every household of a case."""
    return [Home(members(case, household), household, on) for household in households_of(case)]


def of_slot(case: Case, slot: Slot) -> Iterator[tuple[Home, list[Person]]]:
    """The persons whom an expected value is about, with their household: one person, or all of a household."""
    for home in homes(case, slot.day):
        if slot.name in case["input"].get("世帯員", {}):
            found = [one for one in home.persons if one.name == slot.name]
        elif slot.name and home.given is not slot.given:
            continue
        else:
            found = home.persons
        if found:
            yield home, found


def born(one: Person, on: str) -> str:
    """The day of birth; an age without one is reached on the first of the month (each is that old all the month)."""
    given = one.given.get("誕生年月日")
    if given:
        return str(number(given))
    return years_after(dt.date.fromisoformat(on).replace(day=1), -one.amount("年齢")).isoformat()


def years(one: Person, on: str) -> int:
    """Age on a day."""
    if "年齢" in one.given:
        return one.amount("年齢")
    return age(dt.date.fromisoformat(born(one, on)), dt.date.fromisoformat(on))


def spouse(one: Person, home: Home) -> Person | None:
    """The other of two parents, or of two grandparents."""
    pair = home.of(one.role) if one.role in {"親", "祖父母"} else []
    return next((other for other in pair if other is not one), None) if len(pair) == 2 else None


def dependants(one: Person, home: Home) -> list[Person]:
    """同一生計配偶者 and 扶養親族: the others with little income; the person is taken as the one who supports them."""
    most = DEPENDANT if home.on >= "2026-08" else DEPENDANT_BEFORE_2026_08
    return [other for other in home.persons if other is not one and other.income <= most]


@dataclass(frozen=True, slots=True)
class Counts:
    """Dependants, of them elderly (70 and more), of them 16 to 22 (not the spouse)."""

    all: int
    elderly: int
    specified: int


def counts(one: Person, home: Home, *, elderly_spouse: bool) -> Counts:
    """How many dependants; a spouse of 70 counts as elderly for the disabled person's limit, not for a supporter's."""
    supported, partner = dependants(one, home), spouse(one, home)
    others = [other for other in supported if other is not partner]
    old = supported if elderly_spouse else others
    return Counts(
        len(supported),
        sum(years(other, home.on) >= 70 for other in old),
        sum(16 <= years(other, home.on) <= 22 for other in others),
    )
