"""The code on a printed certificate: what it says, signed, in one QR code that anybody can verify offline.

``KIBAN1:`` and base45 (RFC 9285, for the QR code's letters) of zlib-compressed COSE_Sign1 over CWT claims (RFC 8392):
1 issuer, 4 end, 6 issued, 11 type, 65535 status, and under ``c`` the fields; where the fields are too long for a code
that a phone reads from paper, under ``h`` their digest, and the fields are read from the signed PDF.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from kiban.credentials.cose import KEY_NAME, read_cbor, read_sign1, sign1, verify_sign1, write_cbor
from kiban.credentials.errors import Malformed, NotIssuable, NotSigned, StatusUnknown, WrongType
from kiban.credentials.jose import write_json
from kiban.credentials.model import StatusEntry, Verified
from kiban.credentials.sdjwt import Issuer, seconds
from kiban.credentials.times import check_validity, moment_in
from kiban.credentials.verifying import Reader, status_entry
from kiban.kernel.packed import inflated

PREFIX: Final = "KIBAN1:"
ISSUER, ENDS, ISSUED, TYPE, STATUS, FIELDS, DIGEST, OPEN = 1, 4, 6, 11, 65535, "c", "h", "o"
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}
READABLE: Final = 900
"""Bytes of a code that a phone reads from a page at arm's length (QR version 21 at level M); more is told by digest."""
LARGEST = 64_000
KEPT_OPEN = ("number", "title", "office", "issued_on")


def base45(data: bytes) -> str:
    """RFC 9285."""
    out = []
    for at in range(0, len(data) - 1, 2):
        rest, low = divmod(data[at] << 8 | data[at + 1], 45)
        high, middle = divmod(rest, 45)
        out += [low, middle, high]
    if len(data) % 2:
        high, low = divmod(data[-1], 45)
        out += [low, high]
    return "".join(_LETTERS[one] for one in out)


def unbase45(text: str) -> bytes:
    """RFC 9285, strictly. Raises: Malformed: it is none."""
    values = [_VALUES.get(letter, -1) for letter in text]
    if len(values) % 3 == 1 or -1 in values:
        raise Malformed("this is not base45")
    out = bytearray()
    for at in range(0, len(values), 3):
        three = values[at : at + 3]
        number = sum(one * 45**power for power, one in enumerate(three))
        size = len(three) - 1
        if number >= 1 << 8 * size:
            raise Malformed("this is not base45")
        out += number.to_bytes(size, "big")
    return bytes(out)


def make_code(
    issuer: Issuer, claims: Mapping[str, Any], *, kind: str, status: StatusEntry | None,
    moments: tuple[dt.datetime, dt.datetime | None],
) -> str:  # fmt: skip
    """The code of a certificate.

    Args:
        issuer: who signs, with a key of P-256.
        claims: everything that the page says.
        kind: its type.
        status: where its status stands.
        moments: issue and end.

    Raises:
        NotIssuable: the key is of another kind.
    """
    if not isinstance(issuer.key, ec.EllipticCurvePrivateKey):
        raise NotIssuable("a printed code is signed with a key of P-256")
    fixed: dict[Any, Any] = {ISSUER: issuer.uri, TYPE: kind, ISSUED: seconds(moments[0])}
    if moments[1] is not None:
        fixed[ENDS] = seconds(moments[1])
    if status is not None:
        fixed[STATUS] = {"status_list": {"idx": status.index, "uri": status.uri}}
    whole = _packed(issuer, fixed | {FIELDS: dict(claims)})
    if len(whole) > READABLE:
        kept = {name: claims[name] for name in KEPT_OPEN if name in claims}
        whole = _packed(issuer, fixed | {OPEN: kept, DIGEST: claims_digest(claims)})
    return PREFIX + base45(whole)


def _packed(issuer: Issuer, said: Mapping[Any, Any]) -> bytes:
    assert isinstance(issuer.key, ec.EllipticCurvePrivateKey)
    made = sign1(write_cbor(dict(said)), issuer.key, header={KEY_NAME: issuer.key_name.encode()})
    return zlib.compress(write_cbor(made), 9)


def claims_digest(claims: Mapping[str, Any]) -> bytes:
    """SHA-256 over the fields as JSON, names in alphabetical order."""
    return sha256(write_json({name: claims[name] for name in sorted(claims)})).digest()


def verify_code(
    text: str, reader: Reader, *, at: dt.datetime, kind: str | None = None, claims: Mapping[str, Any] | None = None
) -> Verified:
    """What a printed certificate says, verified; the reader compares it with the page.

    Args:
        text: what was scanned.
        reader: who verifies.
        at: the moment that counts.
        kind: the type that was asked for; none: any.
        claims: the fields, where the code holds their digest alone; without them the answer has number, title, office
            and day of issue.

    Raises:
        CredentialError: one of its kinds says what does not hold.
    """
    signed = read_sign1(read_cbor(_unpacked(text)))
    said = read_cbor(signed.payload or b"")
    if signed.open_header or not isinstance(said, dict) or not all(isinstance(said.get(one), str) for one in (1, 11)):
        raise Malformed("the code names no issuer or no type")
    name = signed.header.get(KEY_NAME)
    key = reader.trust.key(said[ISSUER], name.decode("utf-8", "replace") if isinstance(name, bytes) else "")
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise NotSigned("the issuer's key is of another kind than the code's signature")
    verify_sign1(signed, key)
    if kind is not None and said[TYPE] != kind:
        raise WrongType(f"this is a {said[TYPE][:200]!r}, not a {kind!r}")
    named = {"iat": said.get(ISSUED), **({"exp": said[ENDS]} if ENDS in said else {})}
    end = moment_in(named, "exp")
    check_validity(moment_in(named, "iat"), end, at=at, what="certificate")
    entry = status_entry({"status": said[STATUS]} if STATUS in said else {})
    if entry is not None:
        if reader.statuses is None:
            raise StatusUnknown("the certificate has a status, and no status list was given", remedy="give its list")
        reader.statuses.check(entry, issuer=said[ISSUER], at=at)
    return Verified(said[ISSUER], said[TYPE], _said(said, claims), valid_until=end, status=entry)


def _said(said: Mapping[Any, Any], claims: Mapping[str, Any] | None) -> Mapping[str, Any]:
    found = said.get(FIELDS)
    if isinstance(found, dict):
        if claims is not None and dict(claims) != found:
            raise NotSigned("the fields are not those of the code")
        return found
    kept, known = said.get(OPEN), said.get(DIGEST)
    if not isinstance(kept, dict) or not isinstance(known, bytes):
        raise Malformed("the code says nothing")
    if claims is None:
        return kept
    if claims_digest(claims) != known:
        raise NotSigned("the fields are not those of the code")
    return claims


def _unpacked(text: str) -> bytes:
    if not text.startswith(PREFIX) or len(text) > LARGEST:
        raise Malformed("this is no code of a certificate", remedy=f"it begins with {PREFIX}")
    try:
        return inflated(unbase45(text.removeprefix(PREFIX)), limit=LARGEST)
    except ValueError as error:
        raise Malformed(f"the code cannot be unpacked: {error}") from None
