"""The rows of the new municipality: new code, name, numbers of entries and households; the former ones beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kiban.kernel.errors import KibanError
from kiban.kernel.values.codes import MunicipalityCode
from kiban.linkage import reading
from kiban.linkage.merging import books
from kiban.linkage.merging.books import Form
from kiban.linkage.merging.model import Matter, Successor
from kiban.linkage.merging.store.shelf import Part, Shelf
from kiban.linkage.model import Column, Person
from kiban.linkage.store.results import people_of

FORMER = ("former_municipality", "former_record", "former_household", "former_town", "former_town_id")
FILLED = ("former_family", "alias_family", "nationality", "旧氏", "通称", "国籍")
Towns = dict[tuple[str, str], tuple[str, str]]
"""(former municipality, town) → (town, 町字ID) after the merger."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """New numbers: by place in the order, joined rows and empty households left out.

    ``gone`` are the joined rows in order, ``into`` the rows that stay for them, ``homes`` the households of these;
    ``vanished`` the households of which no row stays; ``lent`` the texts of joined rows that the staying ones may lack.
    """

    gone: Column
    into: Column
    homes: Column
    vanished: Column
    lent: dict[str, list[str]]

    @classmethod
    def of(cls, shelf: Shelf, gone: dict[int, int]) -> Numbering:
        """The numbering when rows (the keys) are joined to others."""
        rows = np.array(sorted(gone), dtype=np.int64)
        into = np.array([gone[row] for row in rows.tolist()], dtype=np.int64)
        left, members = shelf.households(rows)
        home, first, many = np.unique(left, return_index=True, return_counts=True)
        stays = np.unique(into)
        homes = shelf.households(stays)[0][np.searchsorted(stays, into)]
        names = [name for name in (*shelf.form.layout.kana, *FILLED)
                 if name in shelf.form.schema.names and _is_text(shelf.form.schema.field(name).type)]  # fmt: skip
        table = shelf.take(rows, names)
        lent = {name: reading.plain(table[name]).to_pylist() for name in names}
        return cls(rows, into, homes, home[many == members[first]], lent)

    def records(self, rows: Column) -> Column:
        """New record numbers; a joined row has that of the row that stays."""
        stays = rows.copy()
        at, joined = self.joined(rows)
        stays[joined] = self.into[at[joined]]
        return stays - np.searchsorted(self.gone, stays) + 1

    def households(self, rows: Column, homes: Column) -> Column:
        """New household numbers; a joined row has that of the row that stays."""
        stays = homes.astype(np.int64)
        at, joined = self.joined(rows)
        stays[joined] = self.homes[at[joined]]
        return stays - np.searchsorted(self.vanished, stays) + 1

    def joined(self, rows: Column) -> tuple[Column, Column]:
        """The place of each row among the joined ones, and whether it is one."""
        at = np.searchsorted(self.gone, rows)
        joined = np.zeros(len(rows), dtype=bool)
        known = at < len(self.gone)
        joined[known] = self.gone[at[known]] == rows[known]
        return at, joined


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


class Single(msgspec.Struct, frozen=True):
    """One entry with something of its own to tell."""

    record: int
    row: int
    what: str
    person: Person


@dataclass(frozen=True, slots=True)
class Renewed:
    """A part after the merger: rows of the new register, the map of all its rows, what is to be told, its towns."""

    table: Any
    map: Any
    told: dict[Matter, list[Single]]
    towns: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """What a merger makes of every part."""

    into: Successor
    towns: Towns
    numbering: Numbering
    twice: Column


@dataclass(frozen=True, slots=True)
class _Rows:
    """A part's rows with what they were and what they become."""

    part: Part
    form: Form
    former: tuple[Any, Any, Any]
    record: Column
    household: Column
    joined: Column


def renew(part: Part, form: Form, *, change: Change) -> Renewed:
    """What becomes of a part."""
    places = np.arange(part.first, part.first + len(part.table), dtype=np.int64)
    numbering = change.numbering
    rows = _Rows(
        part, form, books.former(part.table, form), numbering.records(places),
        numbering.households(places, part.home.astype(np.int64) + part.first_home), numbering.joined(places)[1],
    )  # fmt: skip
    told = {matter: sorted(_told(rows, where, what=what), key=lambda one: (one.record, one.row))
            for matter, where, what in _singles(rows, change)}  # fmt: skip
    return Renewed(_new_table(rows, change), _map(rows), told, _towns(rows))


def _new_table(rows: _Rows, change: Change) -> Any:
    """The rows that stay with their new values; what was before stands beside it."""
    form, kept = rows.form, pa.array(~rows.joined)
    table = _filled(rows, change.numbering)
    town, town_id = (books.texts(rows.part.table, form, item=item) for item in ("town", "town_id"))
    changes: dict[str, Any] = {
        form.layout.record: pa.array(rows.record),
        form.columns["household"]: pa.array(rows.household),
        form.columns["municipality"]: pa.repeat(change.into.code, len(table)),
    }
    new_town, new_id = _renamed(rows.former[0], town, towns=change.towns)
    for item, values in (("city", pa.repeat(change.into.name, len(table))), ("town", new_town), ("town_id", new_id)):
        if item in form.columns:
            changes[form.columns[item]] = values
    for name, column in changes.items():
        table = table.set_column(table.schema.get_field_index(name), name, column)
    for name, old in zip(FORMER, (*rows.former, town, town_id), strict=True):
        table = table.append_column(name, old)
    return table.filter(kept)


