"""The one reading of a case: its households, their persons, and what is said of each on a day.

What a case leaves open of a person is closed here once: an age without a birth date is that of one born on 2 January,
so of that age on the day and at the year's end; a school grade is of a birth date that fits it and the age; who is said
to be of no age is an adult under seventy where the law asks for an adult, else unknown. A person in no household lives
alone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiban.kernel.errors import BadInput
from kiban.rules.lawdates import age, fiscal_year

Case = dict[str, Any]
Given = Mapping[str, Any]
PARENT, CHILD, GRANDPARENT = "親", "子", "祖父母"
ROLES, LIST = (PARENT, CHILD, GRANDPARENT), "一覧"
LEVELS = ("世帯", "世帯一覧", "世帯員")
GRADES = {word: grade for grade, word in enumerate(("一級", "二級", "三級", "四級", "五級", "六級", "七級"), 1)}
MENTAL = tuple(GRADES)[:3]
DEGREES = {word: degree for degree, word in enumerate(("一度", "二度", "三度", "四度"), 1)}
HANDBOOKS = ("身体障害者手帳等級", "愛の手帳等級", "精神障害者保健福祉手帳等級", "療育手帳等級")
RYOIKU = {word: word[0] for word in ("A", "A1", "A2", "B", "B1", "B2")}
NONE, YES = (None, False, "", "無", "なし"), ("有", "あり")
ADULT = "1970-01-01"
DAY = re.compile(r"\d{4}(-\d{2}){0,2}|ETERNITY")
MOST, YEARS, AGES, SCHOOL, PERSONS = 10**15, range(1900, 2101), range(151), range(-10, 41), range(100)
"""What a number, a year, an age, a school grade and the count of a household's persons can be."""


class Unsaid(Exception):
    """The case does not say what the law asks for."""


def whole(day: str) -> str:
    """A day for a day, a month (2025-04) or a year that a case names.

    Raises: BadInput when it is none of them.
    """
    found = (day + "-01-01")[:10] if len(day) == 4 else (day + "-01")[:10]
    try:
        date = dt.date.fromisoformat(found)
    except ValueError:
        raise BadInput(f"{day!r}, which is no day, month or year", remedy="dates as 2025-04-01 or 2025-04") from None
    if date.year not in YEARS:
        raise BadInput(f"{day!r}, which must be in the years {YEARS[0]} to {YEARS[-1]}")
    return date.isoformat()


def record(value: Any, what: str) -> Given:
    """A JSON object of a case.

    Raises: BadInput when it is none.
    """
    if not isinstance(value, Mapping):
        raise BadInput(f"{what}, which must be an object of names and values")
    return value


def facts_of(value: Any, whose: str) -> Given:
    """What a case says of somebody: an object whose values stand alone or by day.

    Raises: BadInput when it is none.
    """
    for key, one in record(value, whose).items():
        if isinstance(one, dict) and not all(DAY.fullmatch(day) for day in one):
            raise BadInput(f"{key} of {whose}, whose values must stand by day (2025-04-01, 2025-04 or 2025)")
    found: Given = value
    return found


def value_on(given: Given, key: str, *, day: str) -> Any:
    """A value that may be written by day: of the day, else of the last before it, else the first; or None."""
    found = given.get(key)
    if not isinstance(found, dict):
        return found
    days = sorted(found)
    before = [one for one in days if one <= day]
    return found[(before or days)[-1 if before else 0]] if days else None


@dataclass(frozen=True, slots=True)
class Said:
    """What a case says of somebody or something on a day."""

    name: str
    given: Given
    day: str

    def get(self, key: str, default: Any = None) -> Any:
        """A given value, or the default."""
        found = value_on(self.given, key, day=self.day)
        return default if found is None else found

    def has(self, key: str) -> bool:
        """Whether the case gives a value."""
        return value_on(self.given, key, day=self.day) is not None

    def says(self, key: str) -> bool:
        """A yes or no; what is not said is no.

        Raises: BadInput when what is said is neither.
        """
        found = self.get(key)
        if isinstance(found, str) and found not in NONE and found not in YES:
            raise self.wrong(key, "yes or no")
        return found in YES if isinstance(found, str) else bool(found)

    def word(self, key: str, *, of: Collection[str] = ()) -> str:
        """A word, one of those that there are where they are named; none where it is not said or 無.

        Raises: BadInput.
        """
        found = self.get(key)
        if found in NONE:
            return ""
        if not isinstance(found, str) or (of and found not in of):
            raise self.wrong(key, f"one of {', '.join(of)}" if of else "a word")
        return found

    def real(self, key: str, default: float = 0) -> float:
        """A number; what is not said is the default.

        Raises: BadInput when what is said is no number, or one that no yen, age or rate can be.
        """
        found = self.get(key, default)
        try:
            number = float(found) if isinstance(found, str) else found
            if isinstance(number, int | float) and not isinstance(number, bool) and abs(number) <= MOST:
                return number
        except ValueError:
            pass
        raise self.wrong(key, "a number")

    def amount(self, key: str, default: int = 0, *, within: range | None = None) -> int:
        """A whole number; what is not said is the default.

        Raises: BadInput when what is said is no number, or none of those that there are.
        """
        found = int(self.real(key, default))
        if within is not None and found not in within:
            raise self.wrong(key, f"{within[0]} to {within[-1]}")
        return found

    def wrong(self, key: str, needed: str) -> BadInput:
        """That something is not said as it must be."""
        return BadInput(f"{key} of {self.name or 'the household'}, which must be {needed}: {self.get(key)!r}")

    @property
    def date(self) -> dt.date:
        """The day."""
        return dt.date.fromisoformat(self.day)

    @property
    def year(self) -> int:
        """The year of the day."""
        return self.date.year


