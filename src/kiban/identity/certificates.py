"""Strict single-tier verification of a card's certificate (RFC 5280 sections 4 and 6, narrowed to the profile).

One authority pinned by key signs the certificate directly: no intermediate, no name constraint, no policy mapping and
nothing fetched. Whatever the profile does not know is refused.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from kiban.identity import attributes
from kiban.identity.errors import BadCertificate, BadSignature, CertificateExpired
from kiban.identity.model import Attributes, Holder, Kind
from kiban.identity.profile import ASSURANCE, ATTRIBUTE_ARC, Policy, Profile
from kiban.identity.revocation import RevocationChecker
from kiban.identity.trust import Authority, Trust

MAX_CERTIFICATE = 8192
SHA256_WITH_RSA = "1.2.840.113549.1.1.11"
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)
KNOWN = frozenset(
    extension.oid
    for extension in (
        x509.AuthorityKeyIdentifier,
        x509.SubjectKeyIdentifier,
        x509.KeyUsage,
        x509.ExtendedKeyUsage,
        x509.CertificatePolicies,
        x509.SubjectAlternativeName,
        x509.IssuerAlternativeName,
        x509.BasicConstraints,
        x509.CRLDistributionPoints,
        x509.AuthorityInformationAccess,
    )
)


@dataclass(frozen=True, slots=True)
class Verifier:
    """Checks certificates and signatures of cards against one profile."""

    profile: Profile
    trust: Trust
    revocation: RevocationChecker

    def certificate(self, der: bytes, kind: Kind, *, at: dt.datetime) -> Holder:
        """Whose certificate this is, if it is valid at this moment.

        Raises:
            BadCertificate, CertificateExpired, CertificateRevoked, CertificateSuspended, RevocationUnknown.
        """
        certificate = parse(der)
        policy = _policy(certificate, self.profile)
        if policy.kind is not kind:
            raise BadCertificate(f"this is not a {kind.value} certificate", remedy="use the other key of the card")
        authority = _authority(certificate, self.trust, kind=kind)
        check_shape(certificate, kind)
        check_period(certificate, authority, at=at)
        if certificate.not_valid_after_utc - certificate.not_valid_before_utc > self.profile.longest:
            raise BadCertificate("the certificate's validity is longer than the profile allows")
        found = _attributes(certificate, kind)
        self.revocation.index(authority, at=at).check(certificate.serial_number)
        return Holder(
            kind=kind,
            form=policy.form,
            issuer=authority.key_id,
            serial=f"{certificate.serial_number:x}",
            not_after=certificate.not_valid_after_utc,
            assurance=ASSURANCE[kind],
            verified_at=at,
            attributes=found,
        )

    def signature(self, certificate: bytes, content: bytes, *, value: bytes, kind: Kind, at: dt.datetime) -> Holder:
        """Whose signature over exactly this content this is; the certificate is checked too.

        Raises:
            BadSignature: the signature does not belong to content and certificate; and all of `certificate`.
        """
        holder = self.certificate(certificate, kind, at=at)
        check_signature(parse(certificate), content, value=value)
        return holder


def parse(der: bytes) -> x509.Certificate:
    """A certificate from strict DER, version 3, with readable extensions and an RSA key of 2048 bits.

    Raises:
        BadCertificate: it is anything else.
    """
    if len(der) > MAX_CERTIFICATE:
        raise BadCertificate(f"a certificate of {len(der)} bytes is too long", remedy=f"at most {MAX_CERTIFICATE}")
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.extensions
        key = certificate.public_key()
        again = certificate.public_bytes(Encoding.DER)
        version = certificate.version
    except Exception as error:  # the parser has many ways to refuse, and every one of them is the same to us
        raise BadCertificate(f"the certificate cannot be read: {type(error).__name__}") from None
    if again != der or version is not x509.Version.v3 or certificate.serial_number <= 0:
        raise BadCertificate("the certificate is not DER of version 3 with a positive serial number")
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size != 2048 or key.public_numbers().e != 65537:
        raise BadCertificate("the certificate's key is not RSA of 2048 bits with exponent 65537")
    return certificate


def _policy(certificate: x509.Certificate, profile: Profile) -> Policy:
    try:
        stated = certificate.extensions.get_extension_for_class(x509.CertificatePolicies)
    except x509.ExtensionNotFound:
        raise BadCertificate("the certificate states no policy") from None
    oids = [one.policy_identifier.dotted_string for one in stated.value]
    if len(oids) != 1 or oids[0] not in profile.policies or not stated.critical:
        raise BadCertificate(f"the certificate's policy is not one of {profile.name}")
    return profile.policies[oids[0]]


def _authority(certificate: x509.Certificate, trust: Trust, *, kind: Kind) -> Authority:
    try:
        named = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    except x509.ExtensionNotFound:
        named = None
    authority = trust.find(kind, named.hex()) if named else None
    if authority is None:
        raise BadCertificate("no trusted authority of this kind issued the certificate")
    check_issued(certificate, authority.certificate)
    return authority


def check_issued(certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    """Nothing, if the issuer's key signed the certificate under the issuer's name with SHA-256 and RSA.

    Raises:
        BadCertificate: it did not.
    """
    if certificate.signature_algorithm_oid.dotted_string != SHA256_WITH_RSA:
        raise BadCertificate("the certificate is not signed with sha256WithRSAEncryption")
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        raise BadCertificate("the authority's signature on the certificate does not hold") from None


def check_shape(certificate: x509.Certificate, kind: Kind) -> None:
    """Nothing, if key usage, constraints and critical extensions are those of an end entity of this kind.

    Raises:
        BadCertificate: one is not.
    """
    extensions = certificate.extensions
    if [one.oid.dotted_string for one in extensions if one.critical and one.oid not in KNOWN]:
        raise BadCertificate("the certificate has a critical extension that the profile does not know")
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage)
    except x509.ExtensionNotFound:
        raise BadCertificate("the certificate states no key usage") from None
    if not usage.critical or _usages(usage.value) != _wanted(kind):
        raise BadCertificate(f"the key usage is not that of a {kind.value} certificate")
    for one in extensions:
        if isinstance(one.value, x509.BasicConstraints) and one.value.ca:
            raise BadCertificate("an authority's certificate cannot be a card's")
        if isinstance(one.value, x509.ExtendedKeyUsage) and one.critical and not _lawful_purpose(one.value):
            raise BadCertificate("the certificate's extended key usage is for something else")


def _usages(usage: x509.KeyUsage) -> set[str]:
    return {name for name in USAGES if getattr(usage, name)}


def _wanted(kind: Kind) -> set[str]:
    return {"digital_signature", "content_commitment"} if kind is Kind.SIGN else {"digital_signature"}


def _lawful_purpose(usage: x509.ExtendedKeyUsage) -> bool:
    return x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH in set(usage)


def check_period(certificate: x509.Certificate, authority: Authority, *, at: dt.datetime) -> None:
    """Nothing, if both the certificate and its authority's generation are valid at this moment.

    Raises:
        CertificateExpired: one is not.
    """
    if not authority.valid_at(at):
        raise CertificateExpired("the authority's generation is not valid any more", remedy="have a new card issued")
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise CertificateExpired(
            f"the certificate is valid until {certificate.not_valid_after_utc:%Y-%m-%d}",
            remedy="have the certificate renewed at a municipal counter",
        )


def _attributes(certificate: x509.Certificate, kind: Kind) -> Attributes | None:
    try:
        names = list(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        names = []
    if kind is Kind.SIGN:
        return attributes.read(names)
    if any(isinstance(n, x509.OtherName) and n.type_id.dotted_string.startswith(ATTRIBUTE_ARC) for n in names):
        raise BadCertificate("a sign-in certificate must not carry attributes of the person")
    return None


def check_signature(certificate: x509.Certificate, content: bytes, *, value: bytes) -> None:
    """Nothing, if the value is the certificate's RSASSA-PKCS1-v1_5 signature with SHA-256 over the content.

    Raises:
        BadSignature: it is not. Source: RFC 8017 section 8.2.
    """
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise BadSignature("the certificate's key is not RSA")
    check_value(key, content, value=value)


def check_value(key: rsa.RSAPublicKey, content: bytes, *, value: bytes) -> None:
    """Nothing, if the value is the key's RSASSA-PKCS1-v1_5 signature with SHA-256 over the content.

    Raises:
        BadSignature: it is not. Source: RFC 8017 section 8.2.
    """
    if len(value) != key.key_size // 8:
        raise BadSignature("the signature has not the length of the key")
    try:
        key.verify(value, content, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise BadSignature("the signature does not belong to this content and this certificate") from None
