"""Values of the synthetic nation: what is asked for, how it is cut into parts, and a part's register as columns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy.typing as npt

from kiban.population.errors import BadPlan
from kiban.population.nation import nation
from kiban.population.places import Prefecture

NATION = 125_927_910
"""The most persons that can be generated."""
REFERENCE_DAY = dt.date(2026, 10, 1)
FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
"""Reference days: the oldest are born in an era that has a code (from 1868), and names and rates are of our time."""
PART_PERSONS = 400_000
Column = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """Which nation: number of persons, seed and reference day (基準日); municipalities limit what is written."""

    persons: int
    seed: int = 1
    on: dt.date = REFERENCE_DAY
    only: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.persons <= NATION:
            raise BadPlan(f"{self.persons:,} persons", remedy=f"ask for 1 to {NATION:,}")
        if not 0 <= self.seed < 2**32:
            raise BadPlan(f"seed {self.seed}", remedy="use a whole number from 0 to 4,294,967,295")
        if not FIRST_DAY <= self.on <= LAST_DAY:
            raise BadPlan(f"the reference day {self.on}", remedy=f"use a day from {FIRST_DAY} to {LAST_DAY}")
        known = {code for code, _ in nation().municipalities}
        for code in self.only:
            if code not in known:
                raise BadPlan(
                    f"{code!r} is no municipality that can be generated",
                    remedy="use the 6 digits of 全国地方公共団体コード; a designated city by its wards",
                )


@dataclass(frozen=True, slots=True)
class Share:
    """One municipality's share: its persons and the first person's serial number in the nation."""

    code: str
    persons: int
    serial: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part: neighbouring municipalities of one prefecture, written as one file per table."""

    number: int
    shares: tuple[Share, ...]

    @property
    def prefecture(self) -> str:
        """First two digits of the codes."""
        return self.shares[0].code[:2]

    @property
    def persons(self) -> int:
        """Persons in the part."""
        return sum(one.persons for one in self.shares)


def shares(settings: Settings) -> list[Share]:
    """Persons per municipality in proportion to its size, whole numbers with the exact sum (largest remainders)."""
    known = nation().municipalities
    total = sum(value for _, value in known)
    exact = [(value * settings.persons) // total for _, value in known]
    rest = sorted(range(len(known)), key=lambda i: (-(known[i][1] * settings.persons % total), i))
    for index in rest[: settings.persons - sum(exact)]:
        exact[index] += 1
    found, serial = [], 0
    for (code, _), persons in zip(known, exact, strict=True):
        found.append(Share(code, persons, serial))
        serial += persons
    return found


def parts(settings: Settings) -> list[Part]:
    """The nation cut into parts of about 400,000 persons along municipalities, so that no household is cut."""
    groups: list[list[Share]] = []
    size = PART_PERSONS
    for share in shares(settings):
        if share.persons and (not settings.only or share.code in settings.only):
            if size >= PART_PERSONS or share.code[:2] != groups[-1][0].code[:2]:
                groups.append([])
                size = 0
            groups[-1].append(share)
            size += share.persons
    return [Part(number, tuple(group)) for number, group in enumerate(groups)]


@dataclass(frozen=True, slots=True)
class Register:
    """A part's resident register (住民基本台帳) as columns, one entry per person, household by household.

    Days are counted from 1970-01-01. Names, towns, numbers and buildings are places in their tables; -1 is none.
    """

    at: Prefecture
    seed: int
    person_id: Column
    household_id: Column
    position: Column
    size: Column
    kind: Column
    relation: Column
    sex: Column
    age: Column
    birth: Column
    family: Column
    given: Column
    former_family: Column
    alias: Column
    nationality: Column
    municipality: Column
    town: Column
    number: Column
    building: Column
    since: Column
    past_town: Column
    past_number: Column
    married: Column
    noise: Column
    work: Column
    account: Column

    def __len__(self) -> int:
        return len(self.person_id)

    def pick(self, rows: Column) -> Register:
        """Some persons of the register, in the order of ``rows``."""
        columns = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name not in {"at", "seed"}}
        return replace(self, **columns)
