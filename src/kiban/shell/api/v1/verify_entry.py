"""POST /api/v1/ledger/verify: whether an entry's receipt (だれが見たか) holds."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.platform import platform


class EntryFile(Schema):
    """The entry's receipt, as text."""

    receipt: str


class EntryVerified(Schema):
    """What an entry says, once its proof was checked against the log's signed checkpoint."""

    valid: bool
    why: str
    at: dt.datetime | None
    content: str


@endpoint("POST", "/ledger/verify", gives=EntryVerified)
def verify_entry(request: HttpRequest, body: EntryFile) -> EntryVerified:  # noqa: ARG001 the framework passes it
    """Check an entry's receipt; nothing of it is kept."""
    found = platform().proofs.entry(body.receipt)
    return EntryVerified(valid=found.valid, why=found.why, at=found.at, content=found.content)
