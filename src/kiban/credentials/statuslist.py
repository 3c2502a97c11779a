"""Token status list: one bit or some for each credential, signed, small enough to keep offline.

Format: draft-ietf-oauth-status-list (JWT form, sections 4 and 5). A list says nothing of whom or what; a place in it is
told by the credential alone. 2^20 places per list hide which one a reader asks for.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np

from kiban.credentials.errors import Malformed, NotIssuable, NotSigned, Revoked, StatusUnknown, Suspended
from kiban.credentials.jose import b64url, claims_of, read_jws, sign_jws, unb64url, verify_jws, write_json
from kiban.credentials.model import Status, StatusEntry
from kiban.credentials.sdjwt import Issuer, seconds
from kiban.credentials.times import SKEW, moment_in
from kiban.credentials.trust import Trust
from kiban.kernel.packed import inflated

TYPE = "statuslist+jwt"
SHARD: Final = 1 << 20
LARGEST: Final = 1 << 25
"""Bytes of an unpacked list: 2^28 places of one bit; what claims to be more is refused before it is unpacked."""
FRESH: Final = dt.timedelta(hours=24)
WIDTHS = (1, 2, 4, 8)


class StatusLists(Protocol):
    """Where status lists come from: a folder, a cache, the issuer's address."""

    def newest(self, uri: str) -> str | bytes:
        """The newest signed list of this address. Raises: StatusUnknown: there is none."""
        ...


