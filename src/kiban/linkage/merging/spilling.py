"""The first two stages of a merger: rows are read into parts of the result, then each part is put in order.

Both note what is finished, piece by piece and part by part, so that a stopped merger goes on there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from kiban.linkage import reading
from kiban.linkage.merging import books
from kiban.linkage.merging.books import Form, Piece, Volume
from kiban.linkage.merging.cutting import ROWS_IN_PART, Cut, Ordered, Sample, part_of
from kiban.linkage.merging.store import shelf
from kiban.linkage.merging.store.results import digest
from kiban.linkage.merging.store.shelf import HOME, MEMBERS, PRINT, SIDE, TWICE, Shelf, Shelved
from kiban.linkage.model import Aside, Column
from kiban.linkage.pairing import scatter
from kiban.linkage.store.results import read_lines, write_lines

PIECE = 1 << 17
"""Rows that are read at a time."""


class Noted(msgspec.Struct, frozen=True):
    """What a piece had: rows and digest by municipality, and what could not be read."""

    rows: dict[str, int]
    digests: dict[str, str]
    aside: list[Aside]


def cuts(volumes: list[Volume], form: Form, *, work: Path, parts: int = 0) -> list[Cut]:
    """Where the result is cut into parts; ``parts`` 0 lets the number of rows decide."""
    path = work / "cuts.jsonl"
    if not path.exists():
        sample = Sample()
        for volume in volumes:
            back = {new: old for old, new in volume.renamed.items()}
            names = [form.columns["household"]] + ([] if volume.code else [form.columns["municipality"]])
            wanted = [back.get(name, name) for name in names]
            for rows in reading.tables(volume.path, wanted, most=PIECE):
                code = pa.array([volume.code] * len(rows), pa.string()) if volume.code else rows[wanted[1]]
                sample.add(code, _plain(rows[wanted[0]]))
        work.mkdir(parents=True, exist_ok=True)
        write_lines(path, sample.cuts(parts or sample.rows // ROWS_IN_PART + 1))
    return read_lines(path, Cut)


def _plain(column: Any) -> Any:
    return reading.plain(column) if pa.types.is_dictionary(column.type) else column


def spill(volumes: list[Volume], form: Form, *, cut: list[Cut], folder: Path) -> tuple[list[Path], list[Noted]]:
    """Read all rows into files of pieces, each sorted by part; finished pieces are not made again."""
    paths, noted = list[Path](), list[Noted]()
    for number, (volume, before, rows) in enumerate(_pieces(volumes)):
        path = folder / f"{number:05}.arrow"
        note = path.with_suffix(".json")
        if not note.exists():
            piece = books.brought(rows, volume, form=form, before=before)
            _spill_piece(path, piece, form=form, cut=cut, side=volume.side)
            write_lines(note, [_noted(piece, form)])
        paths.append(path)
        noted += read_lines(note, Noted)
    return paths, noted


def _pieces(volumes: list[Volume]) -> Iterator[tuple[Volume, int, Any]]:
    for volume in volumes:
        before = 0
        for rows in reading.tables(volume.path, reading.schema_of(volume.path).names, most=PIECE):
            yield volume, before, rows
            before += len(rows)


def _spill_piece(path: Path, piece: Piece, *, form: Form, cut: list[Cut], side: int) -> None:
    code, home = (piece.table[form.columns[item]] for item in ("municipality", "household"))
    part = part_of(code, home, cuts=cut)
    order = np.argsort(part, kind="stable")
    table = piece.table.append_column(PRINT, shelf.prints_column(piece.prints))
    table = table.append_column(SIDE, pa.array(np.full(len(table), side, dtype=np.uint16)))
    edges = np.searchsorted(part[order], np.arange(len(cut) + 2))
    shelf.write_batches(path, table.take(pa.array(order)), edges=edges)


def _noted(piece: Piece, form: Form) -> Noted:
    """Taken from the rows as they were read, so that the proof does not rest on what was written later."""
    former = books.former(piece.table, form)
    return Noted(*digests(former), piece.aside)


def digests(former: tuple[Any, Any, Any]) -> tuple[dict[str, int], dict[str, str]]:
    """Number of rows and digest by municipality; ``former``: municipality, record and household of each row."""
    texts, which = reading.coded(former[0])
    rows, found = dict[str, int](), dict[str, str]()
    for at, code in enumerate(texts.to_pylist()):
        mine = pa.array(np.flatnonzero(which == at))
        if len(mine):
            records, homes = (column.take(mine).to_pylist() for column in former[1:])
            rows[code], found[code] = len(mine), digest((code, *one) for one in zip(records, homes, strict=True))
    return rows, found


def sort(paths: list[Path], form: Form, *, parts: int, folder: Path) -> Shelf:
    """Put each part in order; finished parts are not made again."""
    shelved = []
    for number in range(parts):
        note = folder / f"{number:05}.json"
        if not note.exists():
            table, one = _sorted(pa.concat_tables([shelf.read_batch(path, number) for path in paths]), form)
            shelf.write_batches(shelf.sorted_path(folder, number), table, edges=np.array([0, len(table)]))
            write_lines(note, [one])
        shelved += read_lines(note, Shelved)
    return Shelf(folder, form, shelved=shelved)


def _sorted(table: Any, form: Form) -> tuple[Any, Shelved]:
    """By municipality, household, its head first, record; what is alike in all of these by all its items."""
    code, home = (Ordered.of(table[form.columns[item]]) for item in ("municipality", "household"))
    record, table = Ordered.of(table[form.layout.record]), table.combine_chunks()
    keys = (shelf.prints_of(table)["order"], *record.keys(), ~books.heads(table, form), *home.keys(), *code.keys())
    order = np.lexsort(keys)
    order = _settled(order, _alike(keys, order), table=table.select(form.schema.names))
    changes = np.ones(len(order), dtype=bool)
    changes[1:] = ~_alike((*home.keys(), *code.keys()), order)
    ordinal = (np.cumsum(changes) - 1).astype(np.int32)
    members = np.bincount(ordinal).astype(np.int32)[ordinal] if len(ordinal) else ordinal
    hashes = _hashes(code, record)[order]
    table = table.take(pa.array(order))
    for name, values in ((HOME, ordinal), (MEMBERS, members), (TWICE, hashes)):
        table = table.append_column(name, pa.array(values))
    return table, Shelved(len(table), int(changes.sum()))


def _alike(keys: tuple[Column, ...], order: Column) -> Column:
    found = np.ones(max(len(order) - 1, 0), dtype=bool)
    for key in keys:
        found &= key[order[1:]] == key[order[:-1]]
    return found


def _settled(order: Column, again: Column, *, table: Any) -> Column:
    """The order with rows that nothing told apart so far put by all their items."""
    edges = np.flatnonzero(np.diff(np.r_[False, again, False].astype(np.int8)))
    for start, end in edges.reshape(-1, 2).tolist():
        rows = order[start : end + 1].tolist()
        order[start : end + 1] = sorted(rows, key=lambda row: str(table.slice(row, 1).to_pylist()))
    return order


def _hashes(code: Ordered, record: Ordered) -> Column:
    """Equal for equal municipality and record number."""
    return scatter(_hash(code) + np.uint64(0x9E3779B97F4A7C15) * _hash(record))


def _hash(one: Ordered) -> Column:
    found = scatter(one.value.astype(np.uint64) + (one.length.astype(np.uint64) << np.uint64(60)))
    if not one.short.all():
        texts, which = one.others()
        hashes = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") for text in texts]
        found[~one.short] = np.array(hashes, dtype=np.uint64)[which]
    return found
