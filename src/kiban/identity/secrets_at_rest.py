"""Passwords as argon2id hashes, and small secrets sealed under the process's key."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiban.identity.errors import BadTrust, WeakPassword

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 256
FIRST_GUESSES = ("password", "123456", "qwerty", "kiban", "letmein", "administrator")


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_password(password: str) -> str:
    """An argon2id hash (RFC 9106) with its parameters and salt.

    Raises:
        WeakPassword: shorter than 12 characters, or one of those that are tried first.
    """
    lowered = password.lower()
    repeated = any(lowered.replace(guess, "").strip("0123456789!") == "" for guess in FIRST_GUESSES)
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 4 or repeated:
        raise WeakPassword(
            f"a password has {SHORTEST} to {LONGEST} characters and is not one that everybody tries first",
            remedy="use several words that do not belong together",
        )
    return _hasher().hash(password)


def password_is(password: str, hashed: str | None) -> bool:
    """Whether the password belongs to the hash; without a hash, no, after the same time."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        right = _hasher().verify(hashed or _nobodys(), password[:LONGEST])
    except (Argon2Error, InvalidHashError):
        return False
    return right and hashed is not None


@cache
def _nobodys() -> str:
    return _hasher().hash(os.urandom(16).hex())


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals small secrets for the database (AES-256-GCM); bound to what they belong to.

    Args:
        key: the process's secret of any length.
    """

    key: bytes = field(repr=False)

    def _cipher(self) -> AESGCM:
        derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"kiban identity seal").derive(self.key)
        return AESGCM(derived)

    def seal(self, secret: bytes, *, of: str) -> bytes:
        """The sealed secret."""
        nonce = os.urandom(12)
        return nonce + self._cipher().encrypt(nonce, secret, of.encode())

    def open(self, sealed: bytes, *, of: str) -> bytes:
        """The secret.

        Raises:
            BadTrust: sealed under another key, or another account's.
        """
        try:
            return self._cipher().decrypt(sealed[:12], sealed[12:], of.encode())
        except InvalidTag:
            raise BadTrust(
                "a sealed secret cannot be opened", remedy="is KIBAN_SECRET_KEY the one of before?"
            ) from None
