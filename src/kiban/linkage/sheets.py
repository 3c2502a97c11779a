"""CSV files as offices have them: UTF-8, Shift_JIS or both in one file, UTF-16, tabs, quotation marks left open."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv as pc

from kiban.kernel.errors import Where
from kiban.linkage.errors import BadFile

FAULT = "\x00fault"
"""A column beside those of the file: column, tab, reason of a row that cannot be read; empty for the others."""
WRONG_CELLS = "the row has more or fewer cells than there are columns"
WRONG_BYTES = "characters that are neither UTF-8 nor Shift_JIS"
OPEN_QUOTE = "a quotation mark that is not closed"
MARK, UTF_16 = b"\xef\xbb\xbf", {b"\xff\xfe", b"\xfe\xff"}
LONGEST = 1 << 24
"""Characters of a cell."""


@dataclass(frozen=True, slots=True)
class Record:
    """A row's cells, its first line and the one behind its last; and whether a quotation mark in it is not closed."""

    cells: list[str]
    start: int
    end: int
    left_open: bool = False


def read(path: Path) -> Any:
    """A CSV file as a table of texts; FAULT is there when a row of it cannot be read.

    Raises:
        BadFile: it is empty, two columns have one name, or a cell is longer than LONGEST.
    """
    data = path.read_bytes()
    plain = _plain(data)
    if plain is not None:
        return plain
    lines = _lines(data)
    try:
        with _long_cells():
            names, body, faults = _rows(lines)
    except csv.Error as error:
        raise BadFile(
            f"no CSV that can be read: {error}", where=Where(str(path)), remedy="save it as CSV again"
        ) from None
    if not any(names):
        raise BadFile("an empty file", where=Where(str(path)), remedy="give the columns in the first line")
    if len(set(names)) < len(names):
        raise BadFile("two columns with one name", where=Where(str(path)), remedy="name each column once")
    table = pa.table({name: pa.array([row[at] for row in body], pa.string()) for at, name in enumerate(names)})
    return table.append_column(FAULT, pa.array(faults, pa.string())) if any(faults) else table


@contextmanager
def _long_cells() -> Iterator[None]:
    """Cells of LONGEST while this reads; the limit is the process's, and others rely on theirs."""
    before = csv.field_size_limit(LONGEST)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _plain(data: bytes) -> Any | None:
    """A list in which nothing is wrong, read by Arrow; None where row by row has to be looked."""
    begun = data.removeprefix(MARK)
    head = begun[: begun.find(b"\n")] if b"\n" in begun else b""
    try:
        text = begun if _is_utf_8(begun) else "\n".join(line for line, _ in map(_strict, begun.splitlines())).encode()
        if not _closed(text):
            return None
        delimiter = _delimiter([_strict(head)[0]])
        names = next(csv.reader([_strict(head)[0].rstrip("\r")], delimiter=delimiter), [])
        if not all(name.strip() for name in names) or len({name.strip() for name in names}) < len(names) or not names:
            return None
        found = pc.read_csv(
            io.BytesIO(text), parse_options=pc.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pc.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=True
            ),
        )  # fmt: skip
    except (ValueError, csv.Error, pa.ArrowException):
        return None
    over_lines = b'"' in text and any(_has_line_break(column) for column in found.columns)
    return None if over_lines or found.column_names != names else found.rename_columns([one.strip() for one in names])


def _has_line_break(column: Any) -> bool:
    return bool(compute.any(compute.match_substring_regex(column, r"[\r\n]")).as_py())


def _closed(text: bytes) -> bool:
    """Whether every quotation mark is closed in its line; where one is not, cells go over lines, or it is a fault."""
    letters = np.frombuffer(text, dtype=np.uint8)
    quotes = np.flatnonzero(letters == ord('"'))
    ends = np.flatnonzero((letters == ord("\n")) | (letters == ord("\r"))) if len(quotes) else quotes
    return len(quotes) % 2 == 0 and not (np.searchsorted(quotes, ends) % 2).any()


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _strict(line: bytes) -> tuple[str, str]:
    """As `_decoded`. Raises: ValueError where a character cannot be read."""
    found = _decoded(line)
    if "\ufffd" in found[0]:
        raise ValueError("a character that cannot be read")
    return found


def _rows(lines: list[str]) -> tuple[list[str], list[list[str]], list[str]]:
    """Names of the columns, rows of as many cells, and what is wrong with each row."""
    found = _records(lines)
    names = _names(next(found, Record([], 0, 0)))
    body, faults = [], []
    for record in found:
        row = _as_wide(record.cells, len(names))
        faults.append(f"\t{OPEN_QUOTE}" if record.left_open else _fault(row, names))
        body.append((row + [""] * len(names))[: len(names)])
    return names, body, faults


