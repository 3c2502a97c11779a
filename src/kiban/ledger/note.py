"""C2SP signed notes (Ed25519) and tlog checkpoints: the few lines by which a log stands for all it holds.

Formats: c2sp.org/signed-note, c2sp.org/tlog-checkpoint. A verifier key is written ``name+hash+base64``.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiban.ledger.errors import BadNote

ED25519 = b"\x01"
DASH = "\u2014 "


def b64(data: bytes) -> str:
    """Standard base64 as text."""
    return base64.b64encode(data).decode("ascii")


def unb64(text: str) -> bytes:
    """Strict standard base64.

    Raises:
        BadNote: it is none, or not in its one canonical form.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("this is no base64") from None
    if b64(data) != text:
        raise BadNote("this base64 is not in its canonical form")
    return data


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Name and public key by which a log's notes are checked; as text a ``vkey`` of signed-note."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """From ``name+hash+base64``.

        Raises:
            BadNote: it is no Ed25519 verifier key.
        """
        name, _, rest = text.strip().partition("+")
        hashed, _, encoded = rest.partition("+")
        data = unb64(encoded)
        if not name or not name.isprintable() or len(data) != 33 or data[:1] != ED25519:
            raise BadNote("this is no Ed25519 verifier key", remedy="it is written name+hash+base64")
        key = cls(name, data[1:])
        if key.key_id.hex() != hashed:
            raise BadNote(f"the verifier key of {name} does not fit its own hash")
        return key


@dataclass(frozen=True, slots=True)
class Signer:
    """A log's name and private key."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The signed note of a text that ends with a newline."""
        signature = self.verifier.key_id + self.private.sign(text.encode())
        return f"{text}\n{DASH}{self.name} {b64(signature)}\n"


def open_note(note: str, key: VerifierKey) -> str:
    """The text of a note, if the key signed it; signatures of other keys are passed over.

    Raises:
        BadNote: malformed, not signed by this key, or wrongly signed.
    """
    if any((ord(char) < 0x20 and char != "\n") or "\ud800" <= char <= "\udfff" for char in note):
        raise BadNote("a note has no control characters but newlines, and no half characters")
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise BadNote("a note is a text, an empty line and signature lines")
    text += "\n"
    found = [_signature(line, key) for line in signatures[:-1].split("\n")]
    mine = [signature for signature in found if signature is not None]
    if not mine:
        raise BadNote(f"the note is not signed by {key.name}", remedy="check which log it is from")
    for signature in mine:
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
        except InvalidSignature:
            raise BadNote(f"the signature of {key.name} does not fit the text") from None
    return text


def _signature(line: str, key: VerifierKey) -> bytes | None:
    parts = line.removeprefix(DASH).split(" ")
    if not line.startswith(DASH) or len(parts) != 2 or not parts[0]:
        raise BadNote("a signature line is an em dash, a name and base64")
    data = unb64(parts[1])
    return data[4:] if parts[0] == key.name and data[:4] == key.key_id else None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: its origin, its size and its root hash."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """From a note's text; extension lines are passed over.

        Raises:
            BadNote: it is no checkpoint.
        """
        lines = text.split("\n")
        if (
            len(lines) < 4
            or not lines[0]
            or not lines[1].isdecimal()
            or len(lines[1]) > 19
            or (lines[1] != "0" and lines[1][0] == "0")
        ):
            raise BadNote("a checkpoint is an origin, a size and a root hash")
        root = unb64(lines[2])
        if len(root) != 32:
            raise BadNote("a root hash has 32 bytes")
        return cls(lines[0], int(lines[1]), root)


def signed_checkpoint(signer: Signer, size: int, *, root: bytes) -> str:
    """A checkpoint as a note signed by its log; its origin is the log's name."""
    return signer.sign(Checkpoint(signer.name, size, root).text())


def open_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """A checkpoint that this log signed.

    Raises:
        BadNote: it is not.
    """
    checkpoint = Checkpoint.parse(open_note(note, key))
    if checkpoint.origin != key.name:
        raise BadNote(f"the checkpoint is of {checkpoint.origin}, not of {key.name}")
    return checkpoint
