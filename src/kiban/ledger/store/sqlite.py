"""A ledger in one SQLite file: WAL, synchronous=FULL, one transaction per group of entries."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kiban.ledger.model import Entry
from kiban.ledger.ports import Batch
from kiban.ledger.store.reading import ERASE, SELECT, Reading, entry_of, row_of

FILE, HEAD = "ledger.sqlite", "checkpoint"
SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
  idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL, hash BLOB NOT NULL,
  subject TEXT, key TEXT, salt BLOB, body BLOB);
CREATE UNIQUE INDEX IF NOT EXISTS entries_key ON entries (key) WHERE key <> '';
CREATE INDEX IF NOT EXISTS entries_subject ON entries (subject, idx) WHERE subject <> '';
CREATE TABLE IF NOT EXISTS checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL);
"""
INSERT = "INSERT INTO entries (idx, leaf, hash, subject, key, salt, body) VALUES (?, ?, ?, ?, ?, ?, ?)"


class SqliteStore(Reading):
    """A ledger's tables in ``folder/ledger.sqlite``; the newest checkpoint also in ``folder/checkpoint``."""

    def __init__(self, folder: Path, *, read_only: bool = False, schema: str = "") -> None:
        self._head = folder / HEAD
        self.path = folder / FILE
        self._lock = threading.Lock()
        mode = "ro" if read_only else "rwc"
        self._writer = self._open(mode)
        self._reader = self._writer if read_only else None
        if not read_only:
            self._writer.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + SCHEMA + schema)
            self._writer.execute("PRAGMA wal_autocheckpoint=4000")
            self._reader = self._open("rw")
        self._reading = threading.Lock()

    def _open(self, mode: str) -> sqlite3.Connection:
        uri = f"{self.path.resolve().as_uri()}?mode={mode}"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10)
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")

    def _write(self, connection: sqlite3.Connection, batch: Batch) -> None:
        connection.executemany(INSERT, map(row_of, batch.entries))
        if batch.entries:
            connection.execute("INSERT INTO checkpoints (size, note) VALUES (?, ?)", (batch.size, batch.checkpoint))
        for statement, parameters in batch.writes:
            connection.execute(statement, parameters)

    def commit(self, batch: Batch) -> None:
        with self._transaction() as connection:
            self._write(connection, batch)
        if batch.entries:
            self._tell(batch.checkpoint)

    def erase(self, batch: Batch, indexes: Sequence[int]) -> None:
        with self._transaction() as connection:
            connection.executemany(ERASE, ((index,) for index in indexes))
            self._write(connection, batch)
        self._tell(batch.checkpoint)

    def _tell(self, checkpoint: str) -> None:
        """Write the head beside the tables. The entries are on the disk: if it fails, the next group tells it."""
        fresh = self._head.with_name(f".{HEAD}")
        with contextlib.suppress(OSError):
            fresh.write_text(checkpoint, encoding="utf-8")
            fresh.replace(self._head)

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Rows of a reading statement; for the tables that stand beside the ledger in the same file."""
        assert self._reader is not None
        with self._reading:
            return self._reader.execute(statement, parameters).fetchall()

    def by_keys(self, keys: Sequence[str]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for first in range(0, len(keys), 500):
            some = keys[first : first + 500]
            marks = ",".join("?" * len(some))
            for row in self.rows(f"{SELECT}WHERE key <> '' AND key IN ({marks})", some):
                found[row[4]] = entry_of(row)
        return found

    def head(self) -> str | None:
        try:
            return self._head.read_bytes().decode("utf-8", errors="replace")
        except FileNotFoundError:
            return None

    def close(self) -> None:
        if self._reader is not None and self._reader is not self._writer:
            self._reader.close()
        self._writer.close()
