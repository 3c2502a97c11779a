"""Published vectors of ES256, JWS, JWK and JWE against the forms that the exchange takes.

The exchange takes two forms only: a compact JWS with the header {alg: ES256, typ: KIND}, and a compact JWE with ECDH-ES
and A256GCM. So every other token of the vectors, valid or not in general, must be refused, and with a named error.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from joserfc.jwk import ECKey

from kiban.exchange.errors import BadToken
from kiban.exchange.sealing import jwk, opened, seal, sign, unseal
from kiban.exchange.signing import ES256, check_es256
from shared_data import shared

FILES = ("json_web_signature_test.json", "json_web_crypto_test.json", "json_web_key_test.json")


def vectors(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared(f"data/identity/wycheproof/{name}").read_text(encoding="utf-8"))
    return found


def test_ecdsa_p1363_as_the_exchange_reads_it() -> None:
    """RFC 9421 writes r and s side by side: 64 bytes, nothing else."""
    count, wrong = 0, []
    for group in vectors("ecdsa_secp256r1_sha256_p1363_test.json")["testGroups"]:
        key = load_der_public_key(bytes.fromhex(group["publicKeyDer"]))
        assert isinstance(key, ec.EllipticCurvePublicKey)
        for test in group["tests"]:
            count += 1
            taken = check_es256(key, bytes.fromhex(test["msg"]), signature=bytes.fromhex(test["sig"]))
            if taken != (test["result"] == "valid"):
                wrong.append(test["tcId"])

    assert count == 262
    assert wrong == []


def test_ecdsa_der_has_no_false_accept() -> None:
    accepted = []
    for group in vectors("ecdsa_secp256r1_sha256_test.json")["testGroups"]:
        key = load_der_public_key(bytes.fromhex(group["publicKeyDer"]))
        assert isinstance(key, ec.EllipticCurvePublicKey)
        for test in group["tests"]:
            try:
                key.verify(bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"]), ES256)
            except (InvalidSignature, ValueError):
                assert test["result"] != "valid", test["tcId"]
            else:
                accepted += [test["tcId"]] if test["result"] == "invalid" else []

    assert accepted == []


@pytest.mark.parametrize(
    "name", ["json_web_signature_test.json", "json_web_crypto_test.json", "json_web_key_test.json"]
)
def test_no_token_of_another_form_is_taken_as_the_cores(name: str) -> None:
    own = ECKey.generate_key("P-256")
    tried = 0
    for group in vectors(name)["testGroups"]:
        keys = [own, *_p256_keys(group)]
        for test in group["tests"]:
            for key in keys:
                tried += 1
                with pytest.raises(BadToken):
                    opened(str(test.get("jws", "")), "kiban-token", key=key, content=dict)

    assert tried >= 26


@pytest.mark.parametrize("name", ["json_web_encryption_test.json"])
def test_no_sealed_text_of_another_form_is_opened(name: str) -> None:
    own, tried = ECKey.generate_key("P-256"), 0
    for group in vectors(name)["testGroups"]:
        for test in group["tests"]:
            tried += 1
            with pytest.raises(BadToken):
                unseal(str(test.get("jwe", "")), dict, key=own)

    assert tried == 139


def _p256_keys(group: dict[str, Any]) -> list[ECKey]:
    """The P-256 keys of a group, so that a right key with another header is tried as well."""
    found = []
    for part in ("private", "public"):
        given = group.get(part) or {}
        for one in given.get("keys", [given]):
            if one.get("kty") == "EC" and one.get("crv") == "P-256":
                try:
                    found.append(ECKey.import_key(one))
                except ValueError:
                    continue
    return found


def test_the_forms_themselves_are_taken() -> None:
    key = ECKey.generate_key("P-256")

    assert opened(sign({"a": 1}, key=key, kind="kiban-token"), "kiban-token", key=key, content=dict) == {"a": 1}
    assert unseal(seal({"a": 1}, reader=key), dict, key=key) == {"a": 1}
    private = ec.generate_private_key(ec.SECP256R1())
    token = seal([1], reader=jwk(private.public_key()))
    assert unseal(token, list, key=jwk(private)) == [1]
    other = "B" if token[-10] == "A" else "A"  # within the tag, where every bit counts
    for spoiled in (token[:-10] + other + token[-9:], token.replace(".", "..", 1), ""):
        with pytest.raises(BadToken):
            unseal(spoiled, list, key=jwk(private))
