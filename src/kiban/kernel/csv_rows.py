"""Rows of a CSV file one by one, each with its line; a broken one costs itself only.

A quote that is never closed would make one cell of the whole rest: after :data:`MOST` lines the row is given up and
reading goes on at its second line. Bytes that are no characters cost the row in which they stand.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

MOST = 50
UNCLOSED = "a quote is not closed"
LONG = f"not CSV: a cell is longer than {csv.field_size_limit():,} characters, or a quote is not closed"
REMEDY = "close the quote, or double it within a cell"
TOLERANT = "surrogateescape"
"""The way (``errors`` of a text file) in which bytes that are no characters come as far as their row."""
_LOST = {"utf-8": re.compile("[\udc80-\udcff]"), "cp932": re.compile("[\x80\uf8f0-\uf8f3\udc80-\udcff]")}
CP932_LOST = {"\x80": 0x80, "\uf8f0": 0xA0, "\uf8f1": 0xFD, "\uf8f2": 0xFE, "\uf8f3": 0xFF}
"""What Python makes of the bytes that cp932 leaves free: no characters that anybody wrote."""


class Record(NamedTuple):
    """A row: the line at which it begins (from 1), its cells or nothing, why it has none, in which cell (from 1).

    ``seen`` is what can be seen of a row without cells: enough to say which one it was, never taken as its values.
    """

    line: int
    cells: list[str] | None
    fault: str = ""
    cell: int = 0
    seen: Sequence[str] = ()

    @property
    def remedy(self) -> str:
        """What to do about the fault."""
        return "write the cell anew, in the encoding of the file" if self.cell else REMEDY


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


def records(lines: Iterable[str], *, width: int = 0, headed: bool = False) -> Iterator[Record]:
    """Rows of CSV lines, the broken ones with what is wrong; empty lines are no rows.

    A row over several lines that has not ``width`` cells (``headed``: as many as the first row) swallowed its
    neighbours by a quote: its first line alone is given up. Of lines whose ``errors`` are ``TOLERANT`` a row with bytes
    that are no characters is given up.
    """
    source = _Lines(lines)
    broken = getattr(lines, "errors", "") == TOLERANT
    encoding = str(getattr(lines, "encoding", "")).replace("-sig", "")
    reader = csv.reader(source)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_RunawayError, csv.Error) as error:
            why = UNCLOSED if isinstance(error, _RunawayError) else f"not CSV: {error}"
            why = LONG if "field limit" in why else why
            seen = _seen(source)
            yield Record(source.settle(only_first=True), None, why, seen=seen)
            reader = csv.reader(source)
            continue
        width = width or (len(cells) if headed else 0)
        if len(source.taken) > 1 and ((width and len(cells) != width) or _unclosed(source)):
            seen = _seen(source)
            yield Record(source.settle(only_first=True), None, UNCLOSED, seen=seen)
            reader = csv.reader(source)
            continue
        line = source.settle()
        if cells:
            yield (_undecoded(line, cells, encoding=encoding) if broken else None) or Record(line, cells)


def _undecoded(line: int, cells: list[str], *, encoding: str) -> Record | None:
    lost = _LOST.get(encoding, _LOST["utf-8"])
    for number, cell in enumerate(cells, 1):
        if not cell.isascii() and (found := lost.search(cell)):
            byte = CP932_LOST.get(found[0], ord(found[0]) & 0xFF)
            return Record(line, None, f"the byte {byte:#04x} is no character of {encoding}", number, cells)
    return None


def _seen(source: _Lines) -> list[str]:
    """Cells of the first line of a row that quotes broke."""
    return [cell.strip('"') for cell in source.taken[0].rstrip("\r\n").split(",")]


def _unclosed(source: _Lines) -> bool:
    """A quote stays open to the end of the file, or is closed by one that opens another cell."""
    if source.ended and sum(line.count('"') for line in source.taken) % 2:
        return True
    try:
        next(csv.reader(iter(source.taken), strict=True))
    except csv.Error:
        return True
    return False
