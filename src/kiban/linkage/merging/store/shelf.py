"""Rows on their way through a merger: spilled by part as they are read, then each part in the order of the result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from kiban.linkage.merging.books import Form
from kiban.linkage.model import FINGERPRINT, Column

PRINT, SIDE, HOME, MEMBERS, TWICE = (f"\x00{name}" for name in ("print", "side", "home", "members", "twice"))
"""Columns beside those of the registers: fingerprint, register, household of the part, how many rows that has, and a
hash of municipality and record number."""
ROWS_AT_A_TIME = 1 << 21
OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


class Shelved(msgspec.Struct, frozen=True):
    """A part in numbers."""

    rows: int
    homes: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part's rows in the order of the result; ``first`` row and ``first_home`` household among all parts'."""

    number: int
    table: Any
    prints: Column
    home: Column
    members: Column
    hashes: Column
    first: int
    first_home: int


def prints_column(prints: Column) -> Any:
    """Fingerprints as a column."""
    body = pa.py_buffer(np.ascontiguousarray(prints).tobytes())
    return pa.Array.from_buffers(pa.binary(FINGERPRINT.itemsize), len(prints), [None, body])


def prints_of(table: Any) -> Column:
    """The fingerprints of rows."""
    column = table[PRINT].combine_chunks()
    column = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
    return np.frombuffer(column.buffers()[1], dtype=FINGERPRINT)[column.offset : column.offset + len(column)]


def write_batches(path: Path, table: Any, *, edges: Column) -> None:
    """A file of batches, one from each edge to the next, that appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    (batch,) = table.combine_chunks().to_batches() or [pa.RecordBatch.from_pylist([], schema=table.schema)]
    with pa.OSFile(str(partial), "wb") as out, pa.ipc.new_file(out, table.schema, options=OPTIONS) as writer:
        for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            writer.write_batch(batch.slice(start, end - start))
    partial.replace(path)


def read_batch(path: Path, number: int, *, columns: list[str] | None = None) -> Any:
    """One batch of such a file, or only some columns of it."""
    with pa.OSFile(str(path), "rb") as file:
        options = None
        if columns is not None:
            names = pa.ipc.open_file(file).schema.names
            options = pa.ipc.IpcReadOptions(included_fields=[names.index(name) for name in columns])
        batch = pa.ipc.open_file(file, options=options).get_batch(number)
    return pa.Table.from_batches([batch])


class Shelf:
    """The sorted parts in a folder. A row's place is its place in the order of all."""

    def __init__(self, folder: Path, form: Form, *, shelved: list[Shelved]) -> None:
        self.form, self._folder = form, folder
        self.firsts = np.cumsum([0, *(one.rows for one in shelved)])
        self._homes = np.cumsum([0, *(one.homes for one in shelved)])
        self.parts, self.rows, self.homes = len(shelved), int(self.firsts[-1]), int(self._homes[-1])

    def prints(self) -> Iterator[Column]:
        """The fingerprints, part by part; ``row`` is the place."""
        for number in range(self.parts):
            found = prints_of(read_batch(sorted_path(self._folder, number), 0, columns=[PRINT])).copy()
            found["row"] = np.arange(self.firsts[number], self.firsts[number + 1], dtype=np.uint32)
            yield found

    def sides(self) -> Column:
        """The register of each row: shape (rows,), uint16."""
        found = np.zeros(self.rows, dtype=np.uint16)
        for number in range(self.parts):
            rows = slice(self.firsts[number], self.firsts[number + 1])
            found[rows] = np.asarray(read_batch(sorted_path(self._folder, number), 0, columns=[SIDE])[SIDE])
        return found

    def twice(self) -> Column:
        """Hashes of municipality and record number that several rows have, by as many at a time as fit a part."""
        turns, found = self.rows // ROWS_AT_A_TIME + 1, []
        for turn in range(turns):
            pieces = []
            for number in range(self.parts):
                hashes = np.asarray(read_batch(sorted_path(self._folder, number), 0, columns=[TWICE])[TWICE])
                pieces.append(hashes[(hashes >> np.uint64(32)) * np.uint64(turns) >> np.uint64(32) == turn])
            every = np.sort(np.concatenate(pieces))
            found.append(np.unique(every[1:][every[1:] == every[:-1]]))
        return np.concatenate(found)

    def part(self, number: int) -> Part:
        """One part."""
        table = read_batch(sorted_path(self._folder, number), 0)
        home, members, hashes = (np.asarray(table[name]) for name in (HOME, MEMBERS, TWICE))
        return Part(
            number, table.select(self.form.schema.names), prints_of(table), home, members, hashes,
            int(self.firsts[number]), int(self._homes[number]),
        )  # fmt: skip

    def take(self, rows: Column, columns: list[str]) -> Any:
        """Some columns of some rows (places, ascending)."""
        found = []
        for number in range(self.parts):
            start, end = np.searchsorted(rows, self.firsts[number : number + 2])
            if start < end:
                table = read_batch(sorted_path(self._folder, number), 0, columns=columns).select(columns)
                found.append(table.take(pa.array(rows[start:end] - self.firsts[number])))
        return pa.concat_tables(found) if found else self.form.schema.empty_table().select(
            [name for name in columns if name in self.form.schema.names])  # fmt: skip

    def households(self, rows: Column) -> tuple[Column, Column]:
        """The household of some rows (places, ascending) among all, and how many rows it has."""
        if not len(rows):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        table = self.take(rows, [HOME, MEMBERS])
        part = np.searchsorted(self.firsts, rows, side="right") - 1
        return np.asarray(table[HOME]).astype(np.int64) + self._homes[part], np.asarray(table[MEMBERS])


def sorted_path(folder: Path, number: int) -> Path:
    """Where a sorted part is."""
    return folder / f"{number:05}.arrow"
