"""An issuing office: its address and keys, the register of what it issued, the status lists that it publishes.

Folder: ``issuer.pem``, ``seal.pem``, ``ledger.pem`` and ``places.key`` (mode 0600), ``issuer.json`` (its name),
``register/`` (ledger and register), ``public/`` (what anybody may copy: keys, the seal's root, status lists).
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiban.credentials.certificates import Certificate
from kiban.credentials.errors import BadTrustFile, NotIssuable, StatusUnknown
from kiban.credentials.jose import PrivateKey, PublicKey
from kiban.credentials.model import Status, StatusEntry
from kiban.credentials.sdjwt import Issuer, Terms, issue, seconds
from kiban.credentials.seal import Seal, make_seal
from kiban.credentials.statuslist import SHARD, StatusList, sign_statuses
from kiban.credentials.store import Register, Row
from kiban.credentials.store.register import changed, entered
from kiban.credentials.trust import metadata
from kiban.exchange.keys import write_secret
from kiban.kernel.drafted import drafted
from kiban.kernel.errors import Where
from kiban.kernel.wire import UNREADABLE
from kiban.ledger import Body, Draft, Log, Signer
from kiban.ledger.model import milliseconds

SIGN, LEDGER, PLACES, NAME, REGISTER, PUBLIC = (
    "issuer.pem", "ledger.pem", "places.key", "issuer.json", "register", "public",
)  # fmt: skip
KEYS = "jwt-vc-issuer.json"
SEAL, SEAL_CERTIFICATE, SEAL_ROOT = "seal.pem", "seal-certificate.pem", "seal-root.pem"
LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 letters and digits of a certificate's number; 0, 1, I and O are left out because people mix them up."""


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What an office is called: its address as an issuer, its name as printed."""

    uri: str
    name: str


@dataclass(frozen=True, slots=True)
class Issued:
    """What was issued: number, the credential as the holder gets it, and what it says (personal: not in a repr)."""

    number: str
    text: str = field(repr=False)
    claims: Mapping[str, Any] = field(repr=False)
    status: StatusEntry
    issued_at: dt.datetime
    expires_at: dt.datetime | None


def open_office(folder: Path, *, uri: str, name: str, at: dt.datetime) -> Office:
    """Make a new office at a moment: keys, a seal for trying, register, published keys.

    Raises:
        BadTrustFile: there is one already, or the address is none.
    """
    if not uri.startswith("https://") or uri.endswith("/"):
        raise BadTrustFile(f"{uri!r} is no issuer's address", remedy="https://…, without / at its end")
    if (folder / SIGN).exists():
        raise BadTrustFile("there is an office already", where=Where(str(folder)), remedy="name another folder")
    for one in (folder, folder / REGISTER, folder / PUBLIC / "status"):
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
    private: tuple[tuple[str, PrivateKey], ...] = (
        (SIGN, ec.generate_private_key(ec.SECP256R1())),
        (LEDGER, Ed25519PrivateKey.generate()),
    )
    for file, key in private:
        write_secret(folder / file, key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()))
    write_secret(folder / PLACES, secrets.token_bytes(32))
    _write_seal(folder, make_seal(name, at=at))
    (folder / NAME).write_bytes(msgspec.json.encode(Named(uri=uri, name=name)))
    office = Office(folder)
    (folder / PUBLIC / KEYS).write_bytes(metadata(uri, [office.issuer.key.public_key()]))
    return office


def _write_seal(folder: Path, made: Seal) -> None:
    write_secret(folder / SEAL, made.key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()))
    (folder / SEAL_CERTIFICATE).write_bytes(made.certificate.public_bytes(s.Encoding.PEM))
    (folder / PUBLIC / SEAL_ROOT).write_bytes(made.root.public_bytes(s.Encoding.PEM))


class Office:
    """An issuing office of a folder.

    Raises:
        BadTrustFile: the folder is none.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            named = msgspec.json.decode((folder / NAME).read_bytes(), type=Named)
            signing = s.load_pem_private_key((folder / SIGN).read_bytes(), None)
            ledger = s.load_pem_private_key((folder / LEDGER).read_bytes(), None)
            self._places = (folder / PLACES).read_bytes()
        except (OSError, TypeError, *UNREADABLE) as error:
            what, remedy = f"this is no issuing office: {type(error).__name__}", "make one: kiban credential office"
            raise BadTrustFile(what, where=Where(str(folder)), remedy=remedy) from None
        if not isinstance(signing, ec.EllipticCurvePrivateKey) or not isinstance(ledger, Ed25519PrivateKey):
            raise BadTrustFile("a key of the office is of another kind", where=Where(str(folder)))
        self.name, self.issuer = named.name, Issuer(named.uri, signing)
        self.register = Register(folder / REGISTER)
        self._ledger = ledger

    @cached_property
    def log(self) -> Log:
        """The ledger of what was issued and revoked; opened by the first that writes."""
        return Log(self.register, Signer(self.issuer.uri.removeprefix("https://"), self._ledger))

    @cached_property
    def seal(self) -> Seal:
        """The seal for PDFs. Raises: BadTrustFile: a file of it cannot be read."""
        try:
            key = s.load_pem_private_key((self.folder / SEAL).read_bytes(), None)
            own, root = (
                x509.load_pem_x509_certificate(path.read_bytes())
                for path in (self.folder / SEAL_CERTIFICATE, self.folder / PUBLIC / SEAL_ROOT)
            )
        except (OSError, ValueError, TypeError) as error:
            what = f"the office has no seal: {type(error).__name__}"
            raise BadTrustFile(what, where=Where(str(self.folder)), remedy="restore its files") from None
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return Seal(key, own, root)

    def entry(self, serial: int) -> StatusEntry:
        """Where the status of the n-th credential stands: a place that tells nothing of when it was issued."""
        shard, within = divmod(serial, SHARD)
        return StatusEntry(f"{self.issuer.uri}/status/{shard}", shuffled(within, self._places, shard=shard))

    def issue(
        self, kind: Certificate, values: Mapping[str, Any], *, at: dt.datetime, holder: PublicKey | None = None,
        reference: str = "",
    ) -> Issued:  # fmt: skip
        """Issue a certificate and enter it in the register, with its entry in the ledger, before it leaves.

        Raises:
            NotIssuable: a field is missing, unknown or of another kind.
        """
        said = kind.values(values)
        number, serial, ends = new_number(), self.register.size(), kind.ends(at)
        fixed = {"number": number, "title": kind.title["ja"], "office": self.name, "issued_on": at.date().isoformat()}
        entry = self.entry(serial)
        terms = Terms(kind.vct, at, expires_at=ends, holder=holder, status=entry)
        text = issue(self.issuer, fixed | said, hidden=kind.hidden(said), terms=terms)
        row = Row(serial, number, kind.id, reference, seconds(at), seconds(ends) if ends else None)
        body = Body.of({"number": number, "kind": kind.id, "reference": reference}, key=f"issued {number}")
        self.log.append([Draft(kind="credential_issued", at=milliseconds(at), body=body)], writes=[entered(row)])
        return Issued(number, text, fixed | said, entry, at, ends)

    def change(self, number: str, status: Status, *, reason: str, at: dt.datetime) -> Row:
        """Revoke, suspend or restore, with an entry in the ledger; holds for readers with the next published list.

        Raises:
            StatusUnknown: no such certificate. NotIssuable: it is revoked for good, or the reason is missing.
        """
        row = self.register.find(number)
        if row is None:
            raise StatusUnknown(f"no certificate {number[:40]!r} was issued here", remedy="compare the number")
        if row.status == Status.REVOKED:
            raise NotIssuable(f"{number} is revoked for good", remedy="issue a new one")
        if not reason.strip():
            raise NotIssuable("a change of status needs its reason", remedy="say why, with the article")
        body = Body.of({"number": number, "status": status.name.lower(), "reason": reason})
        draft = Draft(kind="credential_status", at=milliseconds(at), body=body)
        self.log.append([draft], writes=[changed(number, status=status, reason=reason)])
        found = self.register.find(number)
        assert found is not None
        return found

    def publish(self, *, at: dt.datetime) -> list[Path]:
        """Write every status list anew, signed, whole or not at all; the files, in the order of the lists."""
        marked: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for serial, status in self.register.not_valid():
            marked[serial // SHARD][status].append(self.entry(serial).index)
        out = []
        for shard in range(max(1, -(-self.register.size() // SHARD))):
            statuses = StatusList.empty(SHARD)
            for status, places in marked[shard].items():
                statuses.set(places, status)
            target = self.folder / PUBLIC / "status" / f"{shard}.jwt"
            with drafted(target) as draft:
                uri = f"{self.issuer.uri}/status/{shard}"
                draft.write_text(sign_statuses(self.issuer, uri, statuses=statuses, at=at), encoding="ascii")
            out.append(target)
        return out

    def close(self) -> None:
        self.register.close()


def new_number() -> str:
    """A certificate's number: 16 letters with 80 random bits, in groups of four."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def shuffled(serial: int, key: bytes, *, shard: int) -> int:
    """A place in 2^20 for a number in 2^20, each once: four Feistel rounds with HMAC-SHA-256 over halves of 10 bits.

    Places in the order of issue would tell a reader of two lists when and beside whom a credential was issued.
    """
    left, right = serial >> 10, serial & 0x3FF
    for turn in range(4):
        mixed = hmac.digest(key, bytes((turn,)) + shard.to_bytes(8, "big") + right.to_bytes(2, "big"), sha256)
        left, right = right, left ^ (int.from_bytes(mixed[:2], "big") & 0x3FF)
    return left << 10 | right


@dataclass
class StatusFolder:
    """Status lists as files of a folder: ``0.jwt`` … of one issuer's ``public/status``; see `StatusLists`."""

    folder: Path
    _read: dict[str, tuple[tuple[int, int], str]] = field(default_factory=dict)

    def newest(self, uri: str) -> str:
        """The list of an address, by the last part of it. Raises: StatusUnknown."""
        path = self.folder / f"{uri.rpartition('/')[2]}.jwt"
        if not path.name.removesuffix(".jwt").isalnum() or not path.is_file():
            where = Where(str(self.folder))
            raise StatusUnknown("there is no status list of this credential", where=where, remedy="fetch it anew")
        found = path.stat()
        mark = (found.st_mtime_ns, found.st_ino)
        if uri not in self._read or self._read[uri][0] != mark:
            self._read[uri] = (mark, path.read_text(encoding="ascii", errors="replace"))
        return self._read[uri][1]