def _school_births(year: int) -> list[dt.date]:
    """Birth dates of a school year, the usual ones first: in the middle of its months, then its first and last day."""
    months = [dt.date(year + (month < 4), month, 15) for month in (5, 7, 9, 11, 1, 3, 4, 6, 8, 10, 12, 2)]
    return [*months, dt.date(year, 4, 2), dt.date(year + 1, 4, 1)]


@dataclass(frozen=True, slots=True)
class Person(Said):
    """A person on a day of a case, with what the handbooks say as numbers (0: none)."""

    role: str = PARENT

    @property
    def body(self) -> int:
        """身体障害者手帳, 1 to 7."""
        return GRADES.get(self.word(HANDBOOKS[0], of=GRADES), 0)

    @property
    def tokyo(self) -> int:
        """愛の手帳, 1 to 4."""
        return DEGREES.get(self.word(HANDBOOKS[1], of=DEGREES), 0)

    @property
    def mind(self) -> int:
        """精神障害者保健福祉手帳, 1 to 3."""
        return GRADES.get(self.word(HANDBOOKS[2], of=MENTAL), 0)

    @property
    def ryoiku(self) -> str:
        """療育手帳: A, B (with or without the number that some prefectures add) or none."""
        return RYOIKU.get(self.word(HANDBOOKS[3], of=RYOIKU), "")

    @property
    def disabled(self) -> bool:
        """障害者: holds one of the handbooks, of whatever grade."""
        return bool(self.body or self.tokyo or self.mind or self.ryoiku)

    @property
    def severe(self) -> bool:
        """特別障害者 by handbook (所得税法施行令10条2項)."""
        return self.body in {1, 2} or self.tokyo in {1, 2} or self.mind == 1 or self.ryoiku == "A"

    @property
    def degree(self) -> str:
        """障害の区分 of a taxpayer."""
        return "特別" if self.severe else "一般" if self.disabled else "なし"

    @property
    def born(self) -> str | None:
        """The birth date: written, or one that fits the school grade and the age; None where nothing tells."""
        if self.has("誕生年月日"):
            return whole(str(self.get("誕生年月日")))
        years = self.amount("年齢", within=AGES) if self.has("年齢") else None
        if self.has("学年"):
            dates = _school_births(fiscal_year(self.date) - self.amount("学年", within=SCHOOL) - 6)
            fits = [one for one in dates if one <= self.date and age(one, self.date) == years]
            if fits or years is None:
                return str((fits or dates)[0])
        return None if years is None else str(dt.date(self.year - years, 1, 2))

    @property
    def birth(self) -> str:
        """The birth date, an adult's where nothing tells."""
        return self.born or ADULT

    @property
    def age(self) -> int:
        """満年齢 as given, or by the birth date."""
        return (
            self.amount("年齢", within=AGES) if self.has("年齢") else age(dt.date.fromisoformat(self.birth), self.date)
        )

    @property
    def grade(self) -> int:
        """学年 of the fiscal year: 小学1年 is 1, 高校1年 is 10.

        Raises: Unsaid.
        """
        if self.has("学年"):
            return self.amount("学年", within=SCHOOL)
        if self.born is None:
            raise Unsaid("学年")
        return age(dt.date.fromisoformat(self.born), dt.date(fiscal_year(self.date) + 1, 3, 31)) - 6

    @property
    def at_home(self) -> bool:
        """Living with the family: not in a care home."""
        return not self.says("介護施設入所中")

    @property
    def self_employed(self) -> bool:
        """個人事業主: said, or has costs of a business, or works for themselves."""
        if self.has("個人事業主である"):
            return self.says("個人事業主である")
        return self.amount("個人事業主の必要経費") > 0 or self.word("就労形態") == "自営業"


