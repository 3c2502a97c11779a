"""The protocol without sockets: whatever is forged, old, repeated, misdirected or mixed up is refused and says why."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.exchange.asker import Asking, answer_of, believe, parse_answer
from kiban.exchange.codes import Codes
from kiban.exchange.core import Core
from kiban.exchange.directory import Directory, entry_of
from kiban.exchange.doors import Doors
from kiban.exchange.errors import (
    BadAnswer,
    BadMessage,
    BadSignature,
    BadToken,
    ClockApart,
    NotAllowed,
    Replayed,
    UnknownPerson,
)
from kiban.exchange.gate import Gate, ReplayCache
from kiban.exchange.holder import TOKEN, Holder
from kiban.exchange.keys import Keys, make_keys
from kiban.exchange.legal import LegalTable, load_table
from kiban.exchange.messages import Claims, HopAnswer, HopRequest, TokenGrant, TokenRequest, Told, encode
from kiban.exchange.model import AgencyKind, Enquiry
from kiban.exchange.sealing import jwk, opened, seal, sign, unseal
from kiban.exchange.signing import Message, check_response, sign_request, sign_response
from kiban.exchange.store import CoreTables
from kiban.exchange.store.core import TABLES, add_person
from kiban.kernel.clock import JST
from kiban.ledger import milliseconds
from kiban.ledger.note import signed_checkpoint
from kiban.ledger.ports import Batch
from kiban.ledger.store import SqliteStore

NOW = dt.datetime(2026, 11, 21, 10, 0, tzinfo=JST)
PATH = "/peer/v1/enquiries"
KINDS = {
    "core": AgencyKind.CORE,
    "302015": AgencyKind.MUNICIPALITY,
    "302023": AgencyKind.MUNICIPALITY,
    "nenkin": AgencyKind.PENSION,
}
SECRETS = {name: bytes([i]) * 16 for i, name in enumerate(("taro", "jiro"), 1)}
TAX = {"tax.income": {"total_income": 5, "link": "x"}}


@dataclass(slots=True)
class Land:
    keys: dict[str, Keys]
    directory: Directory
    core: Core
    table: LegalTable

    def code(self, person: str, agency: str) -> str:
        return self.core.codes.code(SECRETS[person], agency=agency)

    def holder(self, agency: str = "302023") -> Holder:
        key = self.keys[agency].reading_jwk()
        return Holder(self.directory.get(agency), self.directory, self.table, key, ReplayCache())

    def asking(self, person: str = "taro", **other: Any) -> Asking:
        told = {"affair": "child_allowance", "holder": "302023", "items": ("tax.income",), "key": "k1"} | other
        return Asking.begin(Enquiry(subjects=(self.code(person, "302015"),), **told), asker="302015")

    def token(self, asking: Asking, now: dt.datetime = NOW) -> str:
        outcome = self.core.token(self.directory.get("302015"), asking.token_request(), now=now)
        assert isinstance(outcome.answer, TokenGrant)
        return outcome.answer.token

    def request(self, token: str, *, by: str = "302015", to: str = "302023", now: dt.datetime = NOW) -> Message:
        body = encode(HopRequest(token=token))
        return sign_request(self.directory.get(to).authority, PATH, body=body, seal=self.keys[by].seal, now=now)

    def gate(self, agency: str = "302023") -> Gate:
        return Gate(self.directory, self.directory.get(agency).authority)


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Land:
    folder = tmp_path_factory.mktemp("land")
    keys = {name: make_keys(folder / name, name) for name in KINDS}
    entries = [
        entry_of(keys[n], kind=k, name=n, url=f"http://127.0.0.1:{i}") for i, (n, k) in enumerate(KINDS.items(), 9000)
    ]
    directory, table = Directory({entry.id: entry for entry in entries}), load_table()
    store = SqliteStore(folder, schema=TABLES)
    store.commit(Batch([], 0, "", [add_person(secret) for secret in SECRETS.values()]))
    tables = CoreTables(store)
    doors = Doors(tables, ReplayCache())
    core = Core(directory, table, Codes(bytes(32)), tables, keys["core"].signing_jwk(), None, doors)  # type: ignore[arg-type]  # a stand-in, or wrong on purpose
    return Land(keys, directory, core, table)


def ask_and_answer(land: Land, asking: Asking, items: dict[str, Any] | None = None) -> tuple[Message, Message]:
    holder = land.holder()
    request = land.request(land.token(asking))
    question = holder.question(land.gate().admit(request, now=NOW), now=NOW)
    told = Told(as_of=milliseconds(NOW), persons=(items or TAX,), leaves=(0,))
    note = signed_checkpoint(land.keys["302023"].signer, 1, root=bytes(32))
    answer = holder.answer(question, told, checkpoint=note)
    return request, sign_response(request, answer, seal=land.keys["302023"].seal, now=NOW)


def take(land: Land, asking: Asking, response: Message) -> Any:
    check_response(response, land.directory.get("302023").signing, now=NOW)
    hop, root = parse_answer(response.body, dict(response.headers))
    return believe(asking, hop, root=root, holder=land.directory.get("302023"), key=land.keys["302015"].reading_jwk())


def test_a_lawful_question_goes_through(land: Land) -> None:
    asking = land.asking()
    _, response = ask_and_answer(land, asking, {"tax.income": {"total_income": 5}})

    believed = take(land, asking, response)
    answer = answer_of(asking, believed, own=["302015:0"], key=land.keys["302015"].reading_jwk())

    assert answer.one.items == {"tax.income": {"total_income": 5}}


def test_the_holder_reads_its_own_codes_and_the_asker_cannot(land: Land) -> None:
    token = land.token(land.asking())
    claims = opened(token, TOKEN, key=jwk(land.directory.core.signing), content=Claims)
    question = land.holder().question(land.gate().admit(land.request(token), now=NOW), now=NOW)

    assert question.codes == (land.code("taro", "302023"),)
    assert land.code("taro", "302023") not in token
    with pytest.raises(BadToken):
        unseal(claims.subjects, tuple[str, ...], key=land.keys["302015"].reading_jwk())


def test_forged_tokens(land: Land) -> None:
    token = land.token(land.asking())
    claims = opened(token, TOKEN, key=jwk(land.directory.core.signing), content=Claims)
    head, body, signature = token.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"kiban-token"}').decode().rstrip("=")
    by_asker = sign(claims, key=land.keys["302015"].signing_jwk(), kind=TOKEN)
    other_kind = sign(claims, key=land.keys["core"].signing_jwk(), kind="kiban-directory")
    changed = (
        base64.urlsafe_b64encode(msgspec.json.encode(msgspec.structs.replace(claims, affair="nhi")))
        .decode()
        .rstrip("=")
    )

    for forged in (by_asker, other_kind, f"{none}.{body}.", f"{head}.{changed}.{signature}", token[:-4], "", "a.b.c"):
        with pytest.raises(BadToken):
            land.holder().question(land.gate().admit(land.request(forged), now=NOW), now=NOW)


def test_a_token_serves_its_asker_at_its_holder_in_its_minute_once(land: Land) -> None:
    asking = land.asking()

    stolen = land.request(land.token(asking), by="nenkin")
    elsewhere = land.request(land.token(asking), to="nenkin")
    with pytest.raises(BadToken, match="another asker"):
        land.holder().question(land.gate().admit(stolen, now=NOW), now=NOW)
    with pytest.raises(BadToken, match="another holder"):
        land.holder("nenkin").question(land.gate("nenkin").admit(elsewhere, now=NOW), now=NOW)
    later = NOW + dt.timedelta(seconds=61)
    with pytest.raises(BadToken, match="expired"):
        land.holder().question(land.gate().admit(land.request(land.token(asking), now=later), now=later), now=later)
    holder, token = land.holder(), land.token(asking)
    holder.question(land.gate().admit(land.request(token), now=NOW), now=NOW)
    with pytest.raises(Replayed):
        holder.question(land.gate().admit(land.request(token), now=NOW), now=NOW)


def test_the_holder_checks_the_law_again_by_its_own_table(land: Land) -> None:
    strict = replace(land.holder(), table=LegalTable("none", ()))

    with pytest.raises(NotAllowed):
        strict.question(land.gate().admit(land.request(land.token(land.asking())), now=NOW), now=NOW)


def test_replayed_requests(land: Land) -> None:
    gate, request = land.gate(), land.request(land.token(land.asking()))
    gate.admit(request, now=NOW)

    with pytest.raises(Replayed):
        gate.admit(request, now=NOW)
    again = land.gate()
    again.replays.load([(name, expires) for name, expires in gate.replays.seen.items()])
    with pytest.raises(Replayed):
        again.admit(request, now=NOW + dt.timedelta(seconds=20))


@pytest.mark.parametrize("seconds", [-86400, -600, -61, 61, 600, 86400])
def test_wrong_clocks_are_refused_with_the_difference(land: Land, seconds: int) -> None:
    request = land.request(land.token(land.asking()), now=NOW + dt.timedelta(seconds=seconds))

    with pytest.raises(ClockApart, match=f"{abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} this clock"):
        land.gate().admit(request, now=NOW)


def test_unsigned_foreign_and_misdirected_requests(land: Land, tmp_path: Path) -> None:
    request = land.request(land.token(land.asking()))
    stranger = make_keys(tmp_path, "302015")
    forged = sign_request(request.authority, PATH, body=request.body, seal=stranger.seal, now=NOW)
    unknown = sign_request(
        request.authority, PATH, body=request.body, seal=make_keys(tmp_path / "x", "x").seal, now=NOW
    )

    for wrong in (
        forged,
        unknown,
        replace(request, headers={}),
        replace(request, path="/peer/v1/receipts"),
        replace(request, body=request.body + b" "),
        replace(request, authority="127.0.0.1:1"),
        replace(request, headers={**request.headers, "content-digest": "sha-256=:AAAA:"}),
    ):
        with pytest.raises(BadSignature):
            land.gate().admit(wrong, now=NOW)


def test_answers_for_another_request_enquiry_or_person(land: Land) -> None:
    asking, other = land.asking(), land.asking("jiro", key="k2")
    request, response = ask_and_answer(land, asking)
    other_request, other_response = ask_and_answer(land, other)

    with pytest.raises(BadSignature):  # the signature is bound to the request
        take(land, asking, replace(response, request=other_request))
    with pytest.raises(BadAnswer, match="another enquiry"):
        take(land, asking, other_response)
    hop, _ = parse_answer(response.body, dict(response.headers))
    with pytest.raises(BadAnswer, match="not those that the holder signed"):
        believe(asking, hop, root=":AAAA:", holder=land.directory.get("302023"), key=land.keys["302015"].reading_jwk())
    with pytest.raises(BadAnswer, match="cannot be used"):
        believe(asking, hop, root="", holder=land.directory.get("302023"), key=land.keys["nenkin"].reading_jwk())
    with pytest.raises(BadAnswer, match="other items"):
        take(land, asking, ask_and_answer(land, asking, {"nhi.qualification": None})[1])
    assert request.headers != other_request.headers


def nested(depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(depth):
        found = {"a": found}
    return found


@pytest.mark.parametrize(
    ("moment", "item"),
    [(10**18, {"total_income": 5}), (-(10**18), {"total_income": 5}), (milliseconds(NOW), nested(600))],
    ids=["after-the-calendar", "before-the-calendar", "nested"],
)
def test_an_answer_of_no_moment_or_nested_too_deeply(land: Land, moment: int, item: dict[str, Any]) -> None:
    asking, reader = land.asking(), land.keys["302015"].reading_jwk()
    told = Told(as_of=moment, persons=({"tax.income": item},), leaves=(0,))
    note = signed_checkpoint(land.keys["302023"].signer, 1, root=bytes(32))
    hop = HopAnswer(enquiry=asking.id, sealed=seal(told, reader=reader), checkpoint=note)

    with pytest.raises(BadAnswer, match="nested too deeply, or of no moment"):
        believe(asking, hop, root="", holder=land.directory.get("302023"), key=reader)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_changed_message_is_accepted(land: Land, data: st.DataObject) -> None:
    asking = land.asking()
    request = land.request("token")
    parts: dict[str, Any] = {"body": request.body, "path": request.path, "method": request.method, **request.headers}
    name = data.draw(st.sampled_from(sorted(set(parts) - {"content-type"})))
    value = parts[name]
    changed = data.draw(
        (st.binary(max_size=60) if isinstance(value, bytes) else st.text(max_size=90)).filter(lambda v: v != value)
    )
    fields = {name: changed} if name in {"body", "path", "method"} else {"headers": {**request.headers, name: changed}}

    with pytest.raises((BadSignature, ClockApart)):
        land.gate().admit(replace(request, **fields), now=NOW)
    assert asking.id


def test_enquiries_that_are_none(land: Land) -> None:
    code = land.code("taro", "302015")
    for wrong in ({"subjects": ()}, {"subjects": (code, code)}, {"items": ()}, {"key": ""}, {"case": "x" * 61}):
        told = {"affair": "nhi", "holder": "302023", "items": ("tax.income",), "key": "k", "subjects": (code,)} | wrong
        with pytest.raises(BadMessage):
            Asking.begin(Enquiry(**told), asker="302015")  # type: ignore[arg-type]  # a stand-in, or wrong on purpose
    foreign = (land.code("taro", "nenkin"),)
    request = TokenRequest(enquiry="e", affair="nhi", holder="302023", items=("tax.income",), subjects=foreign)
    with pytest.raises(UnknownPerson):
        land.core.token(land.directory.get("302015"), request, now=NOW)


@given(st.binary(min_size=16, max_size=16), st.sampled_from(["302015", "nenkin", "portal"]))
def test_codes_turn_back_and_say_nothing_elsewhere(secret: bytes, agency: str) -> None:
    codes = Codes(b"m" * 32)
    code = codes.code(secret, agency=agency)

    assert codes.secret(code, agency=agency) == secret
    assert codes.secret(code, agency="core") != secret
    assert len(code) == 26
    assert "m" * 32 not in repr(codes)


@given(st.text(max_size=30))
def test_no_text_is_mistaken_for_a_code(text: str) -> None:
    codes = Codes(b"m" * 32)
    try:
        secret = codes.secret(text, agency="a")
    except UnknownPerson:
        return
    assert codes.code(secret, agency="a") == text


def test_sealed_things_open_for_their_reader_only(land: Land) -> None:
    sealed = seal({"a": 1}, reader=land.directory.get("302015").reading)

    with pytest.raises(BadToken):
        unseal(sealed[:-3] + "AAA", dict[str, int], key=land.keys["302015"].reading_jwk())
