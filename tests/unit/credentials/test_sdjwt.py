"""SD-JWT VC: what is issued, held back and shown; and every reason for which a presentation is refused."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credential_sample import ASKED, CITY, HIDDEN, KIND, NOW, PERSON, World, key
from kiban.credentials import Challenge, Issuer, Reader, Terms, Trust, issue, present, prove, verify
from kiban.credentials.disclosures import Disclosure, concealed, digest
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
    StatusUnknown,
    UnknownIssuer,
    WrongType,
)  # fmt: skip
from kiban.credentials.jose import b64url, jwk_of, sign_jws, thumbprint, unb64url, write_json

WORLD = World()


def shown(text: str, **more: Any) -> dict[str, Any]:
    return dict(verify(text, WORLD.reader, **({"at": NOW, "challenge": ASKED} | more)).claims)


def said(claims: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: claims[name] for name in names if name in claims}


def test_the_holder_shows_one_claim_and_nothing_else() -> None:
    found = shown(WORLD.presentation(("birthdate",)))

    assert said(found, "birthdate", "family_name", "address", "nationalities", "household") == {
        "birthdate": "1990-04-01",
        "nationalities": [],
        "household": [{"name": "海南太郎"}, {}],
    }


def test_a_place_brings_along_what_it_lies_in_and_what_lies_in_it() -> None:
    inner = shown(WORLD.presentation(("address", "street"), ("nationalities", 1)))
    outer = shown(WORLD.presentation(("address",)))

    assert inner["address"] == outer["address"] == PERSON["address"]
    assert (inner["nationalities"], outer["nationalities"]) == (["XX"], [])


def test_everything_shown_is_everything_issued() -> None:
    found = shown(prove(WORLD.credential(), key=WORLD.holder, challenge=ASKED, at=NOW))

    assert {name: found[name] for name in PERSON} == PERSON


def test_nothing_of_a_person_stands_in_a_repr() -> None:
    found = verify(WORLD.presentation(("family_name",)), WORLD.reader, at=NOW, challenge=ASKED)

    assert "海南" not in repr(found)
    assert "海南" not in repr(Disclosure.make("family_name", "海南"))


def test_what_the_verifier_needs_cannot_be_held_back() -> None:
    for name in ("iss", "vct", "exp", "status"):
        with pytest.raises(NotIssuable):
            issue(WORLD.city, PERSON, hidden=[(name,)], terms=WORLD.terms())
    for claims in ({"_sd": []}, {"a": {"...": 1}}, {"a": [{"_sd_alg": "x"}]}, {"iss": "me"}, {"a": float("nan")}):
        with pytest.raises(NotIssuable):
            issue(WORLD.city, claims, hidden=[], terms=WORLD.terms())
    with pytest.raises(NotIssuable):
        issue(WORLD.city, PERSON, hidden=[("nobody",)], terms=WORLD.terms())


def test_decoys_hide_how_many_claims_there_are() -> None:
    payload, made = concealed({"a": 1, "b": 2}, [("a",)], decoys=3)

    assert len(made) == 1
    assert len(payload["_sd"]) == 4
    assert payload["_sd"] == sorted(payload["_sd"])


@pytest.mark.parametrize("make", [lambda: Ed25519PrivateKey.generate(), key])
def test_both_kinds_of_keys_sign_and_are_told_apart(make: Callable[[], Any]) -> None:
    city, holder = Issuer(CITY, make()), make()
    trust = Trust({CITY: {city.key_name: city.key.public_key()}})
    text = issue(city, PERSON, hidden=HIDDEN, terms=Terms(KIND, NOW, holder=holder.public_key()))
    shown_text = prove(present(text, show=[]), key=holder, challenge=ASKED, at=NOW)

    assert verify(shown_text, Reader(trust), at=NOW, challenge=ASKED).bound
    wrong = ["ES256"] if isinstance(city.key, Ed25519PrivateKey) else ["EdDSA"]
    with pytest.raises(NotAllowed):
        verify(shown_text, Reader(trust, algorithms=wrong), at=NOW, challenge=ASKED)


def resigned(change: Callable[[dict[str, Any]], Any], *, header: dict[str, Any] | None = None, more: str = "") -> str:
    """A credential of the city whose payload was changed before the city signed it: what an issuer's mistake makes."""
    fixed = WORLD.terms(holder=None, status=None).claims(CITY)
    payload, made = concealed(PERSON, HIDDEN)
    payload = fixed | payload
    change(payload)
    token = sign_jws({"typ": "dc+sd-jwt", "kid": WORLD.city.key_name} | (header or {}), write_json(payload),
                     key=WORLD.city.key)  # fmt: skip
    return "~".join([token, *(one.text for one in made), more]) if more else "~".join([token, ""])


