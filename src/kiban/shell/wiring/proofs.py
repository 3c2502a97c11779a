"""Receipts that anyone may bring: of applications (signature) and of ledger entries (inclusion proof)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from kiban.identity.certificates import Verifier
from kiban.identity.errors import IdentityError
from kiban.identity.model import Kind
from kiban.kernel.wire import UNREADABLE
from kiban.ledger.errors import LedgerError
from kiban.ledger.note import VerifierKey
from kiban.ledger.receipt import check_receipt, origin_of
from kiban.procedures import Receipt
from kiban.shell.screens import Proved


@dataclass(frozen=True, slots=True)
class ProofDesk:
    """See `kiban.shell.ports.Proofs`."""

    verifier: Verifier | None
    logs: Mapping[str, VerifierKey]

    def receipt(self, body: bytes) -> Proved:
        try:
            found = msgspec.json.decode(body, type=Receipt)
            content = found.signature.content.decode()
        except UNREADABLE:
            return Proved(False, "this is not the file of a receipt")
        if found.signer.verified_at.tzinfo is None:
            return Proved(False, "the moment in the receipt has no time zone")
        if self.verifier is None:
            return Proved(False, "no certificate authorities are trusted here")
        given = found.signature
        try:
            holder = self.verifier.signature(
                given.certificate, given.content, value=given.value, kind=Kind.SIGN, at=found.signer.verified_at
            )
        except IdentityError as error:
            return Proved(False, f"{error.what} ({error.code})", found.received_at, content)
        return Proved(True, "", found.received_at, content, holder.serial)

    def entry(self, text: str) -> Proved:
        keys = {key.name: key for key in self.logs.values()}
        key = keys.get(origin_of(text))
        if key is None:
            return Proved(False, "this is no receipt of a log that is known here")
        try:
            checked = check_receipt(text, key)
        except LedgerError as error:
            return Proved(False, f"{error.what} ({error.code})")
        return Proved(True, "", checked.at, json.dumps(checked.content, ensure_ascii=False, sort_keys=True))
