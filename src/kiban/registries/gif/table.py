"""A table as an office sends it: lines above the header, columns without a name or with the same, sums below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice
from pathlib import Path

from kiban.kernel.csv_rows import records
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, Row, opened
from kiban.registries.gif.kinds import by_header

FIRST = 15
"""The header is one of so many lines."""


def read_table(
    path: Path, *, report: Report, known: Callable[[str], str | None] = by_header
) -> tuple[list[str], Iterator[Row]]:
    """The header and the rows; lines above the header and lines of another length are reported, empty ones left out.

    The header is the line among the first in which most cells are names of columns that offices use, else the one with
    most cells filled. A column without a name is 列N, the second of a name 名 (2): no cell is lost. ``known``
    says of what kind a column of a name is.

    Raises:
        BadInput: there is no file, it is empty, neither UTF-8 nor cp932, or its cells are not separated by commas.
    """
    if path.exists() and not path.is_file():
        remedy = "save the table as a file and name that"
        raise BadInput("this is no file that can be read again", where=Where(str(path)), remedy=remedy)
    with opened(path, report) as file:
        first = [(record.line, record.cells or []) for record in islice(records(file), FIRST)]
    if not any(any(cells) for _, cells in first):
        raise BadInput("the table is empty", where=Where(path.name, 1), remedy="compare the file")
    if all(len(cells) == 1 for _, cells in first) and any(mark in first[0][1][0] for mark in "\t;"):
        remedy = "save it as CSV"
        raise BadInput("the cells are not separated by commas", where=Where(path.name, first[0][0]), remedy=remedy)
    at = max(range(len(first)), key=lambda number: (*_likeness(first[number][1], known), -number))
    if any(any(cells) for _, cells in first[:at]):
        report.fault(1, f"the header was found in line {first[at][0]}", remedy="what stands above it is left out")
    header = _named([cell.strip() for cell in first[at][1]])
    return header, _rows(path, header, skip=at + 1, report=report)


def _likeness(cells: Sequence[str], known: Callable[[str], str | None]) -> tuple[int, int]:
    filled = [cell for cell in cells if cell.strip()]
    return sum(known(cell) is not None for cell in filled), len(filled)


def _named(header: Sequence[str]) -> list[str]:
    made: dict[str, None] = {}
    given, tried = set(header), dict[str, Iterator[int]]()
    for number, name in enumerate(header, 1):
        first = name or f"列{number}"
        if first in made:
            free = (f"{name or '列'} ({again})" for again in tried.setdefault(name, count(2)))
            first = next(one for one in free if one not in made and one not in given)
        made[first] = None
    return list(made)


def _rows(path: Path, header: Sequence[str], *, skip: int, report: Report) -> Iterator[Row]:
    with opened(path, report) as file:
        for record in islice(records(file), skip, None):
            start, cells = record.line, record.cells
            if cells is not None and not any(cell.strip() for cell in cells):
                continue
            report.read += 1
            if cells is None:
                report.broken(record, header=header)
                continue
            if len(cells) > len(header) and any(cells[len(header) :]):
                report.wrong_width(start, cells, header=header)
                continue
            padded = [*cells, *[""] * (len(header) - len(cells))]
            yield Row(start, dict(zip(header, padded, strict=False)))