ISSUED_WRONGLY: dict[str, tuple[Callable[[], str], type[CredentialError]]] = {
    "expired": (lambda: resigned(lambda p: p.update(exp=int(NOW.timestamp()))), Expired),
    "not yet valid": (lambda: resigned(lambda p: p.update(nbf=int(NOW.timestamp()) + 61)), NotYetValid),
    "issued in the future": (lambda: resigned(lambda p: p.update(iat=int(NOW.timestamp()) + 61)), NotYetValid),
    "exp is a text": (lambda: resigned(lambda p: p.update(exp="2030-01-01")), Malformed),
    "exp is true": (lambda: resigned(lambda p: p.update(exp=True)), Malformed),
    "exp is null": (lambda: resigned(lambda p: p.update(exp=None)), Malformed),
    "exp beyond the calendar": (lambda: resigned(lambda p: p.update(exp=10**18)), Malformed),
    "no type": (lambda: resigned(lambda p: p.pop("vct")), Malformed),
    "no issuer": (lambda: resigned(lambda p: p.pop("iss")), Malformed),
    "issuer is a list": (lambda: resigned(lambda p: p.update(iss=[CITY])), Malformed),
    "another issuer": (lambda: resigned(lambda p: p.update(iss="https://evil.example")), UnknownIssuer),
    "unknown key": (lambda: resigned(lambda p: None, header={"kid": "other"}), UnknownIssuer),
    "kid is a number": (lambda: resigned(lambda p: None, header={"kid": 42}), Malformed),
    "another typ": (lambda: resigned(lambda p: None, header={"typ": "JWT"}), WrongType),
    "crit": (lambda: resigned(lambda p: None, header={"crit": ["x"], "x": 1}), Malformed),
    "digests of another function": (lambda: resigned(lambda p: p.update(_sd_alg="sha-512")), Malformed),
    "digest function in the middle": (lambda: resigned(lambda p: p.update(x={"_sd_alg": "sha-256"})), Malformed),
    "digests not in a list": (lambda: resigned(lambda p: p.update(_sd="abc")), Malformed),
    "a digest that is no text": (lambda: resigned(lambda p: p["_sd"].append(1)), Malformed),
    "a digest twice": (lambda: resigned(lambda p: p["_sd"].append(p["_sd"][0])), BadDisclosure),
    "a digest twice, elsewhere": (lambda: resigned(lambda p: p.update(x=[{"...": p["_sd"][0]}])), BadDisclosure),
    "an element with more": (lambda: resigned(lambda p: p.update(x=[{"...": "a", "b": 1}])), Malformed),
    "an element's name in an object": (lambda: resigned(lambda p: p.update({"...": "a"})), Malformed),
    "status of another form": (lambda: resigned(lambda p: p.update(status={"idx": 1})), Malformed),
    "status at a negative place": (
        lambda: resigned(lambda p: p.update(status={"status_list": {"idx": -1, "uri": "x"}})), Malformed),
    "status without its list": (
        lambda: resigned(lambda p: p.update(status={"status_list": {"idx": 1, "uri": "https://x.example"}})),
        StatusUnknown),
}  # fmt: skip


@pytest.mark.parametrize("name", ISSUED_WRONGLY)
def test_an_issuers_mistake_is_refused_with_its_reason(name: str) -> None:
    make, refusal = ISSUED_WRONGLY[name]

    with pytest.raises(refusal) as found:
        verify(make(), WORLD.reader, at=NOW)
    assert type(found.value) is refusal


def test_the_moments_of_the_validity_are_exact() -> None:
    ends = NOW + dt.timedelta(days=90)
    text = issue(WORLD.city, PERSON, hidden=[], terms=WORLD.terms(status=None, holder=None))

    verify(text, WORLD.reader, at=ends - dt.timedelta(seconds=1))
    verify(text, WORLD.reader, at=NOW - dt.timedelta(seconds=60))
    with pytest.raises(Expired):
        verify(text, WORLD.reader, at=ends)
    with pytest.raises(NotYetValid):
        verify(text, WORLD.reader, at=NOW - dt.timedelta(seconds=61))


