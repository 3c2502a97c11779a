"""The directory of agencies: who they are, where their nodes answer, their public keys; signed by the core."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from kiban.exchange.errors import BadConfiguration, BadToken, UnknownAgency
from kiban.exchange.keys import Keys, public_key, public_text
from kiban.exchange.model import AgencyKind
from kiban.exchange.sealing import jwk, opened, sign
from kiban.kernel.errors import Where
from kiban.ledger import VerifierKey

KIND = "kiban-directory"


class Agency(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One agency of the directory; public keys are base64 of compressed P-256 points, ``ledger`` a verifier key."""

    id: str
    kind: AgencyKind
    name: str
    url: str
    sign: str
    read: str
    ledger: str

    @cached_property
    def authority(self) -> str:
        """Host and port, as signatures cover them."""
        return urlsplit(self.url).netloc

    @cached_property
    def signing(self) -> ec.EllipticCurvePublicKey:
        return public_key(self.sign)

    @cached_property
    def signing_jwk(self) -> ECKey:
        return jwk(self.signing)

    @cached_property
    def reading(self) -> ECKey:
        return jwk(public_key(self.read))

    @cached_property
    def log(self) -> VerifierKey:
        return VerifierKey.parse(self.ledger)


def entry_of(keys: Keys, *, kind: AgencyKind, name: str, url: str) -> Agency:
    """The directory's entry for an agency with these keys."""
    return Agency(
        id=keys.agency,
        kind=kind,
        name=name,
        url=url,
        sign=public_text(keys.signing),
        read=public_text(keys.reading),
        ledger=str(keys.signer.verifier),
    )


class _Listed(msgspec.Struct, frozen=True, kw_only=True):
    agencies: tuple[Agency, ...]
    version: int = 1


@dataclass(frozen=True, slots=True)
class Directory:
    """All agencies, by id."""

    agencies: dict[str, Agency] = field(default_factory=dict)

    def get(self, agency: str) -> Agency:
        """An agency.

        Raises:
            UnknownAgency: there is none of this id.
        """
        try:
            return self.agencies[agency]
        except KeyError:
            raise UnknownAgency(f"there is no agency {agency[:40]!r}", remedy="see the directory of the core") from None

    @property
    def core(self) -> Agency:
        return next(a for a in self.agencies.values() if a.kind is AgencyKind.CORE)


def signed_directory(agencies: tuple[Agency, ...], *, core: Keys) -> str:
    """The directory as the core publishes it: a JWS."""
    return sign(_Listed(agencies=agencies), key=core.signing_jwk(), kind=KIND)


def load_directory(path: Path, *, core_key: str) -> Directory:
    """A directory file, verified by the core's public key.

    Raises:
        BadConfiguration: missing, not signed by this core, or with a key that is none.
    """
    try:
        listed = opened(path.read_text(encoding="ascii").strip(), KIND, key=jwk(public_key(core_key)), content=_Listed)
        for agency in listed.agencies:
            _ = agency.signing, agency.reading, agency.log
    except (OSError, BadToken, ValueError) as error:
        told = error.what if isinstance(error, BadToken) else getattr(error, "strerror", None) or str(error)
        raise BadConfiguration(
            f"the directory cannot be used: {told}",
            where=Where(str(path)),
            remedy="fetch it again from the core; check core_key",
        ) from None
    return Directory({agency.id: agency for agency in listed.agencies})
