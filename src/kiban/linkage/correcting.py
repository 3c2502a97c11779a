"""Corrections in the agency's own files: records get the key of the right person, or none until one is known."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from kiban.kernel.errors import Where
from kiban.linkage import reading
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
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and not set(COLUMNS) <= set(rows[0]):
        raise BadFile(f"no columns {', '.join(COLUMNS)}", where=Where(str(path)), remedy="take the file from the desk")
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
    source, counts = Source.of(agency), Counter[str]()
    out.mkdir(parents=True, exist_ok=True)
    for path, form in zip(source.files, source.layouts, strict=True):
        _write(out / path.name, _corrected(path, form, wanted=wanted, keys=keys, counts=counts))
    missing = len(wanted) - sum(counts.values())
    return Applied(counts["corrected"], counts["already"], counts["otherwise"], missing)


def _keys(source: Source, people: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, form in zip(source.files, source.layouts, strict=True):
        for piece in reading.tables(path, _two(form, path)):
            records, keys = (reading.plain(piece[name]).to_pylist() for name in _two(form, path))
            found |= {record: key for record, key in zip(records, keys, strict=True) if record in people}
    return found


def _two(form: Layout, path: Path) -> list[str]:
    if not form.record:
        raise BadFile("no column for the record number", where=Where(str(path)), remedy="name it record_id or 整理番号")
    return [form.record, form.key]


def _corrected(
    path: Path, form: Layout, *, wanted: dict[str, tuple[str, str]], keys: dict[str, str], counts: Counter[str]
) -> Any:
    table = pa.concat_tables(reading.tables(path, reading.columns_of(path)))
    records, links = (reading.plain(table[name]).to_pylist() for name in _two(form, path))
    for place, record in enumerate(records):
        if record not in wanted:
            continue
        before, after = (keys.get(person) if person else "" for person in wanted[record])
        kind = "already" if links[place] == after else "corrected" if links[place] == before else "otherwise"
        kind = "otherwise" if after is None else kind
        links[place] = after if kind == "corrected" else links[place]
        counts[kind] += 1
    column = pa.array(links, pa.string())
    return table.set_column(table.column_names.index(form.key), form.key, column)


def _write(path: Path, table: Any) -> None:
    partial = path.with_suffix(path.suffix + ".partial")
    if path.suffix == ".parquet":
        pq.write_table(table, partial, compression="zstd")
    else:
        pc.write_csv(table, partial)
    partial.replace(path)
