"""Receipts: one entry, its inclusion proof and the signed checkpoint, as one small text that stands alone.

The format is c2sp.org/tlog-proof@v1; its ``extra`` line carries what is needed to rebuild the leaf: moment, kind, salt
and body. ``kiban ledger check FILE`` verifies it offline against the log's verifier key.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kiban.kernel.clock import moment_of
from kiban.kernel.errors import KibanError
from kiban.kernel.wire import UNREADABLE
from kiban.ledger.errors import BadReceipt
from kiban.ledger.merkle import leaf_hash, root_from_inclusion
from kiban.ledger.model import Body, Entry, leaf_bytes
from kiban.ledger.note import Checkpoint, VerifierKey, b64, open_checkpoint, unb64

HEAD = "c2sp.org/tlog-proof@v1"
MAX = 20_000


class _Extra(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    t: int
    k: str
    s: bytes
    b: msgspec.Raw
    u: str = ""
    y: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A receipt that holds: what was logged, when, where in which log, under which checkpoint."""

    kind: str
    at: dt.datetime
    content: dict[str, Any]
    subject: str
    index: int
    checkpoint: Checkpoint


def make_receipt(entry: Entry, proof: Sequence[bytes], *, checkpoint: str) -> str:
    """The receipt of an entry whose body is still there.

    Raises:
        BadReceipt: the body was erased: nothing remains to be shown.
    """
    if entry.body is None:
        raise BadReceipt("the body of this entry was erased", remedy="its leaf and proof remain in the log")
    body = entry.body
    extra = msgspec.json.encode(
        _Extra(entry.time, entry.kind, body.salt, msgspec.Raw(body.data), body.subject, body.key)
    )
    return "\n".join([HEAD, f"extra {b64(extra)}", f"index {entry.index}", *map(b64, proof), "", checkpoint])


def check_receipt(text: str, key: VerifierKey) -> Checked:
    """Verify a receipt offline: the body belongs to the leaf, the leaf to the tree, the tree to the log's signature.

    Raises:
        BadReceipt: it cannot be read, or one of these does not hold; the message says which.
    """
    try:
        return _check(text, key)
    except BadReceipt:
        raise
    except KibanError as error:
        raise BadReceipt(f"the receipt does not hold: {error.what}", remedy=error.remedy) from None


def origin_of(text: str) -> str:
    """The log that a receipt claims to be from, so that its key can be looked up; not yet verified."""
    _, _, note = text.partition("\n\n")
    return note.split("\n", 1)[0]


def _check(text: str, key: VerifierKey) -> Checked:
    if len(text) > MAX:
        raise BadReceipt(f"a receipt has at most {MAX} characters")
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or len(lines) < 3 or lines[0] != HEAD:
        raise BadReceipt(f"a receipt begins with {HEAD}, extra and index")
    extra, index = _extra(lines[1]), _index(lines[2])
    checkpoint = open_checkpoint(note, key)
    body = Body(data=bytes(extra.b), salt=extra.s, subject=extra.u, key=extra.y)
    leaf = leaf_hash(leaf_bytes(extra.k, extra.t, commitment=body.commitment))
    root = root_from_inclusion(leaf, index=index, size=checkpoint.size, proof=[unb64(line) for line in lines[3:]])
    if root != checkpoint.root:
        raise BadReceipt("the entry is not in the tree that the log signed", remedy="it was changed, or is forged")
    try:
        content = body.content()
    except UNREADABLE:
        raise BadReceipt("the body of the entry is no JSON object", remedy="ask the log's owner") from None
    return Checked(extra.k, moment_of(extra.t), content, extra.u, index, checkpoint)


def _extra(line: str) -> _Extra:
    if not line.startswith("extra "):
        raise BadReceipt("the second line of a receipt is its extra data")
    try:
        return msgspec.json.decode(base64.b64decode(line[6:], validate=True), type=_Extra)
    except (binascii.Error, *UNREADABLE):
        raise BadReceipt("the extra data of the receipt cannot be read") from None


def _index(line: str) -> int:
    number = line.removeprefix("index ")
    if line == number or not number.isdecimal() or len(number) > 19 or (number != "0" and number[0] == "0"):
        raise BadReceipt("the third line of a receipt is its index")
    return int(number)
