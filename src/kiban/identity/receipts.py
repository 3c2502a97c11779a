"""A signature receipt: content, signature, certificate, authority and revocation list in one file, verified offline."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np
from cryptography.hazmat.primitives.serialization import Encoding

from kiban.identity.certificates import Verifier, parse
from kiban.identity.errors import BadReceipt
from kiban.identity.model import Holder, Kind
from kiban.identity.profile import Profile
from kiban.identity.revocation import RevocationChecker, RevocationIndex
from kiban.identity.trust import Authority, Trust, authority_der
from kiban.kernel.wire import UNREADABLE

MAX_RECEIPT = 16_000_000


class SignatureReceipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that is needed to verify a signature later and elsewhere. Bytes are base64 in JSON.

    It holds the 署名用電子証明書, and with it the four attributes of the signer: it is the signer's own file.
    """

    format: Literal["kiban-signature-1"] = "kiban-signature-1"
    content: bytes
    signature: bytes
    certificate: bytes
    authority: bytes
    revocation_list: bytes
    verified_at: dt.datetime

    def __repr__(self) -> str:
        return f"SignatureReceipt({len(self.content)} bytes, {self.verified_at.isoformat()})"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a receipt proves.

    Attributes:
        holder: the signer's certificate as verified for the moment of the receipt.
        content: the exact bytes that were signed.
        trusted: whether the authority was compared with a trust folder; without one, only the file's own chain holds.
        revocation: whether the file proves that the certificate was on no revocation list at that moment.
    """

    holder: Holder
    content: bytes
    trusted: bool
    revocation: bool = True


class _Signed(msgspec.Struct, frozen=True):
    content: bytes
    value: bytes
    certificate: bytes


class _Signer(msgspec.Struct, frozen=True):
    verified_at: dt.datetime


class _Received(msgspec.Struct, frozen=True):
    signature: _Signed
    signer: _Signer


class _Unlisted(RevocationChecker):
    def index(self, authority: Authority, *, at: dt.datetime) -> RevocationIndex:  # noqa: ARG002 the file has no list
        return RevocationIndex(b"", 0, at, at, np.empty(0, dtype=np.uint64), frozenset(), frozenset())


class _OneList:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def newest(self, issuer: str) -> bytes:  # noqa: ARG002 the receipt carries the list of its one issuer
        return self.data


def make_receipt(verifier: Verifier, content: bytes, *, signature: bytes, certificate: bytes, at: dt.datetime) -> bytes:
    """The receipt of a signature that is valid now, as JSON.

    Raises:
        BadSignature, BadCertificate and its kin: it is not valid.
    """
    holder = verifier.signature(certificate, content, value=signature, kind=Kind.SIGN, at=at)
    authority = verifier.trust.authorities[Kind.SIGN, holder.issuer]
    receipt = SignatureReceipt(
        content=content,
        signature=signature,
        certificate=certificate,
        authority=authority.certificate.public_bytes(Encoding.DER),
        revocation_list=verifier.revocation.index(authority, at=at).data,
        verified_at=at,
    )
    return msgspec.json.encode(receipt)


def verify_receipt(data: bytes, profile: Profile, *, trust: Trust | None = None) -> Verified:
    """Verify a receipt without any network: signature, certificate, authority, revocation as of its moment.

    Raises:
        BadReceipt: it is not a receipt, or not of a trusted authority.
        BadSignature, BadCertificate and its kin: something in it does not hold.
    """
    receipt = _read(data)
    own = authority_der(Kind.SIGN, receipt.authority)
    known = trust.find(Kind.SIGN, own.key_id) if trust else None
    if trust is not None and not _same(known, own):
        raise BadReceipt("the authority of the receipt is not a trusted one", remedy="compare its key identifier")
    checker = RevocationChecker(_OneList(receipt.revocation_list))
    verifier = Verifier(profile, Trust({(Kind.SIGN, own.key_id): own}), checker)
    parse(receipt.certificate)
    holder = verifier.signature(
        receipt.certificate, receipt.content, value=receipt.signature, kind=Kind.SIGN, at=receipt.verified_at
    )
    return Verified(holder, receipt.content, trust is not None)


def verify_received(data: bytes, profile: Profile, *, trust: Trust) -> Verified:
    """Verify the signature in a portal's receipt (受付票), which carries neither authority nor revocation list.

    Proves signature, authority and validity at the moment of receipt; not that the certificate was unrevoked then.

    Raises:
        BadReceipt: it is not such a file; BadSignature, BadCertificate and its kin: something does not hold.
    """
    try:
        kept = msgspec.json.decode(data, type=_Received)
    except UNREADABLE as error:
        raise BadReceipt(f"this is not a receipt: {error}") from None
    if kept.signer.verified_at.tzinfo is None:
        raise BadReceipt("the moment in the receipt has no time zone")
    verifier = Verifier(profile, trust, _Unlisted(_OneList(b"")))
    signed = kept.signature
    holder = verifier.signature(
        signed.certificate, signed.content, value=signed.value, kind=Kind.SIGN, at=kept.signer.verified_at
    )
    return Verified(holder, signed.content, trusted=True, revocation=False)


def _same(known: Authority | None, own: Authority) -> bool:
    return known is not None and known.certificate == own.certificate


def _read(data: bytes) -> SignatureReceipt:
    if len(data) > MAX_RECEIPT:
        raise BadReceipt("the file is too long for a receipt")
    try:
        receipt = msgspec.json.decode(data, type=SignatureReceipt)
    except UNREADABLE as error:
        raise BadReceipt(f"this is not a signature receipt: {error}") from None
    if receipt.verified_at.tzinfo is None:
        raise BadReceipt("the moment in the receipt has no time zone")
    return receipt