def test_no_signature_is_no_credential() -> None:
    head, payload, _ = WORLD.credential().split("~")[0].split(".")
    none = b64url(write_json({"alg": "none", "typ": "dc+sd-jwt", "kid": WORLD.city.key_name}))
    public = json.dumps(jwk_of(WORLD.city.key)).encode()
    hmac = b64url(write_json({"alg": "HS256", "typ": "dc+sd-jwt", "kid": WORLD.city.key_name}))

    for text, refusal in (
        (f"{none}.{payload}.~", Malformed),
        (f"{none}.{payload}.AAAA~", NotAllowed),
        (f"{hmac}.{payload}.{b64url(public[:32])}~", NotAllowed),
        (f"{head}.{payload}.{'A' * 86}~", NotSigned),
    ):
        with pytest.raises(refusal):
            verify(text, WORLD.reader, at=NOW)


def test_a_key_in_the_header_is_not_believed() -> None:
    own = key()
    claims = write_json(WORLD.terms(holder=None, status=None).claims(CITY))
    header = {"typ": "dc+sd-jwt", "kid": WORLD.city.key_name, "jwk": jwk_of(own)}

    with pytest.raises(NotSigned):
        verify(sign_jws(header, claims, key=own) + "~", WORLD.reader, at=NOW)


def test_a_claim_of_another_credential_cannot_be_added() -> None:
    other = Disclosure.make("degree", "doctor")
    text = present(WORLD.credential(holder=None), show=[])

    for more in (other.text, Disclosure.make("family_name", "海南").text):
        with pytest.raises(BadDisclosure):
            verify(f"{text}{more}~", WORLD.reader, at=NOW)
    twice = present(WORLD.credential(holder=None), show=[("birthdate",)])
    with pytest.raises(BadDisclosure):
        verify(f"{twice}{twice.split('~')[1]}~", WORLD.reader, at=NOW)


@pytest.mark.parametrize(
    ("disclosed", "place", "refusal"),
    [
        (["salt", "_sd", []], "object", BadDisclosure),
        (["salt", "...", "x"], "object", BadDisclosure),
        (["salt", "open", 1], "object", BadDisclosure),
        (["salt", 1], "object", BadDisclosure),
        (["salt", "name", 1], "list", BadDisclosure),
        (["salt", "a", {"_sd_alg": "sha-256"}], "object", Malformed),
        (["salt", "exp", 4102444800], "object", BadDisclosure),
        ([1, "a", 1], "object", Malformed),
        (["salt", 1, 1], "object", Malformed),
        (["salt"], "object", Malformed),
        ({"a": 1}, "object", Malformed),
    ],
)
def test_a_disclosure_stands_where_and_how_it_may(disclosed: Any, place: str, refusal: type[CredentialError]) -> None:
    text = b64url(write_json(disclosed))

    def put(payload: dict[str, Any]) -> None:
        payload["open"] = 0
        del payload["exp"]
        if place == "object":
            payload["_sd"] = [digest(text)]
        else:
            payload["list"] = [{"...": digest(text)}]

    token = resigned(put)
    with pytest.raises(refusal):
        verify(f"{token}{text}~", WORLD.reader, at=NOW)


def test_the_proof_is_for_one_reader_once() -> None:
    text = WORLD.presentation(("birthdate",))
    other = Challenge("https://shop.example", ASKED.nonce)

    assert verify(text, WORLD.reader, at=NOW, challenge=ASKED).bound
    for challenge in (other, Challenge(ASKED.audience, "another"), None):
        with pytest.raises(NotBound):
            verify(text, WORLD.reader, at=NOW, challenge=challenge)
    for moment in (NOW + dt.timedelta(minutes=5, seconds=1), NOW - dt.timedelta(seconds=61)):
        with pytest.raises((NotBound, NotYetValid)):
            verify(text, WORLD.reader, at=moment, challenge=ASKED)


def test_a_copied_credential_without_proof_is_refused() -> None:
    with pytest.raises(NotBound, match="missing"):
        verify(present(WORLD.credential(), show=[]), WORLD.reader, at=NOW, challenge=ASKED)
    unbound = present(WORLD.credential(holder=None), show=[])
    claims = {"iat": int(NOW.timestamp()), "aud": ASKED.audience, "nonce": ASKED.nonce, "sd_hash": digest(unbound)}
    proof = sign_jws({"typ": "kb+jwt"}, write_json(claims), key=WORLD.holder)
    with pytest.raises(NotBound, match="bound to no key"):
        verify(unbound + proof, WORLD.reader, at=NOW, challenge=ASKED)


