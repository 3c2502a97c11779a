"""The registers of a merger as one table: columns brought to one form, every row with where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kiban.kernel.errors import Where
from kiban.linkage import reading
from kiban.linkage.errors import BadFile
from kiban.linkage.fingerprints import Source, fingerprint
from kiban.linkage.model import Aside, Column, Layout, Person
from kiban.linkage.store.results import people_of

MORE: dict[str, tuple[str, ...]] = {
    "household": ("household_id", "世帯番号"),
    "municipality": ("municipality", "municipality_code", "市区町村コード", "全国地方公共団体コード"),
    "city": ("city", "市区町村名", "市区町村"),
    "town": ("town", "町字", "町字名"),
    "town_id": ("town_id", "町字ID"),
    "since": ("resident_since", "住民となった年月日", "住民となった日"),
    "relation": ("relation", "続柄"),
}
HEAD = "世帯主"


@dataclass(frozen=True, slots=True)
class Register:
    """One register of the merger: its folder or file, and its municipality's code where no column says it."""

    path: Path
    code: str = ""


@dataclass(frozen=True, slots=True)
class Books:
    """All rows of all registers.

    ``prints`` are the fingerprints, row by row; ``side`` the register's place; ``columns`` the names of the columns
    of `MORE` in ``table``.
    """

    table: Any
    form: Layout
    columns: dict[str, str]
    prints: Column
    side: Column
    aside: list[Aside]

    def texts(self, item: str) -> Column:
        """A column of `MORE` as texts, empty where there is none."""
        name = self.columns.get(item, "")
        if not name:
            return np.full(len(self.prints), "", dtype=object)
        return texts_of(self.table[name])

    def people(self, rows: Sequence[int]) -> dict[int, Person]:
        """The items of some rows."""
        wanted = sorted(set(map(int, rows)))
        return dict(zip(wanted, people_of(self.table.take(pa.array(wanted, pa.int64())), self.form), strict=True))


def texts_of(column: Any) -> Column:
    """A column as texts, empty where there is none; equal ones are one object, so that a row costs a pointer."""
    different, codes = reading.coded(reading.plain(column))
    found: Column = np.asarray(different.to_pylist(), dtype=object)[codes]
    return found


def read(registers: Sequence[Register]) -> Books:
    """Read all registers.

    Raises:
        BadFile: a file without link key, name, record, household or municipality.
    """
    tables, sides, aside = list[Any](), list[Column](), list[Aside]()
    first: tuple[Layout, dict[str, str]] | None = None
    for place, one in enumerate(registers):
        source = Source.of(one.path)
        for path, form in zip(source.files, source.layouts, strict=True):
            table, bad = _whole(path)
            aside += bad
            names = {item: next((n for n in forms if n in table.column_names), "") for item, forms in MORE.items()}
            if not names["municipality"] and one.code:
                table = table.append_column("municipality", pa.array([one.code] * len(table)))
                names["municipality"] = "municipality"
            _complete(form, names, file=str(path))
            first = first or (form, names)
            tables.append(_renamed(table, form, names=names, like=first))
            sides.append(np.full(len(table), place, dtype=np.int32))
    assert first is not None
    table = _one(tables)
    prints = fingerprint(table.combine_chunks(), first[0], first=0)
    return Books(table, first[0], {k: v for k, v in first[1].items() if v in table.column_names}, prints,
                 np.concatenate(sides), aside)  # fmt: skip


def _complete(form: Layout, names: dict[str, str], *, file: str) -> None:
    for item, name in (
        ("record", form.record),
        ("household", names["household"]),
        ("municipality", names["municipality"]),
    ):
        if not name:
            known = ", ".join(MORE.get(item, ("record_id", "person_id", "整理番号", "宛名番号")))
            raise BadFile(f"no column for {item}", where=Where(file), remedy=f"name it one of: {known}")


def _whole(path: Path) -> tuple[Any, list[Aside]]:
    """All columns and rows of a file; rows that cannot be read are set aside."""
    table = pa.concat_tables(list(reading.tables(path, reading.columns_of(path))))
    table = pa.table({name: _plain_type(table[name]) for name in table.column_names})
    if reading.FAULT not in table.column_names:
        return table, []
    faults = table[reading.FAULT].to_pylist()
    aside = [Aside(path.name, at + 1, *fault.split("\t")) for at, fault in enumerate(faults) if fault]
    good = pa.array([not fault for fault in faults])
    return table.drop_columns([reading.FAULT]).filter(good), aside


def _plain_type(column: Any) -> Any:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _renamed(table: Any, form: Layout, *, names: dict[str, str], like: tuple[Layout, dict[str, str]]) -> Any:
    """The table with the column names of the first file, wherever the same item has another name."""
    turn = {old: like[1][item] for item, old in names.items() if old and like[1][item]}
    for item in ("key", "record", "birth", "sex"):
        turn |= {getattr(form, item): getattr(like[0], item)} if getattr(form, item) and getattr(like[0], item) else {}
    for item in ("name", "kana", "address"):
        ours, theirs = getattr(form, item), getattr(like[0], item)
        if len(ours) == len(theirs):
            turn |= dict(zip(ours, theirs, strict=True))
        elif item == "name":
            raise BadFile("names in one column here and in two there", where=Where(ours[0]),
                          remedy=f"name the columns like the first register's: {', '.join(theirs)}")  # fmt: skip
    return table.rename_columns([turn.get(name, name) for name in table.column_names])


def _one(tables: list[Any]) -> Any:
    """One table; a column whose type is another one somewhere becomes text everywhere, dates as ISO."""
    types: dict[str, set[str]] = {}
    for table in tables:
        for field in table.schema:
            types.setdefault(field.name, set()).add(str(field.type))
    mixed = {name for name, kinds in types.items() if len(kinds - {"null"}) > 1}
    for place, table in enumerate(tables):
        for name in mixed & set(table.column_names):
            table = table.set_column(table.schema.get_field_index(name), name, pc.cast(table[name], pa.string()))
        tables[place] = table
    return pa.concat_tables(tables, promote_options="default")
