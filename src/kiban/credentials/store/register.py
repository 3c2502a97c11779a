"""What an office issued: number, kind, place and status, in the same file and transaction as its ledger.

No name, date or content of a certificate is kept here: the holder has them, and the case that they came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiban.ledger.ports import Write
from kiban.ledger.store import SqliteStore

SCHEMA = """
CREATE TABLE IF NOT EXISTS credentials (
  serial INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, reference TEXT NOT NULL,
  issued INTEGER NOT NULL, expires INTEGER, status INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS credentials_reference ON credentials (reference) WHERE reference <> '';
CREATE INDEX IF NOT EXISTS credentials_status ON credentials (status, serial) WHERE status <> 0;
"""
COLUMNS = "serial, number, kind, reference, issued, expires, status, reason"


@dataclass(frozen=True, slots=True)
class Row:
    """One credential of the register.

    Attributes:
        serial: counts from 0; its place in a status list is derived from it.
        number: the certificate's number as printed.
        reference: what it was issued for, e.g. a case.
        issued, expires: seconds since 1970.
        status: as the status list tells it; ``reason`` why.
    """

    serial: int
    number: str
    kind: str
    reference: str
    issued: int
    expires: int | None
    status: int = 0
    reason: str = ""


class Register(SqliteStore):
    """The ledger's file with the register in it."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        super().__init__(folder, read_only=read_only, schema=SCHEMA)

    def size(self) -> int:
        """How many were ever issued."""
        return int(self.rows("SELECT COALESCE(MAX(serial) + 1, 0) FROM credentials")[0][0])

    def find(self, number: str) -> Row | None:
        """The credential of a number."""
        return next(self._found("WHERE number = ?", number), None)

    def of(self, reference: str) -> list[Row]:
        """All credentials of a reference, in the order of their issue."""
        return list(self._found("WHERE reference = ? ORDER BY serial", reference))

    def not_valid(self) -> Iterator[tuple[int, int]]:
        """Serial and status of all that are revoked or suspended."""
        yield from self.rows("SELECT serial, status FROM credentials WHERE status <> 0 ORDER BY serial")

    def _found(self, condition: str, *parameters: Any) -> Iterator[Row]:
        return (Row(*row) for row in self.rows(f"SELECT {COLUMNS} FROM credentials {condition}", parameters))  # noqa: S608 our own conditions


def entered(row: Row) -> Write:
    """The statement that enters a credential."""
    values = (row.serial, row.number, row.kind, row.reference, row.issued, row.expires, row.status, row.reason)
    return f"INSERT INTO credentials ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values  # noqa: S608 our own columns


def changed(number: str, *, status: int, reason: str) -> Write:
    """The statement that gives a credential another status."""
    return "UPDATE credentials SET status = ?, reason = ? WHERE number = ?", (status, reason, number)
