"""Records in two times on SQLite: what was valid when, and what was believed when."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kiban.kernel.characters import compare_key
from kiban.registries.engine.model import Change, Entry, Record, RegistryInfo, Source, Stamp
from kiban.registries.store.schema import SCHEMA

_PRESENT = "registry = ? AND ended IS NULL AND valid_to IS NULL"


class RecordStore:
    """The registers of one installation, in one file."""

    def __init__(self, path: Path | str) -> None:
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; a writer at a time."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    # -- writing, inside a transaction

    def begin_version(self, registry: str, source: Source, *, at: dt.datetime) -> int:
        """The number of the next version of a registry, with its source."""
        number = self.version(registry) + 1
        row = (registry, number, source.file, source.as_of.isoformat(), source.by, at.isoformat())
        self.db.execute("INSERT INTO version VALUES (?,?,?,?,?,?)", row)
        return number

    def beliefs(self, registry: str, key: str) -> list[sqlite3.Row]:
        """What is believed now about a key: its states in the order of their validity."""
        query = "SELECT * FROM record WHERE registry = ? AND key = ? AND ended IS NULL ORDER BY valid_from"
        return self.db.execute(query, (registry, key)).fetchall()

    def end_belief(self, row: sqlite3.Row, *, version: int) -> None:
        """From this version on the row is not believed."""
        self.db.execute("UPDATE record SET ended = ? WHERE id = ?", (version, row["id"]))

    def repeat(self, row: sqlite3.Row, *, valid_to: dt.date, version: int, at: dt.datetime) -> None:
        """Believe the same state again, but until ``valid_to``."""
        values = {**dict(row), "id": None, "valid_to": valid_to.isoformat(), "version": version, "ended": None}
        self._insert({**values, "recorded_at": at.isoformat()})

    def believe(self, info: RegistryInfo, entry: Entry, *, span_end: str | None, stamp: Stamp) -> None:
        """Believe an entry's state from its day until ``span_end``."""
        data = dict(entry.data or {})
        self._insert(
            {
                "id": None,
                "registry": info.id,
                "key": entry.key,
                "valid_from": entry.valid_from.isoformat(),
                "valid_to": span_end,
                "version": stamp.version,
                "ended": None,
                "recorded_at": stamp.at.isoformat(),
                "data": json.dumps(data, ensure_ascii=False),
                "source": stamp.source,
                "line": entry.line,
                "quality": " ".join(entry.quality),
                "name_key": compare_key(data.get(info.name_field, "")),
                "kana_key": compare_key(data.get(info.kana_field, "")),
                "area": data.get(info.area_field, ""),
            }
        )

    def _insert(self, values: Mapping[str, Any]) -> None:
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        self.db.execute(f"INSERT INTO record ({names}) VALUES ({marks})", values)  # noqa: S608 our own names

    def note_change(self, change: Change) -> int:
        """Add a change; its ``seq`` is given here."""
        fields = json.dumps({name: list(pair) for name, pair in change.fields.items()}, ensure_ascii=False)
        row = (change.registry, change.key, change.kind, change.version, change.valid_from.isoformat())
        done = self.db.execute(
            "INSERT INTO change (registry, key, kind, version, valid_from, recorded_at, fields) VALUES (?,?,?,?,?,?,?)",
            (*row, change.recorded_at.isoformat(), fields),
        )
        return int(done.lastrowid or 0)

    # -- reading

    def version(self, registry: str) -> int:
        """The newest version of a registry; 0 before the first import."""
        row = self.db.execute("SELECT max(number) FROM version WHERE registry = ?", (registry,)).fetchone()
        return int(row[0] or 0)

    def modified(self, registry: str) -> str:
        """When the newest version was recorded (ISO), or nothing."""
        row = self.db.execute("SELECT max(recorded_at) FROM version WHERE registry = ?", (registry,)).fetchone()
        return str(row[0] or "")

    def at(self, registry: str, key: str, *, on: dt.date | None = None, known: int | None = None) -> Record | None:
        """The state of a key on a day (the last one when none is named) as known in a version (the newest)."""
        belief = "ended IS NULL" if known is None else "version <= :known AND (ended IS NULL OR ended > :known)"
        valid = "" if on is None else "AND valid_from <= :on AND (valid_to IS NULL OR valid_to > :on)"
        row = self.db.execute(
            f"SELECT * FROM record WHERE registry = :registry AND key = :key AND {belief} {valid} "  # noqa: S608 ours
            "ORDER BY valid_from DESC LIMIT 1",
            {"registry": registry, "key": key, "known": known, "on": on.isoformat() if on else None},
        ).fetchone()
        return _record(row) if row else None

    def history(self, registry: str, key: str) -> tuple[Record, ...]:
        """The states of a key as believed now, the oldest first."""
        return tuple(_record(row) for row in self.beliefs(registry, key))

    def present(self, registry: str, *, area: str = "", after: str = "", size: int = 1000) -> tuple[Record, ...]:
        """Records in force, in the order of their keys, the page after a key; ``area`` limits by its beginning."""
        rows = self.db.execute(
            f"SELECT * FROM record WHERE {_PRESENT} AND key > ? AND area >= ? AND area < ? ORDER BY key LIMIT ?",  # noqa: S608 own names
            (registry, after, area, area + "\U0010ffff", size),
        )
        return tuple(_record(row) for row in rows)

    def everything(self, registry: str) -> Iterator[Record]:
        """All records in force, page by page."""
        after = ""
        while page := self.present(registry, after=after):
            yield from page
            after = page[-1].key

    def search(self, registry: str, text: str, *, area: str = "", limit: int = 20) -> tuple[Record, ...]:
        """Records in force whose name or reading begins with a text (then: contains it), variants folded."""
        key = compare_key(text[:100])
        if not key:
            return ()
        found: dict[str, Record] = {}
        bounds = (key, key + "\U0010ffff")
        for where, values in (
            ("name_key >= ? AND name_key < ?", bounds),
            ("kana_key >= ? AND kana_key < ?", bounds),
            ("instr(name_key, ?) > 0", (key,)),
        ):
            rows = self.db.execute(
                f"SELECT * FROM record WHERE {_PRESENT} AND {where} AND area LIKE ? "  # noqa: S608 ours
                "AND instr(quality, 'hidden') = 0 ORDER BY name_key, key LIMIT ?",
                (registry, *values, f"{area}%", limit - len(found)),
            )
            found.update((row["key"], _record(row)) for row in rows)
            if len(found) >= limit:
                break
        return tuple(found.values())[:limit]

    def count(self, registry: str) -> int:
        """How many records are in force."""
        return int(self.db.execute(f"SELECT count(*) FROM record WHERE {_PRESENT}", (registry,)).fetchone()[0])  # noqa: S608 own names

    def changes(self, registry: str, *, since: int = 0, size: int = 1000) -> tuple[Change, ...]:
        """Changes after a ``seq``, in order."""
        query = "SELECT * FROM change WHERE registry = ? AND seq > ? ORDER BY seq LIMIT ?"
        return tuple(_change(row) for row in self.db.execute(query, (registry, since, size)))

    def delta(self, registry: str, *, since: int) -> Iterable[Change]:
        """Changes made after a version."""
        query = "SELECT * FROM change WHERE registry = ? AND version > ? ORDER BY seq"
        return (_change(row) for row in self.db.execute(query, (registry, since)))


def _record(row: sqlite3.Row) -> Record:
    return Record(
        row["registry"],
        row["key"],
        json.loads(row["data"]),
        dt.date.fromisoformat(row["valid_from"]),
        dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        row["version"],
        row["ended"],
        dt.datetime.fromisoformat(row["recorded_at"]),
        row["source"],
        row["line"],
        tuple(row["quality"].split()),
    )


def _change(row: sqlite3.Row) -> Change:
    return Change(
        row["seq"],
        row["registry"],
        row["key"],
        row["kind"],
        row["version"],
        dt.date.fromisoformat(row["valid_from"]),
        dt.datetime.fromisoformat(row["recorded_at"]),
        {name: (pair[0], pair[1]) for name, pair in json.loads(row["fields"]).items()},
    )