@dataclass(frozen=True, slots=True)
class Home(Said):
    """A household on a day of a case; its persons are parents first, then children, then grandparents."""

    persons: tuple[Person, ...] = ()

    def of(self, role: str) -> tuple[Person, ...]:
        """Who has a role."""
        return tuple(one for one in self.persons if one.role == role)

    @property
    def parents(self) -> tuple[Person, ...]:
        """The parents."""
        return self.of(PARENT)

    @property
    def children(self) -> tuple[Person, ...]:
        """The children."""
        return self.of(CHILD)

    @property
    def grandparents(self) -> tuple[Person, ...]:
        """The grandparents."""
        return self.of(GRANDPARENT)

    @property
    def alone(self) -> bool:
        """One parent only, or one whose spouse does not count (severely disabled, missing or the like)."""
        return len(self.parents) == 1 or self.says("配偶者がいるがひとり親に該当")

    @property
    def size(self) -> int:
        """世帯人数: as given, or the persons'."""
        return self.amount("世帯人数", len(self.persons), within=PERSONS)


def homes_in(case: Case, day: str) -> tuple[Home, ...]:
    """The households of a case; what is given beside them is said of each.

    Raises: BadInput when they are no households, or a person stands twice in them.
    """
    given = record(case["input"], "input")
    people = record(given.get("世帯員", {}), "世帯員")
    beside = facts_of({key: value for key, value in given.items() if key not in LEVELS}, "input")
    several = record(given.get("世帯一覧") or {"": given.get("世帯", {})}, "世帯一覧")
    if "世帯" in given and "世帯一覧" in given:
        raise BadInput("世帯 beside 世帯一覧, of which one only can be")
    found = []
    for name, own in several.items():
        said = Said(name, {**beside, **facts_of(own, name or "世帯")}, day)
        persons = _listed(said, people) or (_unlisted(said, people) if len(several) == 1 else ())
        found.append(Home(name, said.given, day, persons))
    names = [one.name for home in found for one in home.persons]
    if twice := [name for name in names if names.count(name) > 1]:
        raise BadInput(f"{twice[0]}, who stands twice in the lists of households")
    return tuple(found)


def _person(name: str, people: Given, *, day: str, role: str = PARENT) -> Person:
    if people and name not in people:
        raise BadInput(f"{name} of {role}{LIST}, whom 世帯員 has not")
    return Person(name, facts_of(people.get(name, {}), name), day, role)


def _listed(said: Said, people: Given) -> tuple[Person, ...]:
    """The persons of the lists of a household, in the order of the roles."""
    lists = {key.removesuffix(LIST): said.get(key, []) for key in said.given if key.endswith(LIST)}
    for role, names in lists.items():
        if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
            raise BadInput(f"{role}{LIST}, which must be a list of names")
    return tuple(
        _person(name, people, day=said.day, role=role)
        for role in sorted(lists, key=lambda one: ROLES.index(one) if one in ROLES else len(ROLES))
        for name in lists[role]
    )


def _unlisted(said: Said, people: Given) -> tuple[Person, ...]:
    """Persons of a household without lists: all given, or as many as it counts, with what is given for one."""
    if people:
        return tuple(_person(name, people, day=said.day) for name in people)
    count = said.amount("世帯人数", 1, within=PERSONS)
    return tuple(Person(str(place), said.given if count == 1 else {}, said.day) for place in range(count))


def home_of(case: Case, name: str, *, day: str, member: bool = False) -> tuple[Home, Person | None]:
    """The household of a name, or of a member with the member; the only household needs no name.

    Raises: BadInput when the case has none of that name.
    """
    homes = homes_in(case, day)
    if not member:
        found = homes if len(homes) == 1 and not name else [home for home in homes if home.name == name]
        if not found:
            raise BadInput(f"the household {name}, which the input has not" if name else "the name of a household")
        return found[0], None
    for home in homes:
        for person in home.persons:
            if person.name == name:
                return home, person
    people = case["input"].get("世帯員", {})
    if name not in people:
        raise BadInput(f"the person {name}, whom the input has not")
    lone = _person(name, people, day=day)
    beside = {key: value for key, value in case["input"].items() if key not in LEVELS}
    return Home("", beside, day, (lone,)), lone


def only(person: Person) -> Home:
    """A person as a household of one, of which nothing is said."""
    return Home("", {}, person.day, (replace(person, role=PARENT),))
