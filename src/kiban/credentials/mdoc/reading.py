"""Verifying an mdoc: issuer and device, each check of ISO/IEC 18013-5 (9.1.2.4 and 9.1.3) with its own refusal."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256, sha384, sha512
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

from kiban.credentials.cose import (
    ALGORITHM,
    CHAIN,
    HMAC256,
    Sign1,
    key_of_cose,
    read_cbor,
    read_sign1,
    verify_sign1,
    within,
    write_cbor,
)  # fmt: skip
from kiban.credentials.errors import (
    BadDisclosure,
    Malformed,
    NotAllowed,
    NotBound,
    NotSigned,
    StatusUnknown,
    UnknownIssuer,
    WrongType,
)  # fmt: skip
from kiban.credentials.mdoc.issuing import DIGEST_ID, ELEMENT, NAMESPACE, RANDOM, VALUE, VERSION
from kiban.credentials.mdoc.transcript import authenticated, mac, mac_key
from kiban.credentials.model import StatusEntry
from kiban.credentials.statuslist import StatusReader
from kiban.credentials.times import check_validity
from kiban.credentials.verifying import status_entry

DOCUMENT_SIGNER: Final = x509.ObjectIdentifier("1.0.18013.5.1.2")
"""Extended key usage of who signs documents (18013-5, B.1.4; other documents have usages of their own)."""
DIGESTS: Final = {"SHA-256": sha256, "SHA-384": sha384, "SHA-512": sha512}
SHORTEST_SALT: Final = 16
PARTS: Final = frozenset({"docType", "issuerSigned", "deviceSigned"})
ISSUED: Final = frozenset({NAMESPACE, "issuerAuth"})
DEVICE: Final = frozenset({NAMESPACE, "deviceAuth"})
NOT_X509 = (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound,
            x509.DuplicateExtension, x509.InvalidVersion, Warning)  # fmt: skip
"""What reading a foreign certificate can end in; a warning, where the process makes warnings errors."""


@dataclass(frozen=True, slots=True)
class MdocReader:
    """Who verifies.

    Attributes:
        roots: certificates of issuing authorities (IACA), or of single signers, that are trusted.
        statuses: tells whether a document is still good; its trust knows the issuer under the certificate's name.
        usages: extended key usages that a signer may have.
        key: the reader's ephemeral key of this presentation; needed for proofs by MAC.
    """

    roots: Sequence[x509.Certificate] = field(repr=False)
    statuses: StatusReader | None = None
    usages: Sequence[x509.ObjectIdentifier] = (DOCUMENT_SIGNER,)
    key: ec.EllipticCurvePrivateKey | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class VerifiedMdoc:
    """A document found valid. ``claims``: what the issuer says; ``device_claims``: what the device says of itself."""

    doc_type: str
    issuer: str
    claims: Mapping[str, Mapping[str, Any]] = field(repr=False)
    device_claims: Mapping[str, Mapping[str, Any]] = field(repr=False)
    valid_until: dt.datetime
    status: StatusEntry | None = None


def verify_response(
    response: bytes, reader: MdocReader, *, transcript: bytes, at: dt.datetime, doc_type: str | None = None
) -> tuple[VerifiedMdoc, ...]:
    """The documents of a DeviceResponse, each verified for this transcript; one that does not hold refuses all.

    Raises:
        CredentialError: one of its kinds says what does not hold.
    """
    whole = read_cbor(response)
    if not isinstance(whole, dict) or whole.get("version") != VERSION or whole.get("status") != 0:
        raise Malformed("this is no complete response of version 1.0")
    documents = whole.get("documents")
    if not isinstance(documents, list) or not documents or set(whole) - {"version", "status", "documents"}:
        raise Malformed("the response has no documents, or reports errors beside them")
    return tuple(_document(one, reader, transcript=transcript, at=at, doc_type=doc_type) for one in documents)


def _document(
    document: Any, reader: MdocReader, *, transcript: bytes, at: dt.datetime, doc_type: str | None
) -> VerifiedMdoc:
    kind, issued, device = (_member(document, name) for name in ("docType", "issuerSigned", "deviceSigned"))
    for part, known in ((document, PARTS), (issued, ISSUED), (device, DEVICE)):
        if not isinstance(part, dict) or set(part) - known:
            raise Malformed("a part of the document has a member that is not known")
    if doc_type is not None and kind != doc_type:
        raise WrongType(f"this is a {str(kind)[:80]!r}, not a {doc_type!r}")
    auth = read_sign1(_member(issued, "issuerAuth"))
    certificate = signer_of(auth, reader, at=at)
    said = _security_object(auth, certificate, kind=kind, at=at)
    claims = _claims(issued.get(NAMESPACE, {}), said)
    device_key = key_of_cose(_member(_member(said, "deviceKeyInfo"), "deviceKey"))
    own = _proved(device, device_key, reader=reader, transcript=transcript, kind=kind)
    _check_own(own, said)
    entry, issuer = status_entry(said), certificate.issuer.rfc4514_string()
    if entry is not None:
        if reader.statuses is None:
            raise StatusUnknown("the document has a status, and no status list was given", remedy="give its list")
        reader.statuses.check(entry, issuer=issuer, at=at)
    return VerifiedMdoc(kind, issuer, claims, own, said["validityInfo"]["validUntil"], entry)


def _member(value: Any, name: str) -> Any:
    if not isinstance(value, dict) or name not in value:
        raise Malformed(f"the document has no {name}")
    return value[name]


def signer_of(auth: Sign1, reader: MdocReader, *, at: dt.datetime) -> x509.Certificate:
    """The signer's certificate, found to be of a trusted root (or itself trusted), and one that signs documents.

    Raises:
        UnknownIssuer: it is of no trusted root, or not for this use. Expired, NotYetValid: not valid at this moment.
    """
    chain = auth.open_header.get(CHAIN)
    first = chain[0] if isinstance(chain, list) and chain else chain
    certificate, root = _chained(
        first if isinstance(first, bytes) else b"", tuple(reader.roots), usages=tuple(reader.usages)
    )
    for one in (root, certificate):
        check_validity(one.not_valid_before_utc, one.not_valid_after_utc, at=at, what="issuer's certificate")
    return certificate


@lru_cache(maxsize=256)
def _chained(
    data: bytes, roots: tuple[x509.Certificate, ...], *, usages: tuple[x509.ObjectIdentifier, ...]
) -> tuple[x509.Certificate, x509.Certificate]:
    """Signer and root by form, use and signature, which no time changes; few signers sign millions of documents."""
    try:
        certificate = x509.load_der_x509_certificate(data)
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        signs = certificate.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
        key = certificate.public_key()
    except NOT_X509:
        raise UnknownIssuer("the signer's certificate cannot be read, or does not say what it is for") from None
    unused = data[len(data) - len(certificate.signature) - 1]  # bits of the signature that would not count
    if unused or certificate.serial_number < 1:
        raise UnknownIssuer("the signer's certificate is not in its one form")
    if not signs or not set(usages) & set(usage.value) or not isinstance(key, ec.EllipticCurvePublicKey):
        raise UnknownIssuer("the certificate is not one of who signs such documents")
    root = next((one for one in roots if certificate == one or _issued_by(certificate, one)), None)
    if root is None:
        raise UnknownIssuer("the signer is of no trusted issuer", remedy="add the issuer's root if you trust it")
    return certificate, root


def _issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        constraints = root.extensions.get_extension_for_class(x509.BasicConstraints).value
        if not constraints.ca:
            return False
        certificate.verify_directly_issued_by(root)
    except NOT_X509:
        return False
    return True


def _security_object(auth: Sign1, certificate: x509.Certificate, *, kind: Any, at: dt.datetime) -> dict[str, Any]:
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    said = read_cbor(within(read_cbor(verify_sign1(auth, key))))
    if _member(said, "version") != VERSION or _member(said, "docType") != kind:
        raise WrongType("what was signed is of another version or type than the document says")
    validity = _member(said, "validityInfo")
    signed, begin, end = (_member(validity, name) for name in ("signed", "validFrom", "validUntil"))
    if not all(isinstance(one, dt.datetime) and one.tzinfo is not None for one in (signed, begin, end)):
        raise Malformed("the validity is not written as moments")
    check_validity(max(begin, signed), end, at=at, what="document")
    if not certificate.not_valid_before_utc <= signed <= certificate.not_valid_after_utc:
        raise NotSigned("the document was signed outside the validity of the signer's certificate")
    return dict(said)


def _claims(spaces: Any, said: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Elements by namespace, each with its digest in the signed object."""
    make = DIGESTS.get(said["digestAlgorithm"]) if isinstance(said.get("digestAlgorithm"), str) else None
    known = said.get("valueDigests")
    if make is None:
        raise NotAllowed("the digests are of an algorithm that is not accepted")
    if not isinstance(known, dict) or not isinstance(spaces, dict):
        raise Malformed("the document's namespaces cannot be read")
    out: dict[str, dict[str, Any]] = {}
    for space, items in spaces.items():
        digests, used = known.get(space), set()
        if not isinstance(digests, dict) or not isinstance(items, list) or not items:
            raise BadDisclosure("a namespace is not in what was signed, or has no elements")
        for item in items:
            found = _item(within(item))
            expected = digests.get(found[DIGEST_ID])
            if not isinstance(expected, bytes) or not hmac.compare_digest(make(write_cbor(item)).digest(), expected):
                raise BadDisclosure("an element does not fit what was signed")
            if found[DIGEST_ID] in used or found[ELEMENT] in out.get(space, {}):
                raise BadDisclosure("an element stands twice")
            used.add(found[DIGEST_ID])
            out.setdefault(space, {})[found[ELEMENT]] = found[VALUE]
    return out