def _filled(rows: _Rows, numbering: Numbering) -> Any:
    """The rows with items that an entry lacks taken from the one that is joined to it."""
    table, first = rows.part.table, rows.part.first
    mine = np.flatnonzero((numbering.into >= first) & (numbering.into < first + len(table)))
    for name, lent in numbering.lent.items():
        here = reading.plain(table[name].take(pa.array(numbering.into[mine] - first))).to_pylist()
        given = {int(numbering.into[at]) - first: lent[at] for at, text in zip(mine.tolist(), here, strict=True)
                 if not text and lent[at]}  # fmt: skip
        if given:
            mask = np.zeros(len(table), dtype=bool)
            mask[list(given)] = True
            values = pa.array([given[row] for row in sorted(given)], table.schema.field(name).type)
            column = pc.replace_with_mask(reading.whole(table[name]), pa.array(mask), values)
            table = table.set_column(table.schema.get_field_index(name), name, column)
    return table


def _renamed(code: Any, town: Any, *, towns: Towns) -> tuple[Any, Any]:
    """Town and 町字ID of each row after the merger."""
    pairs, which = _together(code, town)
    turned = [towns.get(pair) for pair in pairs]
    names = pa.array([new[0] if new else old for new, (_, old) in zip(turned, pairs, strict=True)], pa.string())
    ids = pa.array([(new[1] or None) if new else None for new in turned], pa.string())
    return names.take(which), ids.take(which)


def _together(code: Any, town: Any) -> tuple[list[tuple[str, str]], Any]:
    """The different pairs of two columns of texts, and which of them each row has."""
    codes, one = reading.coded(code)
    towns, two = reading.coded(town)
    pairs, which = np.unique(one.astype(np.int64) * len(towns) + two, return_inverse=True)
    texts = codes.to_pylist(), towns.to_pylist()
    return [(texts[0][pair // len(towns)], texts[1][pair % len(towns)]) for pair in pairs.tolist()], pa.array(which)


def _towns(rows: _Rows) -> list[tuple[str, str]]:
    """Municipality and name of the towns of a part."""
    pairs, _ = _together(rows.former[0], books.texts(rows.part.table, rows.form, item="town"))
    return [pair for pair in pairs if pair[1]]


def same_towns(every: set[tuple[str, str]], *, towns: Towns) -> dict[str, list[str]]:
    """Town names that several former municipalities have and nobody renamed: name → codes."""
    found: dict[str, set[str]] = {}
    for code, town in every - towns.keys():
        found.setdefault(town, set()).add(code)
    return {town: sorted(codes) for town, codes in sorted(found.items()) if len(codes) > 1}


def _map(rows: _Rows) -> Any:
    """Every row that went in, once: its former and new record and household, and whether it stayed or was joined."""
    code, record, household = rows.former
    return pa.table({
        "former_municipality": code, "former_record": record, "former_household": household,
        "record": pa.array(rows.record), "household": pa.array(rows.household), "joined": pa.array(rows.joined),
    })  # fmt: skip


def _singles(rows: _Rows, change: Change) -> Iterator[tuple[Matter, Column, Any]]:
    """What is to be told of single rows: the matter, which rows, and the text that is told with each."""
    part, none = rows.part, pa.repeat("", len(rows.record))
    left = ~np.isin(part.home.astype(np.int64) + part.first_home, change.numbering.vanished)
    yield Matter.NO_HEAD, rows.joined & books.heads(part.table, rows.form) & left, none
    yield Matter.BAD_NUMBER, part.prints["order"] == 0, none
    yield Matter.BAD_DAY, part.prints["birth"] == reading.BAD, none
    codes, which = reading.coded(rows.former[0])
    bad = np.array([not _is_code(code) for code in codes.to_pylist()])
    yield Matter.BAD_CODE, bad[which], rows.former[0]
    yield Matter.RECORD_TWICE, np.isin(part.hashes, change.twice), rows.former[1]


def _told(rows: _Rows, where: Column, *, what: Any) -> Iterator[Single]:
    at = pa.array(np.flatnonzero(where))
    people = people_of(rows.part.table.take(at), rows.form.layout) if len(at) else []
    for row, text, person in zip(at.to_pylist(), what.take(at).to_pylist(), people, strict=True):
        yield Single(int(rows.record[row]), rows.part.first + row, text, person)


@cache
def _is_code(text: str) -> bool:
    try:
        MunicipalityCode(text)
    except KibanError:
        return False
    return True
