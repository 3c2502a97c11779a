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

_encode = msgspec.json.Encoder(order="sorted").encode


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry says, ready to be committed to: its canonical JSON and a random salt."""

    data: bytes
    salt: bytes

    @classmethod
    def of(cls, content: dict[str, Any]) -> Body:
        """A body with a fresh salt of 128 bits."""
        return cls(data=_encode(content), salt=os.urandom(16))

    @property
    def commitment(self) -> bytes:
        """SHA-256(salt ‖ body): hides the body as long as the salt is unknown, and binds to it."""
        return sha256(self.salt + self.data).digest()

    def content(self) -> dict[str, Any]:
        return msgspec.json.decode(self.data, type=dict[str, Any])


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An entry to be appended.

    Attributes:
        kind: what happened, e.g. ``answered``.
        at: when, in milliseconds since 1970 (UTC).
        body: who, whom, what.
        subject: by whom the entry is found again: this log's owner's own code of the person, or empty.
        key: unique key; an entry with it is appended once.
    """

    kind: str
    at: int
    body: Body
    subject: str = ""
    key: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it is kept. ``body`` is None after erasure."""

    index: int
    leaf: bytes
    subject: str
    key: str
    body: Body | None

    @property
    def kind(self) -> str:
        return _leaf(self.leaf).k

    @property
    def at(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(_leaf(self.leaf).t / 1000, JST)


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
    except (msgspec.DecodeError, ValueError):
        return b""


def milliseconds(moment: dt.datetime) -> int:
    """A moment as leaves hold it."""
    return int(moment.timestamp() * 1000)
