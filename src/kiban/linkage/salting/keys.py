"""The key of a salted comparison: 32 random bytes in a file that only its owner may read; never in a log or result."""

from __future__ import annotations

import base64
import hmac
import os
import re
import secrets
from pathlib import Path

from kiban.kernel.errors import Where
from kiban.linkage.errors import BadKey

BYTES = 32


class Key:
    """A secret for HMAC-SHA-256 (RFC 2104); it has no text form."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != BYTES:
            raise BadKey(f"a key has {BYTES} bytes", remedy="make one with `kiban linkage salt --new-key FILE`")
        self._secret = secret

    def __repr__(self) -> str:
        return "Key(...)"

    def __reduce__(self) -> str:
        raise TypeError("a key is not stored")

    def token(self, item: str, value: bytes) -> int:
        """64 bits that depend on the key, the item and its value."""
        return int.from_bytes(self._digest(item, value)[:8], "big")

    def code(self, item: str, value: bytes) -> str:
        """The same as 128 bits in 26 letters and digits, for those who are told it."""
        return base64.b32encode(self._digest(item, value)[:16]).decode().rstrip("=").lower()

    def check(self) -> str:
        """Equal for equal keys; it says nothing about a key of 32 random bytes."""
        return f"{self.token('check', b'kiban-linkage-salt-1'):016x}"

    def _digest(self, item: str, value: bytes) -> bytes:
        return hmac.digest(self._secret, item.encode() + b"\0" + value, "sha256")


def new_key(path: Path) -> None:
    """Write a new random key; the file must not exist and is its owner's alone.

    Raises: BadKey when the file exists.
    """
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise BadKey(
            "the file exists", where=Where(str(path)), remedy="name a new file; keys are not overwritten"
        ) from None
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_hex(BYTES) + "\n")


def read_key(path: Path) -> Key:
    """Raises: BadKey when there is none, or when group or others may read the file."""
    if not path.is_file():
        raise BadKey("no key here", where=Where(str(path)), remedy="make one with `kiban linkage salt --new-key FILE`")
    if path.stat().st_mode & 0o077:
        raise BadKey("others may read the key", where=Where(str(path)), remedy="chmod 600, and think of a new key")
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise BadKey("no 64 hexadecimal digits", where=Where(str(path)), remedy="make a key with --new-key")
    return Key(bytes.fromhex(text))
