"""The registers of a merger in one form: columns of one name and type, every row with where it comes from."""

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
from kiban.linkage.model import Aside, Column, Layout

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
class Volume:
    """One file: the place of its register, how its columns are renamed, the code that no column of it says."""

    path: Path
    side: int
    renamed: dict[str, str]
    code: str


@dataclass(frozen=True, slots=True)
class Form:
    """What all rows look like: the check's columns, those of `MORE` by item, and the names and types of all."""

    layout: Layout
    columns: dict[str, str]
    schema: Any


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file in the common form, their fingerprints, and what could not be read."""

    table: Any
    prints: Column
    aside: list[Aside]


def volumes(registers: Sequence[Register]) -> tuple[Form, list[Volume]]:
    """The files of all registers and the form they have in common; no row is read.

    Raises:
        BadFile: a file without link key, name, record, household or municipality.
    """
    found, fields = list[Volume](), list[list[Any]]()
    first: tuple[Layout, dict[str, str]] | None = None
    for place, one in enumerate(registers):
        source = Source.of(one.path)
        for path, form in zip(source.files, source.layouts, strict=True):
            schema = reading.schema_of(path)
            names = {item: next((n for n in forms if n in schema.names), "") for item, forms in MORE.items()}
            code = "" if names["municipality"] else one.code
            names["municipality"] = names["municipality"] or ("municipality" if code else "")
            _complete(form, names, file=str(path))
            first = first or (form, names)
            turn = _renaming(form, names=names, like=first)
            found.append(Volume(path, place, turn, code))
            here = [(turn.get(field.name, field.name), _plain_type(field.type)) for field in schema]
            fields.append([*here, (turn.get("municipality", "municipality"), pa.string())] if code else here)
    assert first is not None
    schema = _common(fields)
    return Form(first[0], {k: v for k, v in first[1].items() if v in schema.names}, schema), found


def _complete(form: Layout, names: dict[str, str], *, file: str) -> None:
    for item, name in (
        ("record", form.record),
        ("household", names["household"]),
        ("municipality", names["municipality"]),
    ):
        if not name:
            known = ", ".join(MORE.get(item, ("record_id", "person_id", "整理番号", "宛名番号")))
            raise BadFile(f"no column for {item}", where=Where(file), remedy=f"name it one of: {known}")


def _plain_type(kind: Any) -> Any:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _renaming(form: Layout, *, names: dict[str, str], like: tuple[Layout, dict[str, str]]) -> dict[str, str]:
    """How columns get the names of the first file, wherever the same item has another name."""
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
    return turn


def _common(files: list[list[Any]]) -> Any:
    """Names and types of all files' columns; one whose type is another one somewhere is text, dates as ISO."""
    types: dict[str, list[Any]] = {}
    for fields in files:
        for name, kind in fields:
            types.setdefault(name, []).append(kind)
    found = []
    for name, kinds in types.items():
        different = {str(kind): kind for kind in kinds if not pa.types.is_null(kind)}
        mixed = pa.string() if len(different) > 1 else next(iter(different.values()), pa.null())
        found.append(pa.field(name, mixed))
    return pa.schema(found)


def brought(rows: Any, volume: Volume, *, form: Form, before: int) -> Piece:
    """Some rows of a file, ``before`` of it are read already, in the common form; unreadable ones are set aside."""
    good, aside = _readable(rows, file=volume.path.name, before=before)
    table = _named(good, volume, form=form)
    return Piece(_typed(table, form), fingerprint(table, form.layout, first=0), aside)


def _readable(rows: Any, *, file: str, before: int) -> tuple[Any, list[Aside]]:
    if reading.FAULT not in rows.column_names:
        return rows, []
    faults = reading.plain(rows[reading.FAULT]).to_pylist()
    aside = [Aside(file, before + at + 1, *fault.split("\t")) for at, fault in enumerate(faults) if fault]
    return rows.drop_columns([reading.FAULT]).filter(pa.array([not fault for fault in faults])), aside


def _named(rows: Any, volume: Volume, *, form: Form) -> Any:
    if volume.code:
        rows = rows.append_column("municipality", pa.array([volume.code] * len(rows), pa.string()))
    rows = rows.rename_columns([volume.renamed.get(name, name) for name in rows.column_names])
    for field in form.schema:
        if field.name not in rows.column_names:
            rows = rows.append_column(field.name, pa.nulls(len(rows), field.type))
    return rows.select(form.schema.names)


def _typed(rows: Any, form: Form) -> Any:
    """The rows with plain columns of the common types."""
    columns = []
    for field in form.schema:
        column = rows[field.name]
        column = column.cast(_plain_type(column.type)) if pa.types.is_dictionary(column.type) else column
        columns.append(reading.whole(column if column.type == field.type else pc.cast(column, field.type)))
    return pa.table(columns, schema=form.schema)


def former(table: Any, form: Form) -> tuple[Any, Any, Any]:
    """Municipality, record and household of rows, as texts."""
    names = (form.columns["municipality"], form.layout.record, form.columns["household"])
    code, record, household = (reading.plain(table[name]) for name in names)
    return code, record, household


def texts(table: Any, form: Form, *, item: str) -> Any:
    """A column of `MORE` as texts, empty where there is none."""
    name = form.columns.get(item, "")
    return reading.plain(table[name]) if name else pa.array([""] * len(table), pa.string())


def heads(table: Any, form: Form) -> Column:
    """Which rows are the head of their household."""
    return np.asarray(pc.equal(texts(table, form, item="relation"), HEAD))
