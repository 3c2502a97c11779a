"""Requests to a card: used once, by the browser that began them, and only for what was shown."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.identity import cardapp
from kiban.identity.cardapp import CardAnswer, CardRequestView, message_to_sign, sign_in_message
from kiban.identity.errors import (
    BadAnswer,
    BadCertificate,
    BadSignature,
    CertificateRevoked,
    Declined,
    NotShowable,
    RequestUsed,
    UnknownRequest,
)
from kiban.identity.model import Ask, Kind, RequestKind
from kiban.identity.requests import CardDesk
from kiban.identity.store.requests import DjangoCardRequests
from kiban.simulators.card import Issuer, Pins
from unit.identity.conftest import PASSWORD, PERSON, PIN

ORIGIN = "http://portal.example"
SIGN_IN = Ask(kind=RequestKind.SIGN_IN, asker="試験ポータル", purpose="入る", return_to="/sign-in/done")
SIGN = Ask(
    kind=RequestKind.SIGN, asker="海南市", purpose="転出届", return_to="/sign/done", content="転出届\n氏名 海南花子\n"
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(world, sink) -> CardDesk:
    return CardDesk(ORIGIN, DjangoCardRequests(), world.verifier(), world.clock, sink)


def signed(world, view: CardRequestView, *, kind: Kind | None = None) -> CardAnswer:
    kind = kind or (Kind.AUTH if view.kind is RequestKind.SIGN_IN else Kind.SIGN)
    secret = PIN if kind is Kind.AUTH else PASSWORD
    value, certificate = world.plastic.sign_with_certificate(kind, message_to_sign(view), secret=secret)
    return CardAnswer(outcome="signed", certificate=certificate, signature=value)


def back(taken: cardapp.AnswerTaken) -> str:
    return parse_qs(urlsplit(taken.return_url).query)["answer"][0]


def over_the_wire(view: CardRequestView) -> CardRequestView:
    return cardapp.decode(cardapp.encode(view), CardRequestView)


def test_a_sign_in_from_end_to_end(desk, world, sink):
    handle = desk.open(SIGN_IN, session="s1")
    view = over_the_wire(desk.view(handle))
    answer = cardapp.decode(cardapp.encode(signed(world, view)), CardAnswer)
    taken = desk.answer(handle, answer)

    outcome = desk.finish(back(taken), session="s1")

    assert taken.return_url.startswith(f"{ORIGIN}/sign-in/done?answer=")
    assert outcome.holder.kind is Kind.AUTH
    assert outcome.holder.key == outcome.holder.issuer + ":" + outcome.holder.serial
    assert handle not in taken.return_url
    assert [e.kind for e in sink.events] == ["card_request_opened", "card_request_answered"]
    assert handle not in str(sink.events)


def test_a_signature_is_over_the_exact_content_shown(desk, world):
    handle = desk.open(SIGN, session="s1")
    view = over_the_wire(desk.view(handle))
    outcome = desk.finish(back(desk.answer(handle, signed(world, view))), session="s1")

    assert view.content_sha256 == hashlib.sha256(SIGN.content.encode()).hexdigest()
    assert outcome.content == SIGN.content.encode()
    assert outcome.holder.attributes is not None


def test_a_replayed_challenge_and_a_replayed_answer_are_refused(desk, world):
    handle = desk.open(SIGN_IN, session="s1")
    answer = signed(world, desk.view(handle))
    taken = desk.answer(handle, answer)

    with pytest.raises(RequestUsed):
        desk.answer(handle, answer)
    with pytest.raises(RequestUsed):
        desk.view(handle)
    other = desk.open(SIGN_IN, session="s1")
    with pytest.raises(BadSignature):
        desk.answer(other, answer)
    desk.finish(back(taken), session="s1")
    with pytest.raises(UnknownRequest):
        desk.finish(back(taken), session="s1")


def test_a_refused_answer_uses_the_request_up(desk, world):
    handle = desk.open(SIGN_IN, session="s1")
    good = signed(world, desk.view(handle))
    with pytest.raises(BadSignature):
        desk.answer(handle, msgspec.structs.replace(good, signature=b"\0" * 256))

    with pytest.raises(RequestUsed):
        desk.answer(handle, good)


def test_another_browser_cannot_finish(desk, world):
    handle = desk.open(SIGN_IN, session="attacker")
    taken = desk.answer(handle, signed(world, desk.view(handle)))

    with pytest.raises(UnknownRequest):
        desk.finish(back(taken), session="holder")
    with pytest.raises(UnknownRequest):
        desk.finish(handle, session="attacker")


def test_a_challenge_relayed_from_another_portal_is_refused(desk, world):
    handle = desk.open(SIGN_IN, session="s1")
    relayed = msgspec.structs.replace(desk.view(handle), origin="http://evil.example")

    with pytest.raises(BadSignature):
        desk.answer(handle, signed(world, relayed))


def test_the_wrong_key_is_refused_for_each_purpose(desk, world):
    for ask, kind in ((SIGN_IN, Kind.SIGN), (SIGN, Kind.AUTH)):
        handle = desk.open(ask, session="s1")
        with pytest.raises(BadCertificate):
            desk.answer(handle, signed(world, desk.view(handle), kind=kind))


def test_too_late(desk, world):
    handle = desk.open(SIGN_IN, session="s1")
    answer = signed(world, desk.view(handle))
    world.clock.advance(dt.timedelta(minutes=6))

    with pytest.raises(UnknownRequest):
        desk.view(handle)
    with pytest.raises(UnknownRequest):
        desk.answer(handle, answer)


def test_a_card_revoked_between_answer_and_return(desk, world):
    handle = desk.open(SIGN_IN, session="s1")
    taken = desk.answer(handle, signed(world, desk.view(handle)))
    world.issuer.revoke("plastic")

    with pytest.raises(CertificateRevoked):
        desk.finish(back(taken), session="s1")


def test_the_holder_says_no(desk):
    handle = desk.open(SIGN, session="s1")
    taken = desk.answer(handle, CardAnswer(outcome="declined"))

    with pytest.raises(Declined):
        desk.finish(back(taken), session="s1")


def test_an_answer_with_nothing_in_it(desk):
    handle = desk.open(SIGN_IN, session="s1")

    with pytest.raises(BadAnswer):
        desk.answer(handle, CardAnswer(outcome="signed"))


RACE = """
import sys, django
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
django.setup()
from django.core.management import call_command
from django.db import connection
from kiban.identity.cardapp import CardAnswer, message_to_sign
from kiban.identity.errors import IdentityError
from kiban.identity.model import Ask, Kind, RequestKind
from kiban.identity.store.desk import card_desk
from kiban.kernel.clock import SystemClock
from kiban.kernel.events import FanOut
from kiban.simulators.card import SoftCard
call_command("migrate", "identity", verbosity=0)
folder = Path(sys.argv[1])
desk = card_desk(origin="http://portal.example", trust=folder / "trust", clock=SystemClock(), events=FanOut(()))
handle = desk.open(Ask(RequestKind.SIGN_IN, "p", "q", "/r"), session="s")
card = SoftCard(folder / "cards" / "now.card")
value, certificate = card.sign_with_certificate(Kind.AUTH, message_to_sign(desk.view(handle)), secret="1234")
answer = CardAnswer(outcome="signed", certificate=certificate, signature=value)
def once(_):
    try:
        desk.answer(handle, answer)
        return "taken"
    except IdentityError as refused:
        return refused.code
    finally:
        connection.close()
