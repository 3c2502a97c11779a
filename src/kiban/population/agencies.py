"""Agency copies of the nation as they really are: own columns and habits, faults, and the truth kept aside."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kiban.population.circumstances import BANKS, Circumstances
from kiban.population.doubles import REGISTER
from kiban.population.errors import BadPlan
from kiban.population.faults import WRONG_LINKS, Fault, Faults
from kiban.population.model import Column, Register
from kiban.population.nation import nation
from kiban.population.numbers import individual_numbers
from kiban.population.places import BUILDINGS, NUMBERS, Prefecture
from kiban.population.streams import Purpose, below, stream, take
from kiban.population.tables import coded, texts
from kiban.population.writing import (
    era_codes,
    era_texts,
    half_width,
    iso,
    kana_slip,
    notation,
    short_number,
    typing,
    variant,
)

Who = Callable[[Register, Circumstances], Column]


@dataclass(frozen=True, slots=True)
class Habits:
    """How one agency writes: names in one column or two, kana width, the form of dates, whether it has addresses."""

    who: Who
    joined: bool
    half: bool
    dates: Callable[[Column], list[str]]
    address: bool
    content: Callable[[Register, Circumstances, Column], dict[str, Any]]


INSURERS = ("協会けんぽ", "健康保険組合", "共済組合")
AGENCIES: dict[str, Habits] = {
    "health": Habits(
        lambda _p, c: c.insurance == 0, joined=True, half=True, dates=era_codes, address=True,
        content=lambda p, _c, rows: {"insurer": coded(p.household_id[rows] % 3, INSURERS)},
    ),
    "nhi": Habits(
        lambda _p, c: c.insurance == 1, joined=False, half=False, dates=iso, address=True,
        content=lambda p, _c, rows: {"branch": pa.array(p.position[rows])},
    ),
    "pension": Habits(
        lambda p, c: (c.pension > 0) | (p.age >= 65), joined=True, half=True, dates=era_codes, address=True,
        content=lambda p, c, rows: {
            "category": pa.array(c.pension[rows]), "recipient": pa.array(p.age[rows] >= 65)},
    ),
    "account": Habits(
        lambda _p, c: c.bank >= 0, joined=True, half=True, dates=iso, address=False,
        content=lambda _p, c, rows: {
            "bank_code": coded(c.bank[rows], BANKS), "branch_code": pa.array([f"{n:03}" for n in c.branch[rows]]),
            "account_number": pa.array([f"{n:07}" for n in c.account_number[rows].tolist()])},
    ),
    "tax": Habits(
        lambda p, c: (c.revenue > 0) & (p.age >= 15), joined=False, half=False, dates=iso, address=True,
        content=lambda _p, c, rows: {
            "total_income": pa.array(c.total_income[rows]), "dependents": pa.array(c.dependents[rows]),
            "exempt": pa.array(c.exempt[rows])},
    ),
    "disability": Habits(
        lambda _p, c: c.disability > 0, joined=True, half=False, dates=era_texts, address=True,
        content=lambda _p, c, rows: {"grade": pa.array(c.disability[rows])},
    ),
    "school": Habits(
        lambda _p, c: c.grade > 0, joined=False, half=False, dates=iso, address=True,
        content=lambda _p, c, rows: {
            "school": pa.array([f"第{n + 1}{'小' if g <= 6 else '中'}学校"
                                for n, g in zip(c.school[rows].tolist(), c.grade[rows].tolist(), strict=True)]),
            "grade": pa.array(np.where(c.grade[rows] <= 6, c.grade[rows], c.grade[rows] - 6))},
    ),
}  # fmt: skip
"""Agency → habits. The columns of each are in docs/population.md."""


def check_agencies(names: tuple[str, ...]) -> None:
    """Raises: BadPlan for an unknown agency."""
    for name in names:
        if name not in AGENCIES and name != REGISTER:
            raise BadPlan(f"no agency {name!r}", remedy=f"use {', '.join(AGENCIES)} or {REGISTER}")


@dataclass(frozen=True, slots=True)
class _Copy:
    """An agency's records while they are made: rows of the register, whose number they carry, and the faults' bits."""

    rows: Column
    linked: Column
    bits: Column
    picks: Column


def copy(people: Register, life: Circumstances, *, agency: str, faults: Faults, first: int) -> tuple[Any, Any]:
    """One agency's copy of a part, and its truth.

    Args:
        people: the part's register.
        life: its circumstances.
        agency: one of `AGENCIES`.
        faults: the error model.
        first: a number of the part, so that each part draws its own.

    Returns:
        The copy (link key, attributes in the agency's way, content) and the truth (record, true person, linked person,
        cause, faults), row by row.
    """
    habits = AGENCIES[agency]
    rows = np.flatnonzero(habits.who(people, life))
    number = list(AGENCIES).index(agency)
    made = _faulty(people, rows, faults=faults, key=(number, first))
    record = np.arange(len(rows)) + (first << 24)
    linked = people.person_id[made.linked]
    table = {
        "record_id": pa.array(record),
        "individual_number": texts(individual_numbers(linked, seed=people.seed), 12),
        **_attributes(people, habits, made=made),
        **habits.content(people, life, rows),
    }
    truth = {
        "record_id": pa.array(record), "person_id": pa.array(people.person_id[rows]),
        "linked_person_id": pa.array(linked), "cause": _cause(made.bits), "faults": pa.array(made.bits),
    }  # fmt: skip
    return pa.table(table), pa.table(truth)


def _cause(bits: Column) -> Any:
    place = np.select([(bits >> fault) & 1 == 1 for fault in WRONG_LINKS], list(WRONG_LINKS), -1)
    return coded(place, [fault.name.lower() for fault in WRONG_LINKS])


def _faulty(people: Register, rows: Column, *, faults: Faults, key: tuple[int, int]) -> _Copy:
    """Which record has which fault."""
    agency, part = key
    bits = np.zeros(len(rows), dtype=np.int32)
    for fault in Fault:
        draw = stream(people.seed, Purpose.COPY + agency, place=(part << 8) + fault, count=len(rows))
        possible = _possible(people, rows, fault=fault)
        rate = faults.rate(fault)
        if fault in WRONG_LINKS:  # a share of all records, though only some can have it
            rate = min(1.0, rate * len(rows) / max(int(possible.sum()), 1))
        chosen = possible & (take(draw, 0, bits=32) < int(rate * (1 << 32)))
        bits |= np.where(chosen, 1 << fault, 0).astype(np.int32)
    picks = below(
        stream(people.seed, Purpose.COPY + agency, place=(part << 8) + 255, count=len(rows)), 0, limit=1 << 16
    )
    linked = rows.copy()
    for fault in WRONG_LINKS:
        hit: Column = np.flatnonzero((bits >> fault) & 1)
        other = _others(people, rows[hit], picks=picks[hit], fault=fault)
        linked[hit] = np.where(linked[hit] == rows[hit], other, linked[hit])
        bits[hit[other == rows[hit]]] &= ~(1 << fault)
    return _Copy(rows, linked, bits, picks)


def _possible(people: Register, rows: Column, *, fault: Fault) -> Column:
    """Where a fault makes sense: a late move needs a move, a former name a marriage, an alias an alias."""
    window = people.since.max() - 3 * 365
    tests: dict[Fault, Callable[[], Column]] = {
        Fault.LATE_MOVE: lambda: (people.past_town[rows] >= 0) & (people.since[rows] >= window),
        Fault.FORMER_NAME: lambda: people.former_family[rows] >= 0,
        Fault.ALIAS: lambda: people.alias[rows] >= 0,
        Fault.FAMILY_MIXUP: lambda: people.size[rows] > 1,
        Fault.VARIANT: lambda: _has_variant(people)[rows],
        Fault.TWO_ITEMS: lambda: _has_namesake(people)[rows],
    }
    return tests[fault]() if fault in tests else np.ones(len(rows), dtype=bool)


def _has_variant(people: Register) -> Column:
    tables = nation()
    family, given = _varying(tables.family.written), _varying(tables.given.written)
    found: Column = family[people.family] | given[people.given]
    return found


@cache
def _varying(words: tuple[str, ...]) -> Column:
    return np.array([variant(name) != name for name in words])


def _names_and_sex(people: Register) -> Column:
    tables = nation()
    kana = _code(tables.family.kana)[people.family] * 65_536 + _code(tables.given.kana)[people.given]
    return kana * 2 + people.sex


def _has_namesake(people: Register) -> Column:
    _, place, count = np.unique(_names_and_sex(people), return_inverse=True, return_counts=True)
    found: Column = count[place] > 1
    return found


def _others(people: Register, rows: Column, *, picks: Column, fault: Fault) -> Column:
    """Another person for each row: of the family, anybody, or somebody whom a search with two items also finds.

    Two items are kana name and sex; of several namesakes in the part the one with the nearest birth date is taken.
    """
    found: Column = rows.copy()
    if fault is Fault.FAMILY_MIXUP:
        step = 1 + picks % np.maximum(people.size[rows] - 1, 1)
        found = rows - (people.position[rows] - 1) + (people.position[rows] - 1 + step) % people.size[rows]
    elif fault is Fault.WRONG_NUMBER:
        found = (rows + 1 + picks * 7 % max(len(people) - 1, 1)) % len(people)
    elif len(rows):
        found = _namesakes(people, rows)
    return found


def _namesakes(people: Register, rows: Column) -> Column:
    names, found = _names_and_sex(people), rows.copy()
    order = np.argsort(names, kind="stable")
    low = np.searchsorted(names, names[rows], side="left", sorter=order)
    high = np.searchsorted(names, names[rows], side="right", sorter=order)
    for index, row in enumerate(rows.tolist()):
        same = order[low[index] : high[index]]
        same = same[same != row]
        found[index] = same[np.argmin(np.abs(people.birth[same] - people.birth[row]))]
    return found


@cache
def _code(words: tuple[str, ...]) -> Column:
    places: dict[str, int] = {}
    return np.array([places.setdefault(word, len(places)) for word in words], dtype=np.int64)


def _attributes(people: Register, habits: Habits, *, made: _Copy) -> dict[str, Any]:
    """Names, birth date, sex and address as the agency has them, faults included."""
    rows, bits = made.rows, made.bits
    has = [(bits >> fault) & 1 == 1 for fault in Fault]
    names = _names(people, made, has=has, half=habits.half)
    born = people.birth[rows].astype(np.int64)
    birth = np.where(has[Fault.BIRTH_TYPING], _birth_slip(born, made.picks), born)
    sex = np.where(has[Fault.SEX_TYPING], 1 - people.sex[rows], people.sex[rows])
    found: dict[str, Any] = {}
    if habits.joined:
        found["name"] = pc.binary_join_element_wise(*names[:2], "　")
        found["kana"] = pc.binary_join_element_wise(*names[2:], " " if habits.half else "　")
    else:
        found |= dict(zip(("family", "given", "family_kana", "given_kana"), names, strict=True))
    distinct, place = np.unique(birth, return_inverse=True)
    found["birth_date"] = coded(place, habits.dates(distinct))
    found["sex"] = coded(sex, ["1", "2"])
    if habits.address:
        found["address"] = _addresses(people, made, has=has)
    return found


def _birth_slip(birth: Column, picks: Column) -> Column:
    """Birth dates with a typing error: a day or ten away, or the same day of another year."""
    slips, years = np.array([1, -1, 10, -10, 0, 0]), np.array([0, 0, 0, 0, -1, -10])
    kind = picks % len(slips)
    month = birth.astype("datetime64[D]").astype("datetime64[M]")
    day = birth - month.astype("datetime64[D]").astype(np.int64)
    shifted = (month + 12 * years[kind]).astype("datetime64[D]").astype(np.int64) + day
    leap = (day == 28) & (month.astype(np.int64) % 12 == 1)  # 29 February exists in few years
    found: Column = np.where((years[kind] != 0) & ~leap, shifted, birth + np.where(leap, -1, slips[kind]))
    return found


@cache
def _word_list(kind: str) -> Any:
    """Names and readings as an office may have them; written names stand twice, the second time with old characters."""
    tables = nation()
    if kind in {"family", "given"}:
        words = (tables.family if kind == "family" else tables.given).written
        return pa.array([*words, *(variant(word) for word in words)], pa.string())
    kana = tables.family.kana if kind.startswith("family") else tables.given.kana
    return pa.array([half_width(word) for word in kana] if kind.endswith("half") else kana, pa.string())


def _names(people: Register, made: _Copy, *, has: list[Column], half: bool) -> tuple[Any, Any, Any, Any]:
    """Family, given and their readings as text columns."""
    tables, rows = nation(), made.rows
    former = np.where(has[Fault.FORMER_NAME], people.former_family[rows], people.family[rows])
    place, own = np.where(has[Fault.ALIAS], people.alias[rows], former), people.given[rows]
    old = has[Fault.VARIANT]
    family = _word_list("family").take(pa.array(place + old * len(tables.family.written)))
    given = _word_list("given").take(pa.array(own + old * len(tables.given.written)))
    given = _edited(given, has[Fault.NAME_TYPING], made=made, edit=typing)
    width = "half" if half else "full"
    kana, given_kana = (_word_list(f"{kind}-{width}").take(pa.array(column))
                        for kind, column in (("family", place), ("given", own)))  # fmt: skip
    given_kana = _edited(given_kana, has[Fault.KANA], made=made, edit=_half_slip if half else kana_slip)
    missing = pa.array(has[Fault.NO_KANA])
    return family, given, *(pc.if_else(missing, pa.scalar(None, pa.string()), one) for one in (kana, given_kana))


def _half_slip(kana: str, pick: int) -> str:
    return half_width(kana_slip(unicodedata.normalize("NFKC", kana), pick))


def _edited(column: Any, mask: Column, *, made: _Copy, edit: Callable[[str, int], str]) -> Any:
    """The column with some of its texts edited one by one."""
    rows = np.flatnonzero(mask)
    texts_of = column.take(pa.array(rows)).to_pylist()
    edited = [edit(text, pick) for text, pick in zip(texts_of, made.picks[rows].tolist(), strict=True)]
    return pc.replace_with_mask(column, pa.array(mask), pa.array(edited, pa.string()))


NOTATIONS = 5
"""The agency's own way of writing an address, and the four others of `writing.notation`."""


