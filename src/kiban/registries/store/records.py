"""Records in two times on SQLite: what was valid when, and what was believed when."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from kiban.kernel.characters import quick_compare_key
from kiban.kernel.errors import Where
from kiban.registries.engine.model import Change, Entry, RegistryInfo, Source, Stamp
from kiban.registries.errors import BadStore, StoreBusy
from kiban.registries.store.queries import Queries
from kiban.registries.store.schema import INDEXES, SCHEMA

PATIENCE = 30.0
"""Seconds for which a writer waits for another."""
BUSY = "if it is locked, wait until the other command has ended; make room on the disk; then give the command again"
_encode = msgspec.json.Encoder().encode


class RecordStore(Queries):
    """The registers of one installation, in one file."""

    def __init__(self, path: Path | str) -> None:
        self.path = "" if path == ":memory:" else str(path)
        if self.path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        try:
            self.db = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE, check_same_thread=False)
            self.db.row_factory = sqlite3.Row
            self.db.execute("PRAGMA journal_mode=WAL")
            self.db.execute("PRAGMA cache_size=-65536")
            self.db.executescript(SCHEMA + ";".join(INDEXES.values()))
        except sqlite3.DatabaseError as error:
            raise BadStore(str(error), where=Where(str(path)), remedy="name the file of the registers") from error

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; a writer at a time, for whom another waits half a minute.

        Raises:
            StoreBusy: another writes for longer, or the file cannot be written.
        """
        try:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise StoreBusy(str(error), where=Where(self.path), remedy=BUSY) from error

    # -- writing, inside a transaction

    def begin_version(self, registry: str, source: Source, *, at: dt.datetime) -> int:
        """The number of the next version of a registry, with its source."""
        number = self.version(registry) + 1
        row = (registry, number, source.file, source.as_of.isoformat(), source.by, at.isoformat())
        self.db.execute("INSERT INTO version VALUES (?,?,?,?,?,?,?,?)", (*row, source.digest, source.basis))
        return number

    def end_belief(self, row: sqlite3.Row, *, version: int) -> None:
        """From this version on the row is not believed."""
        self.db.execute("UPDATE record SET ended = ? WHERE id = ?", (version, row["id"]))

    def repeat(self, row: sqlite3.Row, *, valid_to: dt.date, version: int, at: dt.datetime) -> None:
        """Believe the same state again, but until ``valid_to``."""
        values = {**dict(row), "id": None, "valid_to": valid_to.isoformat(), "version": version, "ended": None}
        self._insert({**values, "recorded_at": at.isoformat()})

    def believe(self, info: RegistryInfo, entry: Entry, *, span_end: str | None, stamp: Stamp) -> None:
        """Believe an entry's state from its day until ``span_end``."""
        written = {
            "id": None,
            "registry": info.id,
            "valid_to": span_end,
            "version": stamp.version,
            "ended": None,
            "recorded_at": stamp.at.isoformat(),
            "source": stamp.source,
        }
        self._insert({**written, **dict(zip(FILLED, filled(info, entry), strict=True))})

    def _insert(self, values: Mapping[str, Any]) -> None:
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        done = self.db.execute(f"INSERT INTO record ({names}) VALUES ({marks})", values)  # noqa: S608 our own names
        self.db.execute("INSERT INTO record_words (rowid, name) VALUES (?, ?)", (done.lastrowid, values["name_key"]))

    def note_change(self, change: Change) -> int:
        """Add a change; its ``seq`` is given here. What a new record has is not written twice."""
        fields = {name: list(pair) for name, pair in change.fields.items()}
        told = "" if change.kind == "created" else json.dumps(fields, ensure_ascii=False)
        row = (change.registry, change.key, change.kind, change.version, change.valid_from.isoformat())
        done = self.db.execute(
            "INSERT INTO change (registry, key, kind, version, valid_from, recorded_at, fields) VALUES (?,?,?,?,?,?,?)",
            (*row, change.recorded_at.isoformat(), told),
        )
        return int(done.lastrowid or 0)


FILLED = ("key", "valid_from", "line", "quality", "data", "name_key", "kana_key", "area")


def filled(info: RegistryInfo, entry: Entry) -> tuple[str | int | None, ...]:
    """What an entry fills of a row, in the order of ``FILLED``: empty fields are left out of its data."""
    data = entry.data or {}
    known = {name: value for name, value in data.items() if value} if "" in data.values() else data
    return (
        entry.key,
        entry.valid_from.isoformat(),
        entry.line,
        " ".join(entry.quality),
        None if entry.data is None else _encode(known).decode(),
        info.search_key(data.get(info.name_field, "")),
        quick_compare_key(data.get(info.kana_field, "")),
        data.get(info.area_field, ""),
    )
