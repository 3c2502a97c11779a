"""An issuing authority, a signer, a phone and a reader for tests of mobile documents; made for each run."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from credential_sample import LIST, NOW, key
from kiban.credentials import StatusEntry
from kiban.credentials.mdoc import (
    MdocReader,
    MdocTerms,
    Signer,
    VerifiedMdoc,
    issue_mdoc,
    openid4vp_transcript,
    present_mdoc,
    verify_response,
)  # fmt: skip
from kiban.credentials.mdoc.mnc import DOC_TYPE, INTERNATIONAL, NATIONAL
from kiban.credentials.mdoc.reading import DOCUMENT_SIGNER

CLAIMS: dict[str, dict[str, Any]] = {
    NATIONAL: {
        "full_name_unicode": "海南 花子", "resident_address_unicode": "和歌山県海南市日方1525番地6",
        "local_gov_code_unicode": "302023", "sex_unicode": "2", "birth_date_unicode": "19900401",
    },
    INTERNATIONAL: {"sex": 2, "birth_date": dt.date(1990, 4, 1), "age_in_years": 36, "age_over_20": True},
}  # fmt: skip
TRANSCRIPT = openid4vp_transcript("x509_san_dns:bank.example", "n-1", response_uri="https://bank.example/answer")
SHOW = {INTERNATIONAL: ["age_over_20"]}


def certificate(subject: str, public: Any, *, by: str, signing: Any, ca: bool = False, **more: Any) -> x509.Certificate:
    """A certificate valid from a day before NOW for two years."""
    begin = more.get("begin", NOW - dt.timedelta(days=1))
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
        .public_key(public).serial_number(x509.random_serial_number())
        .not_valid_before(begin).not_valid_after(more.get("end", begin + dt.timedelta(days=730)))
        .add_extension(x509.BasicConstraints(ca, 0 if ca else None), critical=True)
        .add_extension(x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False), critical=True)
    )  # fmt: skip
    usage = more.get("usage", None if ca else DOCUMENT_SIGNER)
    if usage is not None:
        made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    return made.sign(signing, SHA256())


@dataclass
class Phones:
    """The authority with its root, the signer, a phone, a reader."""

    root_key: ec.EllipticCurvePrivateKey = field(default_factory=key)
    signer_key: ec.EllipticCurvePrivateKey = field(default_factory=key)
    device: ec.EllipticCurvePrivateKey = field(default_factory=key)

    def __post_init__(self) -> None:
        self.root = certificate("TEST IACA", self.root_key.public_key(), by="TEST IACA", signing=self.root_key, ca=True)
        self.signer = self.signer_with()

    def signer_with(self, **more: Any) -> Signer:
        made = certificate("TEST DS", self.signer_key.public_key(), by="TEST IACA", signing=self.root_key, **more)
        return Signer(self.signer_key, made)

    @property
    def reader(self) -> MdocReader:
        return MdocReader([self.root])

    def terms(self, **more: Any) -> MdocTerms:
        known: dict[str, Any] = {"signed_at": NOW, "valid_until": NOW + dt.timedelta(days=365)}
        return MdocTerms(DOC_TYPE, device=self.device.public_key(), **(known | more))

    def issued(self, *, claims: Any = CLAIMS, signer: Signer | None = None, **more: Any) -> bytes:
        return issue_mdoc(signer or self.signer, claims, terms=self.terms(**more))

    def shown(self, *, transcript: bytes = TRANSCRIPT, show: Any = None, **more: Any) -> bytes:
        return present_mdoc(self.issued(**more), show=show or SHOW, device=self.device, transcript=transcript)

    def read(self, response: bytes, **more: Any) -> VerifiedMdoc:
        given: dict[str, Any] = {"transcript": TRANSCRIPT, "at": NOW, "doc_type": DOC_TYPE} | more
        return verify_response(response, given.pop("reader", self.reader), **given)[0]


STATUS = StatusEntry(LIST, 5)
