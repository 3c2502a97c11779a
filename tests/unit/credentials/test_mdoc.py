"""Mobile documents: issued, shown in part, proved for one session; and every reason for which one is refused."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from credential_sample import LIST, NOW, Lists, key
from kiban.credentials import Issuer, Status, StatusList, StatusReader, Trust, sign_statuses
from kiban.credentials.cose import embedded, read_cbor, sign1, within, write_cbor
from kiban.credentials.errors import (
    BadDisclosure,
    CredentialError,
    Expired,
    Malformed,
    NotAllowed,
    NotBound,
    NotIssuable,
    NotSigned,
    NotYetValid,
    Revoked,
    StatusUnknown,
    UnknownIssuer,
    WrongType,
)  # fmt: skip
from kiban.credentials.mdoc import MdocReader, Signer, issue_mdoc, openid4vp_transcript, present_mdoc
from kiban.credentials.mdoc.mnc import DOC_TYPE, ELEMENTS, INTERNATIONAL, NATIONAL, NUMBER, card_on_phone
from kiban.kernel.values import IndividualNumber
from mdoc_sample import CLAIMS, SHOW, STATUS, TRANSCRIPT, Phones, certificate

PHONES = Phones()


def test_the_phone_shows_that_its_holder_is_twenty_and_nothing_else() -> None:
    found = PHONES.read(PHONES.shown())

    assert found.claims == {INTERNATIONAL: {"age_over_20": True}}
    assert card_on_phone(found).elements == {"age_over_20": True}
    assert (found.doc_type, found.issuer, found.device_claims) == (DOC_TYPE, "CN=TEST IACA", {})


def test_everything_shown_is_everything_issued() -> None:
    found = PHONES.read(PHONES.shown(show={space: list(elements) for space, elements in CLAIMS.items()}))

    assert found.claims == CLAIMS
    assert "海南" not in repr(found) + repr(card_on_phone(found))


def test_a_proof_by_mac_is_for_the_reader_with_the_key() -> None:
    reading = key()
    response = present_mdoc(
        PHONES.issued(), show=SHOW, device=PHONES.device, transcript=TRANSCRIPT, mac_for=reading.public_key()
    )

    assert PHONES.read(response, reader=MdocReader([PHONES.root], key=reading)).claims
    for reader in (MdocReader([PHONES.root], key=key()), PHONES.reader):
        with pytest.raises(NotBound):
            PHONES.read(response, reader=reader)


def test_a_response_counts_for_its_session_alone() -> None:
    for other in (
        openid4vp_transcript("x509_san_dns:shop.example", "n-1", response_uri="https://bank.example/answer"),
        openid4vp_transcript("x509_san_dns:bank.example", "n-2", response_uri="https://bank.example/answer"),
        openid4vp_transcript("x509_san_dns:bank.example", "n-1", response_uri="https://evil.example/answer"),
    ):
        with pytest.raises(NotBound):
            PHONES.read(PHONES.shown(), transcript=other)


def test_another_phone_cannot_show_it() -> None:
    response = present_mdoc(PHONES.issued(), show=SHOW, device=key(), transcript=TRANSCRIPT)

    with pytest.raises(NotBound):
        PHONES.read(response)


def test_the_validity_and_the_type() -> None:
    ends = NOW + dt.timedelta(days=365)
    PHONES.read(PHONES.shown(), at=ends - dt.timedelta(seconds=1))
    with pytest.raises(Expired):
        PHONES.read(PHONES.shown(), at=ends)
    with pytest.raises(NotYetValid):
        PHONES.read(PHONES.shown(), at=NOW - dt.timedelta(minutes=2))
    with pytest.raises(WrongType):
        PHONES.read(PHONES.shown(), doc_type="org.iso.18013.5.1.mDL")
    with pytest.raises(NotIssuable):
        PHONES.issued(valid_until=NOW)
    with pytest.raises(NotIssuable):
        PHONES.issued(claims={})


def signers() -> dict[str, tuple[Callable[[], bytes], type[CredentialError]]]:
    other, later = Phones(), NOW + dt.timedelta(days=1)
    early = NOW - dt.timedelta(days=9)
    own = Signer(PHONES.signer_key, certificate("TEST DS", PHONES.signer_key.public_key(), by="TEST IACA",
                                                signing=PHONES.signer_key))  # fmt: skip
    sign = PHONES.signer_with
    web = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.1")
    return {
        "another root of the same name": (lambda: other.shown(signer=other.signer), UnknownIssuer),
        "signed by itself": (lambda: PHONES.shown(signer=own), UnknownIssuer),
        "for web servers": (lambda: PHONES.shown(signer=sign(usage=web)), UnknownIssuer),
        "an authority, no signer": (lambda: PHONES.shown(signer=sign(ca=True)), UnknownIssuer),
        "expired": (lambda: PHONES.shown(signer=sign(begin=early, end=NOW)), Expired),
        "not yet valid": (lambda: PHONES.shown(signer=sign(begin=later)), NotYetValid),
        "signed before the certificate": (
            lambda: PHONES.shown(signer=sign(begin=NOW), signed_at=NOW - dt.timedelta(hours=1)), NotSigned),
        "another key than the certificate's": (
            lambda: PHONES.shown(signer=Signer(key(), PHONES.signer.certificate)), NotSigned),
    }  # fmt: skip


@pytest.mark.parametrize("name", signers())
def test_the_signer_must_be_one_of_a_trusted_root(name: str) -> None:
    make, refusal = signers()[name]

    with pytest.raises(refusal):
        PHONES.read(make())


def test_a_single_signer_can_be_trusted_by_itself() -> None:
    assert PHONES.read(PHONES.shown(), reader=MdocReader([PHONES.signer.certificate])).claims
    with pytest.raises(UnknownIssuer):
        PHONES.read(PHONES.shown(), reader=MdocReader([]))


def changed(change: Callable[[dict[str, Any]], Any], *, resign: bool = False) -> bytes:
    """A response of which one part was changed; with ``resign`` the security object, signed again by the signer."""
    whole = read_cbor(PHONES.shown(show={INTERNATIONAL: ["age_over_20", "age_in_years"]}))
    document = whole["documents"][0]
    if not resign:
        change(whole)
        return write_cbor(whole)
    auth = document["issuerSigned"]["issuerAuth"]
    said = read_cbor(within(read_cbor(auth[2])))
    change(said)
    document["issuerSigned"]["issuerAuth"] = sign1(
        write_cbor(embedded(write_cbor(said))), PHONES.signer_key, open_header=auth[1]
    )
    return write_cbor(whole)


def doc(whole: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = whole["documents"][0]
    return found


def items(whole: dict[str, Any]) -> list[Any]:
    found: list[Any] = doc(whole)["issuerSigned"]["nameSpaces"][INTERNATIONAL]
    return found


def older(whole: dict[str, Any]) -> None:
    item = read_cbor(within(items(whole)[1]))
    items(whole)[1] = embedded(write_cbor(item | {"elementValue": 99}))


RESPONSES: dict[str, tuple[Callable[[dict[str, Any]], Any], type[CredentialError]]] = {
    "version": (lambda w: w.update(version="1.1"), Malformed),
    "status": (lambda w: w.update(status=10), Malformed),
    "errors beside": (lambda w: w.update(documentErrors=[]), Malformed),
    "no documents": (lambda w: w.update(documents=[]), Malformed),
    "type outside": (lambda w: doc(w).update(docType="x"), WrongType),
    "an older age": (older, BadDisclosure),
    "an element twice": (lambda w: items(w).append(items(w)[0]), BadDisclosure),
    "an element without mark": (lambda w: items(w).append(b"x"), Malformed),
    "another namespace": (
        lambda w: doc(w)["issuerSigned"]["nameSpaces"].update({"x": items(w)}), BadDisclosure),
    "an empty namespace": (lambda w: doc(w)["issuerSigned"]["nameSpaces"].update({INTERNATIONAL: []}), BadDisclosure),
    "no device proof": (lambda w: doc(w).pop("deviceSigned"), Malformed),
    "empty device proof": (lambda w: doc(w)["deviceSigned"].update(deviceAuth={}), NotBound),
    "unknown proof": (lambda w: doc(w)["deviceSigned"].update(deviceAuth={"x": [b"\xa0", {}, None, b""]}), NotBound),
    "the device says more": (
        lambda w: doc(w)["deviceSigned"].update(nameSpaces=embedded(write_cbor({"x": {"a": 1}}))), NotBound),
    "no certificate": (lambda w: doc(w)["issuerSigned"]["issuerAuth"][1].clear(), UnknownIssuer),
    "certificate of bytes": (lambda w: doc(w)["issuerSigned"]["issuerAuth"][1].update({33: b"x"}), UnknownIssuer),
    "four parts": (lambda w: doc(w)["issuerSigned"]["issuerAuth"].pop(), Malformed),
    "no payload": (lambda w: doc(w)["issuerSigned"]["issuerAuth"].__setitem__(2, None), Malformed),
}  # fmt: skip
SIGNED_OBJECTS: dict[str, tuple[Callable[[dict[str, Any]], Any], type[CredentialError]]] = {
    "version": (lambda s: s.update(version="2.0"), WrongType),
    "type": (lambda s: s.update(docType="x"), WrongType),
    "weak digests": (lambda s: s.update(digestAlgorithm="SHA-1"), NotAllowed),
    "digest algorithm no text": (lambda s: s.update(digestAlgorithm=[1]), NotAllowed),
    "no digests": (lambda s: s.pop("valueDigests"), Malformed),
    "no validity": (lambda s: s.pop("validityInfo"), Malformed),
    "validity as texts": (lambda s: s["validityInfo"].update(validUntil="2030"), Malformed),
    "no device key": (lambda s: s.pop("deviceKeyInfo"), Malformed),
    "a device key off the curve": (lambda s: s["deviceKeyInfo"]["deviceKey"].update({-2: b"\1" * 32}), Malformed),
    "status of another form": (lambda s: s.update(status={"x": 1}), Malformed),
    "status without list": (
        lambda s: s.update(status={"status_list": {"idx": 1, "uri": "https://x.example"}}), StatusUnknown),
}  # fmt: skip


@pytest.mark.parametrize("name", RESPONSES)
def test_a_changed_response_is_refused_with_its_reason(name: str) -> None:
    change, refusal = RESPONSES[name]

    with pytest.raises(refusal) as found:
        PHONES.read(changed(change))
    assert type(found.value) is refusal


@pytest.mark.parametrize("name", SIGNED_OBJECTS)
def test_a_signers_mistake_is_refused_with_its_reason(name: str) -> None:
    change, refusal = SIGNED_OBJECTS[name]

    assert PHONES.read(changed(lambda said: None, resign=True)).claims
    with pytest.raises(refusal) as found:
        PHONES.read(changed(change, resign=True))
    assert type(found.value) is refusal


def test_a_document_is_revoked_by_its_authoritys_list() -> None:
    authority = Issuer("CN=TEST IACA", key())
    trust = Trust({authority.uri: {authority.key_name: authority.key.public_key()}})
    statuses, lists = StatusList.empty(64), Lists()
    reader = dataclasses.replace(PHONES.reader, statuses=StatusReader(lists, trust))
    response = PHONES.shown(status=STATUS)
    lists.texts[LIST] = sign_statuses(authority, LIST, statuses=statuses, at=NOW)

    assert PHONES.read(response, reader=reader).status == STATUS
    statuses.set([STATUS.index], Status.REVOKED)
    lists.texts[LIST] = sign_statuses(authority, LIST, statuses=statuses, at=NOW)
    with pytest.raises(Revoked):
        PHONES.read(response, reader=reader)
    with pytest.raises(StatusUnknown):
        PHONES.read(response)


def test_the_individual_number_is_taken_with_a_ground_alone() -> None:
    eleven = "12345678901"
    number = eleven + str(IndividualNumber.check_digit(eleven))
    claims = {NATIONAL: {NUMBER: number}}
    found = PHONES.read(PHONES.shown(claims=claims, show={NATIONAL: [NUMBER]}))

    with pytest.raises(NotAllowed) as refused:
        card_on_phone(found)
    card = card_on_phone(found, ground="番号法14条1項")
    assert card.number == IndividualNumber.parse(number)
    assert NUMBER not in card.elements
    assert number not in repr(card) + str(refused.value)


def test_elements_that_the_card_does_not_have() -> None:
    assert sum(map(len, ELEMENTS.values())) == 11
    with pytest.raises(Malformed):
        card_on_phone(PHONES.read(PHONES.shown(claims={NATIONAL: {"shoe_size": 24}}, show={NATIONAL: ["shoe_size"]})))
    with pytest.raises(Malformed):
        card_on_phone(dataclasses.replace(PHONES.read(PHONES.shown()), doc_type="x"))
    with pytest.raises(BadDisclosure):
        PHONES.shown(show={NATIONAL: ["shoe_size"]})


def test_each_flipped_bit_is_refused() -> None:
    """Every bit of a response, in turn, is changed: no change goes through."""
    response = PHONES.shown()
    reasons: dict[str, int] = {}
    for bit in range(len(response) * 8):
        flipped = bytearray(response)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CredentialError) as found:
            PHONES.read(bytes(flipped))
        reasons[type(found.value).__name__] = reasons.get(type(found.value).__name__, 0) + 1

    assert sum(reasons.values()) == len(response) * 8
    assert {"NotSigned", "NotBound", "BadDisclosure", "UnknownIssuer", "Malformed"} <= set(reasons)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    try:
        value = read_cbor(data)
    except Malformed:
        return
    assert repr(cbor2.loads(data)) == repr(value)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "9f01ff",
        "a2616101616102",
        "0102",
        "5f4101ff",
        "1801" * 2,
        "81" * 40 + "01",
        "c5821a3b9aca0001",
        "d82363612b2b",
        "d81c80",
        "d9010281 01".replace(" ", ""),
        "ff",
    ],
)
def test_cbor_beside_the_strict_form_is_refused(data: str) -> None:
    with pytest.raises(Malformed):
        read_cbor(bytes.fromhex(data))


@given(
    st.dictionaries(
        st.text(max_size=5), st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.binary() | st.text()
    )
)
def test_what_is_written_is_read(value: dict[str, Any]) -> None:
    assert read_cbor(write_cbor(value)) == value


def test_keys_of_another_curve_are_refused() -> None:
    wrong = ec.generate_private_key(ec.SECP384R1())
    signer = Signer(wrong, certificate("TEST DS", wrong.public_key(), by="TEST IACA", signing=PHONES.root_key))

    with pytest.raises((CredentialError, OverflowError)):
        PHONES.read(present_mdoc(issue_mdoc(signer, CLAIMS, terms=PHONES.terms()), show=SHOW, device=PHONES.device,
                                 transcript=TRANSCRIPT))  # fmt: skip
