"""POST /api/v1/receipts/verify: whether a receipt (受付票) of an application holds."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.platform import platform


class Verified(Schema):
    """What a receipt says, once its signature and certificate were checked as of the moment of signing."""

    valid: bool
    why: str
    received_at: dt.datetime | None
    content: str
    certificate_serial: str


class ReceiptFile(Schema):
    """The receipt's file, as text."""

    receipt: str


@endpoint("POST", "/receipts/verify", gives=Verified)
def verify_receipt(request: HttpRequest, body: ReceiptFile) -> Verified:  # noqa: ARG001 the framework passes it
    """Check a receipt; nothing of it is kept."""
    found = platform().proofs.receipt(body.receipt.encode())
    return Verified(
        valid=found.valid,
        why=found.why,
        received_at=found.at,
        content=found.content,
        certificate_serial=found.serial,
    )
