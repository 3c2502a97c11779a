"""Keys of an agency: one to sign, one to read what is sealed for it, one for its ledger; files of mode 0600."""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import ECKey

from kiban.exchange.errors import BadConfiguration
from kiban.exchange.sealing import jwk
from kiban.exchange.signing import Seal
from kiban.kernel.errors import Where
from kiban.ledger import Signer

SIGN, READ, LEDGER, LOCAL, MASTER = "sign.pem", "read.pem", "ledger.pem", "local.key", "master.key"


def public_text(key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> str:
    """A public key as the directory writes it: base64 of the compressed point."""
    public = key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey) else key
    return base64.b64encode(public.public_bytes(s.Encoding.X962, s.PublicFormat.CompressedPoint)).decode("ascii")


def public_key(text: str) -> ec.EllipticCurvePublicKey:
    """A public key from the directory.

    Raises:
        ValueError: it is no compressed point of P-256.
    """
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.b64decode(text, validate=True))


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys of one agency; ``local`` is what its own systems authenticate with."""

    agency: str
    signing: ec.EllipticCurvePrivateKey = field(repr=False)
    reading: ec.EllipticCurvePrivateKey = field(repr=False)
    ledger: Ed25519PrivateKey = field(repr=False)
    local: str = field(repr=False)

    @property
    def seal(self) -> Seal:
        return Seal(self.agency, self.signing)

    @property
    def signer(self) -> Signer:
        return Signer(f"kiban/{self.agency}", self.ledger)

    def reading_jwk(self) -> ECKey:
        return jwk(self.reading)

    def signing_jwk(self) -> ECKey:
        return jwk(self.signing)


def write_secret(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read; an existing one is not touched."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


def make_keys(folder: Path, agency: str) -> Keys:
    """Make a fresh set of keys in a folder of mode 0700."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = (ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1()))
    ledger = Ed25519PrivateKey.generate()
    for name, key in ((SIGN, private[0]), (READ, private[1]), (LEDGER, ledger)):
        write_secret(folder / name, key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()))
    write_secret(folder / LOCAL, secrets.token_urlsafe(32).encode())
    return load_keys(folder, agency)


def _load(path: Path) -> object:
    try:
        if path.stat().st_mode & 0o077:
            raise BadConfiguration(
                "others can read this key file", where=Where(str(path)), remedy=f"chmod 600 {path.name}"
            )
        return s.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise BadConfiguration(
            f"the key cannot be used: {type(error).__name__}",
            where=Where(str(path)),
            remedy="make keys with `kiban exchange agency` (or `core`)",
        ) from None


def load_keys(folder: Path, agency: str) -> Keys:
    """The keys in a folder.

    Raises:
        BadConfiguration: one is missing, readable by others, or of a wrong kind.
    """
    signing, reading, ledger = (_load(folder / name) for name in (SIGN, READ, LEDGER))
    for name, key in ((SIGN, signing), (READ, reading)):
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise BadConfiguration("this is no P-256 key", where=Where(str(folder / name)))
    if not isinstance(ledger, Ed25519PrivateKey):
        raise BadConfiguration("this is no Ed25519 key", where=Where(str(folder / LEDGER)))
    local = (folder / LOCAL).read_text(encoding="ascii").strip()
    assert isinstance(signing, ec.EllipticCurvePrivateKey)
    assert isinstance(reading, ec.EllipticCurvePrivateKey)
    return Keys(agency, signing, reading, ledger, local)
