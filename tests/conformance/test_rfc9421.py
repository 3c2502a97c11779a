"""HTTP message signatures: appendix B.2 of RFC 9421, and our profile held against another implementation."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms
from http_message_signatures import InvalidSignature as OtherInvalid

from kiban.exchange.errors import BadSignature
from kiban.exchange.signing import Message, Seal, check_es256, sign_request, signature_base
from kiban.kernel.clock import JST

VECTORS = json.loads((Path(__file__).parent / "data" / "rfc9421.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in VECTORS["cases"]}


def base_of(case: dict[str, Any], **changed: str) -> bytes:
    told = VECTORS[case["of"]]
    fields = {key: value for key, value in told.items() if key != "headers"} | changed
    return signature_base(Message(told["headers"], **fields), case["input"])


def holds(case: dict[str, Any], base: bytes) -> bool:
    signature, key = base64.b64decode(case["signature"]), VECTORS["keys"][case["key"]]
    if case["algorithm"] == "hmac-sha256":
        return hmac.compare_digest(hmac.digest(base64.b64decode(key), base, "sha256"), signature)
    public: Any = load_pem_public_key(key.encode())
    if case["algorithm"] == "ecdsa-p256-sha256":
        return check_es256(public, base, signature=signature)
    try:
        if case["algorithm"] == "ed25519":
            public.verify(signature, base)
        else:
            public.verify(signature, base, padding.PSS(padding.MGF1(hashes.SHA512()), 64), hashes.SHA512())
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("name", CASES)
def test_the_signatures_of_appendix_b2_hold_over_our_signature_base(name: str) -> None:
    assert holds(CASES[name], base_of(CASES[name]))


@pytest.mark.parametrize("name", [name for name in CASES if name != "B.2.1"])  # B.2.1 covers nothing of the message
def test_and_over_no_other_message(name: str) -> None:
    changed = {"status": 201} if CASES[name]["of"] == "response" else {"authority": "example.org"}

    assert not holds(CASES[name], base_of(CASES[name], **changed))


def test_the_signature_base_is_the_printed_one() -> None:
    assert base_of(CASES["B.2.2"]).decode() == (
        '"@authority": example.com\n'
        '"content-digest": sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm'
        "+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:\n"
        '"@query-param";name="Pet": dog\n'
        '"@signature-params": ("@authority" "content-digest" "@query-param";name="Pet")'
        ';created=1618884473;keyid="test-key-rsa-pss";tag="header-example"'
    )


def test_components_that_are_not_there_are_refused() -> None:
    request = Message({}, "POST", "example.com", "/", query="a=1&a=2")
    for covered in (
        '("date")',
        '("@query-param";name="a")',
        '("@query-param";name="b")',
        '("@scheme")',
        '("@status";req)',
    ):
        with pytest.raises(BadSignature):
            signature_base(request, covered)


KEY = ec.generate_private_key(ec.SECP256R1())
NOW = dt.datetime.now(JST)


class Resolver(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id: str) -> Any:
        return KEY.public_key()

    def resolve_private_key(self, key_id: str) -> Any:
        return KEY


def other_message(message: Message) -> Any:
    names = {"signature": "Signature", "signature-input": "Signature-Input", "content-digest": "Content-Digest"}
    headers = {names.get(k, k): v for k, v in message.headers.items()}
    from http_message_signatures.structures import CaseInsensitiveDict

    return SimpleNamespace(
        method=message.method, url=f"http://{message.authority}{message.path}", headers=CaseInsensitiveDict(headers)
    )


def test_another_implementation_accepts_what_we_sign_and_refuses_what_was_changed() -> None:
    now = dt.datetime.now(JST)  # the other implementation looks at the clock itself
    signed = sign_request("127.0.0.1:9", "/peer/v1/enquiries", body=b"{}", seal=Seal("302015", KEY), now=now)
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ECDSA_P256_SHA256, key_resolver=Resolver())

    (result,) = verifier.verify(other_message(signed), max_age=dt.timedelta(seconds=60))
    assert result.parameters["keyid"] == "302015"

    changed = other_message(signed)
    changed.method = "PUT"
    with pytest.raises(OtherInvalid):
        verifier.verify(changed, max_age=dt.timedelta(seconds=60))


def test_our_signature_base_is_that_of_another_implementation() -> None:
    ours = sign_request("127.0.0.1:9", "/peer/v1/enquiries", body=b"{}", seal=Seal("302015", KEY), now=NOW)
    bare = {name: value for name, value in ours.headers.items() if not name.startswith("signature")}
    theirs = other_message(Message(bare, "POST", "127.0.0.1:9", ours.path, body=b"{}"))
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ECDSA_P256_SHA256, key_resolver=Resolver())
    signer.sign(
        theirs,
        key_id="302015",
        label="kiban",
        covered_component_ids=("@method", "@authority", "@path", "content-digest"),
        created=NOW,
        expires=NOW + dt.timedelta(seconds=60),
        nonce="a" * 22,
        tag="kiban-1",
        use_existing_digest=True,
    )
    parameters = theirs.headers["Signature-Input"].removeprefix("kiban=")
    signature = base64.b64decode(theirs.headers["Signature"].removeprefix("kiban=:").removesuffix(":"))

    base = signature_base(Message(bare, "POST", "127.0.0.1:9", ours.path), parameters)

    assert check_es256(KEY.public_key(), base, signature=signature)
    assert not check_es256(KEY.public_key(), base + b" ", signature=signature)
