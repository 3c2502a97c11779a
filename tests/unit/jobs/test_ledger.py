"""Every event of the outbox becomes one ledger entry, whatever is repeated."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiban.jobs import Delivery
from kiban.jobs.errors import JournalInUse
from kiban.jobs.ledger import LedgerReceiver, open_journal
from kiban.kernel.clock import JST
from kiban.ledger import Log, Signer
from kiban.ledger.store.sqlite import SqliteStore


def delivery(number: int) -> Delivery:
    at = dt.datetime(2026, 11, 20, 12, 0, number, tzinfo=JST)
    return Delivery(
        id=f"e{number}", kind="case_opened", occurred_at=at, agency="302015", subject="c1", data={"n": number}
    )


def test_an_event_handed_over_twice_is_entered_once(tmp_path: Path) -> None:
    log = Log(SqliteStore(tmp_path), Signer("example.jp/cases", Ed25519PrivateKey.generate()))
    receive = LedgerReceiver(log)

    for number in (1, 2, 1, 2, 3):
        receive(delivery(number))

    assert log.size == 3
    assert [entry.kind for entry in log.store.entries()] == ["case_opened"] * 3


def test_a_journal_has_one_writer_and_goes_on_where_it_was(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:  # a worker that is killed with the journal open
        receive = open_journal(tmp_path / "journal", name="kiban/journal")
        receive(delivery(1))
        os.kill(os.getpid(), 9)
    os.waitpid(child, 0)

    receive = open_journal(tmp_path / "journal", name="kiban/journal")
    receive(delivery(1))
    receive(delivery(2))

    assert receive.log.size == 2
    with pytest.raises(JournalInUse):
        open_journal(tmp_path / "journal", name="kiban/journal")
