"""Rows of a bulk file of addresses: those that can be read, and in which encoding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kiban.kernel.csv_rows import REMEDY, Record
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report

Good = tuple[int, list[str]]


def good(found: Iterable[Record], header: list[str], *, report: Report) -> Iterator[Good]:
    """Rows of the right width that could be decoded; the others go to the report."""
    for line, cells, fault in found:
        report.read += 1
        if cells is None:
            report.fault(line, fault, remedy=REMEDY)
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