print(",".join(ThreadPoolExecutor(8).map(once, range(100))))
"""


def test_of_a_hundred_replays_at_once_one_succeeds(tmp_path):
    Issuer(tmp_path).issue(PERSON, pins=Pins(PIN, PASSWORD), name="now")
    environment = {
        **os.environ,
        "KIBAN_DATABASE": f"sqlite:///{tmp_path / 'race.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "kiban.shell.settings",
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    }

    run = subprocess.run(
        [sys.executable, "-c", RACE, str(tmp_path)], env=environment, capture_output=True, text=True, timeout=120
    )

    outcomes = run.stdout.strip().split(",")
    assert len(outcomes) == 100, run.stderr
    assert outcomes.count("taken") == 1
    assert set(outcomes) == {"taken", RequestUsed.code}


@pytest.mark.parametrize(
    "content", ["", " \n", "a\u202eb", "a\u200bb", "a\tb", "か\u3099", "a\ue000", "a\r\nb", "x" * 100_001]
)
def test_content_that_is_not_seen_as_it_is_cannot_be_signed(desk, content):
    with pytest.raises(NotShowable):
        desk.open(Ask(**{**{f: getattr(SIGN, f) for f in SIGN.__slots__}, "content": content}), session="s1")


def test_the_card_app_refuses_content_whose_hash_differs(desk):
    view = desk.view(desk.open(SIGN, session="s1"))

    with pytest.raises(BadAnswer):
        message_to_sign(msgspec.structs.replace(view, content="転入届\n"))


def test_no_document_that_can_be_shown_is_a_challenge_of_this_portal_by_accident():
    assert sign_in_message(ORIGIN, "n") != sign_in_message("http://other.example", "n")
    assert sign_in_message(ORIGIN, "n").startswith(b"kiban sign-in 1\n")


@given(st.binary(max_size=400))
def test_bytes_that_are_no_message_are_refused_cleanly(data):
    for kind in (CardAnswer, CardRequestView):
        with pytest.raises(BadAnswer):
            cardapp.decode(data, kind)


@given(st.text(max_size=60))
def test_only_a_handle_makes_a_path(text):
    if cardapp.HANDLE.fullmatch(text):
        assert cardapp.request_path(text) == f"/card/requests/{text}"
    else:
        with pytest.raises(BadAnswer):
            cardapp.request_path(text)


def test_old_requests_are_forgotten(desk, world):
    desk.open(SIGN_IN, session="s1")
    world.clock.advance(dt.timedelta(hours=2))

    assert DjangoCardRequests().forget_older(world.clock.now()) == 1
