"""Synthetic residents of one municipality as Python values: the register's persons, household by household.

Deterministic: the same municipality and seed give the same persons on every machine;
more persons begin with the fewer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kiban.population.model import Part, Register, Settings, Share
from kiban.population.nation import nation
from kiban.population.places import NUMBERS
from kiban.population.register import EPOCH, register
from kiban.registries import town_registry

TODAY = dt.date(2026, 11, 21)
MORE = 16
"""Persons made beyond those asked for, so that the last household is one that nobody had to fit."""


@dataclass(frozen=True, slots=True)
class Resident:
    """One synthetic person as a resident register (住民基本台帳) has them; ``sex`` is 1 male, 2 female (GIF)."""

    id: str
    municipality: str
    household: str
    position: int
    relation: str
    family: str
    given: str
    family_kana: str
    given_kana: str
    birth_date: dt.date
    sex: str
    address: dict[str, Any]
    resident_since: dt.date

    def age(self, on: dt.date) -> int:
        """Full years (満年齢) on a day."""
        born = self.birth_date
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def residents(municipality: str, *, persons: int, seed: int = 1, on: dt.date = TODAY) -> Iterator[Resident]:
    """At least ``persons`` residents of a municipality, household by household (the last one is complete).

    Raises: UnknownMunicipality of kiban.registries; BadPlan for an impossible number or seed.
    """
    town_registry().municipality(municipality)
    part = Part(0, (Share(municipality, persons + MORE, 0),))
    people = register(part, Settings(persons, seed, on))
    household = -1
    for row in range(len(people)):
        if people.position[row] == 1:
            household += 1
            if row >= persons:
                return
        yield _resident(people, row, household=f"{municipality}-{household:06d}")


def _resident(people: Register, row: int, *, household: str) -> Resident:
    tables = nation()
    family, given = int(people.family[row]), int(people.given[row])
    code = people.at.codes[people.municipality[row]]
    return Resident(
        id=f"{household}-{people.position[row] - 1}",
        municipality=code,
        household=household,
        position=int(people.position[row]),
        relation=tables.relations[people.relation[row]],
        family=tables.family.written[family],
        given=tables.given.written[given],
        family_kana=tables.family.kana[family],
        given_kana=tables.given.kana[given],
        birth_date=dt.date.fromordinal(EPOCH + int(people.birth[row])),
        sex=str(int(people.sex[row]) + 1),
        address=_address(people, row, code=code),
        resident_since=dt.date.fromordinal(EPOCH + int(people.since[row])),
    )


def _address(people: Register, row: int, *, code: str) -> dict[str, Any]:
    at = people.at
    city, town, number = at.cities[people.municipality[row]], at.towns[people.town[row]], NUMBERS[people.number[row]]
    return {
        "municipality_code": code,
        "prefecture": at.name,
        "city": city,
        "town": town,
        "town_id": at.town_ids[people.town[row]],
        "block": number,
        "full_address": f"{at.name}{city}{town}{number}",
    }
