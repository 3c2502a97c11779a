"""Salting a register or an agency's files, so that somebody who must not read them can compare them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kiban.linkage import reading
from kiban.linkage.fingerprints import BAD_DAY, REASONS, Source, fingerprint, keys
from kiban.linkage.model import Aside, Column, Layout
from kiban.linkage.salting.keys import Key
from kiban.linkage.salting.model import ROW, Form, Salted
from kiban.linkage.salting.store import files
from kiban.linkage.salting.tokens import Tokens, in_order, salted_rows
from kiban.linkage.store import results

PIECE = ROWS_IN_PART = 1 << 17
"""Rows that are read, and rows that are put in order, at a time."""


@dataclass(frozen=True, slots=True)
class Salt:
    """What is salted, where to, and how much is kept of each item."""

    source: Path
    out: Path
    form: Form = Form.HMAC


def salt(job: Salt, key: Key) -> Salted:
    """Write salted.parquet (tokens only, by the token of the link key) and salt.json.

    A stopped run goes on after the last finished piece; the same files, key and form give the same bytes. Rows that
    cannot be judged are set aside with row, column and reason in salt.json (which the comparing party sees: rows and
    columns, never values).

    Raises:
        BadFile: a file has no link key or no name.
        OtherCheck: ``out`` holds the unfinished work of another salting.
    """
    source, work = Source.of(job.source), job.out / "work"
    results.Journal(work, results.inputs((source,), ["salt", job.form, key.check()]))
    paths, aside = _spilled(source, Tokens(key), work=work, form=job.form)
    rows = sum(path.stat().st_size for path in paths) // ROW.itemsize
    parts = [_part(paths, work=work, place=(number, rows // ROWS_IN_PART + 1))
             for number in range(rows // ROWS_IN_PART + 1)]  # fmt: skip
    items = {item for form in source.layouts for item in ("kana", "birth", "sex", "address") if getattr(form, item)}
    about = Salted(job.form, key.check(), rows, tuple(sorted(items)), tuple(aside))
    files.finish(job.out, parts, about=about)
    shutil.rmtree(work)
    return about


def _spilled(source: Source, tokens: Tokens, *, work: Path, form: Form) -> tuple[list[Path], list[Aside]]:
    """The salted rows of each piece in a file of its own; finished pieces are not made again."""
    paths, aside = list[Path](), list[Aside]()
    for number, piece in enumerate(_whole(source)):
        path = work / f"{number:05}.bin"
        note = path.with_suffix(".json")
        if not note.exists():
            found, bad = _salted(piece, tokens, form=form)
            files.write_raw(path, found)
            results.write_lines(note, bad)
        paths.append(path)
        aside += results.read_lines(note, Aside)
    return paths, aside


def _salted(piece: _Piece, tokens: Tokens, *, form: Form) -> tuple[Column, list[Aside]]:
    prints = fingerprint(piece.rows, piece.form, first=0)
    numbers, faults = keys(reading.keys(piece.rows[piece.form.key])), _faults(piece.rows)
    bad = (numbers < 0) | (prints["birth"] == reading.BAD) | (faults != "")
    aside = [
        _aside(piece, number=int(numbers[at]), row=piece.start + int(at) + 1, fault=str(faults[at]))
        for at in np.flatnonzero(bad)
    ]
    good, names = np.flatnonzero(~bad), _records(piece)
    records = [names[at] for at in good.tolist()]
    return salted_rows(prints[good], numbers[good], records=records, tokens=tokens, form=form), aside


def _part(paths: list[Path], *, work: Path, place: tuple[int, int]) -> Path:
    """One part of the result: the rows of all pieces with keys in its range."""
    number, parts = place
    path = work / f"{number:05}.parquet"
    if not path.exists():
        first, end = (((at << 64) + parts - 1) // parts for at in (number, number + 1))
        rows = np.concatenate([np.zeros(0, ROW), *(files.keys_from(one, first=first, end=end) for one in paths)])
        results.write_table(path, files.table(in_order(rows)), use_dictionary=False)
    return path


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some rows of a file, record numbers among the columns; ``start`` rows of it come before."""

    path: Path
    form: Layout
    rows: Any
    start: int


def _whole(source: Source) -> Iterator[_Piece]:
    for path, form in zip(source.files, source.layouts, strict=True):
        columns, start = [form.key, form.record, *form.name, *form.kana, *form.address, form.birth, form.sex], 0
        for rows in reading.tables(path, list(dict.fromkeys(filter(None, columns))), most=PIECE):
            yield _Piece(path, form, rows, start)
            start += len(rows)


def _faults(piece: Any) -> Column:
    if reading.FAULT not in piece.column_names:
        return np.full(len(piece), "", dtype=object)
    return np.asarray(reading.plain(piece[reading.FAULT]).to_pylist(), dtype=object)


def _aside(piece: _Piece, *, number: int, row: int, fault: str) -> Aside:
    file, form = piece.path.name, piece.form
    if fault:
        return Aside(file, row, *fault.split("\t"))
    return Aside(file, row, form.key, REASONS[number]) if number < 0 else Aside(file, row, form.birth, BAD_DAY)


def _records(piece: _Piece) -> list[str]:
    if piece.form.record:
        return [str(one) for one in reading.plain(piece.rows[piece.form.record]).to_pylist()]
    return [f"{piece.path.name}:{piece.start + at + 1}" for at in range(len(piece.rows))]


def records(source: Source) -> Iterator[str]:
    """The record numbers of all rows, as `salt` names them."""
    for piece in _whole(source):
        yield from _records(piece)
