"""A ledger with free columns → parcels, by a proposed mapping; each bad row told by file, line, column and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Cells
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, Row
from kiban.kernel.values import MunicipalityCode, PropertyId
from kiban.kernel.values.dates import parse_date
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import typed
from kiban.registries.address.fold import number
from kiban.registries.errors import BadMapping
from kiban.registries.gif.mapping import SAMPLE, Mapping, proposed
from kiban.registries.gif.table import read_table
from kiban.registries.land.area import Area
from kiban.registries.land.category import LandCategory
from kiban.registries.land.columns import READERS, by_header, known, unit_of
from kiban.registries.land.marks import marks
from kiban.registries.land.model import Owner, Parcel, Place
from kiban.registries.land.placing import check_code, lot_of_parts, place

PLACES = ("whole", "place", "town", "number")
_APART = re.compile(r"[、;；\n]")
_COUNT = "([0-9０-９一二三四五六七八九十百千]+)"
_SHARE = re.compile(rf"(?:共有)?(?:持分)?(?:([0-9]+)/([0-9]+)|{_COUNT}分の{_COUNT})")
_LEADING = re.compile(rf"^(?:共有者?)?[\s　]*持分{_COUNT}分の{_COUNT}[\s　]*")
_T = TypeVar("_T")


def propose(path: Path) -> Mapping:
    """The proposed mapping of a ledger's columns, from its headers unless the contents deny them."""
    header, rows = read_table(path, report=Report(path.name), known=known)
    told = {name: kind for name in header if (kind := by_header(name))}
    sample = [row.values for row in islice(rows, SAMPLE)]
    readers = {**READERS, **dict.fromkeys(("area", "current_area"), _any_area)}
    return proposed(header, sample, told=told, readers=readers)


def _any_area(text: str) -> object:
    return None if text in {"0", "０"} else Area.parse(text)


def read_ledger(path: Path, mapping: Mapping, *, source: str, report: Report) -> Iterator[Parcel]:
    """The parcels of a ledger, one a row, in its order; bad rows are told in the report and left out.

    A bad 地目, 地積, day or share costs its cell only; a row without a place costs the row. ``mapping.municipality`` is
    the place of rows that name no municipality.

    Raises:
        BadInput: the file cannot be read. BadMapping: it names no place. UnknownMunicipality.
    """
    check_code(mapping.municipality)
    header, rows = read_table(path, report=report, known=known)
    fitting = mapping.for_table(header, file=path.name)
    if not any(map(fitting.column, PLACES[:3])):
        remedy = f"name the column of 所在 (place), 所在地番 (whole) or 大字 (town); it has: {', '.join(header)}"
        raise BadMapping("no column says where a parcel is", where=Where(path.name, 1), remedy=remedy)
    return _parcels(rows, fitting, source=source, report=report)


