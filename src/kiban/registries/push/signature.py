"""The signature of a delivery: Standard Webhooks, asymmetric (``v1a``): Ed25519 over ``id.timestamp.body``.

A subscriber needs only the public key, and nobody shares a secret.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiban.kernel.errors import Where
from kiban.registries.errors import BadPush

TOLERANCE = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Key:
    """The sender's Ed25519 key in its file (mode 600, made at first use); never shown."""

    private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def kept(cls, path: Path) -> Key:
        """The key of a file."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()))
        try:
            return cls(Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_bytes(), validate=True)))
        except (ValueError, binascii.Error):
            raise BadPush(
                "the key file holds no key", where=Where(path.name), remedy="remove it; a new one is made"
            ) from None

    @property
    def public(self) -> str:
        """The public key as subscribers keep it: ``whpk_`` and base64."""
        return "whpk_" + base64.b64encode(self.private.public_key().public_bytes_raw()).decode()

    def headers(self, identity: str, body: bytes, *, at: dt.datetime) -> dict[str, str]:
        """The three headers of Standard Webhooks."""
        stamp = str(int(at.timestamp()))
        signed = self.private.sign(f"{identity}.{stamp}.".encode() + body)
        return {
            "content-type": "application/json",
            "webhook-id": identity,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1a,{base64.b64encode(signed).decode()}",
        }


def verify(public: str, *, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> str:
    """For subscribers: the id of a delivery that is signed by the key and not older than five minutes.

    Raises:
        BadPush: no such headers, too old, or not signed by this key.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        identity, stamp = given["webhook-id"], given["webhook-timestamp"]
        age = abs(now - dt.datetime.fromtimestamp(int(stamp), dt.UTC))
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_"), validate=True))
        signatures = [base64.b64decode(part[4:]) for part in given["webhook-signature"].split() if part[:4] == "v1a,"]
    except (KeyError, ValueError, OverflowError, OSError):
        raise BadPush("this is no signed delivery", remedy="see Standard Webhooks") from None
    if age > TOLERANCE:
        raise BadPush("the delivery is older than five minutes", remedy="compare the clocks")
    for signature in signatures:
        try:
            key.verify(signature, f"{identity}.{stamp}.".encode(errors="replace") + body)
        except InvalidSignature:
            continue
        return identity
    raise BadPush("the delivery is not signed by this key", remedy="ask the sender for its public key")
