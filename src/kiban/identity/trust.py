"""Whom we trust: certificate authorities pinned by their key, one set for each kind, and their revocation lists.

All generations of a JPKI authority share one name, so an authority is chosen by its key identifier, never by its name.
Folder form (what the issuer publishes): ``auth-KEYID.pem``, ``sign-KEYID.pem``, ``auth-KEYID.crl``, ``sign-KEYID.crl``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kiban.identity.errors import BadTrust, RevocationUnknown
from kiban.identity.model import Kind
from kiban.kernel.errors import Where

NOT_X509 = (
    ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound, x509.InvalidVersion,
    x509.DuplicateExtension,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Authority:
    """One generation of a certificate authority."""

    kind: Kind
    key_id: str
    certificate: x509.Certificate = field(repr=False)

    def valid_at(self, moment: dt.datetime) -> bool:
        """Whether this generation is in its validity."""
        return self.certificate.not_valid_before_utc <= moment <= self.certificate.not_valid_after_utc


@dataclass(frozen=True, slots=True)
class Trust:
    """Authorities by kind and key identifier."""

    authorities: Mapping[tuple[Kind, str], Authority]

    def find(self, kind: Kind, key_id: str) -> Authority | None:
        """The authority of this kind with this key."""
        return self.authorities.get((kind, key_id))


def authority(kind: Kind, pem: bytes, *, file: str = "") -> Authority:
    """An authority from its self-signed certificate.

    Raises:
        BadTrust: it is not one that may issue certificates.
    """
    where = Where(file=file or None)
    try:
        der = x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
    except NOT_X509:
        raise BadTrust("this is not a certificate in PEM", where=where) from None
    return authority_der(kind, der, file=file)


def authority_der(kind: Kind, der: bytes, *, file: str = "") -> Authority:
    """The same from DER."""
    where = Where(file=file or None)
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.verify_directly_issued_by(certificate)
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
        key = certificate.public_key()
        key_id = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest.hex()
    except NOT_X509 as error:
        raise BadTrust(f"this is not a self-signed authority: {type(error).__name__}", where=where) from None
    lawful = constraints.critical and constraints.value.ca and usage.critical
    if not (lawful and usage.value.key_cert_sign and usage.value.crl_sign):
        raise BadTrust("the certificate may not issue certificates and revocation lists", where=where)
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < 2048:
        raise BadTrust("the authority's key is not RSA of 2048 bits or more", where=where)
    return Authority(kind, key_id, certificate)


def load_trust(folder: Path) -> Trust:
    """All authorities of a folder.

    Raises:
        BadTrust: the folder has none of some kind, or a file that is none.
    """
    found = [
        authority(kind, path.read_bytes(), file=str(path))
        for kind in Kind
        for path in sorted(folder.glob(f"{kind.value}-*.pem"))
    ]
    missing = [kind.value for kind in Kind if all(one.kind is not kind for one in found)]
    if missing:
        raise BadTrust(
            f"no authority for {' and '.join(missing)} certificates",
            where=Where(file=str(folder)),
            remedy="publish the card issuer's trust folder there (`kiban card issue` writes FOLDER/trust)",
        )
    return Trust({(one.kind, one.key_id): one for one in found})


class ListFolder:
    """Revocation lists as files; a file that did not change is not read again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, tuple[tuple[int, int], bytes]] = {}

    def newest(self, issuer: str) -> bytes:
        """The list of one authority.

        Raises:
            RevocationUnknown: there is no file.
        """
        for path in self.folder.glob(f"*-{issuer}.crl"):
            status = path.stat()
            mark = (status.st_mtime_ns, status.st_ino)
            if issuer not in self._read or self._read[issuer][0] != mark:
                self._read[issuer] = (mark, path.read_bytes())
            return self._read[issuer][1]
        raise RevocationUnknown(f"there is no revocation list of {issuer[:16]}", where=Where(file=str(self.folder)))
