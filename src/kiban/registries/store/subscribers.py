"""The rows of subscribers outside: who is told, how far each is, what is under way, when the next try is due."""

from __future__ import annotations

import datetime as dt
import sqlite3

from kiban.registries.push.model import Subscriber
from kiban.registries.store.records import RecordStore


def add(store: RecordStore, one: Subscriber, *, at: dt.datetime) -> bool:
    """Take one up; False when the name is taken. Within a transaction of the action."""
    row = (one.name, one.registry, one.url, one.area, " ".join(sorted(one.keys)), one.seq, at.isoformat())
    return store.db.execute("INSERT OR IGNORE INTO subscriber VALUES (?,?,?,?,?,?,0,0,'','',?)", row).rowcount > 0


def remove(store: RecordStore, name: str) -> None:
    """Forget one. Within a transaction of the action."""
    store.db.execute("DELETE FROM subscriber WHERE name = ?", (name,))


def every(store: RecordStore) -> tuple[Subscriber, ...]:
    """All of them, by name."""
    return tuple(map(_subscriber, store.db.execute("SELECT * FROM subscriber ORDER BY name")))


def one(store: RecordStore, name: str) -> Subscriber | None:
    """The one of a name."""
    return next((found for found in every(store) if found.name == name), None)


def rewind(store: RecordStore, name: str, *, seq: int) -> None:
    """Go on behind ``seq``, at once; a delivery under way is given up. Within a transaction of the action."""
    store.db.execute("UPDATE subscriber SET seq = ?, upto = 0, tries = 0, next_try = '' WHERE name = ?", (seq, name))


def begin(store: RecordStore, name: str, *, upto: int) -> None:
    """A delivery is under way that ends with the change ``upto``."""
    with store.transaction() as db:
        db.execute("UPDATE subscriber SET upto = ? WHERE name = ?", (upto, name))


def move(store: RecordStore, moved: Subscriber, *, seq: int) -> Subscriber:
    """Only forward from where it was: a replay asked for meanwhile stands."""
    query = "UPDATE subscriber SET seq = ?, tries = 0, next_try = '', refused = '' WHERE name = ? AND seq = ?"
    with store.transaction() as db:
        db.execute(query, (seq, moved.name, moved.seq))
    return one(store, moved.name) or moved


def put_off(store: RecordStore, name: str, *, refused: str, until: dt.datetime) -> None:
    """A try failed: why, and when the next is due."""
    query = "UPDATE subscriber SET tries = tries + 1, next_try = ?, refused = ? WHERE name = ?"
    with store.transaction() as db:
        db.execute(query, (until.isoformat(), refused, name))


def _subscriber(row: sqlite3.Row) -> Subscriber:
    return Subscriber(
        row["name"],
        row["registry"],
        row["url"],
        row["area"],
        frozenset(row["keys"].split()),
        row["seq"],
        row["tries"],
        dt.datetime.fromisoformat(row["next_try"]) if row["next_try"] else None,
        row["refused"],
        row["upto"],
    )
