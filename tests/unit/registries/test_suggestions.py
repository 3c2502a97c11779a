"""What may have been meant: offered for places that could not be followed, never taken."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kiban.registries import normalise
from kiban.registries.address.suggest import suggestions
from kiban.shell.cli import main


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("海南市日形1", "和歌山県海南市日方"),
        ("海南市ひがた1", "和歌山県海南市日方"),
        ("和歌山県海甫市日方1271", "和歌山県海南市"),
        ("東京都千代田句霞が関", "東京都千代田区"),
        ("大阪市梅因1-1", "大阪府大阪市北区梅田"),
        ("世田谷区太子道", "東京都世田谷区太子堂"),
        ("さいたま市浦和区高沙3", "埼玉県さいたま市浦和区高砂"),
    ],
)
def test_a_mistyped_name_is_answered_with_what_comes_close(text: str, meant: str) -> None:
    found = normalise(text)

    assert found.level <= 2
    assert not found.town
    assert meant in suggestions(found)
    assert all(normalise(one).level >= found.level for one in suggestions(found))


@pytest.mark.parametrize("text", ["", "🍣", "1-2-3", "sdfsdf", "どこでもない町1-2", "東京都", "海南市", "海南市日方1"])
def test_nothing_is_offered_where_nothing_comes_close_or_nothing_is_missing(text: str) -> None:
    assert suggestions(normalise(text)) == ()


@given(st.text(max_size=60) | st.text("海南市日形和歌山県大阪府0123-丁目番", max_size=20))
def test_no_text_crashes_the_suggestions(text: str) -> None:
    assert len(suggestions(normalise(text))) <= 5


def test_suggestions_are_made_while_somebody_waits() -> None:
    began = time.process_time()
    for text in ("横浜市みなとみい2", "海甫市日方", "かいなし日方"):
        suggestions(normalise(text))

    assert time.process_time() - began < 1.5


@pytest.mark.django_db
def test_page_machine_interface_and_command_offer_them(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    shown = client.get("/registries/address", {"q": "海南市日形1"}).content.decode()
    found = client.get("/api/v1/registries/address/normalise", {"text": "海南市日形1"}).json()
    assert main(["address", "normalise", "海南市日形1"]) == 0

    assert "和歌山県海南市日方</a>" in shown
    assert "市区町村まで分かりました" in shown
    assert "町字が分からない" in shown
    assert found["suggestions"] == ["和歌山県海南市日方"]
    assert "suggestions: 和歌山県海南市日方" in capsys.readouterr().out
    unknown = client.get("/registries/address", {"q": "どこでもない町1-2"}).content.decode()
    assert "都道府県・市区町村が分からない" in unknown
