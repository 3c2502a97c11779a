"""JSON and compact JWS (RFC 7515) in one strict form: ES256 or Ed25519, canonical base64url, no name twice.

Verifying needs two signatures per presentation; the primitives of `cryptography` are called directly, because importing
a JWK and walking a registry of algorithms costs more than the signature itself.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, NoReturn

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiban.credentials.errors import Malformed, NotAllowed, NotSigned
from kiban.exchange.signing import check_es256, sign_es256
from kiban.kernel.wire import UNREADABLE

PublicKey = ec.EllipticCurvePublicKey | Ed25519PublicKey
PrivateKey = ec.EllipticCurvePrivateKey | Ed25519PrivateKey
ALGORITHMS: Final = ("ES256", "EdDSA", "Ed25519")
"""What is accepted; ``EdDSA`` is the older name of ``Ed25519`` (RFC 9864)."""
LONGEST = 1_000_000
_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_LAST = {2: frozenset("AQgw"), 3: frozenset("AEIMQUYcgkosw048")}
"""Which letters may end a text of a length modulo 4, so that no two texts stand for the same bytes."""


def b64url(data: bytes) -> str:
    """Base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64url(text: str) -> bytes:
    """Strict base64url: no padding, no white space, no bits left over.

    Raises:
        Malformed: it is not in that form.
    """
    rest = len(text) % 4
    if rest == 1 or not _ALPHABET.issuperset(text) or (rest and text[-1] not in _LAST[rest]):
        raise Malformed("this is not base64url in its one canonical form")
    try:
        return base64.urlsafe_b64decode(text + "==="[: (4 - rest) % 4])
    except (binascii.Error, ValueError):
        raise Malformed("this is not base64url") from None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant)


def read_json(data: bytes) -> Any:
    """A JSON value; NaN, a name that stands twice and half characters are refused.

    Raises:
        Malformed: it is none.
    """
    try:
        text = data.decode("utf-8")
        value = _DECODER.decode(text)
        if "\\u" in text:  # an escaped half character cannot be written again
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UNREADABLE as error:
        raise Malformed(f"this is not JSON: {type(error).__name__}") from None
    return value


def write_json(value: Any) -> bytes:
    """A JSON value as UTF-8 without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


@dataclass(frozen=True, slots=True)
class Jws:
    """A compact JWS that was read, not yet verified."""

    header: Mapping[str, Any]
    payload: bytes = field(repr=False)
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def read_jws(token: str, *, longest: int = LONGEST) -> Jws:
    """Take a compact JWS apart.

    Raises:
        Malformed: it is none; its header has extensions that must be understood (``crit``) or keys of its own.
    """
    if len(token) > longest:
        raise Malformed(f"longer than {longest:,} characters")
    parts = token.split(".")
    if len(parts) != 3 or not all(parts):
        raise Malformed("a signed token has three parts with a dot between them")
    header = read_json(unb64url(parts[0]))
    if not isinstance(header, dict) or not isinstance(header.get("alg"), str):
        raise Malformed("the header names no algorithm")
    if "crit" in header or "b64" in header:
        raise Malformed("the header asks for an extension that is not understood")
    if not isinstance(header.get("kid", ""), str):
        raise Malformed("the key's name (kid) is not a text (RFC 7515, section 4.1.4)")
    return Jws(header, unb64url(parts[1]), f"{parts[0]}.{parts[1]}".encode(), unb64url(parts[2]))


def claims_of(jws: Jws) -> dict[str, Any]:
    """The payload as claims. Raises: Malformed: it is no JSON object."""
    claims = read_json(jws.payload)
    if not isinstance(claims, dict):
        raise Malformed("the payload is no JSON object")
    return claims


def verify_jws(jws: Jws, key: PublicKey, *, algorithms: Sequence[str] = ALGORITHMS) -> None:
    """Verify the signature with a key that is trusted already.

    Raises:
        NotAllowed: the header names an algorithm beside the list.
        NotSigned: the algorithm is not the key's, or the signature does not fit.
    """
    algorithm = jws.header["alg"]
    if algorithm not in algorithms:
        raise NotAllowed(f"the algorithm {algorithm[:20]!r} is not accepted", remedy=f"sign with {algorithms[0]}")
    if not signature_fits(key, jws.signed, signature=jws.signature, algorithm=algorithm):
        raise NotSigned("the signature does not fit", remedy="was it changed, or signed with another key?")


def signature_fits(key: PublicKey, content: bytes, *, signature: bytes, algorithm: str = "ES256") -> bool:
    """Whether a raw signature (r and s side by side, or Ed25519) of 64 bytes is of this key and content."""
    if len(signature) != 64 or isinstance(key, ec.EllipticCurvePublicKey) != (algorithm == "ES256"):
        return False
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.name == "secp256r1" and check_es256(key, content, signature=signature)
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def raw_signature(key: PrivateKey, content: bytes) -> bytes:
    """A signature of 64 bytes."""
    return key.sign(content) if isinstance(key, Ed25519PrivateKey) else sign_es256(key, content)


def sign_jws(header: Mapping[str, Any], payload: bytes, *, key: PrivateKey) -> str:
    """A compact JWS; ``alg`` is the key's own."""
    algorithm = "EdDSA" if isinstance(key, Ed25519PrivateKey) else "ES256"
    signed = f"{b64url(write_json({'alg': algorithm, **header}))}.{b64url(payload)}"
    return f"{signed}.{b64url(raw_signature(key, signed.encode()))}"


def jwk_of(key: PublicKey | PrivateKey) -> dict[str, str]:
    """The public JWK (RFC 7517, RFC 8037)."""
    public = key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey | Ed25519PrivateKey) else key
    if isinstance(public, Ed25519PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": b64url(public.public_bytes_raw())}
    numbers = public.public_numbers()
    x, y = (b64url(value.to_bytes(32, "big")) for value in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def key_of(jwk: Any) -> PublicKey:
    """The public key of a JWK.

    Raises:
        Malformed: it is none of P-256 or Ed25519, no point of the curve, or of another use.
    """
    if not isinstance(jwk, Mapping):
        raise Malformed("the key is no JWK")
    if jwk.get("use", "sig") != "sig" or "verify" not in (jwk.get("key_ops") or ["verify"]):
        raise Malformed("the key is not for signatures (use, key_ops)")
    kind = f"{jwk.get('kty')} {jwk.get('crv')}"
    if kind not in {"EC P-256", "OKP Ed25519"}:
        raise Malformed("the key is neither of P-256 nor of Ed25519")
    names = ("x", "y") if kind == "EC P-256" else ("x",)
    values = [unb64url(jwk[name]) if isinstance(jwk.get(name), str) else b"" for name in names]
    if any(len(value) != 32 for value in values):
        raise Malformed("a coordinate of the key does not have 32 bytes")
    try:
        if kind == "OKP Ed25519":
            return Ed25519PublicKey.from_public_bytes(values[0])
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + b"".join(values))
    except (ValueError, UnsupportedAlgorithm):
        raise Malformed("the key is no point of its curve") from None


def thumbprint(key: PublicKey | PrivateKey) -> str:
    """The JWK thumbprint (RFC 7638) with SHA-256."""
    return b64url(thumbprint_bytes(key))


def thumbprint_bytes(key: PublicKey | PrivateKey) -> bytes:
    """The same as 32 bytes."""
    return sha256(write_json(dict(sorted(jwk_of(key).items())))).digest()
