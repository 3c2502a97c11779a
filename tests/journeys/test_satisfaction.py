"""The question after a decision, at real processes: answered without JavaScript, and the dashboard shows the share."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from journeys.browser import violations
from journeys.test_story import PHONE, Hand, decide_at_a_desk, fill_in, picture, sign
from kiban.shell.demo.place import Place, running
from kiban.shell.locale.languages import LANGUAGES

pytestmark = [pytest.mark.xdist_group("processes"), pytest.mark.timeout(180)]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    os.environ["KIBAN_INDICATOR_SECONDS"] = "2"
    try:
        with running(tmp_path, persons=40, today=dt.date.today(), tell=lambda _: None) as started:
            yield started
    finally:
        del os.environ["KIBAN_INDICATOR_SECONDS"]


def shown(page: Page, address: str, *words: str) -> str:
    """The page once it says these words: the worker counts by itself."""
    for _ in range(80):
        page.goto(address)
        text = page.inner_text("main") if page.locator("main").count() else ""
        if all(word in text for word in words):
            return text
        time.sleep(0.5)
    raise AssertionError(f"{address} does not say {words}: {text}")


def test_the_answer_after_a_decision_reaches_the_dashboard_by_itself(place: Place, browser: Browser) -> None:
    context = browser.new_context(**PHONE, java_script_enabled=False, locale="ja-JP")
    hand = Hand(context.new_page())
    hand.page.goto(f"{place.portal}/")
    hand.press("#begin-hikkoshi button")
    hand.press("button:has-text('浜中健一')")
    fill_in(hand)
    sign(hand, card="story-1")
    hand.page.goto(f"{place.portal}/cases")
    link = hand.page.locator("a[href*='/cases/']:has-text('児童手当の認定請求')").first.get_attribute("href")
    assert link
    case = f"{place.portal}{link}"
    hand.page.goto(case)
    assert not hand.page.locator("#survey").count()  # nothing is decided yet
    decide_at_a_desk(place, browser)

    answer(hand, case)

    dashboard = f"{place.portal}/evidence/indicators"
    month = f"{dt.date.today():%Y-%m}"
    assert "基盤の記録" in shown(hand.page, f"{dashboard}/satisfaction", month, "100")
    picture(hand, "satisfaction")
    for name in ("applications", "days_to_decision", "documents_omitted", "satisfaction-jido-teate"):
        shown(hand.page, f"{dashboard}/{name}", month)
    listed = shown(hand.page, dashboard, "満足した人の割合（児童手当の認定請求）")
    assert "省略できた書類" in listed
    context.close()


def answer(hand: Hand, case: str) -> None:
    """Without a choice it is asked again; with one it is done, and done once."""
    shown(hand.page, case, "この手続に満足しましたか")
    hand.press("#survey button[value=survey]")
    assert "答えを選ぶか" in hand.page.inner_text("main")
    accessible(hand, case)
    hand.page.goto(case)
    picture(hand, "survey")
    hand.press("#survey input[value=rather_satisfied]")
    hand.press("#survey button[value=survey]")
    assert "ありがとうございました" in hand.page.inner_text("#survey")
    assert not hand.page.locator("form#survey").count()


def accessible(hand: Hand, case: str) -> None:
    """The question in three languages, for axe: with script, by the same session."""
    state = hand.page.context.storage_state()
    assert hand.page.context.browser
    context = hand.page.context.browser.new_context(**PHONE, storage_state=state)
    page = context.new_page()
    for language in LANGUAGES:
        page.goto(f"{case}?lang={language}")
        assert page.locator("form#survey legend").inner_text()
        assert violations(page) == [], language
    page.goto(f"{case}?lang=ja")
    context.close()
