"""Proving a whole ledger: every entry, every body, every checkpoint; each fault with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kiban.kernel.errors import Where
from kiban.kernel.wire import UNREADABLE
from kiban.ledger.errors import BadNote
from kiban.ledger.log import ERASED
from kiban.ledger.merkle import Tree, leaf_hash
from kiban.ledger.model import Entry, commitment_of
from kiban.ledger.note import Checkpoint, VerifierKey, open_checkpoint
from kiban.ledger.ports import Store


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was signed: where and what."""

    where: Where
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(slots=True)
class Verification:
    """What became of a verification; a ledger holds when there is no finding."""

    entries: int = 0
    checkpoints: int = 0
    erased: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.findings

    def found(self, record: str, what: str, *, field: str | None = None) -> None:
        self.findings.append(Finding(Where(record=record, field=field), what))

    def __str__(self) -> str:
        head = f"{self.entries:,} entries under {self.checkpoints:,} checkpoints, {self.erased:,} bodies erased"
        verdict = "the ledger holds" if self.holds else f"{len(self.findings)} FAULTS"
        return "\n".join([f"{head}: {verdict}", *(f"  {finding}" for finding in self.findings)])


def verify(store: Store, key: VerifierKey) -> Verification:
    """Verify a whole stored ledger against its log's key.

    Every body must fit its leaf's commitment, every leaf its hash, every checkpoint the signature and the root at its
    size, the told head must be one of the log's trees, and every missing body must have been erased by an entry.
    """
    result = Verification()
    notes = _notes(store, key, result=result)
    tree, gone, told = Tree(), set[int](), set[int]()
    start, following = 0, next(notes, None)
    for entry in store.entries():
        if entry.index != tree.size:
            result.found(f"entry {tree.size}", f"is missing; the next one is {entry.index}")
            break
        tree.append(leaf_hash(entry.leaf))
        gone |= _look(entry, result)
        told |= _told(entry)
        if following is not None and following.size == tree.size:
            _compare(following, tree, start=start, result=result)
            start, following = tree.size, next(notes, None)
    result.entries = tree.size
    _end(store, tree, result=result, key=key)
    if following is not None or start != tree.size:
        size = following.size if following is not None else start
        result.found(f"checkpoint {size}", f"the ledger ends at {tree.size} entries")
    result.erased = len(gone & told)
    for index in sorted(gone - told):
        result.found(f"entry {index}", "the body is missing, and no entry says that it was erased", field="body")
    return result


def _notes(store: Store, key: VerifierKey, *, result: Verification) -> Iterator[Checkpoint]:
    for size, note in store.checkpoints():
        result.checkpoints += 1
        try:
            checkpoint = open_checkpoint(note, key)
        except BadNote as error:
            result.found(f"checkpoint {size}", error.what)
            continue
        if checkpoint.size != size:
            result.found(f"checkpoint {size}", f"it is signed for {checkpoint.size} entries")
            continue
        yield checkpoint


def _look(entry: Entry, result: Verification) -> set[int]:
    """Check one entry in itself; its index if its body is gone."""
    record = f"entry {entry.index}"
    if leaf_hash(entry.leaf) != entry.hash:
        result.found(record, "leaf and leaf hash do not fit: one of them was changed", field="leaf")
    if entry.body is None:
        return {entry.index}
    if entry.body.commitment != commitment_of(entry.leaf):
        result.found(record, "body, salt, subject or key was changed: they do not fit the leaf", field="body")
    return set()


def _told(entry: Entry) -> set[int]:
    if entry.body is None or b'"reason"' not in entry.body.data:
        return set()
    try:
        content = entry.body.content()
        return set(content["entries"]) if entry.kind == ERASED else set()
    except (*UNREADABLE, KeyError, TypeError):
        return set()  # a damaged entry; `_look` has told


def _compare(checkpoint: Checkpoint, tree: Tree, *, start: int, result: Verification) -> None:
    if checkpoint.root != tree.root():
        span = f"entries {start} to {tree.size - 1}" if tree.size - start > 1 else f"entry {start}"
        if not any(f.where.record and f.where.record.startswith("entry ") for f in result.findings):
            result.found(span, f"do not lead to the root signed at {tree.size} entries", field="leaf")


def _end(store: Store, tree: Tree, *, result: Verification, key: VerifierKey) -> None:
    head = store.head()
    if head is None:
        return
    try:
        checkpoint = open_checkpoint(head, key)
    except BadNote as error:
        result.found("head", error.what)
        return
    if checkpoint.size > tree.size:
        result.found(f"entry {tree.size}", f"the log once had {checkpoint.size} entries: the last ones are lost")
    elif checkpoint.root != tree.root(checkpoint.size) and result.holds:
        result.found("head", f"the checkpoint of {checkpoint.size} entries has another root: two histories")
