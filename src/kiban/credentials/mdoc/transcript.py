"""The session transcript: what both sides saw, so that a presentation counts here and now alone."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiban.credentials.cose import covered, embedded, write_cbor
from kiban.credentials.jose import PublicKey, thumbprint_bytes


def session_transcript(engagement: bytes | None, reader_key: bytes | None, *, handover: Any) -> bytes:
    """The transcript (18013-5, 9.1.5.1) of device engagement, the reader's COSE_Key and the handover, as CBOR."""
    parts = [None if one is None else embedded(one) for one in (engagement, reader_key)]
    return write_cbor([*parts, handover])


def openid4vp_transcript(client: str, nonce: str, *, response_uri: str, reader_key: PublicKey | None = None) -> bytes:
    """The transcript of a presentation over OpenID4VP 1.0 (appendix B.2.6.1), redirect and direct post."""
    info = [client, nonce, thumbprint_bytes(reader_key) if reader_key is not None else None, response_uri]
    return session_transcript(None, None, handover=["OpenID4VPHandover", sha256(write_cbor(info)).digest()])


def authenticated(transcript: bytes, doc_type: str, *, device_items: bytes) -> bytes:
    """DeviceAuthenticationBytes (9.1.3.4): what the device signs or authenticates.

    The transcript is put in as it is, byte by byte: another encoding of the same value would be another session.
    """
    parts = write_cbor("DeviceAuthentication") + transcript + write_cbor(doc_type) + write_cbor(embedded(device_items))
    return write_cbor(embedded(b"\x84" + parts))


def mac_key(private: ec.EllipticCurvePrivateKey, public: ec.EllipticCurvePublicKey, *, transcript: bytes) -> bytes:
    """EMacKey (9.1.3.5) from the reader's ephemeral and the device's key, either side's private one."""
    salt = sha256(write_cbor(embedded(transcript))).digest()
    return HKDF(SHA256(), 32, salt, b"EMacKey").derive(private.exchange(ec.ECDH(), public))


def mac(key: bytes, protected: bytes, *, payload: bytes) -> bytes:
    """The tag of COSE_Mac0 with HMAC 256/256."""
    made = HMAC(key, SHA256())
    made.update(covered("MAC0", protected, payload=payload))
    return made.finalize()
