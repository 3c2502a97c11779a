"""Loading an operator's own register of residents into an agency's folder: by line and column, nothing half-written."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, Row, header_of, read_rows
from kiban.kernel.values import BadDate, parse_day
from kiban.simulators.agencies.kinds import CODE, RESIDENT_COLUMNS

COLUMNS: Mapping[str, str] = {
    "resident_id": "識別番号",
    "household_id": "世帯番号",
    "relation": "続柄",
    "family": "氏",
    "given": "名",
    "family_kana": "氏カナ",
    "given_kana": "名カナ",
    "birth_date": "生年月日",
    "sex": "性別",
    "address": "住所",
    "resident_since": "住民となった年月日",
}
"""Field → header; either is accepted. ``address`` is one text, or columns ``address.NAME`` of the GIF address."""

NEEDED = ("resident_id", "household_id", "family", "given", "birth_date", "sex")
SEXES = {"1": "1", "2": "2", "0": "0", "9": "9", "男": "1", "女": "2", "男性": "1", "女性": "2", "": "0"}
HEAD = ("世帯主", "本人")
BATCH = 500
Codes = Callable[[str, int], Sequence[str]]


@dataclass(slots=True)
class Loaded:
    """What became of a file."""

    report: Report
    fresh: int = 0
    changed: int = 0
    codes: dict[str, str] = field(default_factory=dict, repr=False)


def names_of(header: Sequence[str], *, file: str) -> dict[str, str]:
    """Field → header of the file.

    Raises:
        BadInput: a needed column is missing.
    """
    names = {name: name if name in header else ja for name, ja in COLUMNS.items() if name in header or ja in header}
    names |= {name: name for name in header if name.startswith("address.")}
    missing = [f"{name} ({COLUMNS[name]})" for name in NEEDED if name not in names]
    if missing:
        raise BadInput(
            f"the columns {', '.join(missing)} are missing",
            where=Where(file, 1),
            remedy=f"the header has: {', '.join(header)}",
        )
    return names


def _date(text: str) -> str:
    return parse_day(text).isoformat()


def _record(row: Row, names: Mapping[str, str], *, report: Report, seen: dict[str, int]) -> dict[str, Any] | None:
    """A row as a record of ``residents``; None, and the faults in the report, when it cannot be one."""
    before = report.n_faults
    record: dict[str, Any] = {name: row.values[column].strip() for name, column in names.items()}
    for name in ("resident_id", "household_id", "family", "given"):
        if not record[name]:
            report.fault(row.line, "is empty", column=names[name], remedy="fill it in")
    for name in ("birth_date", "resident_since"):
        if record.get(name) or name == "birth_date":
            try:
                record[name] = _date(record.get(name, ""))
            except BadDate:
                report.fault(row.line, "is no date", column=names[name], remedy="write YYYY-MM-DD, or 昭和55年4月1日")
    if record["sex"] not in SEXES:
        report.fault(row.line, "is no sex", column=names["sex"], remedy="1 male, 2 female, 0 unknown, 9 other")
    if record["resident_id"] in seen:
        report.fault(row.line, f"stands already in line {seen[record['resident_id']]}", column=names["resident_id"])
    if report.n_faults > before:
        return None
    seen[record["resident_id"]] = row.line
    return _shaped(record)


def _shaped(record: dict[str, Any]) -> dict[str, Any]:
    parts = {name.partition(".")[2]: value for name, value in record.items() if name.startswith("address.") and value}
    text = record.get("address", "")
    relation = record.get("relation", "")
    return {
        **{name: value or None for name, value in record.items() if "." not in name},
        "sex": SEXES[record["sex"]],
        "address": msgspec.json.encode(parts or {"text": text}).decode() if parts or text else None,
        "position": 0 if relation in HEAD else 1,
    }


def load_residents(path: Path, folder: Path, *, codes: Codes) -> Loaded:
    """Load a CSV of residents into an agency's register, in one transaction.

    ``codes`` gives the agency's codes for so many persons new to the country (from the core), under a key. A resident
    who was loaded before, by the same ``resident_id``, keeps their code and gets the new values.

    Raises:
        BadInput: the file cannot be read at all, or the folder has no register of residents.
    """
    loaded = Loaded(Report(path.name))
    header = [unicodedata.normalize("NFKC", cell).strip() for cell in header_of(path)]  # as `read_rows` names them
    names = names_of(header, file=path.name)
    seen: dict[str, int] = {}
    records = []
    for row in read_rows(path, [], report=loaded.report):
        record = _record(row, names, report=loaded.report, seen=seen)
        if record is not None:
            records.append(record)
    connection = _register(folder)
    try:
        with connection:  # all good rows or, if the machine stops, none
            _write(connection, records, loaded=loaded, codes=codes)
    finally:
        connection.close()
    loaded.report.kept = len(records)
    return loaded


def _register(folder: Path) -> sqlite3.Connection:
    file = folder / "register.sqlite"
    if not file.exists():
        raise BadInput("this folder has no register of residents", where=Where(str(file)), remedy="--agency FOLDER")
    connection = sqlite3.connect(file)
    connection.execute(f"CREATE TABLE IF NOT EXISTS loaded (resident_id TEXT PRIMARY KEY, {CODE} TEXT NOT NULL)")
    return connection


def _write(connection: sqlite3.Connection, records: Sequence[dict[str, Any]], *, loaded: Loaded, codes: Codes) -> None:
    loaded.codes = dict(connection.execute(f"SELECT resident_id, {CODE} FROM loaded"))  # noqa: S608 own names
    fresh = [record["resident_id"] for record in records if record["resident_id"] not in loaded.codes]
    for first in range(0, len(fresh), BATCH):
        some = fresh[first : first + BATCH]
        given = codes(f"{loaded.report.file}/{some[0]}/{some[-1]}/{len(some)}", len(some))
        loaded.codes |= dict(zip(some, given, strict=True))
        connection.executemany("INSERT INTO loaded VALUES (?, ?)", [(name, loaded.codes[name]) for name in some])
    columns = [column for column in RESIDENT_COLUMNS if column not in {"moved_out", "active"}]
    listed = ", ".join([CODE, *columns, "active"])
    marks = ", ".join("?" * (len(columns) + 2))
    rows = [(loaded.codes[r["resident_id"]], *(r.get(column) for column in columns), 1) for r in records]
    stood = {row[0]: row for row in connection.execute(f"SELECT {listed} FROM residents")}  # noqa: S608 own names
    other = [row for row in rows if stood.get(row[0]) != row]
    loaded.fresh, loaded.changed = len(fresh), len(other) - len(fresh)
    connection.executemany(f"INSERT OR REPLACE INTO residents ({listed}) VALUES ({marks})", other)  # noqa: S608 the same


__all__ = ["COLUMNS", "Loaded", "load_residents"]
