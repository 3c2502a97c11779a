"""Whose credentials count: issuers by their address, each with published keys; files that anybody can keep offline.

A file is the issuer's own metadata as SD-JWT VC publishes it (``/.well-known/jwt-vc-issuer``):
``{"issuer": "https://…", "jwks": {"keys": [{"kid": …, "kty": "EC", …}]}}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509

from kiban.credentials.errors import BadTrustFile, CredentialError, Malformed, UnknownIssuer
from kiban.credentials.jose import PublicKey, jwk_of, key_of, read_json, thumbprint, write_json
from kiban.kernel.errors import Where


@dataclass(frozen=True, slots=True)
class Trust:
    """Issuers and their keys: address → key name → key. Old keys stay in it as long as their credentials live."""

    issuers: Mapping[str, Mapping[str, PublicKey]]

    def key(self, issuer: str, kid: str) -> PublicKey:
        """The issuer's key of this name; without a name, its only one.

        Raises:
            UnknownIssuer: nobody is trusted under this address, or not with this key.
        """
        keys = self.issuers.get(issuer)
        if keys is None:
            raise UnknownIssuer(
                f"{issuer[:200]!r} is no trusted issuer", remedy="add its published keys if you trust it"
            )
        if not kid and len(keys) == 1:
            return next(iter(keys.values()))
        if kid not in keys:
            raise UnknownIssuer(f"{issuer} has no key {kid[:60]!r}", remedy="fetch the issuer's keys anew")
        return keys[kid]


def metadata(issuer: str, keys: Iterable[PublicKey]) -> bytes:
    """The file that an issuer publishes."""
    jwks = [{"kid": thumbprint(key), "use": "sig", **jwk_of(key)} for key in keys]
    return write_json({"issuer": issuer, "jwks": {"keys": jwks}}) + b"\n"


def read_metadata(data: bytes, *, file: str = "") -> tuple[str, dict[str, PublicKey]]:
    """Address and keys of one issuer.

    Raises:
        BadTrustFile: it is no such file, has no key, or two of one name.
    """
    where = Where(file or None)
    try:
        return _read(read_json(data))
    except (CredentialError, TypeError, LookupError) as error:
        what = error.what if isinstance(error, CredentialError) else "a member is missing or of the wrong kind"
        remedy = 'it is written {"issuer": …, "jwks": {"keys": […]}}'
        raise BadTrustFile(f"these are no issuer's keys: {what}", where=where, remedy=remedy) from None


def _read(value: Any) -> tuple[str, dict[str, PublicKey]]:
    issuer, jwks = value["issuer"], value["jwks"]["keys"]
    if not isinstance(issuer, str) or not isinstance(jwks, list) or not jwks:
        raise Malformed("no issuer, or no keys")
    keys: dict[str, PublicKey] = {}
    for jwk in jwks:
        key = key_of(jwk)
        name = jwk.get("kid") or thumbprint(key)
        if not isinstance(name, str) or name in keys:
            raise Malformed("two keys have one name")
        keys[name] = key
    return issuer, keys


def load_roots(place: Path) -> tuple[x509.Certificate, ...]:
    """Root certificates of a folder (``*.pem``), for seals and mobile documents.

    Raises:
        BadTrustFile: a file is none.
    """
    out: list[x509.Certificate] = []
    for path in sorted(place.glob("*.pem")) if place.is_dir() else []:
        try:
            out += x509.load_pem_x509_certificates(path.read_bytes())
        except ValueError:
            raise BadTrustFile("this is no certificate in PEM", where=Where(str(path))) from None
    return tuple(out)


def load_trust(place: Path) -> Trust:
    """All issuers of a folder (``*.json``), or of one file.

    Raises:
        BadTrustFile: there is none, or a file is none.
    """
    files = sorted(place.glob("*.json")) if place.is_dir() else [place]
    if not files or not all(path.is_file() for path in files):
        raise BadTrustFile("there is no file of trusted issuers", where=Where(str(place)), remedy="put one there")
    issuers: dict[str, dict[str, PublicKey]] = {}
    for path in files:
        issuer, keys = read_metadata(path.read_bytes(), file=str(path))
        issuers.setdefault(issuer, {}).update(keys)
    return Trust(issuers)
