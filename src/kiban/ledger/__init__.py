"""Append-only Merkle log with signed checkpoints and receipts (アクセスログ)."""

from __future__ import annotations

from kiban.ledger.group import GroupCommit
from kiban.ledger.log import Log
from kiban.ledger.model import Body, Draft, Entry, milliseconds
from kiban.ledger.note import Checkpoint, Signer, VerifierKey
from kiban.ledger.receipt import Checked, check_receipt, origin_of
from kiban.ledger.verify import Verification, verify

__all__ = [
    "Body",
    "Checked",
    "Checkpoint",
    "Draft",
    "Entry",
    "GroupCommit",
    "Log",
    "Signer",
    "Verification",
    "VerifierKey",
    "check_receipt",
    "milliseconds",
    "origin_of",
    "verify",
]
