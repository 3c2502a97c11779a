"""Figures and descriptions of indicators as offices send them: CSV of any of the usual encodings and digits."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from kiban.evidence.model import Direction, Indicator, Observation
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, parse_number, read_rows

DESCRIBED = ("id", "title", "unit", "direction", "source")
COLUMNS = ("indicator", "area", "month", "numerator", "denominator")
AREA = re.compile(r"00|(?:0[1-9]|[1-3][0-9]|4[0-7])(?:[0-9]{3})?")
KEYS = ("indicator", "area", "month")


def read_indicators(path: Path, *, report: Report) -> Iterator[Indicator]:
    """Descriptions by row (id, title, unit, direction, source; also scale); bad rows are reported."""
    for row in read_rows(path, DESCRIBED, report=report):
        try:
            indicator = _described({name: value.strip() for name, value in row.values.items()})
        except BadInput as error:
            report.fault(row.line, error.what, column=error.where.field, remedy=error.remedy)
            continue
        report.kept += 1
        yield indicator


def read_figures(path: Path, known: set[str], *, report: Report, as_of: dt.date) -> Iterator[Observation]:
    """Observations by row (`COLUMNS`); bad rows and a second row of the same figure are reported."""
    seen: dict[tuple[str, str, dt.date], int] = {}
    for row in read_rows(path, COLUMNS, report=report):
        keys = {name: unicodedata.normalize("NFKC", row.values[name]).strip() for name in KEYS}
        try:
            found = _observation({**row.values, **keys}, known, as_of=as_of)
            first = seen.setdefault((found.indicator, found.area, found.month), row.line)
            if first != row.line:
                raise BadInput(
                    f"this figure stands in line {first} already", where=Where(field="area"), remedy="keep one of them"
                )
        except BadInput as error:
            report.fault(row.line, error.what, column=error.where.field, remedy=error.remedy)
            continue
        report.kept += 1
        yield found


def _described(values: dict[str, str]) -> Indicator:
    if not re.fullmatch(r"[-a-zA-Z0-9_]{1,60}", values["id"]):
        raise BadInput(
            f"{values['id']!r} is no id", where=Where(field="id"), remedy="letters, digits, - and _ (it is an address)"
        )
    if values["direction"] not in set(Direction):
        raise BadInput(
            f"{values['direction']!r} is no direction", where=Where(field="direction"), remedy="write up or down"
        )
    try:
        scale = parse_number(values.get("scale", ""))
    except BadInput as error:
        raise BadInput(error.what, where=Where(field="scale"), remedy="1, or 100 for %") from error
    direction = Direction(values["direction"])
    return Indicator(values["id"], values["title"], values["unit"], direction, values["source"], scale or 1.0)


def _number(values: dict[str, str], column: str) -> float | None:
    try:
        return parse_number(values[column])
    except BadInput as error:
        raise BadInput(error.what, where=Where(field=column), remedy=error.remedy) from error


def _observation(values: dict[str, str], known: set[str], *, as_of: dt.date) -> Observation:
    if values["indicator"] not in known:
        raise BadInput(
            f"unknown indicator {values['indicator']!r}", where=Where(field="indicator"), remedy="define it first"
        )
    if not AREA.fullmatch(values["area"]):
        raise BadInput(
            f"{values['area']!r} is no area code",
            where=Where(field="area"),
            remedy="00 for the nation, 01 to 47 for a prefecture, its 5 digits for a municipality (no check digit)",
        )
    try:
        month = dt.date.fromisoformat(f"{values['month']}-01")
    except ValueError as error:
        raise BadInput(
            f"{values['month']!r} is no month", where=Where(field="month"), remedy="write 2024-06"
        ) from error
    denominator, numerator = _number(values, "denominator"), _number(values, "numerator")
    if denominator is not None and denominator < 0:
        raise BadInput(
            f"the denominator {denominator:g} is below 0", where=Where(field="denominator"), remedy="mend it"
        )
    if numerator is None:
        raise BadInput("the numerator is empty", where=Where(field="numerator"), remedy="leave the row out instead")
    return Observation(values["indicator"], values["area"], month, numerator, denominator, as_of)
