"""The card app: what it shows, what it refuses, what it sends back; with a desk in the same process as its portal."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from kiban.identity import cardapp
from kiban.identity.errors import IdentityError
from kiban.identity.model import Ask, Kind, RequestKind
from kiban.identity.requests import CardDesk
from kiban.identity.store.requests import DjangoCardRequests
from kiban.simulators.card.app.handler import CardApp, Request, form_fields
from kiban.simulators.card.app.render import HERE, LANGUAGES, RUBY, texts
from kiban.simulators.card.errors import NoPortal
from unit.identity.conftest import PASSWORD, PIN
from unit.identity.test_requests import ORIGIN, SIGN, SIGN_IN

pytestmark = pytest.mark.django_db


@dataclass
class InProcess:
    """The portal without HTTP; the messages still pass as bytes."""

    desk: CardDesk
    origin: str = ORIGIN

    def request(self, handle):
        return self._told(lambda: cardapp.decode(cardapp.encode(self.desk.view(handle)), cardapp.CardRequestView))

    def answer(self, handle, answer):
        return self._told(
            lambda: self.desk.answer(handle, cardapp.decode(cardapp.encode(answer), cardapp.CardAnswer)),
        )

    def _told(self, do):
        try:
            return do()
        except IdentityError as error:
            raise NoPortal("refused", status=error.status, refusal=error.code) from None


@pytest.fixture
def desk(world, sink) -> CardDesk:
    return CardDesk(ORIGIN, DjangoCardRequests(), world.verifier(), world.clock, sink)


@pytest.fixture
def app(world, desk) -> CardApp:
    return CardApp(world.issuer, InProcess(desk))


def get(app, path: str, **fields: str):
    return app.answer(Request("GET", path, fields))


def post(app, path: str, **fields: str):
    return app.answer(Request("POST", path, fields))


def location(response) -> str:
    return dict(response.headers)["Location"]


def test_a_sign_in_with_a_card(app, desk):
    handle = desk.open(SIGN_IN, session="s")
    page = get(app, "/sign-in", request=handle).body.decode()
    response = post(app, "/sign-in", request=handle, card="plastic", pin=PIN)

    assert SIGN_IN.asker in page
    assert ORIGIN in page
    assert 'value="plastic"' in page
    assert response.status == 303
    answer = parse_qs(urlsplit(location(response)).query)
    assert list(answer) == ["answer"]
    assert desk.finish(answer["answer"][0], session="s").holder.kind is Kind.AUTH


def test_a_sign_in_with_a_phone_needs_no_pin(app, desk):
    handle = desk.open(SIGN_IN, session="s")

    assert post(app, "/sign-in", request=handle, card="phone").status == 303


def test_a_signature_shows_and_signs_exactly_the_content(app, desk):
    handle = desk.open(replace(SIGN, content="一行目\n<b>二行目</b> & 末\n"), session="s")
    page = get(app, "/sign", request=handle).body.decode()
    shown = re.search(r'<div class="content"[^>]*>(.*?)</div>', page, re.S)[1]
    response = post(app, "/sign", request=handle, card="plastic", pin=PASSWORD)
    outcome = desk.finish(parse_qs(urlsplit(location(response)).query)["answer"][0], session="s")

    from html import unescape

    assert unescape(shown) == outcome.content.decode() == "一行目\n<b>二行目</b> & 末\n"


def test_wrong_pins_tell_the_tries_left_and_then_what_to_do(app, desk):
    handle = desk.open(SIGN_IN, session="s")

    first = post(app, "/sign-in", request=handle, card="plastic", pin="0000", lang="en")
    second = post(app, "/sign-in", request=handle, card="plastic", pin="0000", lang="en")
    third = post(app, "/sign-in", request=handle, card="plastic", pin="0000", lang="en")
    then = post(app, "/sign-in", request=handle, card="plastic", pin=PIN, lang="en")

    assert (first.status, second.status, third.status, then.status) == (422, 422, 403, 403)
    assert "2 tries left" in first.body.decode()
    assert "1 tries left" in second.body.decode()
    assert "reset at a municipal counter" in third.body.decode()
    assert "<title>Error: " in first.body.decode()
    assert 'href="#pin"' in first.body.decode()


def test_what_cannot_be_a_pin_is_told_and_costs_nothing(app, desk, world):
    handle = desk.open(SIGN_IN, session="s")

    assert post(app, "/sign-in", request=handle, card="plastic", pin="12").status == 422
    assert world.plastic.tries_left(Kind.AUTH) == 3


@pytest.mark.parametrize(("act", "word"), [("suspend", "suspended"), ("revoke", "revoked")])
def test_a_card_that_is_not_valid_is_told_why(app, desk, world, act, word):
    getattr(world.issuer, act)("plastic")
    handle = desk.open(SIGN_IN, session="s")

    response = post(app, "/sign-in", request=handle, card="plastic", pin=PIN, lang="en")

    assert response.status == 403
    assert word in response.body.decode()


def test_an_expired_card_is_told_so(app, desk, world):
    import datetime as dt

    world.clock.advance(dt.timedelta(days=6 * 366))
    world.issuer.refresh()
    handle = desk.open(SIGN_IN, session="s")

    response = post(app, "/sign-in", request=handle, card="plastic", pin=PIN, lang="en")

    assert "expired" in response.body.decode()


def test_saying_no(app, desk):
    handle = desk.open(SIGN, session="s")

    assert post(app, "/sign", request=handle, action="decline").status == 303


def test_an_unknown_or_used_request_and_the_wrong_page(app, desk):
    used = desk.open(SIGN_IN, session="s")
    post(app, "/sign-in", request=used, card="phone")

    assert get(app, "/sign-in", request="A" * 43).status == 404
    assert get(app, "/sign-in", request="x").status == 404
    assert get(app, "/sign-in").status == 404
    assert get(app, "/sign-in", request=used).status == 409
    assert get(app, "/sign", request=desk.open(SIGN_IN, session="s")).status == 404
    assert get(app, "/nothing").status == 404


def test_a_form_from_another_site_is_refused(app, desk):
    handle = desk.open(SIGN_IN, session="s")
    fields = {"request": handle, "card": "phone"}

    for origin, site in (("http://evil.example", ""), ("", "cross-site"), ("null", "")):
        assert app.answer(Request("POST", "/sign-in", fields, origin=origin, fetch_site=site)).status == 403


def test_at_a_counter_only_the_card_on_the_reader_is_offered(app, desk, world):
    world.issuer.put_on_reader("window-3", "plastic")
    handle = desk.open(replace(SIGN_IN, reader="window-3"), session="s")
    page = get(app, "/sign-in", request=handle).body.decode()

    assert 'type="radio"' not in page
    assert "phone" not in page.replace("phone-title", "")
    assert post(app, "/sign-in", request=handle, card="phone").status == 422


def test_a_signature_offers_the_card_of_the_sign_in(app, desk, world):
    serial = next(one.serial for one in world.issuer.certificates("phone") if one.kind is Kind.AUTH)
    handle = desk.open(replace(SIGN, holder=f"x:{serial}"), session="s")
    page = get(app, "/sign", request=handle).body.decode()

    assert 'name="card" value="phone"' in page
    assert "plastic" not in page


def test_no_pin_and_no_key_is_ever_shown_again(app, desk):
    handle = desk.open(SIGN, session="s")
    response = post(app, "/sign", request=handle, card="plastic", pin="SECRET99")

    assert "SECRET99" not in response.body.decode()
    assert "SECRET99" not in repr(Request("POST", "/sign", {"pin": "SECRET99"}))


def test_headers_allow_no_script_and_only_the_portal(app):
    headers = dict(app.security_headers)

    assert headers["Content-Security-Policy"].startswith(
        "default-src 'none'; style-src 'self'; form-action 'self' http"
    )
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_the_texts_are_whole_in_three_languages_and_used():
    sources = "\n".join(p.read_text(encoding="utf-8") for p in [*HERE.rglob("*.html"), *HERE.glob("*.py")])
    built = ("card.", "error.", "pin.", "problem.")
    kanji = re.compile(r"[一-鿿々]")

    assert {key for key, entry in texts().items() if set(entry) != set(LANGUAGES)} == set()
    assert [k for k in texts() if f'"{k}"' not in sources and not k.startswith(built)] == []
    assert [k for k, entry in texts().items() if kanji.search(RUBY.sub("", entry["ja-easy"]))] == []
    assert all(re.search(r"<script|style=|\son[a-z]+=", p.read_text()) is None for p in HERE.rglob("*.html"))
    assert yaml.safe_load((HERE / "texts.yaml").read_text(encoding="utf-8"))


def test_forms_are_read_with_one_value_for_a_name():
    assert form_fields("a=1&a=2&b=") == {"a": "1", "b": ""}


def test_an_ask_shows_its_kind():
    assert cardapp.entry_url("http://app/", RequestKind.SIGN, handle="h") == "http://app/sign?request=h"
    assert Ask(RequestKind.SIGN, "a", "b", "/c", content="x").content not in repr(Ask(RequestKind.SIGN, "a", "b", "/c"))
