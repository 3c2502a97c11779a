"""Bereaved families at real processes: on a phone and at the counter, three choices, one signature, nothing typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from journeys.browser import violations
from journeys.test_story import DESK, PHONE, Hand, picture, signed_in
from kiban.shell.demo.place import PASSWORD, PIN, Place, running
from kiban.simulators.agencies.bereaved import STORY
from kiban.simulators.card import Issuer

pytestmark = [pytest.mark.xdist_group("processes"), pytest.mark.timeout(180)]
TITLES = ("世帯主の変更届", "介護保険の資格喪失届（死亡）", "年金受給権者の死亡届", "未支給年金の請求",
          "相続人代表者の届出")  # fmt: skip
TOWN_S = ("国民健康保険の資格喪失届（死亡）", "葬祭費の支給申請（国民健康保険）")
UNION_S = ("葬祭費の支給申請（後期高齢者医療）",)
CHILDREN_S = (*TOWN_S, "児童手当の認定請求（受給者の死亡）", "未支払の児童手当の請求")
"""Of who died at 71, at 80, and of a father of 40. The others are of each family but the last, who had no pension."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("mourning")
    with running(folder, persons=4, today=dt.date.today(), tell=lambda _: None) as started:
        yield started


def decide_and_sign(hand: Hand, *, head: str, titles: tuple[str, ...]) -> None:
    """What only the family knows: the new head, the heirs' representative, who held the funeral; then the signature."""
    hand.press(f"label:text-is('{head}')")
    hand.press(f"label:has-text('{head}（')")
    hand.press("label:has-text('はい')")
    hand.press("#sign", decision=False)
    assert "死亡" in hand.page.inner_text("main")
    hand.secret("#pin", PASSWORD)
    hand.press("form[action='/sign'] button.go")
    receipt = hand.page.inner_text("main")
    assert all(title in receipt for title in titles), receipt


def test_on_a_phone_the_bereaved_finish_in_one_session_and_type_nothing(place: Place, browser: Browser) -> None:
    context = browser.new_context(**PHONE, locale="ja-JP")
    hand = Hand(context.new_page())
    hand.page.goto(f"{place.portal}/")
    assert hand.page.locator("section.event").count() == 3, "moving, a death, and a death elsewhere: three life events"
    assert violations(hand.page) == []
    picture(hand, "okuyami-home")
    hand.press("#begin-okuyami button")
    hand.press("button:has-text('下津和子')")

    shown = hand.page.inner_text("main")
    for known in ("下津 誠一", "下津 直樹", "海南市日方", "国民健康保険の資格がある", "模擬銀行",
                  "下津 和子（妻、2分の1）、下津 直樹（子、2分の1）"):  # fmt: skip
        assert known in shown, known
    assert "引っ越す人" not in shown
    assert "役所が確認します" not in shown, "nothing is left open"
    assert violations(hand.page) == []
    picture(hand, "okuyami-plan")
    decide_and_sign(hand, head="下津 和子", titles=(*TITLES, *TOWN_S))

    assert violations(hand.page) == []
    picture(hand, "okuyami-receipt")
    assert (hand.typed, hand.secrets) == (0, 1)
    assert hand.decisions <= 7
    assert len(hand.seen) <= 5, hand.seen
    context.close()


@pytest.mark.parametrize(
    ("family", "titles", "head"),
    [(1, (*TITLES, *UNION_S), "大崎 直樹"), (2, (TITLES[0], TITLES[-1], *CHILDREN_S), "藤白 美咲")],
)
def test_at_one_counter_all_is_done_after_a_death_and_nobody_writes(
    place: Place, browser: Browser, *, family: int, titles: tuple[str, ...], head: str
) -> None:
    context = browser.new_context(**DESK, locale="ja-JP")
    hand = signed_in(place, context.new_page(), account="a-counter")
    Issuer(place.folder / "cards").put_on_reader("a-counter", f"{STORY}-{family}-2")
    hand.page.goto(f"{place.portal}/console/counter")
    hand.press("#counter-okuyami button")
    hand.secret("#pin", PIN)
    hand.press("form[action='/sign-in'] button.go")

    shown = hand.page.inner_text("main")
    assert "入力した文字数 0" in shown
    assert all(title in shown for title in titles), "the list of what this family needs"
    assert violations(hand.page) == []
    picture(hand, f"okuyami-counter-{family}")
    decide_and_sign(hand, head=head, titles=titles)
    assert ("和歌山県後期高齢者医療広域連合" in hand.page.inner_text("main")) == (family == 1)
    assert hand.typed == 0
    context.close()


def test_a_daughter_who_lives_elsewhere_finishes_on_her_phone(place: Place, browser: Browser) -> None:
    context = browser.new_context(**PHONE, locale="ja-JP")
    hand = Hand(context.new_page())
    hand.page.goto(f"{place.portal}/")
    hand.press("#begin-okuyami-tooku button")
    hand.press("button:has-text('有田恵')")

    shown = hand.page.inner_text("main")
    for known in ("大崎 義男", "海南市日方", "後期高齢者医療の資格がある", "有田 恵（長女、4分の1）", "模擬銀行"):
        assert known in shown, known
    assert "役所が確認します" not in shown, "nothing is left open"
    assert violations(hand.page) == []
    picture(hand, "okuyami-elsewhere")
    hand.press("label:has-text('有田 恵（')")
    hand.press("label:has-text('はい')")
    hand.press("#sign", decision=False)
    hand.secret("#pin", PASSWORD)
    hand.press("form[action='/sign'] button.go")

    receipt = hand.page.inner_text("main")
    for title in (*UNION_S, "相続人代表者の届出", "和歌山県後期高齢者医療広域連合", "海南市"):
        assert title in receipt, title
    assert violations(hand.page) == []
    assert (hand.typed, hand.secrets) == (0, 1)
    context.close()
