"""Synthetic residents of one municipality: households with relations, ages, names and addresses in real towns.

Deterministic: the same municipality, number and seed give the same persons on every machine (counter-based Philox).
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from kiban.population.names import FAMILY, FEMALE, MALE
from kiban.registries import Town, town_registry

HEAD, WIFE, HUSBAND, CHILD, MOTHER = "世帯主", "妻", "夫", "子", "母"
SHAPES = ("single", "couple", "parents", "lone_parent", "elderly_couple", "three_generations")
SHARES = (0.37, 0.11, 0.26, 0.07, 0.13, 0.06)
"""Shares of household shapes, near those of the 国勢調査; `kiban population` reports how far a town is from them."""
TODAY = dt.date(2026, 11, 21)


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


@dataclass(frozen=True, slots=True)
class _Place:
    """Where households of a municipality live."""

    code: str
    prefecture: str
    name: str
    towns: tuple[Town, ...]

    def address(self, draw: np.random.Generator) -> dict[str, Any]:
        town = self.towns[int(draw.integers(len(self.towns)))]
        block, house = int(draw.integers(1, 30)), int(draw.integers(1, 20))
        after = f"{block}番{house}号" if town.numbered else f"{block * 37 + house}番地"
        return {
            "municipality_code": self.code,
            "prefecture": self.prefecture,
            "city": self.name,
            "town": town.name,
            "town_id": town.id,
            "block": after,
            "full_address": f"{self.prefecture}{self.name}{town.name}{after}",
        }


def residents(municipality: str, *, persons: int, seed: int = 1, on: dt.date = TODAY) -> Iterator[Resident]:
    """At least ``persons`` residents of a municipality, household by household (the last one is complete).

    Raises: UnknownMunicipality of kiban.registries.
    """
    registry = town_registry()
    one = registry.municipality(municipality)
    place = _Place(municipality, one.prefecture, one.name, registry.towns(municipality))
    made = household = 0
    while made < persons:
        key = np.array([seed, zlib.crc32(f"{municipality}/{household}".encode())], dtype=np.uint64)
        draw = np.random.Generator(np.random.Philox(key=key))
        for person in _household(draw, place, number=household, on=on):
            yield person
            made += 1
        household += 1


def _household(draw: np.random.Generator, place: _Place, *, number: int, on: dt.date) -> Iterator[Resident]:
    shape = SHAPES[int(draw.choice(len(SHAPES), p=SHARES))]
    family = FAMILY[min(int(draw.pareto(1.2) * 6), len(FAMILY) - 1)]
    address = place.address(draw)
    since = on - dt.timedelta(days=int(draw.integers(30, 9000)))
    for position, (relation, sex, age) in enumerate(_members(draw, shape)):
        given = _given(draw, sex)
        born = on - dt.timedelta(days=int(age * 365.25) + int(draw.integers(0, 365)))
        yield Resident(
            id=f"{place.code}-{number:06d}-{position}",
            municipality=place.code,
            household=f"{place.code}-{number:06d}",
            position=position + 1,
            relation=relation,
            family=family[0],
            given=given[0],
            family_kana=family[1],
            given_kana=given[1],
            birth_date=born,
            sex=sex,
            address=address,
            resident_since=max(since, born),
        )


def _given(draw: np.random.Generator, sex: str) -> tuple[str, ...]:
    names = MALE if sex == "1" else FEMALE
    return names[int(draw.integers(len(names)))]


def _members(draw: np.random.Generator, shape: str) -> Iterator[tuple[str, str, int]]:
    """Relation, sex and age of each member, the head first."""
    head_sex = "1" if draw.random() < HEAD_MALE[shape] else "2"
    low, high = AGES[shape]
    age = int(draw.integers(low, high))
    yield HEAD, head_sex, age
    if shape in {"couple", "parents", "elderly_couple", "three_generations"}:
        yield (WIFE, "2", age - int(draw.integers(-3, 6))) if head_sex == "1" else (HUSBAND, "1", age)
    if shape in {"parents", "lone_parent", "three_generations"}:
        eldest = max(0, age - int(draw.integers(24, 38)))
        for order in range(int(draw.choice([1, 2, 3], p=[0.46, 0.42, 0.12]))):
            yield CHILD, "1" if draw.random() < 0.512 else "2", max(0, eldest - 3 * order)
    if shape == "three_generations":
        yield MOTHER, "2", age + int(draw.integers(22, 33))


AGES = {
    "single": (19, 92), "couple": (26, 64), "parents": (27, 54), "lone_parent": (25, 52), "elderly_couple": (65, 90),
    "three_generations": (32, 54),
}  # fmt: skip
HEAD_MALE = {
    "single": 0.5, "couple": 0.93, "parents": 0.95, "lone_parent": 0.13, "elderly_couple": 0.94,
    "three_generations": 0.9,
}  # fmt: skip