def proven(by: Any = None, *, header: dict[str, Any] | None = None, **changes: Any) -> str:
    text = present(WORLD.credential(), show=[("birthdate",)])
    claims = {"iat": int(NOW.timestamp()), "aud": ASKED.audience, "nonce": ASKED.nonce, "sd_hash": digest(text)}
    kept = {name: value for name, value in (claims | changes).items() if value != "(left out)"}
    return text + sign_jws({"typ": "kb+jwt"} | (header or {}), write_json(kept), key=by or WORLD.holder)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"aud": [ASKED.audience]}, NotBound), ({"aud": "(left out)"}, NotBound), ({"nonce": 7}, NotBound),
        ({"nonce": "(left out)"}, NotBound), ({"sd_hash": "(left out)"}, NotBound), ({"sd_hash": "abc"}, NotBound),
        ({"iat": "(left out)"}, NotBound), ({"iat": "now"}, Malformed), ({"exp": 1}, Expired),
        ({"header": {"typ": "JWT"}}, NotBound), ({"header": {"typ": "dc+sd-jwt"}}, NotBound),
        ({"by": key()}, NotBound),
    ],
)  # fmt: skip
def test_each_part_of_the_proof_is_looked_at(changes: dict[str, Any], refusal: type[CredentialError]) -> None:
    verify(proven(), WORLD.reader, at=NOW, challenge=ASKED)

    with pytest.raises(refusal):
        verify(proven(**changes), WORLD.reader, at=NOW, challenge=ASKED)


def test_a_proof_does_not_serve_for_more_claims_than_it_was_made_over() -> None:
    whole = WORLD.credential()
    less = prove(present(whole, show=[]), key=WORLD.holder, challenge=ASKED, at=NOW)
    more = present(whole, show=[("birthdate",)])

    with pytest.raises(NotBound, match="over other claims"):
        verify(more + less.rpartition("~")[2], WORLD.reader, at=NOW, challenge=ASKED)


def test_only_the_holders_key_proves() -> None:
    with pytest.raises(NotBound):
        prove(present(WORLD.credential(), show=[]), key=key(), challenge=ASKED, at=NOW)


def test_what_was_presented_is_not_presented_again() -> None:
    with pytest.raises(Malformed, match="already"):
        present(WORLD.presentation(("birthdate",)), show=[])


def test_nothing_to_disclose_is_told() -> None:
    with pytest.raises(BadDisclosure):
        present(WORLD.credential(), show=[("nobody",)])
    assert present(WORLD.credential(), show=[("given_name",)]).count("~") == 1  # it stands open


def test_the_type_that_was_asked_for() -> None:
    with pytest.raises(WrongType):
        verify(WORLD.presentation(), WORLD.reader, at=NOW, challenge=ASKED, kind="urn:another")


@pytest.mark.parametrize(
    "text", ["", "~", "a.b.c", "a.b.c~", "...~", "あ~", "a.b~", "~" * 5000, "e30.e30.AA~", "x" * 1_000_001]
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        verify(text, WORLD.reader, at=NOW)


def test_each_flipped_character_is_refused() -> None:
    """Every character of a presentation, in turn, becomes another one: no change goes through."""
    text, reader = WORLD.presentation(("birthdate",)), WORLD.reader
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    reasons: dict[str, int] = {}
    for place, old in enumerate(text):
        new = letters[(letters.index(old) + 1 + place % 62) % 64] if old in letters else "A"
        assert new != old
        with pytest.raises(CredentialError) as found:
            verify(text[:place] + new + text[place + 1 :], reader, at=NOW, challenge=ASKED)
        reasons[type(found.value).__name__] = reasons.get(type(found.value).__name__, 0) + 1

    assert sum(reasons.values()) == len(text)
    assert {"NotSigned", "NotBound", "BadDisclosure"} <= set(reasons)


def test_each_cut_is_refused() -> None:
    text, reader = WORLD.presentation(("birthdate",)), WORLD.reader

    for end in range(len(text)):
        with pytest.raises(CredentialError):
            verify(text[:end], reader, at=NOW, challenge=ASKED)


def test_the_thumbprint_is_that_of_rfc_8037() -> None:
    """RFC 8037, appendix A.3."""
    public = Ed25519PrivateKey.from_private_bytes(
        base64.urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
    )

    assert thumbprint(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert unb64url(jwk_of(public)["x"]) == public.public_key().public_bytes_raw()
