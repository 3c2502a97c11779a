"""The table of a study as offices send it: CSV (or .gz) of any usual encoding, digits and signs."""

from __future__ import annotations

import math
import unicodedata
from pathlib import Path

from kiban.evidence.effects.panel import Columns
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, Row, parse_number, read_rows

Table = dict[str, list[object]]
FOREVER = {"inf", "infinity", "+inf"}


def read_study(path: Path, columns: Columns) -> tuple[Table, Report]:
    """The columns that a study needs; a row with a cell that is no number is reported and left out.

    An empty cell or NA is a missing value: its unit is set aside by `read_panel`, which says so.

    Raises:
        BadInput: a needed column is missing, or the encoding is unknown.
    """
    report = Report(path.name)
    optional = (columns.cluster,) if columns.cluster else ()
    texts = {columns.unit, *optional}
    numbers = [columns.time, columns.outcome, columns.first_treated, *columns.covariates]
    table: Table = {name: [] for name in (*dict.fromkeys((columns.unit, *numbers, *optional)),)}
    for row in read_rows(path, list(table), report=report):
        try:
            values = {name: _value(row, name, text=name in texts) for name in table}
            check_time(values[columns.time], columns)
        except BadInput as error:
            report.fault(row.line, error.what, column=error.where.field, remedy=error.remedy)
            continue
        report.kept += 1
        for name, value in values.items():
            table[name].append(value)
    return table, report


def check_time(value: object, columns: Columns) -> None:
    """Raises: BadInput where a time is missing or no whole number: it would be taken for another time."""
    if not (isinstance(value, float) and value.is_integer() and abs(value) < 10**9):
        where = Where(field=columns.time)
        raise BadInput("a time is a whole number", where=where, remedy="number the years or months")


def _value(row: Row, name: str, *, text: bool) -> object:
    found = unicodedata.normalize("NFKC", row.values[unicodedata.normalize("NFKC", name)]).strip()
    if text:
        return found
    if found.lower() in FOREVER:
        return math.inf
    try:
        number = parse_number(found)
    except BadInput as error:
        raise BadInput(error.what, where=Where(field=name), remedy=error.remedy) from error
    return math.nan if number is None else number
