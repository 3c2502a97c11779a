"""Strict CBOR (RFC 8949) and COSE_Sign1 (RFC 9052) with ES256, as mdoc and printed codes use them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiban.credentials.errors import Malformed, NotAllowed, NotSigned
from kiban.credentials.jose import LONGEST, raw_signature, signature_fits
from kiban.kernel.wire import UNREADABLE

ES256: Final = -7
HMAC256: Final = 5
ALGORITHM, KEY_NAME, CHAIN = 1, 4, 33
EMBEDDED: Final = 24
"""Tag of bytes that are CBOR themselves (RFC 8949, section 3.4.5.1)."""
DEEPEST = 32


def _refused(_: Any) -> NoReturn:
    raise ValueError("a tag that is not read")


_CLOSED: Final = dict.fromkeys((4, 5, 25, 28, 29, 30, 35, 36, 37, 256, 258, 260, 261, 43000, 55799), _refused)
"""Tags that would make work or objects of a stranger's bytes: powers, patterns, mails, shared values."""


def read_cbor(data: bytes) -> Any:
    """A CBOR value; a key twice, lengths that are not told, and bytes after the end are refused.

    Raises:
        Malformed: it is none.
    """
    if len(data) > LONGEST:
        raise Malformed(f"longer than {LONGEST:,} bytes")
    stream = io.BytesIO(data)
    try:
        value = cbor2.load(
            stream, max_depth=DEEPEST, allow_indefinite=False, allow_duplicate_keys=False, semantic_decoders=_CLOSED
        )
    except (cbor2.CBORError, *UNREADABLE, TypeError, OverflowError) as error:
        raise Malformed(f"this is not CBOR: {type(error).__name__}") from None
    if stream.tell() != len(data):
        raise Malformed("there are bytes after the end")
    return value


def write_cbor(value: Any) -> bytes:
    """Deterministic CBOR."""
    return cbor2.dumps(value, canonical=True)


def embedded(data: bytes) -> cbor2.CBORTag:
    """Bytes that are CBOR, marked so."""
    return cbor2.CBORTag(EMBEDDED, data)


def within(value: Any) -> bytes:
    """The bytes of an embedded value. Raises: Malformed: it is none."""
    if not isinstance(value, cbor2.CBORTag) or value.tag != EMBEDDED or not isinstance(value.value, bytes):
        raise Malformed("a value is not marked as embedded CBOR")
    return value.value


def whole_seconds(moment: dt.datetime) -> dt.datetime:
    """A moment as ``tdate`` of mdoc writes it: UTC, without fractions of a second."""
    return moment.astimezone(dt.UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Sign1:
    """A COSE_Sign1 or COSE_Mac0 that was read: the same four parts."""

    protected: bytes
    header: Mapping[Any, Any]
    open_header: Mapping[Any, Any]
    payload: bytes | None = field(repr=False)
    signature: bytes = field(repr=False)


def read_sign1(value: Any) -> Sign1:
    """Take four parts apart; extensions that must be understood (``crit``) are refused.

    Raises:
        Malformed: it is none.
    """
    if isinstance(value, cbor2.CBORTag) and value.tag in {17, 18}:
        value = value.value
    if not isinstance(value, list) or len(value) != 4:
        raise Malformed("a signed object has four parts")
    protected, open_header, payload, signature = value
    header = read_cbor(protected) if isinstance(protected, bytes) and protected else None
    if not isinstance(header, dict) or not isinstance(open_header, dict) or not isinstance(signature, bytes):
        raise Malformed("a part of the signed object is of another kind")
    if payload is not None and not isinstance(payload, bytes):
        raise Malformed("what was signed is not written as bytes")
    if 2 in header or set(header) & set(open_header):
        raise Malformed("a header asks for an extension that is not understood, or stands twice")
    return Sign1(protected, header, open_header, payload, signature)


def covered(context: str, protected: bytes, *, payload: bytes) -> bytes:
    """What is signed or authenticated (RFC 9052, sections 4.4 and 6.3): ``Signature1`` or ``MAC0``."""
    return write_cbor([context, protected, b"", payload])


def sign1(
    payload: bytes, key: ec.EllipticCurvePrivateKey, *, open_header: Mapping[Any, Any] | None = None,
    header: Mapping[Any, Any] | None = None, detached: bool = False,
) -> list[Any]:  # fmt: skip
    """A COSE_Sign1 with ES256, without its tag."""
    protected = write_cbor({ALGORITHM: ES256} | dict(header or {}))
    signature = raw_signature(key, covered("Signature1", protected, payload=payload))
    return [protected, dict(open_header or {}), None if detached else payload, signature]


def verify_sign1(signed: Sign1, key: ec.EllipticCurvePublicKey, *, payload: bytes | None = None) -> bytes:
    """What was signed, verified; ``payload`` is given where it is not in the object (detached).

    Raises:
        NotAllowed: another algorithm than ES256. NotSigned: the signature does not fit. Malformed: nothing was signed.
    """
    if signed.header.get(ALGORITHM) != ES256:
        raise NotAllowed("the algorithm is not ES256")
    if (signed.payload is None) == (payload is None):
        raise Malformed("what was signed stands in the object and beside it, or nowhere")
    content = signed.payload if payload is None else payload
    assert content is not None
    if not signature_fits(key, covered("Signature1", signed.protected, payload=content), signature=signed.signature):
        raise NotSigned("the signature does not fit", remedy="was it changed, or signed with another key?")
    return content


def cose_key(key: ec.EllipticCurvePublicKey) -> dict[int, Any]:
    """The key as COSE_Key (RFC 9053, section 7.1)."""
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {1: 2, -1: 1, -2: point[1:33], -3: point[33:]}


def key_of_cose(value: Any) -> ec.EllipticCurvePublicKey:
    """The key of a COSE_Key. Raises: Malformed: it is none of P-256, or no point of it."""
    found = value if isinstance(value, dict) else {}
    x, y = found.get(-2), found.get(-3)
    if (found.get(1), found.get(-1)) != (2, 1) or not (isinstance(x, bytes) and isinstance(y, bytes)):
        raise Malformed("the key is none of P-256")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    except ValueError:
        raise Malformed("the key is no point of its curve") from None
