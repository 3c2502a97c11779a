"""The journal: events of the outbox in a ledger, one entry per event, also when one is handed over twice."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiban.jobs.errors import JournalInUse
from kiban.jobs.model import Delivery
from kiban.kernel.errors import BadSetting, Where
from kiban.ledger import Body, Draft, Log, Signer, milliseconds
from kiban.ledger.store.sqlite import SqliteStore

KEY, LOCK, VKEY = "journal.pem", "writer.lock", "ledger.vkey"


@dataclass(frozen=True, slots=True)
class LedgerReceiver:
    """Appends to a log; the event's id is the entry's unique key."""

    log: Log

    def __call__(self, delivery: Delivery) -> None:
        content = {"agency": delivery.agency, "subject": delivery.subject, "data": dict(delivery.data)}
        body = Body.of(content, subject=delivery.subject, key=delivery.id)
        self.log.append([Draft(kind=delivery.kind, at=milliseconds(delivery.occurred_at), body=body)])


def open_journal(folder: Path, *, name: str) -> LedgerReceiver:
    """The journal in a folder, made at the first use; this process is its only writer until it ends.

    The key by which anybody verifies it stands in ``ledger.vkey``.

    Raises:
        JournalInUse: another worker writes it; that worker forwards the events.
        LedgerDamaged: what is stored does not lead to the newest checkpoint.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _lock(folder / LOCK)
    signer = Signer(name, _key(folder / KEY))
    (folder / VKEY).write_text(f"{signer.verifier}\n", encoding="utf-8")
    return LedgerReceiver(Log(SqliteStore(folder), signer))


def _lock(path: Path) -> None:
    """Hold the lock as long as the process lives: the open descriptor is kept on purpose."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise JournalInUse("another worker writes the journal", remedy="leave the events to it") from None


def _key(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        made = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise BadSetting("the journal's key is no Ed25519 key", where=Where(file=str(path)), remedy="restore it")
    return key
