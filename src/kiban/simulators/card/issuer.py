"""The issuer of test cards: issues, suspends, resumes, revokes at any hour, and publishes its lists at once.

Folder: ``ca/`` keys (mode 600) and register, ``trust/`` what relying parties read, ``cards/`` the cards, ``readers/``
which card lies on which counter's reader.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import secrets
import sqlite3
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kiban.identity.model import Attributes, Form, Kind
from kiban.kernel.clock import Clock, SystemClock
from kiban.kernel.errors import Where
from kiban.simulators.card.authority import (
    GONE,
    HOLD,
    CertificateAuthority,
    Wanted,
    card_certificate,
    new_authority,
    new_key,
    revocation_list,
)
from kiban.simulators.card.errors import CardExists, NotSuspended, UnknownCard
from kiban.simulators.card.file import exclusive
from kiban.simulators.card.softcard import SUFFIX, SoftCard, pin_of, write_card

VALID, SUSPENDED, REVOKED = "valid", "suspended", "revoked"
REFRESH = dt.timedelta(hours=1)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
TABLES = (
    "CREATE TABLE IF NOT EXISTS certificates("
    "kind TEXT, serial TEXT, card TEXT, status TEXT, since TEXT, until TEXT, PRIMARY KEY (kind, serial));"
    "CREATE TABLE IF NOT EXISTS lists(kind TEXT PRIMARY KEY, number INTEGER NOT NULL, issued TEXT NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Pins:
    """The PIN of the sign-in key (4 digits; a phone has none) and the password of the signing key (6 to 16)."""

    pin: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Issued:
    """A new card: its name, file, and the two certificates' keys (``issuer:serial``) for the core's register."""

    card: str
    path: Path
    auth: str
    sign: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One certificate in the issuer's register."""

    kind: Kind
    serial: str
    card: str
    status: str
    until: dt.datetime


