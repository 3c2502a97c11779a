"""Per-agency codes (機関別符号): what an agency knows a person by, and nobody else.

The core keeps one random secret of 128 bits per person. The code at an agency is this secret through AES-256 under a
key that HKDF derives from the core's master key and the agency's id: a different permutation for each agency. So two
agencies' codes of one person have nothing in common for who lacks the master key, the core turns one into the other
without a table, and a guessed code is found out because its secret belongs to nobody. The individual number (個人番号)
is no part of it.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiban.exchange.errors import UnknownPerson

LENGTH = 26


def _text(block: bytes) -> str:
    return base64.b32encode(block).decode("ascii").rstrip("=").lower()


def _block(code: str) -> bytes:
    try:
        block = base64.b32decode(code.upper() + "======", casefold=False)
    except (binascii.Error, ValueError):
        block = b""
    if len(code) != LENGTH or len(block) != 16 or _text(block) != code:
        raise UnknownPerson("this is no code of a person", remedy="a code has 26 lower-case letters and digits 2 to 7")
    return block


@dataclass(slots=True)
class Codes:
    """Turns person secrets into codes and back; only the core has one."""

    master: bytes = field(repr=False)
    _ciphers: dict[str, Cipher[modes.ECB]] = field(default_factory=dict, repr=False)

    def _cipher(self, agency: str) -> Cipher[modes.ECB]:
        cipher = self._ciphers.get(agency)
        if cipher is None:
            derived = HKDF(SHA256(), 32, salt=None, info=b"kiban code 1\n" + agency.encode()).derive(self.master)
            cipher = Cipher(algorithms.AES(derived), modes.ECB())  # noqa: S305  one block of a random secret: a permutation
            self._ciphers[agency] = cipher
        return cipher

    def code(self, secret: bytes, *, agency: str) -> str:
        """The code of the person with this secret at an agency."""
        encryptor = self._cipher(agency).encryptor()
        return _text(encryptor.update(secret) + encryptor.finalize())

    def secret(self, code: str, *, agency: str) -> bytes:
        """The secret behind an agency's code; the caller checks that somebody has it.

        Raises:
            UnknownPerson: it has not the form of a code.
        """
        decryptor = self._cipher(agency).decryptor()
        return decryptor.update(_block(code)) + decryptor.finalize()
