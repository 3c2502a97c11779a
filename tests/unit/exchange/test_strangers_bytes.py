"""What a stranger seals, signs or answers: refused by its name, never an exception of a library."""

from __future__ import annotations

import base64

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.jwk import ECKey

from kiban.exchange.client import refusal
from kiban.exchange.errors import (
    BadSignature,
    BadToken,
    ClockApart,
    ExchangeError,
    HolderUnavailable,
    NotAllowed,
    Replayed,
    TokenExpired,
)
from kiban.exchange.sealing import opened, seal, sign, unseal
from kiban.exchange.signing import REQUEST, Message, check_es256, sign_es256, signature_base
from kiban.procedures.adapters import exchange_errors
from kiban.procedures.errors import EnquiryRefused, HolderDown

KEY = ECKey.generate_key("P-256")
DEEP = b"[" * 200_000
DEEP_LIST, DEEP_MAPPING = b"[" * 3000 + b"]" * 3000, b'{"a":' * 3000 + b"1" + b"}" * 3000
PLAINTEXTS = [DEEP_LIST, DEEP_MAPPING, DEEP, b'{"\xff": 1}', b"\xff", b"9" * 400, b'"\\ud800"', b""]
HEADERS = [b"[]", b"1", b'"x"', b"null", b"{}", b'{"alg": []}', b'{"alg": null, "enc": 1}', DEEP, b"\xff", b""]


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize("plain", PLAINTEXTS)
def test_whatever_was_sealed_to_us_is_read_or_refused(plain: bytes) -> None:
    token = jwe.encrypt_compact({"alg": "ECDH-ES", "enc": "A256GCM"}, plain, KEY, algorithms=["ECDH-ES", "A256GCM"])

    for kind in (dict, list):
        with pytest.raises(BadToken):
            unseal(token, kind, key=KEY)


@pytest.mark.parametrize("payload", PLAINTEXTS)
def test_whatever_was_signed_by_the_core_is_read_or_refused(payload: bytes) -> None:
    token = jws.serialize_compact({"alg": "ES256", "typ": "kiban-token"}, payload, KEY, algorithms=["ES256"])

    for kind in (dict, list):
        with pytest.raises(BadToken):
            opened(token, "kiban-token", key=KEY, content=kind)


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_that_is_no_header(header: bytes) -> None:
    sealed, signed = seal({"a": 1}, reader=KEY), sign({"a": 1}, key=KEY, kind="kiban-token")

    with pytest.raises(BadToken):
        unseal(".".join([b64(header), *sealed.split(".")[1:]]), dict, key=KEY)
    with pytest.raises(BadToken):
        opened(".".join([b64(header), *signed.split(".")[1:]]), "kiban-token", key=KEY, content=dict)


@pytest.mark.parametrize("epk", [1, [], "x", {}, {"kty": "EC"}, {"kty": "EC", "crv": "P-256", "x": 1, "y": []}, None])
def test_a_sealed_text_whose_senders_key_is_none(epk: object) -> None:
    header = msgspec.json.encode({"alg": "ECDH-ES", "enc": "A256GCM", "epk": epk})
    rest = seal({"a": 1}, reader=KEY).split(".")[1:]

    with pytest.raises(BadToken):
        unseal(".".join([b64(header), *rest]), dict, key=KEY)


@settings(max_examples=150)
@given(st.lists(st.binary(max_size=40).map(b64) | st.text(max_size=6), max_size=6).map(".".join))
def test_no_text_is_a_token(text: str) -> None:
    with pytest.raises(BadToken):
        unseal(text, dict, key=KEY)
    with pytest.raises(BadToken):
        opened(text, "kiban-token", key=KEY, content=dict)


def test_a_path_with_half_a_character_is_covered_by_no_signature() -> None:
    message = Message({"content-digest": "x"}, "POST", "127.0.0.1:9", "/peer/\ud800")

    with pytest.raises(BadSignature):
        signature_base(message, REQUEST)


@settings(max_examples=200)
@given(st.text(max_size=60), st.text(st.characters(), max_size=20))
def test_any_parameters_over_any_message_give_a_base_or_a_refusal(parameters: str, path: str) -> None:
    message = Message({"content-digest": path}, "POST", "127.0.0.1:9", path)
    for covered in (parameters, REQUEST.removesuffix(")") + parameters, REQUEST + parameters):
        try:
            assert signature_base(message, covered).endswith(covered.encode())
        except BadSignature as error:
            assert error.what  # noqa: PT017 either is right


@pytest.mark.parametrize("size", [0, 1, 63, 65, 72])
def test_a_signature_of_another_length_does_not_hold(size: int) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    made = sign_es256(key, b"x")

    assert check_es256(key.public_key(), b"x", signature=made)
    assert not check_es256(key.public_key(), b"x", signature=(made + made)[:size])


def test_a_fault_of_a_node_itself_passes_and_so_does_a_message_that_came_too_late_or_twice() -> None:
    fault = msgspec.json.encode({"code": "EXCHANGE-000", "what": "a fault of the node itself"})

    assert isinstance(refusal(500, fault), HolderUnavailable)
    for kind in (ClockApart, Replayed, TokenExpired):
        told = refusal(kind.status, msgspec.json.encode({"code": kind.code, "what": "x"}))
        assert (type(told), told.retry) == (kind, True)


@pytest.mark.parametrize("kind", [ClockApart, Replayed, TokenExpired, HolderUnavailable, NotAllowed, BadToken])
def test_only_what_no_repetition_mends_is_left_to_an_officer(kind: type[ExchangeError]) -> None:
    with pytest.raises(HolderDown if kind.retry else EnquiryRefused), exchange_errors():
        raise kind("x")


@pytest.mark.parametrize("body", [*PLAINTEXTS, b"<html>502</html>", b"[]", b'{"code": 1}'])
def test_an_answer_that_is_no_refusal_is_a_node_that_is_not_there(body: bytes) -> None:
    assert isinstance(refusal(502, body), HolderUnavailable)