def _ways(words: Sequence[str], *, cut: bool) -> Any:
    """Words in each notation, one list behind the other; only the first part of an address can lose its prefecture."""
    ways = [[notation(word, kind) if cut or kind != 2 else word for word in words] for kind in range(4)]
    return pa.array([*words, *(word for way in ways for word in way)], pa.string())


@lru_cache(maxsize=2)
def _address_parts(at: Prefecture) -> tuple[Any, Any, Any]:
    owners = zip(at.owner.tolist(), at.towns, strict=True)
    cities = [f"{at.name}{at.cities[owner]}{name}" for owner, name in owners]
    return (
        _ways(cities, cut=True),
        _ways([short_number(text) for text in NUMBERS], cut=False),
        _ways(("", *BUILDINGS), cut=False),
    )


def _addresses(people: Register, made: _Copy, *, has: list[Column]) -> Any:
    """One text per record: prefecture, city, town, number with hyphens, building; late moves have the former place."""
    rows, late = made.rows, has[Fault.LATE_MOVE]
    town = np.where(late, people.past_town[rows], people.town[rows])
    number = np.where(late, people.past_number[rows], people.number[rows])
    building = np.where(late, 0, people.building[rows] + 1)
    way = np.where(has[Fault.ADDRESS_NOTATION], 1 + made.picks % 4, 0)
    columns = []
    for words, place in zip(_address_parts(people.at), (town, number, building), strict=True):
        columns.append(words.take(pa.array(place.astype(np.int64) + way * (len(words) // NOTATIONS))))
    joined = pc.binary_join_element_wise(*columns, "")
    return pc.if_else(pa.array(has[Fault.NO_ADDRESS]), pa.scalar(None, pa.string()), joined)
