"""Rows of a bulk file of addresses: those that can be read, and in which encoding."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kiban.kernel.csv_rows import Record
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report

Good = tuple[int, list[str]]
WIDTH = "give each column its cell; quote cells that contain commas or line breaks"
KINDS = (
    (b"PK\x03\x04", "a workbook of Excel or a zip file"),
    (b"\xd0\xcf\x11\xe0", "a workbook of Excel"),
    (b"PAR1", "Parquet"),
)


def header_of(first: Record | None, *, report: Report) -> list[str]:
    """The cells of the first row. Raises: BadInput when there is none, or it cannot be read."""
    if first is None:
        raise BadInput("the file is empty", where=Where(report.file, 1), remedy="its first line names the columns")
    if first.cells is None:
        what = f"the header is not {report.encoding}, as the lines below are" if first.cell else first.fault
        remedy = "save it as CSV UTF-8" if first.cell else first.remedy
        raise BadInput(what, where=Where(report.file, first.line, field="header"), remedy=remedy)
    return first.cells


def places(header: Sequence[str], columns: Sequence[str], *, added: Sequence[str], file: str) -> list[int]:
    """Where the columns stand; blanks around a name and its width do not count.

    Raises:
        BadInput: one is missing or stands twice, or the source has a column that is to be added.
    """
    found = [[at for at, name in enumerate(header) if _plain(name) == _plain(column)] for column in columns]
    if missing := [column for column, at in zip(columns, found, strict=True) if not at]:
        raise _refused(missing, "missing", file=file, remedy=_other(header))
    if twice := [column for column, at in zip(columns, found, strict=True) if len(at) > 1]:
        raise _refused(twice, "there twice", file=file, remedy="rename one of them")
    if taken := [name for name in added if name in header]:
        raise _refused(taken, "there already", file=file, remedy="is this an answer? Else rename them in the source")
    return [at[0] for at in found]


def _refused(columns: Sequence[str], why: str, *, file: str, remedy: str) -> BadInput:
    named = ", ".join(columns)
    where = Where(file, 1, field=columns[0])
    return BadInput(
        f"the column{'s' if columns[1:] else ''} {named} {'are' if columns[1:] else 'is'} {why}",
        where=where,
        remedy=remedy,
    )


def _other(header: Sequence[str]) -> str:
    if len(header) == 1 and ("\t" in header[0] or ";" in header[0]):
        return "the cells are not separated by commas: save it as CSV"
    return f"the header has: {', '.join(header)[:500]}"


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip()


def good(found: Iterable[Record], header: list[str], *, report: Report) -> Iterator[Good]:
    """Rows of the right width that could be decoded; the others go to the report."""
    for record in found:
        report.read += 1
        line, cells = record.line, record.cells
        if cells is None:
            report.broken(record, header=header)
        elif len(cells) != len(header):
            what = f"{len(cells)} cells where the header has {len(header)}"
            column = header[min(len(cells), len(header)) - 1]
            report.fault(line, what, column=column, remedy=WIDTH)
        else:
            yield line, cells


def encoding_of(path: Path) -> str:
    """utf-8-sig or cp932: the one that more lines are written in. Raises: BadInput for UTF-16 and what is no text.

    UTF-8 often reads as cp932 by accident and almost never the other way, so a line of both counts for UTF-8.
    """
    votes = {"utf-8-sig": 0, "cp932": 0}
    with path.open("rb") as file:
        head = file.read(1000)
        if kind := _no_csv(head):
            raise BadInput(f"the file is {kind}", where=Where(path.name, 1), remedy="save it as CSV UTF-8")
        file.seek(0)
        for line in file:
            if not line.isascii() and (name := next((one for one in votes if _reads(line, one)), None)):
                votes[name] += 1
    return max(votes, key=lambda name: votes[name])


def _no_csv(head: bytes) -> str:
    """What a file is whose first bytes are no line of CSV."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    if b"\0" in head.partition(b"\n")[0].partition(b"\r")[0]:
        return "UTF-16 without its mark, or no text"
    return next((name for start, name in KINDS if head.startswith(start)), "")


def _reads(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
