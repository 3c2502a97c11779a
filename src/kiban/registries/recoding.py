"""Statistics by municipality of one day → by the municipalities of another, so that tables of different years join.

A code alone is no key: 3,232 municipalities of 1999 are 1,741 of today. What merged is added, what was renumbered gets
its code; what was divided is told and left out, for no share is known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, Row, parse_number
from kiban.kernel.values import MunicipalityCode
from kiban.registries.errors import UnknownPlace
from kiban.registries.municipality_history import COMPLETE_FROM, KNOWN_TO, Standing, municipalities_on
from kiban.registries.municipality_register import states

DESIGNATED, WARD = "政令指定都市", "行政区"
CODE, NAMES = "全国地方公共団体コード", ("都道府県", "市区町村（郡）")


@dataclass(frozen=True, slots=True)
class Recoding:
    """Which column has the code, which are added, by which else the rows are told apart (a year, an age group).

    ``cities``: wards (行政区) are added to their designated city.
    """

    code: str
    added: Sequence[str]
    start: dt.date
    end: dt.date
    by: Sequence[str] = ()
    cities: bool = False

    def __post_init__(self) -> None:
        for day in (self.start, self.end):
            if not COMPLETE_FROM <= day <= KNOWN_TO:
                what = f"the municipalities of {day} are not known as a whole"
                raise UnknownPlace(what, remedy=f"name a day from {COMPLETE_FROM} to {KNOWN_TO}")

    @property
    def header(self) -> list[str]:
        """The columns of the answer."""
        return [CODE, *NAMES, *self.by, *self.added]


def where_on(code: str, start: dt.date, *, end: dt.date) -> tuple[str, ...]:
    """The codes that stand on ``end`` where a code of ``start`` stood; forwards only.

    Raises:
        UnknownPlace: no municipality had the code on ``start``.
    """
    first, last = start.isoformat(), end.isoformat()
    if _on(code, first) is None:
        remedy = "compare code and day of the table"
        raise UnknownPlace(f"no municipality had the code {code} on {start}", remedy=remedy)
    found, waiting, seen = dict[str, None](), [code], {code}
    while waiting:
        here = waiting.pop(0)
        if _on(here, last) is not None:
            found[here] = None
            continue
        ended = [row for row in states()[here] if row["valid_to"] and row["valid_to"] <= last]
        ahead = [one for one in (ended[-1]["successor"].split() if ended else ()) if one not in seen]
        seen.update(ahead)
        waiting += ahead
    return tuple(found)


def _on(code: str, day: str) -> Mapping[str, str] | None:
    held = (row for row in states().get(code, ()) if row["valid_from"] <= day < (row["valid_to"] or "9999"))
    return next(held, None)


@cache
def _standing(day: dt.date) -> dict[str, Standing]:
    return {one.code: one for one in municipalities_on(day)}


@cache
def _cities(day: dt.date) -> dict[str, str]:
    """Ward → designated city, by the name with which each ward's begins."""
    ones = _standing(day).values()
    cities = [one for one in ones if one.kind == DESIGNATED]
    wards = (one for one in ones if one.kind == WARD)
    return {
        ward.code: city.code
        for ward in wards
        for city in cities
        if city.prefecture == ward.prefecture and ward.name.startswith(city.name)
    }


@dataclass(slots=True)
class _Sum:
    """What was added under one code: sums, and the columns of which one part is not known."""

    values: dict[str, float] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)


def recode(rows: Iterable[Row], recoding: Recoding, *, report: Report) -> Iterator[dict[str, str]]:
    """One row per municipality of the later day (and ``by``), in the order of codes; what cannot be placed is told.

    A sum with a part that is withheld (X, -) is empty and told. Rows of prefectures stay rows of prefectures.
    """
    sums: dict[tuple[str, ...], _Sum] = {}
    for row in rows:
        try:
            numbers = {name: _number(row, name) for name in recoding.added}
            code, place = _placed(row, recoding)
        except (BadInput, UnknownPlace) as error:
            column = error.where.field if error.where.field in recoding.added else recoding.code
            report.fault(row.line, error.what, column=column, remedy=error.remedy)
            continue
        report.kept += 1
        one = sums.setdefault((place, *(row.values.get(name, "").strip() for name in recoding.by)), _Sum())
        _add(one, numbers, code=code)
    for key in sorted(sums):
        yield _made(key, sums[key], recoding=recoding, report=report)


def _number(row: Row, name: str) -> float | None:
    try:
        return parse_number(row.values.get(name, ""))
    except BadInput as error:
        raise BadInput(error.what, where=Where(field=name), remedy=error.remedy) from None


def _placed(row: Row, recoding: Recoding) -> tuple[str, str]:
    """The code of a row and the one place where it is on the later day. Raises: UnknownPlace."""
    code = MunicipalityCode.parse(row.values.get(recoding.code, "")).value
    if code[2:5] == "000":
        return code, code
    found = where_on(code, recoding.start, end=recoding.end)
    if recoding.cities:
        found = tuple(dict.fromkeys(_cities(recoding.end).get(one, one) for one in found))
    if not found:
        what = f"no municipality of {recoding.end} is known to stand where {code} stood"
        raise UnknownPlace(what, remedy="name another day, or add it by hand")
    if len(found) > 1:
        names = "、".join(_standing(recoding.end)[one].name for one in found)
        remedy = "add its parts by hand" if recoding.cities else "add its parts by hand, or add wards to their city"
        raise UnknownPlace(f"{code} was divided: {names}", remedy=remedy)
    return code, found[0]


def _add(one: _Sum, numbers: Mapping[str, float | None], *, code: str) -> None:
    one.codes.add(code)
    for name, number in numbers.items():
        if number is None:
            one.unknown.add(name)
        else:
            one.values[name] = one.values.get(name, 0) + number


def _made(key: tuple[str, ...], one: _Sum, *, recoding: Recoding, report: Report) -> dict[str, str]:
    code, *by = key
    wards = {ward for ward, city in _cities(recoding.start).items() if city == code} if recoding.cities else set()
    if code in one.codes and one.codes & wards:
        what = f"the table has {code} and its wards: they were added twice"
        report.fault(1, what, column=recoding.code, remedy="leave out the city or its wards")
    for name in sorted(one.unknown):
        if len(one.codes) > 1 or name in one.values:
            report.fault(1, f"{code}: a part of {name} is not known", column=name, remedy="the sum is left empty")
    place = _standing(recoding.end).get(code)
    names = (place.prefecture, place.name) if place else (_prefecture(code), "")
    sums = {name: "" if name in one.unknown else _digits(one.values.get(name, 0)) for name in recoding.added}
    return {CODE: code, **dict(zip(NAMES, names, strict=True)), **dict(zip(recoding.by, by, strict=True)), **sums}


def _prefecture(code: str) -> str:
    held = states().get(code)
    return held[-1]["prefecture"] if held else ""


def _digits(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(round(number, 6))
