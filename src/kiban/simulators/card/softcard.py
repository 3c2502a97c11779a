"""A software card: one SQLite file with two keys, two certificates, and try counters that nothing can outrun.

A try is taken off the counter and written durably *before* the PIN is compared, and put back only when it was right. So
neither a crash, nor a restart, nor many processes at once get more comparisons than the card allows.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kiban.identity.model import Form, Kind
from kiban.kernel.errors import Where
from kiban.simulators.card.errors import BadPinForm, NeedsPin, PinLocked, UnknownCard, WrongPin
from kiban.simulators.card.file import exclusive

TRIES = {Kind.AUTH: 3, Kind.SIGN: 5}
FORMS = {Kind.AUTH: re.compile(r"[0-9]{4}"), Kind.SIGN: re.compile(r"[0-9A-Z]{6,16}")}
RULES = {Kind.AUTH: "4 digits", Kind.SIGN: "6 to 16 letters and digits"}
TOKENS = {Form.PLASTIC: "JPKIAPICCTOKEN", Form.PHONE: "JPKIAPGPSETOKEN"}
TABLES = """
CREATE TABLE card(label TEXT NOT NULL, form TEXT NOT NULL);
CREATE TABLE keys(kind TEXT PRIMARY KEY, private BLOB NOT NULL, certificate BLOB NOT NULL);
CREATE TABLE pins(kind TEXT PRIMARY KEY, salt BLOB NOT NULL, hash BLOB NOT NULL, left INTEGER NOT NULL);
"""
SUFFIX = ".card"


class SoftCard:
    """A card in its file; satisfies `kiban.identity.ports.Card`.

    Raises:
        UnknownCard: there is no such file.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise UnknownCard("there is no such card", where=Where(file=str(path)), remedy="`kiban card list`")
        self.path = path

    def __repr__(self) -> str:
        return f"SoftCard({self.id!r})"

    @property
    def id(self) -> str:
        """The card's name in its folder."""
        return self.path.stem

    @property
    def label(self) -> str:
        """What is printed on the card's face (券面): the holder's name."""
        with self._open() as db:
            return str(db.execute("SELECT label FROM card").fetchone()[0])

    @property
    def form(self) -> Form:
        """Plastic card or phone."""
        with self._open() as db:
            return Form(db.execute("SELECT form FROM card").fetchone()[0])

    @property
    def token(self) -> str:
        """The token name that real cards and phones tell (file 0006)."""
        return TOKENS[self.form]

    def by_gesture(self, kind: Kind) -> bool:
        """Whether this key is opened by the phone's biometric gesture instead of a PIN."""
        return self.form is Form.PHONE and kind is Kind.AUTH

    def tries_left(self, kind: Kind) -> int:
        """How many wrong tries are left; 0 = locked."""
        with self._open() as db:
            return int(db.execute("SELECT left FROM pins WHERE kind = ?", (kind.value,)).fetchone()[0])

    def certificate(self, kind: Kind, *, secret: str | None = None) -> bytes:
        """DER. The 署名用 certificate carries the four attributes and is readable only with its password."""
        if kind is Kind.SIGN:
            self._unlock(kind, secret)
        return self._key(kind)[1]

    def sign(self, kind: Kind, message: bytes, *, secret: str | None) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256.

        Raises:
            WrongPin, PinLocked, BadPinForm, NeedsPin.
        """
        return self.sign_with_certificate(kind, message, secret=secret)[0]

    def sign_with_certificate(self, kind: Kind, message: bytes, *, secret: str | None) -> tuple[bytes, bytes]:
        """Signature and certificate under one comparison of the PIN."""
        self._unlock(kind, secret)
        private, certificate = self._key(kind)
        key = serialization.load_der_private_key(private, password=None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256()), certificate

    def change_pin(self, kind: Kind, *, old: str, new: str) -> None:
        """Replace a PIN; the old one is compared first, under the same counter."""
        fresh = pin_of(kind, new)
        self._unlock(kind, old)
        with self._open() as db:
            db.execute("UPDATE pins SET salt = ?, hash = ? WHERE kind = ?", (*_sealed(fresh), kind.value))

    def reset(self, kind: Kind, *, new: str) -> None:
        """初期化: a new PIN and full tries, as a counter does after checking the holder; never done by the card app."""
        with self._open() as db:
            values = (*_sealed(pin_of(kind, new)), TRIES[kind], kind.value)
            db.execute("UPDATE pins SET salt = ?, hash = ?, left = ? WHERE kind = ?", values)

    def lock(self, kind: Kind) -> None:
        """Take all tries away, as after that many wrong ones."""
        with self._open() as db:
            db.execute("UPDATE pins SET left = 0 WHERE kind = ?", (kind.value,))

    def _unlock(self, kind: Kind, secret: str | None) -> None:
        if self.by_gesture(kind) != (secret is None):
            raise NeedsPin("this key is not opened in this way", remedy="PIN for a card, gesture for a phone")
        if secret is None:
            return
        typed = pin_of(kind, secret)
        with self._open() as db:
            taken = db.execute(
                "UPDATE pins SET left = left - 1 WHERE kind = ? AND left > 0 RETURNING left, salt, hash", (kind.value,)
            ).fetchone()
        if taken is None:
            raise PinLocked(kind)
        left, salt, expected = taken
        if not secrets.compare_digest(_hash(typed, salt), expected):
            raise WrongPin(kind, left=int(left))
        with self._open() as db:
            db.execute("UPDATE pins SET left = ? WHERE kind = ?", (TRIES[kind], kind.value))

    def _key(self, kind: Kind) -> tuple[bytes, bytes]:
        with self._open() as db:
            row = db.execute("SELECT private, certificate FROM keys WHERE kind = ?", (kind.value,)).fetchone()
        return bytes(row[0]), bytes(row[1])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with exclusive(self.path) as db:
            yield db


def write_card(
    path: Path, *, face: tuple[str, Form], keys: dict[Kind, tuple[bytes, bytes]], pins: dict[Kind, str]
) -> None:
    """Make a card's file (mode 600), whole or not at all.

    Args:
        path: the file; must not exist.
        face: the holder's name and the form.
        keys: for each kind PKCS#8 DER and certificate DER.
        pins: for each kind the PIN; a phone's sign-in key has a random one that nobody knows.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with exclusive(fresh) as db:
        for statement in TABLES.strip().split("\n"):
            db.execute(statement)
        db.execute("INSERT INTO card VALUES (?, ?)", (face[0], face[1].value))
        for kind in Kind:
            db.execute("INSERT INTO keys VALUES (?, ?, ?)", (kind.value, *keys[kind]))
            db.execute("INSERT INTO pins VALUES (?, ?, ?, ?)", (kind.value, *_sealed(pins[kind]), TRIES[kind]))
    os.link(fresh, path)
    fresh.unlink()


def pin_of(kind: Kind, typed: str) -> str:
    """What was typed as the card compares it: letters in upper case.

    Raises:
        BadPinForm: it cannot be a PIN of this key.
    """
    pin = typed.strip().upper() if kind is Kind.SIGN else typed.strip()
    if not FORMS[kind].fullmatch(pin):
        raise BadPinForm(f"the PIN of the {kind.value} key has {RULES[kind]}", remedy="type it in half-width letters")
    return pin


def _sealed(pin: str) -> tuple[bytes, bytes]:
    salt = secrets.token_bytes(16)
    return salt, _hash(pin, salt)


def _hash(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1, maxmem=64 * 1024 * 1024, dklen=32)
