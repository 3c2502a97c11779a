"""The CSV adapter: a folder of CSV files, one per table; each is read again when it changes."""

from __future__ import annotations

import csv
import os
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kiban.exchange.adapters.sql import SqlAdapter, quoted
from kiban.exchange.errors import HolderUnavailable
from kiban.exchange.mapping import Mapping
from kiban.exchange.model import Change
from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import Report, header_of, read_rows


class CsvAdapter(SqlAdapter):
    """Reads ``folder/TABLE.csv`` into memory; a change is written back as a whole new file, atomically."""

    def __init__(self, mapping: Mapping, *, folder: Path) -> None:
        super().__init__(mapping, folder=folder)
        self._lock = threading.RLock()
        self._memory = sqlite3.connect(":memory:", check_same_thread=False)
        self._times: dict[str, int] = {}

    def connect(self) -> sqlite3.Connection:
        return self._memory

    def _tables(self) -> set[str]:
        items = self.mapping.items.values()
        lists = {item.list.table for item in items if item.list}
        persons = {self.mapping.persons.table} if self.mapping.persons else set()
        changed = {effect.table for effect in self.mapping.changes.values()}
        return {item.table for item in items} | lists | changed | persons

    def _refresh(self) -> None:
        for table in self._tables():
            path = self._folder / f"{table}.csv"
            try:
                time = path.stat().st_mtime_ns
                if self._times.get(table) != time:
                    self._load(table, path)
                    self._times[table] = time
            except (OSError, BadInput, sqlite3.Error, csv.Error) as error:
                raise HolderUnavailable(f"the table {table} cannot be read: {error}", remedy="mend the file") from None

    def _load(self, table: str, path: Path) -> None:
        report = Report(path.name)
        rows = [row.values for row in read_rows(path, [], report=report)]
        if report.faults:
            raise BadInput(str(report.faults[0]), remedy="nothing of a broken file is used")
        names = header_of(path)
        columns = ", ".join(f"{quoted(name)} TEXT" for name in names)
        self._memory.execute(f"DROP TABLE IF EXISTS {quoted(table)}")
        self._memory.execute(f"CREATE TABLE {quoted(table)} ({columns})")
        marks = ", ".join("?" * len(names))
        self._memory.executemany(f"INSERT INTO {quoted(table)} VALUES ({marks})", [tuple(r.values()) for r in rows])  # noqa: S608 own names
        self._memory.commit()

    def check(self) -> str:
        with self._lock:
            self._refresh()
            return super().check()

    def read(self, item: str, codes: Sequence[str]) -> list[dict[str, Any] | None]:
        with self._lock:
            self._refresh()
            return super().read(item, codes)

    def codes_of(self, records: Sequence[str]) -> dict[str, str]:
        with self._lock:
            self._refresh()
            return super().codes_of(records)

    def apply(self, change: Change) -> int:
        with self._lock:
            self._refresh()
            rows = super().apply(change)
            table = self.mapping.changes[change.kind].table
            try:
                self._save(table)
            except OSError as error:
                self._times.pop(table, None)  # what is in memory is not in the file: read it again
                raise HolderUnavailable(
                    f"the table {table} cannot be written: {error.strerror}", remedy="make room, then repeat"
                ) from None
            return rows

    def _save(self, table: str) -> None:
        path = self._folder / f"{table}.csv"
        fresh = path.with_suffix(".csv.new")
        cursor = self._memory.execute(f"SELECT * FROM {quoted(table)}")  # noqa: S608 our own names, bound values
        with fresh.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([column[0] for column in cursor.description])
            writer.writerows(cursor)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        self._times[table] = path.stat().st_mtime_ns
