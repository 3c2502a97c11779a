"""Values of credentials: what a verifier asks, what it finds. All frozen; no I/O."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""A place in claims: names of objects' members and numbers (from 0) of lists' elements."""


class Status(IntEnum):
    """What a status list says of one credential (Token Status List, section 7.1)."""

    VALID = 0
    REVOKED = 1
    SUSPENDED = 2


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Where a credential's status stands: the list's address and the place in it (from 0)."""

    uri: str
    index: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a reader gives the holder to sign over, so that an answer counts for this reader and this once.

    Attributes:
        audience: the reader's identifier.
        nonce: fresh random text of this request.
    """

    audience: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A credential found valid.

    Attributes:
        issuer: who issued it.
        kind: its type (``vct`` of SD-JWT VC, document type of an mdoc).
        claims: what it says as far as it was disclosed. Personal: no repr shows them.
        valid_until: end of the validity, if it has one.
        status: where its status stands, if it has one; it was valid when this was made.
        bound: whether the holder proved the key for this reader.
        holder: the identifier (DID) of the key that was proved; empty when none was.
    """

    issuer: str
    kind: str
    claims: Mapping[str, Any] = field(repr=False)
    valid_until: dt.datetime | None = None
    status: StatusEntry | None = None
    bound: bool = False
    holder: str = field(default="", repr=False)
