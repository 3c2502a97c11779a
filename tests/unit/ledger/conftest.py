"""A ledger in a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiban.ledger import Body, Draft, Log, Signer
from kiban.ledger.store import SqliteStore

SIGNER = Signer("kiban/302015", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def draft(number: int, **other: str) -> Draft:
    content = {"asker": "302023", "items": ["tax.income"], "enquiry": f"e{number}"}
    body = Body.of(content, subject=other.get("subject", f"person{number % 3}"), key=other.get("key", f"key{number}"))
    return Draft(kind="answered", at=1_795_000_000_000 + number, body=body)


@pytest.fixture
def open_log(tmp_path: Path) -> Callable[[], Log]:
    return lambda: Log(SqliteStore(tmp_path), SIGNER)
