"""Columns as Arrow tables: dictionary-coded texts, so that a name is stored once per file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from kiban.population.circumstances import BANKS, EMPLOYMENT, INSURANCE, Circumstances
from kiban.population.model import Column, Register
from kiban.population.nation import nation
from kiban.population.numbers import individual_numbers
from kiban.population.places import BUILDINGS, NUMBERS, Prefecture

INSTITUTION = "institution"
"""The kind of household beside those of the templates: a person in a home for the aged, a hospital, a dormitory."""


@cache
def _words(kind: str) -> tuple[str, ...]:
    tables = nation()
    found: tuple[str, ...] = {
        "family": tables.family.written, "family_kana": tables.family.kana, "family_roman": tables.family.roman,
        "given": tables.given.written, "given_kana": tables.given.kana, "given_roman": tables.given.roman,
        "relation": tables.relations, "kind": (*tables.kinds, INSTITUTION), "nationality": tables.nationalities,
        "number": NUMBERS, "building": BUILDINGS, "sex": ("1", "2"), "employment": EMPLOYMENT,
        "insurance": INSURANCE, "bank": BANKS,
    }[kind]  # fmt: skip
    return found


@lru_cache(maxsize=64)
def _distinct(words: tuple[str, ...]) -> tuple[Any, Column]:
    """The different words, and where each word stands among them: a Parquet dictionary must not hold a word twice."""
    places: dict[str, int] = {}
    found = np.array([places.setdefault(word, len(places)) for word in words], dtype=np.int32)
    return pa.array(list(places), pa.string()), found


def coded(column: Column, words: Sequence[str]) -> Any:
    """Places in a list of words as a dictionary-coded column; negative places are null."""
    none = column < 0 if column.dtype.kind == "i" and len(column) and column.min() < 0 else None
    dictionary, place = _distinct(tuple(words))
    indices = column if len(dictionary) == len(place) and none is None else place[column]
    if len(column) < len(dictionary):
        used, indices = np.unique(indices, return_inverse=True)
        dictionary, indices = dictionary.take(pa.array(used)), indices.astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(indices, mask=none), dictionary, safe=False)


def named(column: Column, kind: str) -> Any:
    """Places in one of the nation's tables (family, given, number …) as a dictionary-coded column."""
    return coded(column, _words(kind))


def texts(rows: Any, width: int) -> Any:
    """Rows of ASCII bytes of one width as a text column, without a Python object per row."""
    offsets = np.arange(0, (len(rows) + 1) * width, width, dtype=np.int32)
    content = np.ascontiguousarray(rows, dtype=np.uint8)
    return pa.StringArray.from_buffers(len(rows), pa.py_buffer(offsets), pa.py_buffer(content))


def days(column: Column) -> Any:
    """Days since 1970 as dates; -1 is null."""
    mask = column == -1
    return pa.array(column.astype(np.int32), pa.date32(), mask=mask if mask.any() else None)


def birthdays(column: Column) -> Any:
    """Days since 1970 as dates; everybody has one, and -1 is 1969-12-31."""
    return pa.array(column.astype(np.int32), pa.int32()).cast(pa.date32())


def register_table(people: Register) -> Any:
    """The resident register (住民基本台帳): one row per person, household by household, the head first."""
    at = people.at
    return pa.table({
        "person_id": pa.array(people.person_id), "household_id": pa.array(people.household_id),
        "position": pa.array(people.position), "household_kind": named(people.kind, "kind"),
        "relation": named(people.relation, "relation"),
        "individual_number": texts(individual_numbers(people.person_id, seed=people.seed), 12),
        "family": named(people.family, "family"), "given": named(people.given, "given"),
        "family_kana": named(people.family, "family_kana"), "given_kana": named(people.given, "given_kana"),
        "family_roman": named(people.family, "family_roman"), "given_roman": named(people.given, "given_roman"),
        "former_family": named(people.former_family, "family"), "alias_family": named(people.alias, "family"),
        "birth_date": birthdays(people.birth), "sex": named(people.sex, "sex"),
        "nationality": named(people.nationality, "nationality"),
        "municipality": coded(people.municipality, at.codes),
        "prefecture": coded(np.zeros(len(people), np.int8), [at.name]),
        "city": coded(people.municipality, at.cities), "town_id": coded(people.town, at.town_ids),
        "town": coded(people.town, at.towns), "number": named(people.number, "number"),
        "building": named(people.building, "building"), "resident_since": days(people.since),
    })  # fmt: skip


def circumstances_table(people: Register, life: Circumstances) -> Any:
    """Work, income, insurance, pension, disability, school and account, in the order of the register."""
    return pa.table({
        "person_id": pa.array(people.person_id), "employment": named(life.employment, "employment"),
        "revenue": pa.array(life.revenue), "total_income": pa.array(life.total_income),
        "dependents": pa.array(life.dependents), "exempt": pa.array(life.exempt),
        "insurance": named(life.insurance, "insurance"), "pension_category": pa.array(life.pension),
        "disability_grade": pa.array(life.disability), "school_grade": pa.array(life.grade),
        "bank_code": named(life.bank, "bank"),
    })  # fmt: skip


def events_table(people: Register, *, on: dt.date, years: int = 3) -> Any:
    """Births, marriages and moves of the last years that led to the register, by day.

    Moves carry the former municipality, town and number; marriages the family name before. Sorted by day and person.
    """
    window = (on - dt.timedelta(days=365 * years)).toordinal() - dt.date(1970, 1, 1).toordinal()
    moved = np.flatnonzero((people.since >= window) & (people.past_town >= 0) & (people.since > people.birth))
    born, wed = np.flatnonzero(people.birth >= window), np.flatnonzero(people.married >= window)
    rows = np.concatenate([born, wed, moved])
    kind = np.repeat(np.arange(3, dtype=np.int8), [len(born), len(wed), len(moved)])
    day = np.concatenate([people.birth[born], people.married[wed], people.since[moved]])
    order = np.lexsort((people.person_id[rows], day))
    rows, kind, day = rows[order], kind[order], day[order]
    return pa.table({
        "day": days(day), "kind": coded(kind, ["birth", "marriage", "move"]),
        "person_id": pa.array(people.person_id[rows]), "household_id": pa.array(people.household_id[rows]),
        "municipality": coded(people.municipality[rows], people.at.codes),
        **_former(people.at, np.where(kind == 2, people.past_town[rows], -1), number=people.past_number[rows]),
        "former_family": named(np.where(kind == 1, people.former_family[rows], -1), "family"),
    })  # fmt: skip


def _former(at: Prefecture, town: Column, *, number: Column) -> dict[str, Any]:
    owner = np.where(town >= 0, at.owner[town], -1)
    return {
        "from_municipality": coded(owner, at.codes),
        "from_town": coded(town, at.towns),
        "from_number": named(np.where(town >= 0, number, -1), "number"),
    }
