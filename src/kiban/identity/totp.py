"""Time-based one-time passwords (RFC 6238, HMAC-SHA-1, 30 seconds, 6 digits as authenticator apps make them)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote

STEP_SECONDS = 30
WINDOW = 1


def code(secret: bytes, step: int, *, digits: int = 6, algorithm: str = "sha1") -> str:
    """The code of one time step (RFC 4226 section 5.3)."""
    mac = hmac.new(secret, step.to_bytes(8, "big"), getattr(hashlib, algorithm)).digest()
    place = mac[-1] & 0x0F
    number = int.from_bytes(mac[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def matching_step(secret: bytes, typed: str, *, at: int, after: int) -> int | None:
    """The time step whose code was typed, one step early or late allowed; never one that was used before.

    Args:
        secret: the shared secret.
        typed: six digits.
        at: Unix seconds.
        after: the last step used; only later ones count, so that no code works twice (RFC 6238 section 5.2).
    """
    now = at // STEP_SECONDS
    found = None
    for step in range(now - WINDOW, now + WINDOW + 1):
        if hmac.compare_digest(code(secret, step).encode(), typed.encode()) and step > after:
            found = step
    return found


def new_secret() -> bytes:
    """160 random bits, as RFC 4226 recommends."""
    return secrets.token_bytes(20)


def enrolment_address(secret: bytes, *, account: str, issuer: str) -> str:
    """The ``otpauth`` address for the officer's app; shown once."""
    text = base64.b32encode(secret).decode("ascii")
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?secret={text}&issuer={quote(issuer)}"
