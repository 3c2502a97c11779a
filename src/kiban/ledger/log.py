"""The log itself: appends groups durably, signs a checkpoint per group, proves any entry."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kiban.ledger.errors import KeyTaken, LedgerDamaged, NoSuchEntry
from kiban.ledger.merkle import Tree, leaf_hash
from kiban.ledger.model import Body, Draft, Entry, leaf_bytes
from kiban.ledger.note import Signer, open_checkpoint, signed_checkpoint
from kiban.ledger.ports import Batch, Store, Write
from kiban.ledger.receipt import make_receipt

ERASED = "erased"


@dataclass(slots=True)
class Group:
    """What one caller wants in one transaction: entries, and statements beside them."""

    drafts: Sequence[Draft]
    writes: Sequence[Write] = ()
    found: list[Entry] = field(default_factory=list)
    error: KeyTaken | None = None


class Log:
    """A ledger opened for writing.

    Args:
        store: where it is kept; this is its only writer.
        signer: the log's name (its origin) and key.

    Raises:
        LedgerDamaged: what is stored does not lead to the newest signed checkpoint.
    """

    def __init__(self, store: Store, signer: Signer) -> None:
        self.store, self.signer = store, signer
        self._lock = threading.Lock()
        self._tree = Tree(_checked(store.entries()))
        self._note = ""
        for size, note in store.checkpoints():
            self._last = size
            self._note = note
        self._check_start()

    def _check_start(self) -> None:
        if not self._note:
            if self._tree.size:
                raise LedgerDamaged("the ledger has entries and no checkpoint", remedy="kiban ledger verify")
            self._note = signed_checkpoint(self.signer, 0, root=self._tree.root())
            return
        checkpoint = open_checkpoint(self._note, self.signer.verifier)
        if checkpoint.size != self._tree.size or checkpoint.root != self._tree.root():
            raise LedgerDamaged(
                "the entries do not lead to the newest signed checkpoint",
                remedy="kiban ledger verify says where; restore the file from its copy",
            )

    @property
    def size(self) -> int:
        return self._tree.size

    @property
    def checkpoint(self) -> str:
        """The newest signed checkpoint."""
        return self._note

    def append(self, drafts: Sequence[Draft], *, writes: Sequence[Write] = ()) -> list[Entry]:
        """Append entries in one durable transaction; the entries, or those that already had their keys.

        Raises:
            KeyTaken: an entry of the same key says something else; nothing was written.
        """
        group = Group(drafts, writes)
        self.commit([group])
        if group.error is not None:
            raise group.error
        return group.found

    def commit(self, groups: Sequence[Group]) -> None:
        """Append several callers' groups in one transaction; a group with a taken key is left out and told so."""
        with self._lock:
            size = self._tree.size
            try:
                fresh, writes = self._prepare(groups)
                note = signed_checkpoint(self.signer, self._tree.size, root=self._tree.root()) if fresh else self._note
                self.store.commit(Batch(fresh, self._tree.size, note, writes))
            except BaseException:
                self._tree.truncate(size)
                raise
            self._note = note

    def _prepare(self, groups: Sequence[Group]) -> tuple[list[Entry], list[Write]]:
        keys = [draft.body.key for group in groups for draft in group.drafts if draft.body.key]
        known = self.store.by_keys(keys) if keys else {}
        fresh: list[Entry] = []
        writes: list[Write] = []
        for group in groups:
            taken = next((d for d in group.drafts if _differs(d, known.get(d.body.key))), None)
            if taken is not None:
                group.error = KeyTaken(f"an entry with the key {taken.body.key} says something else")
                continue
            for draft in group.drafts:
                entry = known.get(draft.body.key) if draft.body.key else None
                if entry is None:
                    entry = self._enter(draft)
                    fresh.append(entry)
                    if draft.body.key:
                        known[draft.body.key] = entry
                group.found.append(entry)
            writes += group.writes
        return fresh, writes

    def _enter(self, draft: Draft) -> Entry:
        leaf = leaf_bytes(draft.kind, draft.at, commitment=draft.body.commitment)
        hashed = leaf_hash(leaf)
        return Entry(index=self._tree.append(hashed), leaf=leaf, hash=hashed, body=draft.body)

    def receipt(self, index: int) -> str:
        """The receipt of an entry under the newest checkpoint.

        Raises:
            NoSuchEntry: there is none, or its body was erased.
        """
        entry = self.store.entry(index) if 0 <= index < self.size else None
        if entry is None or entry.body is None:
            raise NoSuchEntry(f"entry {index} does not exist, or its body was erased")
        return self.receipts([entry])[0]

    def receipts(self, entries: Iterable[Entry]) -> list[str]:
        """Receipts of entries with a body, all under one checkpoint."""
        with self._lock:
            size, note = self._tree.size, self._note
            proofs = [(entry, self._tree.inclusion(entry.index, size)) for entry in entries]
        return [make_receipt(entry, proof, checkpoint=note) for entry, proof in proofs]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Proof that the log of ``new`` entries continues that of ``old``."""
        with self._lock:
            return self._tree.consistency(old, new)

    def erase(self, indexes: Sequence[int], *, at: int, reason: str) -> Entry:
        """Erase bodies (with salts, subjects and keys); an entry of its own tells that and why."""
        draft = Draft(kind=ERASED, at=at, body=Body.of({"entries": sorted(indexes), "reason": reason}))
        with self._lock:
            size = self._tree.size
            try:
                entry = self._enter(draft)
                note = signed_checkpoint(self.signer, self._tree.size, root=self._tree.root())
                self.store.erase(Batch([entry], self._tree.size, note), indexes)
            except BaseException:
                self._tree.truncate(size)
                raise
            self._note = note
        return entry


def _differs(draft: Draft, entry: Entry | None) -> bool:
    """Whether an entry of the same key says something else than the draft."""
    if entry is None or not draft.body.key:
        return False
    body = entry.body
    return body is None or (entry.kind, body.subject, body.data) != (draft.kind, draft.body.subject, draft.body.data)


def _checked(entries: Iterable[Entry]) -> Iterable[bytes]:
    for expected, entry in enumerate(entries):
        hashed = leaf_hash(entry.leaf)
        if entry.index != expected or hashed != entry.hash:
            raise LedgerDamaged(f"entry {expected} is missing or was changed", remedy="kiban ledger verify")
        yield hashed
