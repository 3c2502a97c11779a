"""ISO/IEC 18013-5 Annex D, and pymdoccbor as the other side for what an issuer signs."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from kiban.credentials.cose import read_cbor, read_sign1, within, write_cbor
from kiban.credentials.errors import CredentialError, Expired, NotBound, NotYetValid, UnknownIssuer
from kiban.credentials.mdoc import MdocReader, verify_response
from mdoc_sample import Phones
from shared_data import shared

AT = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)


def annex_d() -> tuple[bytes, bytes, MdocReader]:
    """Response, transcript and a reader that trusts the signer's own certificate: its root is not in the annex.

    The package carries the response of an earlier text of the annex: the same document with the MAC of another session.
    """
    published = pytest.importorskip("pymdoccbor.tests.test_01_mdoc_parser")
    session = json.loads(shared("data/identity/iso-18013-5-annex-d.json").read_text(encoding="utf-8"))
    whole = read_cbor(bytes.fromhex(published.ISSUED_MDOC))
    whole["documents"][0]["deviceSigned"]["deviceAuth"]["deviceMac"][3] = bytes.fromhex(session["device_mac"])
    response = write_cbor(whole)
    auth = read_sign1(whole["documents"][0]["issuerSigned"]["issuerAuth"])
    signer = x509.load_der_x509_certificate(auth.open_header[33])
    key = ec.derive_private_key(int(session["reader_key_d"], 16), ec.SECP256R1())
    transcript = within(read_cbor(bytes.fromhex(session["session_transcript_bytes"])))
    return response, transcript, MdocReader([signer], key=key)


def test_the_annexs_licence_is_read_with_its_mac() -> None:
    response, transcript, reader = annex_d()
    (found,) = verify_response(response, reader, transcript=transcript, at=AT, doc_type="org.iso.18013.5.1.mDL")
    claims = found.claims["org.iso.18013.5.1"]

    assert (claims["family_name"], claims["document_number"]) == ("Doe", "123456789")
    assert (claims["issue_date"], claims["expiry_date"]) == (dt.date(2019, 10, 20), dt.date(2024, 10, 20))
    assert len(claims) == 6


def test_the_annexs_licence_is_refused_today_elsewhere_and_by_strangers() -> None:
    response, transcript, reader = annex_d()
    for at, refusal in ((AT.replace(year=2026), Expired), (AT.replace(year=2020), NotYetValid)):
        with pytest.raises(refusal):
            verify_response(response, reader, transcript=transcript, at=at)
    with pytest.raises(NotBound):
        verify_response(response, reader, transcript=transcript[:-1] + b"\x15", at=AT)
    with pytest.raises(NotBound):
        verify_response(response, MdocReader(reader.roots), transcript=transcript, at=AT)
    with pytest.raises(UnknownIssuer):
        verify_response(response, MdocReader([]), transcript=transcript, at=AT)


def test_each_flipped_byte_of_the_annexs_licence_is_refused() -> None:
    response, transcript, reader = annex_d()
    for place in range(0, len(response), 3):
        flipped = bytearray(response)
        flipped[place] ^= 1 << place % 8
        with pytest.raises(CredentialError):
            verify_response(bytes(flipped), reader, transcript=transcript, at=AT)


def test_the_other_library_accepts_what_we_issue() -> None:
    verifier: Any = pytest.importorskip("pymdoccbor.mdoc.verifier")
    theirs = verifier.MdocCbor()
    theirs.loads(Phones().shown())
    theirs.verify()

    assert [one.is_valid for one in theirs.documents] == [True]
