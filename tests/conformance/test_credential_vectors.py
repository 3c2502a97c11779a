"""Published examples of SD-JWT, SD-JWT VC, token status lists and JWS, and the reference library as the other side."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from credential_sample import NOW
from kiban.credentials import Challenge, Reader, StatusList, Trust, read_statuses
from kiban.credentials.disclosures import RESERVED, concealed
from kiban.credentials.errors import CredentialError, Malformed
from kiban.credentials.jose import key_of, read_jws, sign_jws, thumbprint, unb64url, verify_jws, write_json
from kiban.credentials.sdjwt import present, take_apart
from kiban.credentials.verifying import check_proof, revealed
from shared_data import shared

NOT_RFC = {"header_mod"}
"""Its ``kid`` is a number, which RFC 7515 (4.1.4) forbids."""


def sd_jwt_vectors() -> list[dict[str, Any]]:
    found = json.loads(shared("data/identity/sd-jwt-vectors.json").read_text(encoding="utf-8"))["vectors"]
    return [one for one in found if "sd_jwt_presentation.txt" in one]


def test_the_published_sd_jwts_reveal_what_they_shall() -> None:
    """Section 7.1: 44 compact ones of the RFC, the credential profile and the reference library."""
    held = []
    for one in sd_jwt_vectors():
        key = key_of(one["issuer_key"])
        try:
            taken = take_apart(one["sd_jwt_presentation.txt"].strip())
            claims = revealed(taken, key)
        except Malformed:
            assert one["name"] in NOT_RFC
            continue
        assert claims == json.loads(one["verified_contents.json"]), one["name"]
        whole = revealed(take_apart(one["sd_jwt_issuance.txt"].strip()), key)
        assert whole.keys() >= json.loads(one["user_claims.json"]).keys(), one["name"]
        held.append(one["name"])

    assert len(held) == 43


def test_the_published_proofs_hold_for_their_reader_alone() -> None:
    held = 0
    for one in sd_jwt_vectors():
        if "kb_jwt_payload.json" not in one or one["name"] in NOT_RFC:
            continue
        taken = take_apart(one["sd_jwt_presentation.txt"].strip())
        claims = revealed(taken, key_of(one["issuer_key"]))
        said = json.loads(one["kb_jwt_payload.json"])
        at = dt.datetime.fromtimestamp(said["iat"], dt.UTC)
        reader = Reader(Trust({}))
        check_proof(taken, claims, reader=reader, challenge=Challenge(said["aud"], said["nonce"]), at=at)
        with pytest.raises(CredentialError):
            check_proof(taken, claims, reader=reader, challenge=Challenge(said["aud"], "another"), at=at)
        held += 1

    assert held == 10


def status_vectors() -> dict[str, str]:
    found: dict[str, str] = json.loads(
        shared("data/identity/token-status-list-examples.json").read_text(encoding="utf-8")
    )
    return found


TWO = {0: 1, 1993: 2, 25460: 1, 159495: 3, 495669: 1, 554353: 1, 645645: 2, 723232: 1, 854545: 1, 934534: 2, 1000345: 3}
FOUR = {
    0: 1, 1993: 2, 35460: 3, 459495: 4, 595669: 5, 754353: 6, 845645: 7, 923232: 8, 924445: 9, 934534: 10, 1000345: 12,
    1004534: 11, 1030203: 13, 1030204: 14, 1030205: 15,
}  # fmt: skip
LONG = {"encoding1_long": (1, dict.fromkeys(TWO, 1)), "encoding2_long": (2, TWO), "encoding4": (4, FOUR)}
"""Appendix of the draft: the places with a status; the others of 2^20 have none."""


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("encoding", [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]),
        ("encoding2", [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]),
    ],
)
def test_the_published_short_lists(name: str, head: list[int]) -> None:
    text = status_vectors()[f"examples/status_list_{name}_json.md"]
    found = json.loads(text[text.index("{") :])
    statuses = StatusList.unpack(found["bits"], unb64url(found["lst"]))

    assert [statuses[place] for place in range(statuses.places)] == head
    again = StatusList.empty(len(head), width=found["bits"])
    for place, status in enumerate(head):
        again.set([place], status)
    assert again.packed.tolist() == statuses.packed.tolist()


def packed_in(name: str) -> str:
    text = status_vectors()[f"examples/status_list_{name}_json.md"]
    return re.sub(r"\s", "", text[text.index('"lst"') :].split('"')[3])


@pytest.mark.parametrize("name", LONG)
def test_the_published_long_lists_have_a_million_places(name: str) -> None:
    bits, expected = LONG[name]
    statuses = StatusList.unpack(bits, unb64url(packed_in(name)))

    assert statuses.places == 1 << 20
    assert {place: statuses[place] for place in range(1 << 20) if statuses[place]} == expected


def test_the_published_list_of_bytes_has_each_status_once() -> None:
    statuses = StatusList.unpack(8, unb64url(packed_in("encoding8")))

    assert statuses.places == 1 << 20
    assert sorted(int(one) for one in statuses.packed[statuses.packed > 0]) == list(range(1, 256))


def test_es256_tokens_of_wycheproof_have_no_false_accept() -> None:
    """401 JWS: what is accepted is valid; of the valid ES256 and Ed25519 ones none is refused."""
    accepted, refused, tried = [], [], 0
    for group in json.loads(shared("data/identity/wycheproof/json_web_signature_test.json").read_text())["testGroups"]:
        try:
            key = key_of(group.get("public") or group.get("private") or {})
        except CredentialError:
            key = ec.generate_private_key(ec.SECP256R1()).public_key()
        for test in group["tests"]:
            tried += 1
            try:
                jws = read_jws(str(test["jws"]))
                verify_jws(jws, key)
            except CredentialError:
                refused += [test["tcId"]] if test["result"] == "valid" and strict(group, test) else []
            else:
                accepted += [test["tcId"]] if test["result"] != "valid" else []

    assert tried == 401
    assert (accepted, refused) == ([], [])


def strict(group: dict[str, Any], test: dict[str, Any]) -> bool:
    """Whether a valid test is of what is accepted at all."""
    public = group.get("public") or {}
    return public.get("crv") in {"P-256", "Ed25519"} and test["result"] == "valid"


# --- the reference library (OpenWallet sd-jwt) as the other side -----------------------------------------------------

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=6).filter(
    lambda name: name not in RESERVED | {"iss", "vct", "iat", "exp", "nbf", "cnf", "status"}
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
CLAIMS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=5)
KEY = ec.generate_private_key(ec.SECP256R1())


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    own = [path] if path else []
    if isinstance(value, dict):
        return own + [found for name, one in value.items() for found in places(one, (*path, name))]
    if isinstance(value, list):
        return own + [found for number, one in enumerate(value) for found in places(one, (*path, number))]
    return own


def made(claims: dict[str, Any], hidden: list[tuple[Any, ...]]) -> str:
    payload, disclosures = concealed(claims, hidden)
    token = sign_jws({"typ": "dc+sd-jwt"}, write_json(payload), key=KEY)
    return "~".join([token, *(one.text for one in disclosures), ""])


@settings(deadline=None)
@given(st.data())
def test_the_reference_library_reads_what_we_issue_and_hold_back(data: st.DataObject) -> None:
    reference = pytest.importorskip("sd_jwt.verifier")
    claims = data.draw(CLAIMS)
    everywhere = places(claims)
    hidden = data.draw(st.lists(st.sampled_from(everywhere), unique=True, max_size=6))
    text = made(claims, hidden)
    shown = present(text, show=data.draw(st.lists(st.sampled_from(hidden), unique=True)) if hidden else [])

    assert revealed(take_apart(text), KEY.public_key()) == claims
    for one in (text, shown):
        theirs = reference.SDJWTVerifier(one, lambda *_: reference_key()).get_verified_payload()
        assert revealed(take_apart(one), KEY.public_key()) == theirs


def reference_key() -> Any:
    from jwcrypto.jwk import JWK

    from kiban.credentials.jose import jwk_of

    return JWK.from_json(json.dumps(jwk_of(KEY)))


@settings(deadline=None)
@given(CLAIMS, st.data())
def test_we_read_what_the_reference_library_issues(claims: dict[str, Any], data: st.DataObject) -> None:
    common, issuer = pytest.importorskip("sd_jwt.common"), pytest.importorskip("sd_jwt.issuer")
    from cryptography.hazmat.primitives import serialization as s
    from jwcrypto.jwk import JWK

    marked = {(common.SDObj(name) if data.draw(st.booleans()) else name): value for name, value in claims.items()}
    pem = KEY.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    theirs = issuer.SDJWTIssuer(dict(marked), JWK.from_pem(pem), add_decoy_claims=data.draw(st.booleans()))

    assert revealed(take_apart(theirs.sd_jwt_issuance), KEY.public_key()) == claims


def test_what_the_reference_library_lets_through_is_refused_here() -> None:
    """Version 0.10.4 accepts an expired credential, one of the future, and a disclosure that belongs to nothing."""
    reference = pytest.importorskip("sd_jwt.verifier")
    from kiban.credentials import verify
    from kiban.credentials.disclosures import Disclosure

    known = {"iss": "https://x.example", "vct": "urn:x"}
    trust = Trust({"https://x.example": {thumbprint(KEY): KEY.public_key()}})
    for claims, more in (({"exp": 1}, ""), ({"nbf": 4102444800}, ""), ({}, Disclosure.make("a", 1).text + "~")):
        text = made(known | claims, []) + more
        reference.SDJWTVerifier(text, lambda *_: reference_key())
        with pytest.raises(CredentialError):
            verify(text, Reader(trust), at=NOW)


def test_the_published_signed_list() -> None:
    """Its example key is published nowhere in the file; the form is read, and the signature is held against ours."""
    token = re.sub(r"\s", "", status_vectors()["examples/status_list_jwt_raw.md"])
    jws = read_jws(token)

    assert jws.header["typ"] == "statuslist+jwt"
    with pytest.raises(CredentialError):
        read_statuses(token, uri="https://example.com/statuslists/1", issuer="https://example.com",
                      trust=Trust({"https://example.com": {"12": KEY.public_key()}}))  # fmt: skip
    assert base64.urlsafe_b64encode(jws.signature)
