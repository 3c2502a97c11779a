"""A ledger's tables as either database reads them: rows as entries, in order, by number, by subject."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

from kiban.ledger.model import Body, Entry

SELECT = "SELECT idx, leaf, hash, subject, key, salt, body FROM entries "
BY_SUBJECT = "WHERE subject <> '' AND subject = ? ORDER BY idx DESC LIMIT ?"
ERASE = "UPDATE entries SET subject = NULL, key = NULL, salt = NULL, body = NULL WHERE idx = ?"


def row_of(entry: Entry) -> tuple[Any, ...]:
    """An entry as a row of ``entries``."""
    body = entry.body or Body(data=b"", salt=b"")
    return (entry.index, entry.leaf, entry.hash, body.subject, body.key, body.salt, body.data)


def entry_of(row: Sequence[Any]) -> Entry:
    """A row of ``entries`` as an entry."""
    index, leaf, hashed, subject, key, salt, data = row
    body = (
        None if data is None else Body(data=bytes(data), salt=bytes(salt or b""), subject=subject or "", key=key or "")
    )
    return Entry(index=index, leaf=bytes(leaf), hash=bytes(hashed), body=body)


def newest(rows: Sequence[Any], since: int) -> list[Entry]:
    """Rows, newest first, as entries not older than a moment (milliseconds)."""
    return [entry for entry in map(entry_of, rows) if entry.time >= since]


class Reading(ABC):
    """What a store reads in the same words wherever its tables are; a statement marks its parameters with ``?``."""

    @abstractmethod
    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Rows of a reading statement."""

    def entries(self, start: int = 0) -> Iterator[Entry]:
        while rows := self.rows(SELECT + "WHERE idx >= ? ORDER BY idx LIMIT 2000", (start,)):
            yield from map(entry_of, rows)
            start = rows[-1][0] + 1

    def entry(self, index: int) -> Entry | None:
        rows = self.rows(SELECT + "WHERE idx = ?", (index,))
        return entry_of(rows[0]) if rows else None

    def by_subject(self, subject: str, *, since: int, limit: int) -> list[Entry]:
        return newest(self.rows(SELECT + BY_SUBJECT, (subject, limit)), since)

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        last = -1
        while rows := self.rows("SELECT size, note FROM checkpoints WHERE size > ? ORDER BY size LIMIT 2000", (last,)):
            yield from rows
            last = rows[-1][0]
