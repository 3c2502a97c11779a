"""The core's tables, in the file of its ledger so that a change and its record are one transaction.

It holds random person secrets, hashes of card identifiers, and which agency holds data on whom: no name, no number.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from kiban.exchange.gate import TABLES as NONCES
from kiban.ledger.ports import Write
from kiban.ledger.store import SqliteStore

TABLES = (
    NONCES
    + """
CREATE TABLE IF NOT EXISTS persons (secret BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cards (card TEXT PRIMARY KEY, secret BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cards_of ON cards (secret);
CREATE TABLE IF NOT EXISTS holdings (secret BLOB, agency TEXT, PRIMARY KEY (secret, agency)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS doors (
  door TEXT PRIMARY KEY, secret BLOB NOT NULL, portal TEXT NOT NULL,
  used INTEGER NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS door_members (door TEXT, secret BLOB, PRIMARY KEY (door, secret)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS registrations (key TEXT PRIMARY KEY, secrets BLOB NOT NULL) WITHOUT ROWID;
"""
)


@dataclass(frozen=True, slots=True)
class DoorRow:
    """A door as it is kept; times in seconds since 1970."""

    secret: bytes
    portal: str
    used: int
    expires: int


class CoreTables:
    """Questions to the core's tables, and the statements that change them inside a ledger transaction."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def nonces(self) -> list[tuple[str, int]]:
        return self._store.rows("SELECT nonce, expires FROM nonces")

    def known(self, secrets: Sequence[bytes]) -> bool:
        """Whether all of these are secrets of persons."""
        for first in range(0, len(secrets), 500):
            some = list(dict.fromkeys(secrets[first : first + 500]))
            marks = ",".join("?" * len(some))
            (row,) = self._store.rows(f"SELECT count(*) FROM persons WHERE secret IN ({marks})", some)  # noqa: S608 own names
            if row[0] != len(some):
                return False
        return True

    def card(self, card: str) -> bytes | None:
        rows = self._store.rows("SELECT secret FROM cards WHERE card = ?", (card,))
        return rows[0][0] if rows else None

    def has_card(self, secret: bytes) -> bool:
        """Whether the person can sign in at all."""
        return bool(self._store.rows("SELECT 1 FROM cards WHERE secret = ? LIMIT 1", (secret,)))

    def holders(self, secret: bytes) -> tuple[str, ...]:
        rows = self._store.rows("SELECT agency FROM holdings WHERE secret = ? ORDER BY agency", (secret,))
        return tuple(row[0] for row in rows)

    def door(self, door: str) -> DoorRow | None:
        rows = self._store.rows("SELECT secret, portal, used, expires FROM doors WHERE door = ?", (door,))
        return DoorRow(*rows[0]) if rows else None

    def is_member(self, door: str, secret: bytes) -> bool:
        return bool(self._store.rows("SELECT 1 FROM door_members WHERE door = ? AND secret = ?", (door, secret)))

    def registered(self, key: str) -> list[bytes] | None:
        rows = self._store.rows("SELECT secrets FROM registrations WHERE key = ?", (key,))
        if not rows:
            return None
        joined = base64.b64decode(rows[0][0])
        return [joined[i : i + 16] for i in range(0, len(joined), 16)]


def add_person(secret: bytes) -> Write:
    """A person's secret."""
    return "INSERT OR IGNORE INTO persons (secret) VALUES (?)", (secret,)


def bind_card(card: str, secret: bytes) -> Write:
    """A card (hash of ``issuer:serial``) is this person's."""
    return "INSERT OR REPLACE INTO cards (card, secret) VALUES (?, ?)", (card, secret)


def holding(secret: bytes, agency: str, *, held: bool) -> Write:
    """An agency holds data on a person, or no longer."""
    if held:
        return "INSERT OR IGNORE INTO holdings (secret, agency) VALUES (?, ?)", (secret, agency)
    return "DELETE FROM holdings WHERE secret = ? AND agency = ?", (secret, agency)


def open_door(door: str, row: DoorRow) -> Write:
    """A door is opened."""
    return (
        "INSERT INTO doors (door, secret, portal, used, expires) VALUES (?, ?, ?, ?, ?)",
        (door, row.secret, row.portal, row.used, row.expires),
    )


def use_door(door: str, now: int) -> Write:
    """A door is used: its idle end is postponed."""
    return "UPDATE doors SET used = ? WHERE door = ?", (now, door)


def close_door(door: str) -> list[Write]:
    """A door is closed; its members are forgotten."""
    return [
        ("DELETE FROM doors WHERE door = ?", (door,)),
        ("DELETE FROM door_members WHERE door = ?", (door,)),
    ]


def forget_doors(*, expired: int, idle: int) -> list[Write]:
    """Doors that are over by their age or unused since are dropped, and with each door its members."""
    return [
        ("DELETE FROM doors WHERE expires < ? OR used < ?", (expired, idle)),
        ("DELETE FROM door_members WHERE door NOT IN (SELECT door FROM doors)", ()),
    ]


def add_member(door: str, secret: bytes) -> Write:
    """A household member was linked behind a door."""
    return "INSERT OR IGNORE INTO door_members (door, secret) VALUES (?, ?)", (door, secret)


def register(key: str, secrets: Sequence[bytes]) -> list[Write]:
    """New persons under an idempotency key."""
    joined = base64.b64encode(b"".join(secrets))
    return [
        ("INSERT INTO registrations (key, secrets) VALUES (?, ?)", (key, joined)),
        *(add_person(secret) for secret in secrets),
    ]


def forget_nonces(now: int) -> Write:
    """Drop the nonces that no message can carry any more."""
    return "DELETE FROM nonces WHERE expires < ?", (now,)
