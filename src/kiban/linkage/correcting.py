"""Corrections in the agency's own files: records get the key of the right person, or none until one is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kiban.kernel.errors import Where
from kiban.linkage import reading, sheets
from kiban.linkage.errors import BadFile
from kiban.linkage.fingerprints import Source
from kiban.linkage.model import Layout

COLUMNS = ("affair", "record", "before", "after")


@dataclass(frozen=True, slots=True)
class Applied:
    """How many records were corrected, were corrected already, are linked otherwise by now, or were not found."""

    corrected: int
    already: int
    otherwise: int
    missing: int


def read_corrections(path: Path, affair: str) -> dict[str, tuple[str, str]]:
    """Record → register record number before and after, of one clerical work. Raises: BadFile."""
    table = sheets.read(path)
    if not set(COLUMNS) <= set(table.column_names):
        raise BadFile(f"no columns {', '.join(COLUMNS)}", where=Where(str(path)), remedy="take the file from the desk")
    rows = table.to_pylist()
    for at, row in enumerate(rows, start=1):
        if row.get(sheets.FAULT):  # a row cut short would take a link away
            said = row[sheets.FAULT].partition("\t")[2]
            raise BadFile(said, where=Where(str(path), record=str(at)), remedy="take the file from the desk again")
    return {row["record"]: (row["before"], row["after"]) for row in rows if row["affair"] == affair}


@dataclass(frozen=True, slots=True)
class Corrections:
    """The desk's file of corrections, and the clerical work whose files are corrected."""

    file: Path
    affair: str


def apply(agency: Path, register: Path, *, corrections: Corrections, out: Path) -> Applied:
    """Write the agency's files anew into ``out`` with their links corrected; nothing else in them changes.

    A record is only corrected while it carries the key that the officers saw. Applying twice is applying once.

    Raises:
        BadFile: a file has no link key or no record number.
    """
    wanted = read_corrections(corrections.file, corrections.affair)
    people = {record for pair in wanted.values() for record in pair if record}
    keys = _keys(Source.of(register), people)
    source, job = Source.of(agency), _Job(wanted, keys)
    out.mkdir(parents=True, exist_ok=True)
    for path, form in zip(source.files, source.layouts, strict=True):
        _write(path, form, target=out / path.name, job=job)
    missing = len(wanted) - len(job.seen)
    return Applied(job.counts["corrected"], job.counts["already"], job.counts["otherwise"], missing)


@dataclass(slots=True)
class _Job:
    """Corrections by record, the keys of the persons they name, and what came of them."""

    wanted: dict[str, tuple[str, str]]
    keys: dict[str, str]
    counts: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)

    def new_key(self, record: str, key: str) -> str | None:
        """The key that a record gets; None where its own stays."""
        if record not in self.wanted:
            return None
        before, after = (self.keys.get(person) if person else "" for person in self.wanted[record])
        kind = "already" if key == after else "corrected" if key == before else "otherwise"
        kind = "otherwise" if after is None else kind
        self.counts[kind] += 1
        self.seen.add(record)
        return after if kind == "corrected" else None


def _keys(source: Source, people: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, form in zip(source.files, source.layouts, strict=True):
        for piece in reading.tables(path, _two(form, path)):
            records, keys = _cells(piece, form, path=path)
            found |= {record: key for record, key in zip(records, keys, strict=True) if record in people}
    return found


def _two(form: Layout, path: Path) -> list[str]:
    if not form.record:
        raise BadFile("no column for the record number", where=Where(str(path)), remedy="name it record_id or 整理番号")
    return [form.record, form.key]


def _cells(piece: Any, form: Layout, *, path: Path) -> tuple[list[str], list[str]]:
    """Record numbers and link keys of a piece, the keys as the check reads them."""
    record, key = _two(form, path)
    return reading.plain(piece[record]).to_pylist(), reading.keys(piece[key]).to_pylist()


def _write(path: Path, form: Layout, *, target: Path, job: _Job) -> None:
    """One file anew: CSV to the byte except for the keys, Parquet with the key's column of the same type."""
    partial = target.with_suffix(target.suffix + ".partial")
    record, key = _two(form, path)
    if not reading.is_parquet(path):
        partial.write_bytes(
            sheets.rewritten(path, key, change=lambda row: job.new_key(row[record], reading.key(row[key])))
        )
    else:
        table = pa.concat_tables(reading.tables(path, reading.columns_of(path)))
        place = table.column_names.index(key)
        pq.write_table(
            table.set_column(place, key, _new_keys(table, form, path=path, job=job)), partial, compression="zstd"
        )
    partial.replace(target)


def _new_keys(table: Any, form: Layout, *, path: Path, job: _Job) -> Any:
    """The column of keys with the corrected ones."""
    column = table[form.key]
    records, keys = _cells(table, form, path=path)
    new = [job.new_key(record, key) for record, key in zip(records, keys, strict=True)]
    kept = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    empty = "" if pa.types.is_string(kept.type) or pa.types.is_large_string(kept.type) else None
    mask = pa.array([one is not None for one in new])
    values = pa.array([one or empty for one in new if one is not None], pa.string()).cast(kept.type)
    return pc.replace_with_mask(reading.whole(kept), mask, values)