def _parcels(rows: Iterable[Row], mapping: Mapping, *, source: str, report: Report) -> Iterator[Parcel]:
    for row in rows:
        cells = _Cells({kind: row.values.get(name, "") for name, kind in mapping.columns.items()}, row, mapping, report)
        if not any(value.strip() for value in row.values.values()):
            continue
        where = cells.read("place", partial(_place, cells, mapping.municipality))
        if where is None:
            continue
        report.kept += 1
        yield _parcel(cells, where, source=source)


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a row by kind, and where to tell what is wrong with them."""

    by_kind: Cells[str, str]
    row: Row
    mapping: Mapping
    report: Report

    def __getitem__(self, kind: str) -> str:
        return self.by_kind.get(kind, "").strip()

    def read(self, kind: str, parse: Callable[[], _T]) -> _T | None:
        """What is read, or None and a fault at the column; the message of a personal cell names no value."""
        try:
            return parse()
        except BadInput as error:
            column = self.mapping.column(kind) or next(filter(None, map(self.mapping.column, PLACES)), "")
            if error.where.field == "地番":
                column = self.mapping.column("lot") or self.mapping.column("trunk") or column
            self.report.fault(self.row.line, error.what, column=column, remedy=error.remedy)
            return None

    def cell(self, kind: str, parse: Callable[[str], _T]) -> _T | None:
        """As :meth:`read`, of one cell; an empty one is None."""
        text = self[kind]
        return self.read(kind, lambda: parse(text)) if text else None


def _place(cells: _Cells, municipality: str) -> Place:
    code = str(MunicipalityCode.parse(cells["municipality_code"])) if cells["municipality_code"] else municipality
    check_code(code)
    where = cells["place"] or cells["whole"]
    lot = cells["lot"]
    if cells["trunk"] and not lot:
        lot = lot_of_parts(cells["trunk"], cells["branch"], cells["branch_2"])
    elif lot and cells["branch"]:
        lot = lot_of_parts(lot, cells["branch"], cells["branch_2"])
    town = cells["town"]
    small = f"字{cells['small'].removeprefix('字')}" if cells["small"] else ""
    return place(f"{where}{town if town not in where else ''}{small}", lot, code=code)


def _parcel(cells: _Cells, where: Place, *, source: str) -> Parcel:
    number_ = cells.cell("number", lambda text: PropertyId.parse(text).number)
    owned = cells.mapping.column("owner")
    address = cells["owner_address"] if cells.mapping.column("owner_address") else None
    day = cells.cell("registered_on", parse_date)
    return Parcel(
        source,
        (cells.row.line,),
        where,
        number_ or "",
        cells.cell("category", LandCategory.parse),
        cells.cell("current", LandCategory.parse),
        _area(cells, "area"),
        _area(cells, "current_area"),
        _owners(cells) if owned else (),
        marks(cells["owner"], address, section=cells["section"]) if owned else frozenset(),
        str(day or ""),
        (cells["id"],) if cells["id"] else (),
    )


def _area(cells: _Cells, kind: str) -> Area | None:
    """The area; 0 stands for none, as tables write it."""
    unit = unit_of(cells.mapping.column(kind))
    text = cells[kind]
    return None if not text.strip("0０.．") else cells.cell(kind, lambda one: Area.parse(one, unit=unit))


def _owners(cells: _Cells) -> tuple[Owner, ...]:
    names = _divided(cells["owner"])
    addresses, shares = _divided(cells["owner_address"]), _divided(cells["share"])
    behind = [*addresses, *[""] * len(names)] if len(addresses) in (1, len(names)) else [""] * len(names)
    stated = [cells.read("share", partial(parse_share, one)) for one in shares]
    parts = stated if len(stated) == len(names) else [None] * len(names)
    made = [_owner(name, address, share=share) for name, address, share in zip(names, behind, parts, strict=False)]
    return tuple(made)


def _owner(name: str, address: str, *, share: Fraction | None) -> Owner:
    """An owner; 持分2分の1 before the name is the share."""
    if found := _LEADING.match(name):
        return Owner(name[found.end() :].strip(), address, share or parse_share(found[0][found[0].index("持分") :]))
    return Owner(name, address, share)


def _divided(text: str) -> Sequence[str]:
    return [one.strip() for one in _APART.split(text) if one and one.strip()]


def parse_share(text: str) -> Fraction:
    """持分: 1/2, ２分の１, 持分三分の一, 100分の25. Raises: BadValue, also above 1."""
    plain = "".join(typed(text, field="持分").split())
    found = _SHARE.fullmatch(plain)
    if found:
        top, below = (found[1], found[2]) if found[1] else (found[4], found[3])
        upper, lower = (int(one) if one.isdecimal() else number(one) for one in (top, below))
        if 0 < upper <= lower:
            return Fraction(upper, lower)
    raise BadValue("no share between 0 and 1", where=Where(field="持分"), remedy="write 1/2 or 2分の1")