def _item(data: bytes) -> dict[str, Any]:
    found = read_cbor(data)
    if not isinstance(found, dict) or set(found) != {DIGEST_ID, RANDOM, ELEMENT, VALUE}:
        raise Malformed("an element is not written as number, salt, name and value")
    number, salt = found[DIGEST_ID], found[RANDOM]
    if isinstance(number, bool) or not isinstance(number, int) or not isinstance(found[ELEMENT], str):
        raise Malformed("an element's number or name is of another kind")
    if not isinstance(salt, bytes) or len(salt) < SHORTEST_SALT:
        raise Malformed("an element's salt is too short to hide it")
    return found


def _proved(
    device: Any, key: ec.EllipticCurvePublicKey, *, reader: MdocReader, transcript: bytes, kind: str
) -> dict[str, Any]:
    """What the device says of itself, after its proof for this transcript holds."""
    items = within(_member(device, NAMESPACE))
    auth = _member(device, "deviceAuth")
    content = authenticated(transcript, kind, device_items=items)
    if not isinstance(auth, dict) or len(auth) != 1:
        raise NotBound("the device proves by a signature or by a MAC, and by one of them")
    name, value = next(iter(auth.items()))
    proof = read_sign1(value)
    try:
        if name == "deviceSignature":
            verify_sign1(proof, key, payload=content)
        elif name == "deviceMac":
            _check_mac(proof, key, reader=reader, transcript=transcript, content=content)
        else:
            raise NotBound("the device proves in a way that is not known")
    except NotSigned:
        raise NotBound("the proof is of another key, session or document, or was changed") from None
    own = read_cbor(items)
    if not isinstance(own, dict):
        raise Malformed("what the device says is no map")
    return own


