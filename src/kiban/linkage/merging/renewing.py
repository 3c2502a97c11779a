"""The table of the new municipality: new code, name, numbers of entries and households; the former ones beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from kiban.linkage import reading
from kiban.linkage.merging.books import HEAD, Books, texts_of
from kiban.linkage.merging.model import Successor
from kiban.linkage.model import Column

FORMER = ("former_municipality", "former_record", "former_household", "former_town", "former_town_id")
FILLED = ("former_family", "alias_family", "nationality", "旧氏", "通称", "国籍")
Towns = dict[tuple[str, str], tuple[str, str]]
"""(former municipality, town) → (town, 町字ID) after the merger."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """Where each row goes: its new record and household (0: joined to ``into``), and the order of the new register."""

    code: Column
    former: Column
    former_household: Column
    record: Column
    household: Column
    into: Column
    order: Column


def renewed(books: Books, *, gone: dict[int, int]) -> Renewed:
    """Number entries and households anew, by former municipality, household and record.

    Args:
        books: all rows.
        gone: row that is joined → row that stays.
    """
    code, former, home = books.texts("municipality"), texts_of(books.table[books.form.record]), books.texts("household")
    order = np.lexsort((books.prints["order"], _sortable(former), ~_heads(books), _sortable(home), _sortable(code)))
    into = np.full(len(code), -1, dtype=np.int64)
    for row, stays in gone.items():
        into[row] = stays
    kept = order[into[order] < 0]
    record = np.zeros(len(code), dtype=np.int64)
    record[kept] = np.arange(1, len(kept) + 1)
    record[into >= 0] = record[into[into >= 0]]
    household = np.zeros(len(code), dtype=np.int64)
    homes = [f"{a}\0{b}" for a, b in zip(code[kept], home[kept], strict=True)]
    places: dict[str, int] = {}
    household[kept] = [places.setdefault(one, len(places) + 1) for one in homes]
    household[into >= 0] = household[into[into >= 0]]
    return Renewed(code, former, home, record, household, into, order)


def _sortable(texts: Column) -> Column:
    """Ranks of texts: numbers by value before other texts."""
    distinct, place = np.unique(texts.astype(str), return_inverse=True)
    order = sorted(range(len(distinct)), key=lambda at: _rank(str(distinct[at])))
    rank = np.empty(len(distinct), dtype=np.int64)
    rank[order] = np.arange(len(distinct))
    return rank[place]


def _rank(text: str) -> tuple[int, int, str]:
    return (0, int(text), text) if text.isascii() and text.isdigit() else (1, 0, text)


def _heads(books: Books) -> Column:
    found: Column = books.texts("relation") == HEAD
    return found


def headless(books: Books, new: Renewed) -> list[int]:
    """Joined entries that were the head of a household whose other members stay."""
    home = np.array([f"{a}\0{b}" for a, b in zip(new.code, new.former_household, strict=True)], dtype=object)
    staying = set(home[new.into < 0])
    return [int(row) for row in np.flatnonzero((new.into >= 0) & _heads(books)) if home[row] in staying]


def same_towns(books: Books, new: Renewed, *, towns: Towns) -> dict[str, list[str]]:
    """Town names that several former municipalities have and nobody renamed: name → codes."""
    found: dict[str, set[str]] = {}
    for code, town in {*zip(new.code, books.texts("town"), strict=True)}:
        if town and (code, town) not in towns:
            found.setdefault(town, set()).add(code)
    return {town: sorted(codes) for town, codes in sorted(found.items()) if len(codes) > 1}


def new_table(books: Books, new: Renewed, *, into: Successor, towns: Towns) -> Any:
    """All rows in the new order with the new values, joined ones left out; what it was before stands beside it."""
    kept = new.order[new.into[new.order] < 0]
    table = _filled(books, new).take(kept)
    code, town = new.code[kept], books.texts("town")[kept]
    turned = [towns.get((a, b)) for a, b in zip(code, town, strict=True)]
    changes: dict[str, Any] = {
        books.form.record: pa.array(new.record[kept]),
        books.columns["household"]: pa.array(new.household[kept]),
        books.columns["municipality"]: pa.array([into.code] * len(kept)),
    }
    for item, values in (("city", [into.name] * len(kept)),
                         ("town", [t[0] if t else old for t, old in zip(turned, town, strict=True)]),
                         ("town_id", [t[1] or None if t else None for t in turned])):  # fmt: skip
        if item in books.columns:
            changes[books.columns[item]] = pa.array(values, pa.string())
    for name, column in changes.items():
        table = table.set_column(table.schema.get_field_index(name), name, column)
    for name, old in zip(FORMER, (code, new.former[kept], new.former_household[kept], town,
                                  books.texts("town_id")[kept]), strict=True):  # fmt: skip
        table = table.append_column(name, pa.array(list(old), pa.string()))
    return table


def _filled(books: Books, new: Renewed) -> Any:
    """The table with items that an entry lacks taken from the one that is joined to it."""
    gone = np.flatnonzero(new.into >= 0)
    stays = new.into[gone]
    table = books.table
    for name in [*books.form.kana, *FILLED]:
        if name in table.column_names and len(gone):
            column = reading.plain(table[name]) if pa.types.is_string(table[name].type) else None
            if column is not None:
                texts = np.asarray(column.to_pylist(), dtype=object)
                lacks = texts[stays] == ""
                texts[stays[lacks]] = texts[gone[lacks]]
                values = pa.array([text or None for text in texts], pa.string())
                table = table.set_column(table.schema.get_field_index(name), name, values)
    return table


def map_table(new: Renewed) -> Any:
    """Every row that went in, once: its former and new record and household, and whether it stayed or was joined."""
    return pa.table({
        "former_municipality": pa.array(list(new.code[new.order]), pa.string()),
        "former_record": pa.array(list(new.former[new.order]), pa.string()),
        "former_household": pa.array(list(new.former_household[new.order]), pa.string()),
        "record": pa.array(new.record[new.order]), "household": pa.array(new.household[new.order]),
        "joined": pa.array(new.into[new.order] >= 0),
    })  # fmt: skip
