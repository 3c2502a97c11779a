"""What commands did to the registers, brought into the ledger beside them (`STORE.ledger`)."""

from __future__ import annotations

import getpass
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiban.jobs.ledger import LedgerReceiver
    from kiban.registries.store import RecordStore

NAME = "kiban/registries"


def account() -> str:
    """Who gives this command: the machine's account."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in a container
        return str(os.getuid())


def hand_on(store: RecordStore) -> None:
    """Bring the events that wait into the ledger, once each; what a command that was killed left comes with the next.

    Where another command is at it, they wait for the next one.
    """
    from kiban.jobs.errors import JournalInUse
    from kiban.jobs.model import Delivery
    from kiban.registries.store.trail import told, waiting

    events = waiting(store) if store.path else ()
    if not events:
        return
    try:
        receive = ledger_beside(store.path)
    except JournalInUse:
        return
    for name, event in events:
        receive(Delivery(name, event.kind, event.occurred_at, event.agency, event.subject, event.data))
        told(store, name)


def ledger_beside(kept: Path | str) -> LedgerReceiver:
    """The ledger beside a file or folder of registers.

    Raises:
        JournalInUse: another command writes it.
    """
    return _ledger(Path(f"{kept}.ledger").resolve())


@cache
def _ledger(folder: Path) -> LedgerReceiver:
    from kiban.jobs.ledger import open_journal

    return open_journal(folder, name=NAME)
