"""Where a ledger's entries are kept: SQLite by default, PostgreSQL where an operator has one."""

from __future__ import annotations

from kiban.ledger.store.sqlite import SqliteStore

__all__ = ["SqliteStore"]
