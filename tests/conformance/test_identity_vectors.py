"""Published vectors for the parts of identity in use; docs/conformance-identity.md lists those that do not apply."""

from __future__ import annotations

import base64
import datetime as dt
import gc
import json
import time
from collections.abc import Iterator
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from kiban.identity.certificates import Verifier, check_issued, check_period, check_value
from kiban.identity.errors import (
    BadCertificate,
    BadSignature,
    CertificateExpired,
    CertificateRevoked,
    IdentityError,
    RevocationUnknown,
)
from kiban.identity.model import Kind
from kiban.identity.profile import TEST_CARDS
from kiban.identity.revocation import RevocationChecker, read_list
from kiban.identity.trust import Authority, Trust
from shared_data import shared

AT = dt.datetime(2022, 5, 1, tzinfo=dt.UTC)
UNREADABLE = {"DSAParametersInheritedCACert.crt"}  # the parser refuses a DSA key without parameters
FOREVER = dt.timedelta(days=40_000)


def test_wycheproof_rsa_pkcs1_sha256():
    vectors = json.loads(shared("data/identity/wycheproof/rsa_signature_2048_sha256_test.json").read_text())
    wrong, run = [], 0
    for group in vectors["testGroups"]:
        key = serialization.load_der_public_key(bytes.fromhex(group["publicKeyDer"]))
        for case in group["tests"]:
            run += 1
            try:
                check_value(key, bytes.fromhex(case["msg"]), value=bytes.fromhex(case["sig"]))
                accepted = True
            except BadSignature:
                accepted = False
            lawful = {"valid": {True}, "invalid": {False}, "acceptable": {False, True}}[case["result"]]
            if accepted not in lawful:
                wrong.append((case["tcId"], case["comment"]))

    assert run == vectors["numberOfTests"]
    assert wrong == []


@cache
def pkits() -> dict:
    return json.loads(shared("data/identity/pkits.json").read_text())


def certificate(name: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(pkits()["certs"][name]))


def issuer_of(leaf: x509.Certificate, names: list[str]) -> Authority:
    candidates = [certificate(name) for name in names]
    found = next((c for c in candidates if c.subject == leaf.issuer), candidates[-1])
    return Authority(Kind.AUTH, "00", found)


class Lists:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def newest(self, issuer: str) -> bytes:
        return self.data


# the case's end entity under its issuer as the one pinned authority: signature, validity, revocation
PKITS = {
    "40101": None,
    "40103": BadCertificate,
    "40202": CertificateExpired,
    "40203": None,
    "40204": None,
    "40206": CertificateExpired,
    "40207": CertificateExpired,
    "40208": None,
    "40301": BadCertificate,
    "40302": BadCertificate,
    "40403": CertificateRevoked,
    "40404": RevocationUnknown,
    "40405": RevocationUnknown,
    "40406": RevocationUnknown,
    "40408": RevocationUnknown,
    "40409": RevocationUnknown,
    "40410": RevocationUnknown,
    "40411": RevocationUnknown,
    "40412": RevocationUnknown,
    "40414": None,
    "40415": CertificateRevoked,
    "40416": None,
    "40417": None,
    "40418": CertificateRevoked,
}


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@pytest.mark.parametrize("number", PKITS)
def test_pkits_for_one_tier(number):
    case = next(c for c in pkits()["cases"] if c["id"] == number)
    try:
        check(case)
        outcome = None
    except IdentityError as refused:
        outcome = type(refused)

    assert outcome is PKITS[number]


def check(case: dict) -> None:
    leaf = certificate(case["cert"])
    authority = issuer_of(leaf, case.get("other_certs", []))
    check_issued(leaf, authority.certificate)
    check_period(leaf, authority, at=AT)
    lists = [base64.b64decode(pkits()["crls"][name]) for name in case.get("crls", [])]
    mine = [d for d in lists if x509.load_der_x509_crl(d).issuer == authority.certificate.subject] or lists[-1:]
    index = RevocationChecker(Lists(mine[0]), fresh=FOREVER).index(authority, at=AT)
    index.check(leaf.serial_number)


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_no_pkits_certificate_passes_for_a_card_under_any_of_its_authorities():
    accepted = []
    for case in pkits()["cases"]:
        der = base64.b64decode(pkits()["certs"][case["cert"]])
        for name in {*case.get("other_certs", []), pkits()["trust_anchor"]} - UNREADABLE:
            accepted += [case["id"]] if passes(der, certificate(name), at=AT) else []

    assert accepted == []


@pytest.fixture
def no_collection() -> Iterator[None]:
    """A collection goes over the whole test process: its time is none of what is measured."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collection")
@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_no_limbo_certificate_passes_for_a_card_and_none_takes_long():
    cases = json.loads(shared("data/identity/x509-limbo.json").read_text())["testcases"]
    accepted, slow = [], []
    for case in cases:
        begun = time.process_time()
        der = pem_body(case["peer_certificate"])
        for anchor in case["trusted_certs"]:
            try:
                trusted = x509.load_pem_x509_certificate(anchor.encode())
            except ValueError:
                continue
            accepted += [case["id"]] if passes(der, trusted, at=AT) else []
        slow += [case["id"]] if time.process_time() - begun > 1 else []

    assert len(cases) == 194
    assert accepted == []
    assert slow == []


def pem_body(text: str) -> bytes:
    return base64.b64decode("".join(line for line in text.splitlines() if "-----" not in line))


def passes(der: bytes, anchor: x509.Certificate, *, at: dt.datetime) -> bool:
    try:
        named = anchor.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest.hex()
    except (x509.ExtensionNotFound, ValueError, TypeError):
        named = "00"
    trust = Trust({(kind, named): Authority(kind, named, anchor) for kind in Kind})
    verifier = Verifier(TEST_CARDS, trust, RevocationChecker(Lists(b"")))
    for kind in Kind:
        try:
            verifier.certificate(der, kind, at=at)
        except IdentityError:
            continue
        return True
    return False


def test_a_list_that_is_none_is_refused():
    anchor = certificate(pkits()["trust_anchor"])

    with pytest.raises(RevocationUnknown):
        read_list(b"\x30\x00", Authority(Kind.AUTH, "00", anchor))
