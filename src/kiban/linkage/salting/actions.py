"""Salting a register or an agency's files, so that somebody who must not read them can compare them."""

from __future__ import annotations

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
from kiban.linkage.salting.tokens import salted_rows


@dataclass(frozen=True, slots=True)
class Salt:
    """What is salted, where to, and how much is kept of each item."""

    source: Path
    out: Path
    form: Form = Form.HMAC


def salt(job: Salt, key: Key) -> Salted:
    """Write salted.parquet (tokens only, by the token of the link key) and salt.json; a finished folder stays.

    The same files, key and form give the same bytes. Rows that cannot be judged are set aside with row, column and
    reason in salt.json (which the comparing party sees: rows and columns, never values).

    Raises:
        BadFile: a file has no link key or no name.
    """
    source = Source.of(job.source)
    pieces, aside, before = [np.zeros(0, dtype=ROW)], list[Aside](), dict[Path, int]()
    for path, form, piece in _whole(source):
        start = before.get(path, 0)
        before[path] = start + len(piece)
        prints, numbers = fingerprint(piece, form, first=0), keys(reading.plain(piece[form.key]))
        faults = _faults(piece)
        bad = (numbers < 0) | (prints["birth"] == reading.BAD) | (faults != "")
        aside += [_aside(path, form, number=int(numbers[at]), row=start + int(at) + 1, fault=str(faults[at]))
                  for at in np.flatnonzero(bad)]  # fmt: skip
        good = np.flatnonzero(~bad)
        names = _records(piece, form, where=(path, start))
        pieces.append(
            salted_rows(
                prints[good], numbers[good], records=[names[at] for at in good.tolist()], key=key, form=job.form
            )
        )
    rows = np.concatenate(pieces)
    rows = rows[np.lexsort((rows["record"], rows["key"]))]
    items = {item for form in source.layouts for item in ("kana", "birth", "sex", "address") if getattr(form, item)}
    about = Salted(job.form, key.check(), len(rows), tuple(sorted(items)), tuple(aside))
    files.write(job.out, rows, about=about)
    return about


def _whole(source: Source) -> Iterator[tuple[Path, Layout, Any]]:
    """All rows in pieces, record numbers among the columns."""
    for path, form in zip(source.files, source.layouts, strict=True):
        columns = [form.key, form.record, *form.name, *form.kana, *form.address, form.birth, form.sex]
        for piece in reading.tables(path, list(dict.fromkeys(filter(None, columns)))):
            yield path, form, piece


def _faults(piece: Any) -> Column:
    if reading.FAULT not in piece.column_names:
        return np.full(len(piece), "", dtype=object)
    return np.asarray(reading.plain(piece[reading.FAULT]).to_pylist(), dtype=object)


def _aside(path: Path, form: Layout, *, number: int, row: int, fault: str) -> Aside:
    if fault:
        return Aside(path.name, row, *fault.split("\t"))
    return (
        Aside(path.name, row, form.key, REASONS[number]) if number < 0 else Aside(path.name, row, form.birth, BAD_DAY)
    )


def _records(piece: Any, form: Layout, *, where: tuple[Path, int]) -> list[str]:
    if form.record:
        return [str(one) for one in reading.plain(piece[form.record]).to_pylist()]
    return [f"{where[0].name}:{where[1] + at + 1}" for at in range(len(piece))]


def records(source: Source) -> Iterator[str]:
    """The record numbers of all rows, as `salt` names them."""
    before = dict[Path, int]()
    for path, form, piece in _whole(source):
        start = before.get(path, 0)
        before[path] = start + len(piece)
        yield from _records(piece, form, where=(path, start))
