"""JOSE in the two strict forms of the exchange: JWE (ECDH-ES, A256GCM) to one reader, JWS (ES256) of the core."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from kiban.exchange.errors import BadToken
from kiban.kernel.wire import UNREADABLE

T = TypeVar("T")
FOREIGN = (JoseError, *UNREADABLE, LookupError, TypeError, AttributeError)
"""What reading a foreign token can end in; its header and content are anybody's JSON until it is verified."""
_SEAL = ["ECDH-ES", "A256GCM"]
_HEADER = {"alg": "ECDH-ES", "enc": "A256GCM"}


def jwk(key: ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey) -> ECKey:
    """A P-256 key as joserfc takes it."""
    return ECKey.import_key(_pem(key))


def _pem(key: ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives import serialization as s

    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    return key.public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)


def seal(content: Any, *, reader: ECKey) -> str:
    """Content as a JWE that only the reader's key opens."""
    return jwe.encrypt_compact(_HEADER, msgspec.json.encode(content), reader, algorithms=_SEAL)


def unseal(token: str, kind: type[T], *, key: ECKey) -> T:
    """Open a JWE of ours.

    Raises:
        BadToken: it is not for this key, changed, or not of this kind.
    """
    try:
        opened = jwe.decrypt_compact(token, key, algorithms=_SEAL)
        return msgspec.json.decode(opened.plaintext or b"", type=kind)
    except FOREIGN:
        raise BadToken("this is not sealed for this reader, or was changed") from None


def sign(content: Any, *, key: ECKey, kind: str) -> str:
    """Content as a JWS (ES256) whose header tells its kind (``typ``)."""
    header = {"alg": "ES256", "typ": kind}
    return jws.serialize_compact(header, msgspec.json.encode(content), key, algorithms=["ES256"])


def opened(token: str, kind: str, *, key: ECKey, content: type[T]) -> T:
    """The content of a JWS of this kind, verified.

    Raises:
        BadToken: forged, changed, of another kind or form.
    """
    try:
        found = jws.deserialize_compact(token, key, algorithms=["ES256"])
        if found.headers() != {"alg": "ES256", "typ": kind}:
            raise BadToken(f"this is not a {kind}")
        return msgspec.json.decode(found.payload, type=content)
    except FOREIGN:
        raise BadToken(f"this {kind} is not signed by the core, or was changed") from None
