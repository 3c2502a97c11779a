"""A register as it really may be: persons entered twice, persons with two numbers, numbers that two persons share.

The nation's register itself has none of these; this copy of it has them at chosen rates, with the truth kept aside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kiban.population.faults import Faults
from kiban.population.model import Column, Register
from kiban.population.numbers import individual_numbers
from kiban.population.streams import Purpose, below, stream, take
from kiban.population.tables import coded, register_table, texts
from kiban.population.writing import kana_slip, typing, variant

REGISTER = "register"
"""The name of this copy among the agencies'."""
SECOND_NUMBER, SECOND_ENTRY = 300_000_000, 500_000_000
"""Added to a person's serial: the serial of a second number, the record of a second entry under the same number."""


class Double(IntEnum):
    """What is wrong with an entry; the truth file has bit ``1 << double`` set.

    A split person (二重付番) has a second entry under a second number; a shared number (番号の重複) stands in the entry
    of another person; an entry twice (二重登録, 消除漏れ) is a second one under the same number, at the address before.
    """

    SPLIT_PERSON = 0
    SHARED_NUMBER = 1
    ENTERED_TWICE = 2


class Slip(IntEnum):
    """How the second entry of a split person is written."""

    AS_BEFORE = 0
    KANA = 1
    NAME = 2
    BIRTH = 3
    FORMER_FAMILY = 4


SLIPS = (0, 0, 0, 0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class _Entries:
    """Entries while they are made: rows of the part, who they are, whose number they have, and what is wrong."""

    rows: Column
    record: Column
    number: Column
    cause: Column
    slip: Column


def flawed_register(people: Register, *, faults: Faults, first: int) -> tuple[Any, Any]:
    """A part's register with doubles, and its truth.

    Args:
        people: the part's register, which has none.
        faults: rates ``split_person``, ``shared_number`` and ``entered_twice``: shares of the persons.
        first: a number of the part, so that each part draws its own.

    Returns:
        The register (columns as ever; second entries at the end) and the truth (record, true person, the person whose
        number it is, cause, slip of the second entry), row by row.
    """
    made = _entries(people, faults=faults, first=first)
    table = register_table(_written(people, made))
    table = table.set_column(
        table.schema.get_field_index("individual_number"), "individual_number",
        texts(individual_numbers(made.number, seed=people.seed), 12),
    )  # fmt: skip
    for column, slip, edit in (("given_kana", Slip.KANA, kana_slip), ("given", Slip.NAME, _name_slip)):
        table = _edited(table, column, rows=made.slip == slip, edit=edit)
    truth = {
        "record_id": pa.array(made.record), "person_id": pa.array(people.person_id[made.rows]),
        "linked_person_id": pa.array(made.number), "cause": coded(made.cause, [d.name.lower() for d in Double]),
        "slip": coded(made.slip, [s.name.lower() for s in Slip]),
    }  # fmt: skip
    return table, pa.table(truth)


def _entries(people: Register, *, faults: Faults, first: int) -> _Entries:
    rows, count = np.arange(len(people)), len(people)
    draws = [stream(people.seed, Purpose.DOUBLE, place=(first << 8) + at, count=count) for at in range(4)]
    rates = (faults.split_person, faults.shared_number, faults.entered_twice)
    chosen = [take(draw, 0, bits=32) < int(rate * (1 << 32)) for draw, rate in zip(draws, rates, strict=False)]
    chosen[1] &= ~chosen[0] & (count > 1)
    chosen[2] &= ~chosen[0] & ~chosen[1]
    split, shared, twice = (np.flatnonzero(one) for one in chosen)
    picks = below(draws[3], 0, limit=1 << 16)
    number = people.person_id.copy()
    number[shared] = people.person_id[_other(people, shared, picks=picks[shared])]
    cause = np.where(chosen[1], int(Double.SHARED_NUMBER), -1)
    seconds = np.concatenate([split, twice])
    slip = np.array(SLIPS)[picks[split] % len(SLIPS)]
    slip[(slip == Slip.FORMER_FAMILY) & (people.former_family[split] < 0)] = Slip.AS_BEFORE
    return _Entries(
        rows=np.concatenate([rows, seconds]),
        record=np.concatenate([people.person_id, people.person_id[split] + SECOND_NUMBER,
                               people.person_id[twice] + SECOND_ENTRY]),
        number=np.concatenate([number, people.person_id[split] + SECOND_NUMBER, people.person_id[twice]]),
        cause=np.concatenate([cause, np.zeros(len(split), np.int64), np.full(len(twice), int(Double.ENTERED_TWICE))]),
        slip=np.concatenate([np.full(count, -1), slip, np.zeros(len(twice), np.int64)]),
    )  # fmt: skip


def _other(people: Register, rows: Column, *, picks: Column) -> Column:
    """Whose number an entry has by mistake: a family member's in one of three cases, anybody's else."""
    anybody = (rows + 1 + picks * 7 % max(len(people) - 1, 1)) % len(people)
    step = 1 + picks // 3 % np.maximum(people.size[rows] - 1, 1)
    place = people.position[rows] - 1
    family = rows - place + (place + step) % people.size[rows]
    found: Column = np.where((picks % 3 == 0) & (people.size[rows] > 1), family, anybody)
    return found


def _written(people: Register, made: _Entries) -> Register:
    """The entries as persons of a register: second ones live alone at the address before, where there was one."""
    found, count = people.pick(made.rows), len(people)
    second = np.arange(len(made.rows)) >= count
    before = second & (found.past_town >= 0)
    town = np.where(before, found.past_town, found.town)
    return replace(
        found,
        person_id=made.record,
        household_id=np.where(second, made.record, found.household_id),
        position=np.where(second, 1, found.position).astype(np.int8),
        relation=np.where(second, 0, found.relation),
        family=np.where(made.slip == Slip.FORMER_FAMILY, found.former_family, found.family),
        birth=found.birth + np.where(made.slip == Slip.BIRTH, np.where(made.record % 2, 10, -10), 0).astype(np.int32),
        town=town.astype(np.int32),
        municipality=people.at.owner[town].astype(np.int32),
        number=np.where(before, found.past_number, found.number),
        building=np.where(before, -1, found.building).astype(np.int16),
        since=np.where(before, np.maximum(found.birth, found.since - 2000), found.since).astype(np.int32),
    )


def _name_slip(name: str, pick: int) -> str:
    other = variant(name)
    return other if other != name else typing(name, pick)


def _edited(table: Any, column: str, *, rows: Column, edit: Any) -> Any:
    plain = table[column].cast(pa.string())
    plain = plain.combine_chunks() if isinstance(plain, pa.ChunkedArray) else plain
    old = plain.filter(pa.array(rows)).to_pylist()
    new = pa.array([edit(text, at) for at, text in enumerate(old)], pa.string())
    return table.set_column(
        table.schema.get_field_index(column), column, pc.replace_with_mask(plain, pa.array(rows), new)
    )
