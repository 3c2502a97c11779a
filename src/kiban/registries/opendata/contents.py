"""What a table looks like to a machine: header, columns, cells, keys and codes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import Report, Row, parse_number
from kiban.kernel.values import CorporateNumber, MunicipalityCode, TownId
from kiban.registries.gif.kinds import by_header, latitude, reads
from kiban.registries.gif.table import read_table

CODES: Mapping[str, Callable[[str], object]] = {
    "municipality_code": MunicipalityCode.parse,
    "publisher_code": MunicipalityCode.parse,
    "town_id": TownId.parse,
    "corporate_number": CorporateNumber.parse,
    "latitude": latitude,
}
"""Codes by which data of others are joined."""
SURE = 0.95
_KEY = re.compile(r"ID|NO\.?|番号|.*コード|.*番号|.*ID", re.IGNORECASE)
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_UNITS = re.compile(r"[,，円人件世帯台か所㎡m％%]+$|,")


@dataclass(frozen=True, slots=True)
class Contents:
    """A table by figures.

    Attributes:
        rows, unread: lines that were read, and that could not be.
        header_line: where the header stands (1 is right); ``untitled``: columns without a name or with the same.
        filled: column → share of cells that are filled.
        dressed: columns of numbers with separators or units; key: a column that tells every row from every other.
        codes: columns of codes that other data have too, nearly all of which are right.
    """

    rows: int
    unread: int
    encoding: str
    header_line: int
    untitled: bool
    filled: Mapping[str, float]
    dressed: tuple[str, ...]
    key: str
    codes: tuple[str, ...]

    @classmethod
    def read(cls, file: Path) -> Contents:
        """Read a CSV file whole. Raises: BadInput: it is none."""
        report = Report(file.name)
        header, found = read_table(file, report=report)
        rows = list(found)
        at = next((int(told[1]) for fault in report.faults if (told := _FOUND.search(fault.what))), 1)
        cells = {name: [row.values[name].strip() for row in rows] for name in header}
        return cls(
            rows=len(rows),
            unread=report.read - len(rows),
            encoding=report.encoding,
            header_line=at,
            untitled=any(_GIVEN.search(name) for name in header),
            filled={name: sum(map(bool, values)) / len(rows) if rows else 0.0 for name, values in cells.items()},
            dressed=tuple(name for name, values in cells.items() if _dressed(values)),
            key=next((name for name in header if _KEY.fullmatch(name) and _tells(rows, name)), ""),
            codes=tuple(name for name in header if _coded(name, cells[name])),
        )


_FOUND = re.compile(r"^the header was found in line (\d+)")
_GIVEN = re.compile(r"^列\d+$| \(\d+\)$")


def _dressed(values: Sequence[str]) -> bool:
    """Whether a column is of numbers of which some bear commas or a unit."""
    given = [unicodedata.normalize("NFKC", value) for value in values if value]
    bare = [_UNITS.sub("", value) for value in given]
    numbers = sum(_number(value) for value in bare)
    return bool(given) and numbers >= SURE * len(given) and any(_PLAIN.fullmatch(one) is None for one in given)


def _number(text: str) -> bool:
    try:
        return parse_number(text) is not None
    except BadInput:
        return False


def _tells(rows: Sequence[Row], name: str) -> bool:
    values = [row.values[name].strip() for row in rows]
    return all(values) and len(set(values)) == len(values) > 0


def _coded(name: str, values: Sequence[str]) -> bool:
    given = [value for value in values if value]
    read = CODES.get(by_header(name) or "")
    if read is None or not given:
        return False
    return sum(reads(read, value) for value in given) >= SURE * len(given) and len(given) >= len(values) / 2
