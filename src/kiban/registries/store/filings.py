"""The rows of deemed filings: what was recorded at a programme, what was filed by the corporation, how far each is.

Writing is done within a transaction of the action.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3

from kiban.registries.deemed.model import DeemedFiling, Effect, OwnFiling
from kiban.registries.store.records import RecordStore


def note_own(store: RecordStore, one: OwnFiling) -> None:
    """The values that a corporation filed itself."""
    values = [(one.programme, one.number, name, value) for name, value in one.fields.items()]
    store.db.executemany("INSERT OR IGNORE INTO own_filing VALUES (?,?,?,?)", values)


def own(store: RecordStore, programme: str, *, number: str) -> frozenset[tuple[str, str]]:
    """Field and value of what a corporation filed itself at a programme."""
    query = "SELECT field, value FROM own_filing WHERE programme = ? AND key = ?"
    return frozenset((row["field"], row["value"]) for row in store.db.execute(query, (programme, number)))


def position(store: RecordStore, programme: str) -> int:
    """The ``seq`` of the last change that a programme has seen; 0 before the first."""
    row = store.db.execute("SELECT seq FROM position WHERE subscriber = ?", (programme,)).fetchone()
    return int(row["seq"]) if row else 0


def move(store: RecordStore, programme: str, *, seq: int) -> None:
    """The programme has seen the changes up to ``seq``."""
    store.db.execute("INSERT OR REPLACE INTO position VALUES (?, ?)", (programme, seq))


def add(store: RecordStore, one: DeemedFiling) -> bool:
    """Record a change at a programme; False where it stands there already."""
    told = json.dumps({name: list(pair) for name, pair in one.fields.items()}, ensure_ascii=False)
    row = (one.programme, one.change, one.corporate_number, one.law, told, one.changed_on.isoformat())
    done = store.db.execute(
        "INSERT OR IGNORE INTO deemed_filing VALUES (?,?,?,?,?,?,?,?)", (*row, one.deemed_at.isoformat(), one.effect)
    )
    return done.rowcount > 0


def recorded(store: RecordStore, programme: str, *, since: dt.datetime | None = None) -> tuple[DeemedFiling, ...]:
    """What was recorded at a programme (``since`` a moment), in the order of the changes."""
    query = "SELECT * FROM deemed_filing WHERE programme = ? AND deemed_at >= ? ORDER BY change"
    return tuple(map(_filing, store.db.execute(query, (programme, since.isoformat() if since else ""))))


def _filing(row: sqlite3.Row) -> DeemedFiling:
    return DeemedFiling(
        row["programme"],
        row["change"],
        row["key"],
        row["law"],
        {name: (pair[0], pair[1]) for name, pair in json.loads(row["fields"]).items()},
        dt.date.fromisoformat(row["changed_on"]),
        dt.datetime.fromisoformat(row["deemed_at"]),
        Effect(row["effect"]),
    )
