"""Issuing an mdoc and presenting it: digests of salted items in a signed security object, proof by the device's key."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from kiban.credentials.cose import (
    CHAIN,
    HMAC256,
    cose_key,
    embedded,
    read_cbor,
    sign1,
    whole_seconds,
    within,
    write_cbor,
)
from kiban.credentials.errors import BadDisclosure, Malformed, NotIssuable
from kiban.credentials.mdoc.transcript import authenticated, mac, mac_key
from kiban.credentials.model import StatusEntry

VERSION: Final = "1.0"
SALT = 32
NAMESPACE, ELEMENT, VALUE, DIGEST_ID, RANDOM = (
    "nameSpaces", "elementIdentifier", "elementValue", "digestID", "random",
)  # fmt: skip
Claims = Mapping[str, Mapping[str, Any]]
"""Element values by namespace and element."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs documents: the key and its certificate, issued by a root that readers trust."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate = field(repr=False)


@dataclass(frozen=True, slots=True)
class MdocTerms:
    """What is fixed about a document: type, validity, device key, status."""

    doc_type: str
    signed_at: dt.datetime
    valid_until: dt.datetime
    device: ec.EllipticCurvePublicKey
    valid_from: dt.datetime | None = None
    status: StatusEntry | None = None


def issue_mdoc(signer: Signer, claims: Claims, *, terms: MdocTerms) -> bytes:
    """An IssuerSigned structure (18013-5, 8.3.2.1.2.2) with every item, as the device keeps it.

    Raises:
        NotIssuable: nothing is said, or the validity is none.
    """
    begin = terms.valid_from or terms.signed_at
    if not claims or not all(claims.values()) or not terms.signed_at <= begin < terms.valid_until:
        raise NotIssuable("a document has elements and a validity that begins before it ends")
    spaces, digests = {}, {}
    for space, elements in claims.items():
        numbers = secrets.SystemRandom().sample(range(max(16, len(elements) * 2)), len(elements))
        items = [_item(n, name, value=elements[name]) for n, name in zip(numbers, elements, strict=True)]
        spaces[space] = [embedded(item) for item in items]
        digests[space] = {
            number: sha256(write_cbor(embedded(item))).digest() for number, item in zip(numbers, items, strict=True)
        }
    payload = write_cbor(embedded(write_cbor(_security_object(terms, digests, begin=begin))))
    chain = {CHAIN: signer.certificate.public_bytes(Encoding.DER)}
    return write_cbor({NAMESPACE: spaces, "issuerAuth": sign1(payload, signer.key, open_header=chain)})


def _item(number: int, name: str, *, value: Any) -> bytes:
    try:
        return write_cbor({DIGEST_ID: number, RANDOM: secrets.token_bytes(SALT), ELEMENT: name, VALUE: value})
    except (ValueError, TypeError) as error:
        raise NotIssuable(f"the element {name} cannot be written: {type(error).__name__}") from None


def _security_object(terms: MdocTerms, digests: Mapping[str, Any], *, begin: dt.datetime) -> dict[str, Any]:
    moments = {"signed": terms.signed_at, "validFrom": begin, "validUntil": terms.valid_until}
    made: dict[str, Any] = {
        "version": VERSION,
        "digestAlgorithm": "SHA-256",
        "valueDigests": digests,
        "deviceKeyInfo": {"deviceKey": cose_key(terms.device)},
        "docType": terms.doc_type,
        "validityInfo": {name: whole_seconds(moment) for name, moment in moments.items()},
    }
    if terms.status is not None:
        made["status"] = {"status_list": {"idx": terms.status.index, "uri": terms.status.uri}}
    return made


def present_mdoc(
    issued: bytes, *, show: Mapping[str, Collection[str]], device: ec.EllipticCurvePrivateKey, transcript: bytes,
    mac_for: ec.EllipticCurvePublicKey | None = None,
) -> bytes:  # fmt: skip
    """A DeviceResponse with only the chosen elements, proved for one session.

    Args:
        issued: what `issue_mdoc` gave.
        show: elements by namespace.
        device: the device's key.
        transcript: what both sides saw (see `session_transcript`).
        mac_for: the reader's ephemeral key, where the proof shall be a MAC that only this reader can check.

    Raises:
        BadDisclosure: an element is not in the document. Malformed: it is no document.
    """
    whole = read_cbor(issued)
    spaces = whole.get(NAMESPACE) if isinstance(whole, dict) else None
    if not isinstance(spaces, dict) or "issuerAuth" not in whole:
        raise Malformed("this is no issued document")
    chosen = {space: _chosen(spaces.get(space, []), names, space=space) for space, names in show.items()}
    doc_type = read_cbor(within(read_cbor(whole["issuerAuth"][2])))["docType"]
    device_items = write_cbor({})
    content = authenticated(transcript, doc_type, device_items=device_items)
    if mac_for is None:
        proof = {"deviceSignature": sign1(content, device, detached=True)}
    else:
        protected = write_cbor({1: HMAC256})
        tag = mac(mac_key(device, mac_for, transcript=transcript), protected, payload=content)
        proof = {"deviceMac": [protected, {}, None, tag]}
    document = {
        "docType": doc_type,
        "issuerSigned": {NAMESPACE: chosen, "issuerAuth": whole["issuerAuth"]},
        "deviceSigned": {NAMESPACE: embedded(device_items), "deviceAuth": proof},
    }
    return write_cbor({"version": VERSION, "documents": [document], "status": 0})


def _chosen(items: Sequence[Any], names: Collection[str], *, space: str) -> list[Any]:
    known = {read_cbor(within(item))[ELEMENT]: item for item in items}
    missing = [name for name in names if name not in known]
    if missing:
        raise BadDisclosure(f"the document has no element {missing[0]!r} in {space}")
    return [known[name] for name in names]