@dataclass(slots=True)
class StatusList:
    """Statuses of 1, 2, 4 or 8 bits, the first in the lowest bits of the first byte.

    Attributes:
        width: bits of one status.
        packed: the bytes, shape (ceil(places * width / 8),).
    """

    width: int
    packed: np.ndarray[Any, np.dtype[np.uint8]] = field(repr=False)

    @classmethod
    def empty(cls, places: int = SHARD, *, width: int = 2) -> StatusList:
        """All valid. Raises: NotIssuable: a width or number of places that is not possible."""
        size = -(-places * width // 8)
        if width not in WIDTHS or not 0 < size <= LARGEST:
            raise NotIssuable(f"a status list of {places} places of {width} bits is not possible")
        return cls(width, np.zeros(size, dtype=np.uint8))

    @property
    def places(self) -> int:
        return len(self.packed) * 8 // self.width

    def __getitem__(self, index: int) -> int:
        """The status at a place. Raises: StatusUnknown: the list has no such place."""
        if not 0 <= index < self.places:
            raise StatusUnknown(f"the status list has {self.places:,} places, none at {index}")
        bit = index * self.width
        return int(self.packed[bit >> 3]) >> (bit & 7) & ((1 << self.width) - 1)

    def set(self, indexes: Iterable[int] | np.ndarray[Any, Any], status: int) -> None:
        """Give places a status. Raises: NotIssuable: no such place, or a status that does not fit."""
        at = np.asarray(indexes if isinstance(indexes, np.ndarray) else list(indexes), dtype=np.int64)
        if not 0 <= status < 1 << self.width:
            raise NotIssuable(f"the status {status} does not fit into {self.width} bits")
        if len(at) and (at.min() < 0 or at.max() >= self.places):
            raise NotIssuable(f"the status list has {self.places:,} places only")
        byte, shift = at * self.width >> 3, (at * self.width & 7).astype(np.uint8)
        mask = np.uint8((1 << self.width) - 1)
        np.bitwise_and.at(self.packed, byte, ~(mask << shift))
        np.bitwise_or.at(self.packed, byte, np.uint8(status) << shift)

    def compressed(self) -> bytes:
        """The list as DEFLATE in ZLIB."""
        return zlib.compress(self.packed.tobytes(), 9)

    @classmethod
    def unpack(cls, width: Any, data: bytes) -> StatusList:
        """From its compressed form. Raises: Malformed."""
        if isinstance(width, bool) or width not in WIDTHS:
            raise Malformed("a status has 1, 2, 4 or 8 bits")
        try:
            packed = inflated(data, limit=LARGEST)
        except ValueError as error:
            raise Malformed(f"the status list cannot be unpacked: {error}") from None
        if not packed:
            raise Malformed("the status list is empty")
        return cls(int(width), np.frombuffer(packed, dtype=np.uint8))


@dataclass(frozen=True, slots=True)
class StatusToken:
    """A signed status list, verified."""

    uri: str
    statuses: StatusList = field(repr=False)
    issued_at: dt.datetime
    expires_at: dt.datetime | None


def sign_statuses(
    issuer: Issuer, uri: str, *, statuses: StatusList, at: dt.datetime, life: dt.timedelta = FRESH
) -> str:
    """The signed list (``statuslist+jwt``) that the issuer publishes at its address."""
    claims = {
        "sub": uri,
        "iat": seconds(at),
        "exp": seconds(at + life),
        "ttl": int(life.total_seconds()) // 2,
        "status_list": {"bits": statuses.width, "lst": b64url(statuses.compressed())},
    }
    return sign_jws({"typ": TYPE, "kid": issuer.key_name}, write_json(claims), key=issuer.key)


def read_statuses(token: str, *, uri: str, issuer: str, trust: Trust) -> StatusToken:
    """Verify a signed list of an issuer for an address.

    Raises:
        NotSigned, UnknownIssuer, NotAllowed: it is not the issuer's.
        Malformed: it is no status list, or of another address.
    """
    jws = read_jws(token.strip(), longest=2 * LARGEST)
    if jws.header.get("typ") != TYPE:
        raise Malformed(f"this is no status list: typ is not {TYPE}")
    verify_jws(jws, trust.key(issuer, jws.header.get("kid", "")))
    claims = claims_of(jws)
    packed = claims.get("status_list")
    if claims.get("sub") != uri:
        raise NotSigned("the status list is of another address")
    if not isinstance(packed, Mapping) or not isinstance(packed.get("lst"), str):
        raise Malformed("the token has no status list")
    issued = moment_in(claims, "iat")
    if issued is None:
        raise Malformed("the status list does not say when it was made (iat)")
    return StatusToken(uri, StatusList.unpack(packed.get("bits"), unb64url(packed["lst"])), issued,
                       moment_in(claims, "exp"))  # fmt: skip


class StatusReader:
    """Answers whether a credential is still good, from lists that were verified; without a fresh one, no.

    Args:
        lists: where lists come from.
        trust: the issuers' keys; a credential's list is signed by its own issuer.
        fresh: how old a list may be.
    """

    def __init__(self, lists: StatusLists, trust: Trust, *, fresh: dt.timedelta = FRESH) -> None:
        self.lists, self.trust, self.fresh = lists, trust, fresh
        self._read: dict[tuple[str, str], tuple[str | bytes, StatusToken]] = {}

    def check(self, entry: StatusEntry, *, issuer: str, at: dt.datetime) -> None:
        """Refuse what is not valid.

        Raises:
            Revoked, Suspended: the issuer said so.
            StatusUnknown: no fresh list, or a status of another meaning.
        """
        found = self.token(entry.uri, issuer=issuer)
        if found.issued_at > at + SKEW:
            raise StatusUnknown("the status list is dated in the future", remedy="compare the clocks")
        if at - found.issued_at > self.fresh or (found.expires_at is not None and at >= found.expires_at):
            raise StatusUnknown(
                f"the status list of {found.issued_at.isoformat()} is too old", remedy="fetch the newest one"
            )
        status = found.statuses[entry.index]
        if status == Status.REVOKED:
            raise Revoked("the issuer revoked this credential", remedy="ask the holder for a new one")
        if status == Status.SUSPENDED:
            raise Suspended("the issuer suspended this credential", remedy="ask the issuer")
        if status != Status.VALID:
            raise StatusUnknown(f"the status {status} has no meaning here")

    def token(self, uri: str, *, issuer: str) -> StatusToken:
        """The verified list of an address; read again only when it changed. Raises: as `read_statuses`."""
        data = self.lists.newest(uri)
        known = self._read.get((uri, issuer))
        if known is None or (known[0] is not data and known[0] != data):
            text = data if isinstance(data, str) else data.decode("ascii", "replace")
            known = (data, read_statuses(text, uri=uri, issuer=issuer, trust=self.trust))
            self._read[uri, issuer] = known
        return known[1]
