"""A ledger in PostgreSQL: the tables of one agency in a schema of its own; groups are written by COPY."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from kiban.ledger.model import Entry
from kiban.ledger.ports import Batch
from kiban.ledger.store.reading import ERASE, SELECT, Reading, entry_of, row_of

SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
  idx BIGINT PRIMARY KEY, leaf BYTEA NOT NULL, hash BYTEA NOT NULL,
  subject TEXT, key TEXT, salt BYTEA, body BYTEA);
CREATE UNIQUE INDEX IF NOT EXISTS entries_key ON entries (key) WHERE key <> '';
CREATE INDEX IF NOT EXISTS entries_subject ON entries (subject, idx) WHERE subject <> '';
CREATE TABLE IF NOT EXISTS checkpoints (size BIGINT PRIMARY KEY, note TEXT NOT NULL);
"""
COPY = "COPY entries (idx, leaf, hash, subject, key, salt, body) FROM STDIN (FORMAT BINARY)"
TYPES = ("int8", "bytea", "bytea", "text", "text", "bytea", "bytea")


def _marks(statement: str) -> bytes:
    return statement.replace("?", "%s").encode()


class PostgresStore(Reading):
    """A ledger's tables in schema ``schema`` of a database; a commit returns when PostgreSQL has it on its disk."""

    def __init__(self, conninfo: str, *, schema: str) -> None:
        self._lock = threading.Lock()
        self._connection = psycopg.connect(conninfo, autocommit=True)
        name = sql.Identifier(schema)
        self._connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
        self._connection.execute(sql.SQL("SET search_path TO {}").format(name))
        self._connection.execute("SET synchronous_commit TO on")
        self._connection.execute(SCHEMA)

    def _write(self, batch: Batch) -> None:
        with self._connection.cursor() as cursor:
            if batch.entries:
                with cursor.copy(COPY) as copy:
                    copy.set_types(TYPES)
                    for entry in batch.entries:
                        copy.write_row(row_of(entry))
                cursor.execute("INSERT INTO checkpoints VALUES (%s, %s)", (batch.size, batch.checkpoint))
            for statement, parameters in batch.writes:
                cursor.execute(_marks(statement), parameters)

    def commit(self, batch: Batch) -> None:
        with self._lock, self._connection.transaction():
            self._write(batch)

    def erase(self, batch: Batch, indexes: Sequence[int]) -> None:
        with self._lock, self._connection.transaction():
            self._connection.cursor().executemany(_marks(ERASE), [(index,) for index in indexes])
            self._write(batch)

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Rows of a reading statement."""
        with self._lock:
            return self._connection.execute(_marks(statement), tuple(parameters)).fetchall()

    def by_keys(self, keys: Sequence[str]) -> dict[str, Entry]:
        rows = self.rows(SELECT + "WHERE key <> '' AND key = ANY(?)", (list(keys),))
        return {row[4]: entry_of(row) for row in rows}

    def head(self) -> str | None:
        """None: the database's own log is the second place."""
        return None

    def close(self) -> None:
        self._connection.close()