def _names(first: Record) -> list[str]:
    names = [name.strip() for name in first.cells]
    while names and not names[-1]:
        names.pop()
    return names


def _as_wide(row: list[str], width: int) -> list[str]:
    """Without the empty cells that a spreadsheet leaves at the end of a row."""
    return row[:width] if len(row) > width and not any(row[width:]) else row


def _records(lines: list[str]) -> Iterator[Record]:
    """The records; a line whose quotation mark is not closed does not swallow those behind it."""
    delimiter = _delimiter(lines)
    at, width = 0, 0
    while at < len(lines):
        begun = at
        reader = csv.reader(chain((f"{line}\n" for line in lines[begun:-1]), lines[-1:]), delimiter=delimiter)
        for row in reader:
            end = begun + reader.line_num
            swallowed = end == len(lines) and sum(line.count('"') for line in lines[at:end]) % 2
            if end - at > 1 and width and (swallowed or len(row) != width):
                cells = next(csv.reader([lines[at]], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
                yield Record(cells, at, at + 1, left_open=True)
                at += 1
                break
            if row:
                width = width or len(row)
                yield Record(row, at, end)
            at = end
        else:
            return


def _delimiter(lines: list[str]) -> str:
    """What the first line that is not blank has most of."""
    first = next((line for line in lines if line.strip()), "")
    return max(",\t;", key=first.count)


def _lines(data: bytes) -> list[str]:
    """The lines of a file, each in its own encoding; UTF-16 is known by its mark."""
    if data[:2] in UTF_16:
        return [line.rstrip("\r") for line in data.decode("utf-16", errors="replace").split("\n")]
    return [_decoded(line)[0] for line in data.removeprefix(MARK).splitlines()]


def _decoded(line: bytes) -> tuple[str, str]:
    """A line in the encoding that leaves fewest characters unread, and that encoding."""
    try:
        return line.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        forms = [(line.decode(encoding, errors="replace"), encoding) for encoding in ("cp932", "utf-8")]
        return min(forms, key=lambda form: form[0].count("\ufffd"))


def rewritten(path: Path, column: str, *, change: Callable[[dict[str, str]], str | None]) -> bytes:
    """A CSV file's bytes with some cells of one column changed, every other byte as it is.

    Args:
        path: the file.
        column: the column whose cells may change.
        change: of a row's cells by column, the new cell, or None where it stays.
    """
    data = path.read_bytes()
    mark, whole = (data[:2], "utf-16") if data[:2] in UTF_16 else (MARK if data.startswith(MARK) else b"", "")
    if whole:
        raw = [line.encode() for line in data.decode("utf-16").splitlines(keepends=True)]
    else:
        raw = data.removeprefix(mark).splitlines(keepends=True)
    texts = [_decoded(line) for line in raw]
    with _long_cells():
        found = _records([text.rstrip("\r\n") for text, _ in texts])
        names = _names(next(found, Record([], 0, 0)))
        for record in found:
            cells = _as_wide(record.cells, len(names))
            new = None if record.left_open or len(cells) != len(names) else change(dict(zip(names, cells, strict=True)))
            if new is not None:
                here = "".join(text for text, _ in texts[record.start : record.end])
                changed = _with_cell(
                    here, names.index(column), new=new, delimiter=_delimiter([text for text, _ in texts])
                )
                raw[record.start : record.end] = [
                    changed.encode(texts[record.start][1]), *[b""] * (record.end - record.start - 1)
                ]  # fmt: skip
    done = b"".join(raw)
    return done.decode().encode("utf-16") if whole else mark + done


def _with_cell(text: str, place: int, *, new: str, delimiter: str) -> str:
    """A record's text with one cell changed: the one of its old content's places that does just that."""
    before = next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    wanted, old, at = [*before[:place], new, *before[place + 1 :]], before[place], -1
    while (at := text.find(old, at + 1)) >= 0:
        changed = text[:at] + new + text[at + len(old) :]
        if next(csv.reader(changed.splitlines(keepends=True), delimiter=delimiter), []) == wanted:
            return changed
    return text


def _fault(row: list[str], names: list[str]) -> str:
    """Why a row cannot be judged: its column and a reason, or nothing."""
    if len(row) != len(names):
        return f"\t{WRONG_CELLS}"
    broken = next((name for name, cell in zip(names, row, strict=True) if "\ufffd" in cell), None)
    return f"{broken}\t{WRONG_BYTES}" if broken is not None else ""
