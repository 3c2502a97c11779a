"""The office's seal on a PDF (PAdES, ETSI EN 319 142): sealed once, over every byte, and nothing after it.

`pyhanko` signs and judges what changed; this module says what counts: one signature, by a certificate of a trusted
root, over the whole file, with no later revision and nothing hidden behind it in the space that it was given.
"""

from __future__ import annotations

import datetime as dt
import io
import logging
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from kiban.credentials.errors import NotSealed
from kiban.kernel.clock import JST

T = TypeVar("T")
FIELD: Final = "KibanSeal"
LONGEST: Final = 50_000_000
DIGESTS: Final = frozenset({"sha256", "sha384", "sha512"})
VERSION_1: Final = bytes.fromhex("020101")
LIFE: Final = dt.timedelta(days=3 * 365)


logging.getLogger("pyhanko").addHandler(logging.NullHandler())  # a hostile file is told by a refusal, not by a log


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal's key, its certificate and the root that it is of."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate
    root: x509.Certificate


@dataclass(frozen=True, slots=True)
class Sealed:
    """A PDF found whole under one trusted seal.

    Attributes:
        by: name in the seal's certificate.
        said_at: when the signer says it was sealed.
        stamped_at: when a time-stamping authority says it existed (RFC 3161), if it was stamped.
        attached: files in the PDF, by name.
    """

    by: str
    said_at: dt.datetime | None
    stamped_at: dt.datetime | None
    attached: dict[str, bytes] = field(repr=False)


def make_seal(name: str, *, at: dt.datetime) -> Seal:
    """A seal for trying: a root of its own and a certificate under it. A real office has one of an accredited CA."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = f"TEST-SEAL {name}"
    root = _certificate(authority, root_key, by=(authority, root_key), at=at)
    return Seal(key, _certificate(name, key, by=(authority, root_key), at=at), root)


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, *, by: tuple[str, ec.EllipticCurvePrivateKey], at: dt.datetime
) -> x509.Certificate:
    root = key is by[1]
    subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one[:64])]) for one in (name, by[0]))
    usage = x509.KeyUsage(not root, not root, False, False, False, root, root, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - dt.timedelta(minutes=5))
        .not_valid_after(at + LIFE)
        .add_extension(x509.BasicConstraints(root, 0 if root else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by[1].public_key()), critical=False)
        .sign(by[1], SHA256())
    )


def _apart(work: Callable[[], T]) -> T:
    """The work in a thread of its own: pyhanko runs an event loop, and the caller's thread may have one already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def seal_pdf(pdf: bytes, seal: Seal, *, reason: str = "", timestamper: Any = None) -> bytes:
    """The PDF with the seal over all of it (PAdES B-B; with a timestamper B-T), closed for any change.

    Args:
        pdf: a PDF without signature.
        seal: who seals.
        reason: what for, shown by PDF readers.
        timestamper: a `pyhanko.sign.timestamps.TimeStamper`, e.g. ``HTTPTimeStamper`` of an accredited authority.

    Raises:
        NotSealed: the PDF cannot be read, or has a signature already.
    """
    from asn1crypto import keys
    from asn1crypto import x509 as asn1
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    private = seal.key.private_bytes(s.Encoding.DER, s.PrivateFormat.PKCS8, s.NoEncryption())
    signer = SimpleSigner(
        signing_cert=asn1.Certificate.load(seal.certificate.public_bytes(s.Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]  # pyhanko's own gap
        embed_roots=False,
    )
    about = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES, reason=reason or None,
    )  # fmt: skip
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        if list(writer.prev.embedded_signatures):
            raise NotSealed("the PDF has a signature already", remedy="seal the unsigned page")
        made = _apart(lambda: PdfSigner(about, signer, timestamper=timestamper).sign_pdf(writer))
    except (PdfError, ValueError) as error:
        raise NotSealed(f"the PDF cannot be sealed: {type(error).__name__}") from None
    return bytes(made.getbuffer())


def verify_pdf(pdf: bytes, roots: Sequence[x509.Certificate], *, at: dt.datetime) -> Sealed:
    """A sealed PDF, verified without any network.

    The certificate must be valid at the time-stamp, or, without one, at ``at``. Whether the seal's own certificate was
    revoked is not looked up: give roots that are current.

    Raises:
        NotSealed: it is not whole under one seal of a trusted root.
    """
    if len(pdf) > LONGEST or not pdf.startswith(b"%PDF-"):
        raise NotSealed("this is no PDF, or far too long")
    try:
        return _apart(lambda: _judged(pdf, roots, at=at))
    except NotSealed:
        raise
    except Exception as error:
        raise NotSealed(f"the PDF cannot be read as a sealed one: {type(error).__name__}") from None


