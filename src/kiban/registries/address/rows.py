"""Rows of a CSV file one by one, each with its line; a broken one costs itself only.

A quote that is never closed would make one cell of the whole rest: after :data:`MOST` lines the row is given up and
reading goes on at its second line.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report

MOST = 50
Good = tuple[int, list[str]]


class Record(NamedTuple):
    """A row: the line at which it begins (from 1), its cells or nothing, and why it has none."""

    line: int
    cells: list[str] | None
    fault: str = ""


class _RunawayError(Exception):
    """A row that does not end."""


class _Lines:
    """Lines that can be put back, with no NUL, at which the csv module would stop."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.line = 1
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST:
            raise _RunawayError
        if not self._again:
            try:
                self._again.append(next(self._lines))
            except StopIteration:
                self.ended = True
                raise
        self.taken.append(self._again.popleft())
        return self.taken[-1].replace("\x00", "")

    def settle(self, *, only_first: bool = False) -> int:
        """The row is done: the line at which it began; ``only_first`` puts its other lines back."""
        if only_first:
            self._again.extendleft(reversed(self.taken[1:]))
            del self.taken[1:]
        begun = self.line
        self.line += len(self.taken)
        self.taken = []
        self.ended = self.ended and not self._again
        return begun


def records(lines: Iterable[str]) -> Iterator[Record]:
    """Rows of CSV lines, the broken ones with what is wrong; empty lines are no rows."""
    source = _Lines(lines)
    reader = csv.reader(source)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_RunawayError, csv.Error) as error:
            why = "a quote is not closed" if isinstance(error, _RunawayError) else f"not CSV: {error}"
            yield Record(source.settle(only_first=True), None, why)
            reader = csv.reader(source)
            continue
        if source.ended and len(source.taken) > 1 and sum(line.count('"') for line in source.taken) % 2:
            yield Record(source.settle(only_first=True), None, "a quote is not closed")
            reader = csv.reader(source)
            continue
        line = source.settle()
        if cells:
            yield Record(line, cells)


def good(found: Iterable[Record], header: list[str], *, report: Report) -> Iterator[Good]:
    """Rows of the right width that could be decoded; the others go to the report."""
    for line, cells, fault in found:
        report.read += 1
        if cells is None:
            report.fault(line, fault, remedy="close the quote, or double it within a cell")
        elif len(cells) != len(header):
            report.fault(line, f"{len(cells)} cells where the header has {len(header)}")
        elif any("\ud800" <= one <= "\udfff" for cell in cells if not cell.isascii() for one in cell):
            report.fault(line, f"bytes that are not {report.encoding}", remedy="save the line anew")
        else:
            yield line, cells


def encoding_of(path: Path) -> str:
    """utf-8-sig or cp932: the one that more lines are written in. Raises: BadInput for UTF-16.

    UTF-8 often reads as cp932 by accident and almost never the other way, so a line of both counts for UTF-8.
    """
    votes = {"utf-8-sig": 0, "cp932": 0}
    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            raise BadInput("the file is UTF-16", where=Where(path.name, 1), remedy="save it as CSV UTF-8")
        file.seek(0)
        for line in file:
            if not line.isascii() and (name := next((one for one in votes if _reads(line, one)), None)):
                votes[name] += 1
    return max(votes, key=lambda name: votes[name])


def _reads(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
