"""What the ledger needs of a store: one durable transaction per group, and reading in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kiban.ledger.model import Entry

Write = tuple[str, tuple[Any, ...]]
"""A statement with ``?`` marks that must be in the same transaction as the entries (replay cache, outbox)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One group: entries, the checkpoint over them, and what else belongs to the transaction."""

    entries: Sequence[Entry]
    size: int
    checkpoint: str
    writes: Sequence[Write] = ()


class Store(Protocol):
    """Keeps entries and checkpoints. One writer; readers at any time."""

    def commit(self, batch: Batch) -> None:
        """Write a batch durably: it is on the disk when this returns, wholly or not at all."""
        ...

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """Entries in order from an index."""
        ...

    def entry(self, index: int) -> Entry | None: ...

    def by_keys(self, keys: Sequence[str]) -> dict[str, Entry]:
        """The entries that have one of these keys."""
        ...

    def by_subject(self, subject: str, *, since: int, limit: int) -> list[Entry]:
        """The newest entries of a subject since a moment (milliseconds), newest first."""
        ...

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """All checkpoints, (size, note), in order."""
        ...

    def head(self) -> str | None:
        """The newest checkpoint as told outside the tables; None when none was told yet."""
        ...

    def erase(self, batch: Batch, indexes: Sequence[int]) -> None:
        """Delete the bodies of these entries and write the batch that tells of it, in one transaction."""
        ...

    def close(self) -> None: ...
