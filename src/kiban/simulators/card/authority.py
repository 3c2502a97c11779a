"""The issuer's certificates: an authority for each kind in the shape of JPKI's, card certificates, revocation lists."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from kiban.identity import attributes
from kiban.identity.model import Attributes, Form, Kind
from kiban.identity.profile import TEST_CARDS

UNITS = {Kind.SIGN: "TEST-JPKI for digital signature", Kind.AUTH: "TEST-JPKI for user authentication"}
TEN_YEARS = dt.timedelta(days=3653)
LIST_LIFE = dt.timedelta(hours=48)
HOLD, GONE = x509.ReasonFlags.certificate_hold, x509.ReasonFlags.unspecified


@dataclass(frozen=True, slots=True)
class CertificateAuthority:
    """One authority: its kind, certificate and key."""

    kind: Kind
    certificate: x509.Certificate = field(repr=False)
    key: rsa.RSAPrivateKey = field(repr=False)

    @property
    def key_id(self) -> str:
        """Key identifier, hexadecimal."""
        return self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest.hex()

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The key as PEM."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def new_key() -> rsa.RSAPrivateKey:
    """RSA of 2048 bits, as JPKI's."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def authority_name(kind: Kind) -> x509.Name:
    """The authority's name; all generations of a kind share it."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "TEST-JPKI"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, UNITS[kind]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Kiban test cards, not the real service"),
        ]
    )


SERVICE = x509.DirectoryName(
    x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "試験用個人認証サービス"),
        ]
    )
)


def new_authority(kind: Kind, *, since: dt.datetime, life: dt.timedelta = TEN_YEARS) -> CertificateAuthority:
    """A self-signed authority of one kind."""
    key = new_key()
    name = authority_name(kind)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(secrets.randbits(62) + 1)
        .not_valid_before(since)
        .not_valid_after(since + life)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([SERVICE]), critical=False)
    )
    return CertificateAuthority(kind, built.sign(key, hashes.SHA256()), key)


def _usage(**on: bool) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    off = dict.fromkeys((*names, "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(**{**off, **on})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a card certificate shall say; ``person`` only goes into a 署名用電子証明書."""

    form: Form
    person: Attributes
    since: dt.datetime
    until: dt.datetime


def card_certificate(ca: CertificateAuthority, key: rsa.RSAPublicKey, *, wanted: Wanted) -> x509.Certificate:
    """A card's certificate in the profile: opaque subject, one critical policy, key usage by kind."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.COMMON_NAME, secrets.token_hex(12).upper()),
        ]
    )
    policy = x509.PolicyInformation(x509.ObjectIdentifier(TEST_CARDS.policy(ca.kind, wanted.form)), None)
    point = x509.DistributionPoint([x509.DirectoryName(authority_name(ca.kind))], None, None, None)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(ca.certificate.subject)
        .public_key(key)
        .serial_number(secrets.randbits(62) + 1)
        .not_valid_before(wanted.since)
        .not_valid_after(wanted.until)
        .add_extension(_usage(digital_signature=True, content_commitment=ca.kind is Kind.SIGN), critical=True)
        .add_extension(x509.CertificatePolicies([policy]), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier(bytes.fromhex(ca.key_id), None, None), critical=False)
        .add_extension(x509.IssuerAlternativeName([SERVICE]), critical=False)
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
    )
    if ca.kind is Kind.SIGN:
        names = [
            x509.OtherName(x509.ObjectIdentifier(oid), attributes.der_utf8(text))
            for oid, text in attributes.write(wanted.person)
        ]
        built = built.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return built.sign(ca.key, hashes.SHA256())


def revocation_list(
    ca: CertificateAuthority, entries: dict[int, tuple[x509.ReasonFlags, dt.datetime]], *, number: int, at: dt.datetime
) -> bytes:
    """A signed list (DER); entries: serial → reason and since when."""
    built = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ca.certificate.subject)
        .last_update(at)
        .next_update(at + LIST_LIFE)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier(bytes.fromhex(ca.key_id), None, None), critical=False)
    )
    for serial, (reason, since) in sorted(entries.items()):
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        if reason is HOLD:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        built = built.add_revoked_certificate(entry.build())
    return built.sign(ca.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
