"""Rows of a bulk file of addresses: those that can be read, and in which encoding."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kiban.kernel.csv_rows import Record
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report

Good = tuple[int, list[str]]
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
    """Where the columns stand; blanks around a name, its width and what nobody sees do not count.

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
    seen = "".join(one for one in unicodedata.normalize("NFKC", name) if unicodedata.category(one) != "Cf")
    return seen.strip()


def good(found: Iterable[Record], header: list[str], *, report: Report) -> Iterator[Good]:
    """Rows of the right width that could be decoded; the others go to the report."""
    for record in found:
        report.read += 1
        line, cells = record.line, record.cells
        if cells is None:
            report.broken(record, header=header)
        elif len(cells) != len(header):
            report.wrong_width(line, cells, header=header)
        else:
            yield line, cells


def check_csv(path: Path) -> None:
    """Raises: BadInput when the file is of another form than CSV."""
    with path.open("rb") as file:
        kind = _no_csv(file.read(1000))
    if kind:
        raise BadInput(f"the file is {kind}", where=Where(path.name, 1), remedy="save it as CSV UTF-8")


def _no_csv(head: bytes) -> str:
    """What a file is whose first bytes are no line of CSV."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    if kind := next((name for start, name in KINDS if head.startswith(start)), ""):
        return kind
    if b"\x1b$" in head:
        return "ISO-2022-JP"
    if b"\0" in head.partition(b"\n")[0].partition(b"\r")[0]:
        return "UTF-16 without its mark, or no text"
    return ""