def _judged(pdf: bytes, roots: Sequence[x509.Certificate], *, at: dt.datetime) -> Sealed:
    from asn1crypto import x509 as asn1
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    signatures = list(reader.embedded_signatures)
    if len(signatures) != 1 or signatures[0].sig_object_type != "/Sig":
        raise NotSealed("it has no seal, or more than one signature")
    embedded = signatures[0]
    _check_space(pdf, embedded)
    _check_form(embedded.signed_data, embedded.signer_cert)
    trusted = [asn1.Certificate.load(one.public_bytes(s.Encoding.DER)) for one in roots]

    def context(moment: dt.datetime) -> Any:
        return ValidationContext(trust_roots=trusted, moment=moment, allow_fetching=False, revocation_mode="soft-fail")

    status = validate_pdf_signature(embedded, context(at), ts_validation_context=context(at))
    stamp = status.timestamp_validity
    if stamp is not None:  # what existed at the stamped moment is judged as of then
        if not (stamp.intact and stamp.valid and stamp.trusted):
            raise NotSealed("the time-stamp does not hold, or is of no trusted root")
        status = validate_pdf_signature(embedded, context(stamp.timestamp), ts_validation_context=context(at))
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not (status.intact and status.valid):
        raise NotSealed("the seal does not fit: the PDF was changed")
    if not whole or status.modification_level != ModificationLevel.NONE or not status.docmdp_ok:
        raise NotSealed("something was added to the PDF after it was sealed")
    if not status.trusted or not status.bottom_line:
        raise NotSealed("the seal is of no trusted root, or was not valid then", remedy="add the root if you trust it")
    return Sealed(
        status.signing_cert.subject.native.get("common_name", ""),
        _zoned(status.signer_reported_dt),
        _zoned(stamp.timestamp) if stamp is not None else None,
        _attached(reader),
    )


def _zoned(moment: dt.datetime | None) -> dt.datetime | None:
    return moment.astimezone(JST) if moment is not None else None


def _check_space(pdf: bytes, embedded: Any) -> None:
    """The space left for the signature holds it and zeros, in one spelling: nothing can be hidden there."""
    first, length, second, rest = (int(one) for one in embedded.byte_range)
    space = pdf[first + length : second]
    if first != 0 or second + rest != len(pdf) or not re.fullmatch(rb"<(?:[0-9a-f]+|[0-9A-F]+)>", space):
        raise NotSealed("the seal does not cover the whole file")
    content = bytes.fromhex(space[1:-1].decode("ascii"))
    whole = _value(content, 0)
    if content[whole[1] :].strip(b"\0"):
        raise NotSealed("something is hidden behind the seal")
    _kind, tagged = _within(content, whole)
    (signed,) = _within(content, tagged)
    (_signer,) = _within(content, _within(content, signed)[-1])
    _within(content, _signer)


def _value(data: bytes, start: int) -> tuple[int, int]:
    """Where the content of a DER value begins and ends."""
    begin, length = start + 2, data[start + 1]
    if length > 0x80:
        begin += length & 0x7F
        length = int.from_bytes(data[start + 2 : begin], "big")
    return begin, begin + length


def _within(data: bytes, place: tuple[int, int]) -> list[tuple[int, int]]:
    """The values in a value, which they fill exactly. Raises: NotSealed: they do not."""
    out, at = [], place[0]
    while at < place[1]:
        out.append(_value(data, at))
        at = out[-1][1]
    if at != place[1]:
        raise NotSealed("something is hidden in the seal")
    return out


def _check_form(signed: Any, certificate: Any) -> None:
    """The parts of the signature object that no signature covers have the one form that seals are made in."""
    signers, digests = signed["signer_infos"], signed["digest_algorithms"]
    if len(signers) != 1 or len(digests) != 1:
        raise NotSealed("it has no seal, or more than one signature")
    own = signers[0]["digest_algorithm"]
    if digests[0].dump() != own.dump() or own["algorithm"].native not in DIGESTS:
        raise NotSealed("the seal names another digest than it was made with, or one that is not accepted")
    if signed["version"].dump() != VERSION_1 or signers[0]["version"].dump() != VERSION_1:
        raise NotSealed("the seal is of another version than seals are made in")
    named = signers[0]["sid"].chosen
    if (
        named["issuer"].dump() != certificate.issuer.dump()
        or named["serial_number"].native != certificate.serial_number
    ):
        raise NotSealed("the seal names another certificate than it carries")


def _attached(reader: Any) -> dict[str, bytes]:
    """Files in the name tree of embedded files."""
    names = reader.root.get("/Names", {}).get("/EmbeddedFiles", {})
    out: dict[str, bytes] = {}
    waiting = [names]
    while waiting and len(out) < 100:
        node = waiting.pop().get_object() if hasattr(names, "get_object") else waiting.pop()
        waiting += [kid.get_object() for kid in node.get("/Kids", [])]
        found = list(node.get("/Names", []))
        for name, spec in zip(found[::2], found[1::2], strict=True):
            out[str(name)] = spec.get_object()["/EF"]["/F"].get_object().data
    return out