def _check_mac(
    proof: Sign1, key: ec.EllipticCurvePublicKey, *, reader: MdocReader, transcript: bytes, content: bytes
) -> None:
    if proof.header.get(ALGORITHM) != HMAC256 or proof.payload is not None:
        raise NotAllowed("the MAC is not HMAC 256/256 over the session")
    if reader.key is None:
        raise NotBound("a proof by MAC needs the reader's key of this presentation", remedy="give it")
    made = mac(mac_key(reader.key, key, transcript=transcript), proof.protected, payload=content)
    if not hmac.compare_digest(made, proof.signature):
        raise NotBound("the proof is of another key, session or document, or was changed")


def _check_own(own: Mapping[str, Any], said: Mapping[str, Any]) -> None:
    """What the device may say of itself is what the issuer allowed (9.1.2.4, keyAuthorizations)."""
    allowed = said["deviceKeyInfo"].get("keyAuthorizations", {})
    spaces = allowed.get("nameSpaces", []) if isinstance(allowed, dict) else []
    elements = allowed.get("dataElements", {}) if isinstance(allowed, dict) else {}
    for space, found in own.items():
        free = isinstance(spaces, list) and space in spaces
        named = elements.get(space, []) if isinstance(elements, dict) else []
        if not isinstance(found, dict) or not (free or set(found) <= set(named)):
            raise NotBound("the device says of itself what the issuer did not allow it to")
