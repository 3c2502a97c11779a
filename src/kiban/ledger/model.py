"""Values of the ledger: what is appended, what is kept, what comes back. All frozen; no I/O.

A leaf of the tree is ``{"t":…,"k":…,"c":…}``: the moment, the kind, and a salted commitment to the body. The body (who,
whom, what) is kept beside it and can be erased together with its salt: the leaf, and so every proof, stays as it is,
and nobody can find out any more what the body was (個人情報の消去).
"""

from __future__ import annotations

import base64
import datetime as dt
import os
from hashlib import sha256
from typing import Any

import msgspec

from kiban.kernel.clock import JST
from kiban.kernel.wire import UNREADABLE

_encode = msgspec.json.Encoder(order="sorted").encode


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry says and by what it is found again, ready to be committed to.

    Attributes:
        data: canonical JSON of who, whom, what.
        salt: 128 random bits.
        subject: by whom the entry is found: this log's owner's own code of the person, or empty.
        key: unique key; an entry with it is appended once. Empty: always appended.
    """

    data: bytes
    salt: bytes
    subject: str = ""
    key: str = ""

    @classmethod
    def of(cls, content: dict[str, Any], *, subject: str = "", key: str = "") -> Body:
        """A body with a fresh salt."""
        return cls(data=_encode(content), salt=os.urandom(16), subject=subject, key=key)

    @property
    def commitment(self) -> bytes:
        """SHA-256 over salt, subject, key and data: hides them while the salt is unknown, and binds to them."""
        parts = self.subject.encode() + b"\n" + self.key.encode() + b"\n" + self.data
        return sha256(self.salt + parts).digest()

    def content(self) -> dict[str, Any]:
        return msgspec.json.decode(self.data, type=dict[str, Any])


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An entry to be appended: what happened (``kind``), when (milliseconds since 1970, UTC), who, whom, what."""

    kind: str
    at: int
    body: Body


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it is kept. ``hash`` is its leaf hash as stored; ``body`` is None after erasure."""

    index: int
    leaf: bytes
    hash: bytes
    body: Body | None

    @property
    def kind(self) -> str:
        return _leaf(self.leaf).k

    @property
    def time(self) -> int:
        """Milliseconds since 1970 (UTC)."""
        return _leaf(self.leaf).t

    @property
    def at(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.time / 1000, JST)


class _Leaf(msgspec.Struct, frozen=True):
    t: int
    k: str
    c: str


def _leaf(data: bytes) -> _Leaf:
    return msgspec.json.decode(data, type=_Leaf)


def leaf_bytes(kind: str, at: int, *, commitment: bytes) -> bytes:
    """The exact bytes of a leaf."""
    return msgspec.json.encode(_Leaf(at, kind, base64.b64encode(commitment).decode("ascii")))


def commitment_of(leaf: bytes) -> bytes:
    """The commitment that a leaf holds; empty when the bytes are no leaf of ours."""
    try:
        return base64.b64decode(_leaf(leaf).c, validate=True)
    except UNREADABLE:
        return b""


def milliseconds(moment: dt.datetime) -> int:
    """A moment as leaves hold it."""
    return int(moment.timestamp() * 1000)
