"""The trail: what was done to the registers, a row of the transaction that did it, until a ledger has it."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import uuid
from dataclasses import dataclass

from kiban.kernel.events import Event
from kiban.registries.store.records import RecordStore


@dataclass(frozen=True, slots=True)
class Trail:
    """An event sink that commits or fails with the action that emits; ``actor``: the account that acts."""

    store: RecordStore
    actor: str

    def emit(self, event: Event) -> None:
        told = json.dumps({"actor": self.actor, **event.data}, ensure_ascii=False)
        row = (str(uuid.uuid4()), event.kind, event.occurred_at.isoformat(), event.agency, event.subject, told)
        self.store.db.execute("INSERT INTO event VALUES (NULL,?,?,?,?,?,?,0)", row)


def waiting(store: RecordStore) -> tuple[tuple[str, Event], ...]:
    """What no ledger has yet, with the id of each, the oldest first."""
    rows = store.db.execute("SELECT * FROM event WHERE told = 0 ORDER BY number").fetchall()
    return tuple((row["id"], _event(row)) for row in rows)


def _event(row: sqlite3.Row) -> Event:
    at, data = dt.datetime.fromisoformat(row["occurred_at"]), json.loads(row["data"])
    return Event(row["kind"], at, row["agency"], row["subject"], data)


def told(store: RecordStore, event: str) -> None:
    """A ledger has the event of this id."""
    with store.transaction() as db:
        db.execute("UPDATE event SET told = 1 WHERE id = ?", (event,))