class Issuer:
    """The issuer in its folder; made on first use."""

    def __init__(self, folder: Path, *, clock: Clock | None = None) -> None:
        self.folder = folder
        self.clock = clock or SystemClock()
        for part in ("ca", "trust", "cards", "readers"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / "ca").chmod(0o700)
        with self._register() as db:
            for statement in TABLES.split(";"):
                db.execute(statement)
            self.authorities = {kind: self._authority(kind) for kind in Kind}
            for kind in Kind:
                if not self._list_path(kind).exists():
                    self._publish(db, kind)

    @property
    def trust(self) -> Path:
        """The folder that relying parties read (`KIBAN_TRUST`)."""
        return self.folder / "trust"

    def issue(
        self, person: Attributes, *, pins: Pins, form: Form = Form.PLASTIC, name: str = "", years: int = 5
    ) -> Issued:
        """A new card for a person.

        Raises:
            CardExists: the name is taken. BadPinForm: a PIN is not of its form.
        """
        name = name or secrets.token_hex(4)
        path = self._card_path(name)
        if path.exists():
            raise CardExists(f"there is a card {name} already", remedy="choose another name")
        secrets_of = {Kind.AUTH: pins.pin if form is Form.PLASTIC else f"{secrets.randbelow(10000):04}"}
        secrets_of[Kind.SIGN] = pins.password
        wanted = Wanted(form, person, *self._period(person, years=years))
        keys, numbers = {}, {}
        for kind in Kind:
            key = new_key()
            pin_of(kind, secrets_of[kind])
            certificate = card_certificate(self.authorities[kind], key.public_key(), wanted=wanted)
            keys[kind] = (_der(key), certificate.public_bytes(serialization.Encoding.DER))
            numbers[kind] = f"{certificate.serial_number:x}"
        pins_of = {kind: pin_of(kind, secret) for kind, secret in secrets_of.items()}
        write_card(path, face=(person.name, form), keys=keys, pins=pins_of)
        with self._register() as db:
            for kind, serial in numbers.items():
                row = (kind.value, serial, name, VALID, self._now().isoformat(), wanted.until.isoformat())
                db.execute("INSERT INTO certificates VALUES (?, ?, ?, ?, ?, ?)", row)
        return Issued(name, path, *(f"{self.authorities[k].key_id}:{numbers[k]}" for k in (Kind.AUTH, Kind.SIGN)))

    def card(self, name: str) -> SoftCard:
        """A card of the folder.

        Raises:
            UnknownCard: there is none.
        """
        return SoftCard(self._card_path(name))

    def cards(self) -> list[SoftCard]:
        """All cards, by name."""
        return [SoftCard(path) for path in sorted((self.folder / "cards").glob(f"*{SUFFIX}"))]

    def certificates(self, card: str) -> list[Listed]:
        """A card's certificates as the register has them; newest last."""
        with self._register() as db:
            rows = db.execute(
                "SELECT kind, serial, card, status, until FROM certificates WHERE card = ? ORDER BY kind, until",
                (card,),
            ).fetchall()
        return [Listed(Kind(k), s, c, status, dt.datetime.fromisoformat(until)) for k, s, c, status, until in rows]

    def suspend(self, card: str, *, kinds: tuple[Kind, ...] = tuple(Kind)) -> None:
        """一時保留, for example by the call centre when the card is reported lost."""
        self._set(card, kinds=kinds, before=(VALID,), after=SUSPENDED)

    def resume(self, card: str, *, kinds: tuple[Kind, ...] = tuple(Kind)) -> None:
        """Lift a suspension.

        Raises:
            NotSuspended: nothing of the card is suspended.
        """
        self._set(card, kinds=kinds, before=(SUSPENDED,), after=VALID)

    def revoke(self, card: str, *, kinds: tuple[Kind, ...] = tuple(Kind)) -> None:
        """失効: for good, for example when the name or address of a 署名用電子証明書 changed."""
        self._set(card, kinds=kinds, before=(VALID, SUSPENDED), after=REVOKED)

    def refresh(self, *, older_than: dt.timedelta = REFRESH) -> None:
        """Issue lists anew that are older than this, so that relying parties find them fresh."""
        with self._register() as db:
            for kind in Kind:
                row = db.execute("SELECT issued FROM lists WHERE kind = ?", (kind.value,)).fetchone()
                if row is None or self._now() - dt.datetime.fromisoformat(row[0]) > older_than:
                    self._publish(db, kind)

    def pair(self, auth_serial: str) -> str | None:
        """The serial of the valid 署名用 certificate on the same card, as the issuer answers accredited verifiers."""
        with self._register() as db:
            row = db.execute(
                "SELECT s.serial FROM certificates a JOIN certificates s ON s.card = a.card AND s.kind = 'sign'"
                " AND s.status = 'valid' WHERE a.kind = 'auth' AND a.serial = ? ORDER BY s.until DESC",
                (auth_serial,),
            ).fetchone()
        return row[0] if row else None

    def put_on_reader(self, reader: str, card: str | None) -> None:
        """Lay a card on a counter's reader, or take it away."""
        path = self._reader_path(reader)
        if card is None:
            path.unlink(missing_ok=True)
        else:
            self.card(card)
            path.write_text(card, encoding="ascii")

    def on_reader(self, reader: str) -> str | None:
        """The card on a counter's reader."""
        path = self._reader_path(reader)
        return path.read_text(encoding="ascii").strip() if path.exists() else None

    def _period(self, person: Attributes, *, years: int) -> tuple[dt.datetime, dt.datetime]:
        now = self._now().replace(microsecond=0)
        birth = person.birth_date or now.date()
        day = 28 if (birth.month, birth.day) == (2, 29) else birth.day
        birthdays = years if (birth.month, day) > (now.month, now.day) else years + 1
        until = dt.datetime(now.year + birthdays - 1, birth.month, day, 14, 59, 59, tzinfo=dt.UTC)  # 23:59:59 in Japan
        return now - dt.timedelta(minutes=5), max(until, now + dt.timedelta(days=1))

    def _set(self, card: str, *, kinds: tuple[Kind, ...], before: tuple[str, ...], after: str) -> None:
        self.card(card)
        changed = 0
        with self._register() as db:
            for kind in kinds:
                changed += db.execute(
                    "UPDATE certificates SET status = ?, since = ?"
                    " WHERE card = ? AND kind = ? AND status IN (SELECT value FROM json_each(?))",
                    (after, self._now().isoformat(), card, kind.value, json.dumps(before)),
                ).rowcount
                self._publish(db, kind)
        if not changed and after == VALID:
            raise NotSuspended(f"no certificate of {card} is suspended", remedy="issue a new card after a revocation")

    def _publish(self, db: sqlite3.Connection, kind: Kind) -> None:
        rows = db.execute(
            "SELECT serial, status, since FROM certificates WHERE kind = ? AND status <> 'valid'", (kind.value,)
        ).fetchall()
        entries = {
            int(serial, 16): (HOLD if status == SUSPENDED else GONE, dt.datetime.fromisoformat(since))
            for serial, status, since in rows
        }
        last = db.execute("SELECT number FROM lists WHERE kind = ?", (kind.value,)).fetchone()
        number, now = (last[0] if last else 0) + 1, self._now()
        data = revocation_list(self.authorities[kind], entries, number=number, at=now)
        _replace(self._list_path(kind), data)
        db.execute("INSERT OR REPLACE INTO lists VALUES (?, ?, ?)", (kind.value, number, now.isoformat()))

    def _authority(self, kind: Kind) -> CertificateAuthority:
        key_path, pem_path = self.folder / "ca" / f"{kind.value}.key", self.folder / "ca" / f"{kind.value}.pem"
        if not key_path.exists():
            made = new_authority(kind, since=self._now() - dt.timedelta(days=1))
            _replace(key_path, made.key_pem, mode=0o600)
            _replace(pem_path, made.pem)
        key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
        assert isinstance(key, rsa.RSAPrivateKey)
        ca = CertificateAuthority(kind, x509.load_pem_x509_certificate(pem_path.read_bytes()), key)
        published = self.trust / f"{kind.value}-{ca.key_id}.pem"
        if not published.exists():
            _replace(published, ca.pem)
        return ca

    def _list_path(self, kind: Kind) -> Path:
        return self.trust / f"{kind.value}-{self.authorities[kind].key_id}.crl"

    def _card_path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise UnknownCard("a card's name has letters, digits, - and _", where=Where(field="card"))
        return self.folder / "cards" / f"{name}{SUFFIX}"

    def _reader_path(self, reader: str) -> Path:
        if not NAME.fullmatch(reader):
            raise UnknownCard("a reader's name has letters, digits, - and _", where=Where(field="reader"))
        return self.folder / "readers" / reader

    def _now(self) -> dt.datetime:
        return self.clock.now().astimezone(dt.UTC)

    def _register(self) -> AbstractContextManager[sqlite3.Connection]:
        return exclusive(self.folder / "ca" / "register.sqlite3")


def _der(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _replace(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
