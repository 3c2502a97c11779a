"""The pages on paper: every sheet names the office, the page and the number; nothing to press; nothing is cut."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import pdf_text
from evidence_sample import load
from journeys.browser import enter
from journeys.pages import STATES, State
from journeys.sample import sample
from kiban.shell.locale.languages import LANGUAGES
from kiban.shell.platform import install

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
HEADED = {
    "case": ("和歌山市", "児童手当認定請求", "受付番号2026-000123"),
    "office_case": ("和歌山市", "児童手当認定請求", "受付番号2026-000123"),
    "receipt": ("和歌山市", "受け付けました", "控えの番号r1"),
    "plan": ("暮らしの基盤", "引越し"),
    "notice": ("和歌山市", "児童手当を認定しました"),
    "looked": ("暮らしの基盤", "だれが見たか"),
    "payment_run": ("職員一", "支払第1号"),
}
"""What stands above each sheet of a page."""
A4 = {"width": 680, "height": 1000}
"""180 mm between the margins, at 96 px to the inch."""
PRESSED = """() => [...document.querySelectorAll("button, .button, nav, input[type=file], footer, .skip")]
  .filter(e => e.getClientRects().length).map(e => e.outerHTML.slice(0, 80))"""
CUT = """() => {
  const right = document.documentElement.clientWidth
  return [...document.querySelectorAll("main *")].filter(e => e.getClientRects().length && !e.closest(".hidden, svg"))
    .filter(e => e.getBoundingClientRect().right > right + 1 || e.scrollWidth > e.clientWidth + 1 && e.clientWidth &&
      getComputedStyle(e).overflowX != "visible" && !e.matches("input, select, textarea"))
    .map(e => e.outerHTML.slice(0, 100))
}"""
LONG = """() => {
  const row = document.querySelector("main table tbody tr"), cell = row.querySelector("td")
  for (let n = 100; n < 190; n++) {
    const more = row.cloneNode(true)
    more.querySelector("td").innerText = `(from${n})\\nA second line\\nof the cell\\n(to${n})`
    row.parentNode.append(more)
  }
}"""


def opened(browser: Browser, base: str, state: State, *, language: str = "ja") -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    enter(context, base, person=state.who, language=language)
    page = context.new_page()
    page.goto(base + state.path)
    return page


def printed(page: Page) -> list[str]:
    return pdf_text.pages(page.pdf(prefer_css_page_size=True))


def normal(route: str) -> State:
    return next(one for one in STATES if one.route == route and one.kind == "normal")


def faults(page: Page) -> list[str]:
    """What can be pressed or is cut off on a sheet of paper."""
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    found: list[str] = page.evaluate(PRESSED) + page.evaluate(CUT)
    page.emulate_media(media="null")
    return found


def test_every_sheet_of_a_long_page_says_which_office_which_page_and_which_number(
    live_server: object, browser: Browser
) -> None:
    """The pages were never looked at on paper: no sheet said what it was of."""
    install(sample())
    for route, said in HEADED.items():
        page = opened(browser, str(live_server), normal(route))
        sheets = printed(page)
        for number, sheet in enumerate(sheets, 1):
            assert [word for word in said if word not in sheet[:120]] == [], (route, sheet[:120])
            assert f"{number}/{len(sheets)}" in sheet[:12], (route, sheet[:20])
        page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_paper_can_be_pressed_or_is_cut(live_server: object, browser: Browser, language: str) -> None:
    install(sample())
    wrong = []
    for state in STATES:
        if state.kind in {"normal", "resident", "found"} and not state.press:
            page = opened(browser, str(live_server), state, language=language)
            wrong += [f"{state.name} {language}: {fault}" for fault in faults(page)]
            page.context.close()

    assert wrong == []


def test_a_table_over_several_sheets_has_its_heads_on_each_and_no_row_is_torn(
    live_server: object, browser: Browser
) -> None:
    install(sample())
    page = opened(browser, str(live_server), normal("office_case"))
    page.evaluate(LONG)
    sheets = printed(page)
    page.context.close()
    rows = {number: re.findall(rf"\((from|to){number}\)", sheet) for number in range(100, 190) for sheet in sheets
            if f"{number})" in sheet}  # fmt: skip
    with_rows = [sheet for sheet in sheets if "(from1" in sheet]

    assert len(with_rows) > 3
    assert {number for number, ends in rows.items() if ends != ["from", "to"]} == set()
    assert all("事項申請内容照会結果" in sheet for sheet in with_rows)


def test_what_is_folded_on_the_screen_is_read_on_paper(live_server: object, browser: Browser) -> None:
    install(sample())
    page = opened(browser, str(live_server), normal("case"))
    paper = "".join(printed(page))
    page.context.close()

    assert "三か月以内に審査請求ができます" in paper
    assert "日本年金機構に照会しました" in paper
    assert "申請を取り下げ" not in paper, "what is to be done on the screen is not on paper"


def test_an_evidence_sheet_on_paper_is_whole(
    live_server: object, browser: Browser, tmp_path: Path, settings: object
) -> None:
    settings.EVIDENCE = load(tmp_path)  # type: ignore[attr-defined]  # known at run time only
    for path in ("/evidence/sheets/2024/7", "/evidence/indicators/online-share/map", "/evidence/plans/juten-2021/1-1"):
        page = opened(browser, str(live_server), State("evidence", path))
        assert faults(page) == [], path
        sheets = printed(page)
        page.context.close()
        assert [s[:40] for n, s in enumerate(sheets, 1) if f"{n}/{len(sheets)}" not in s[:12]] == [], path
        if "sheets" in path:
            assert [sheet[:120] for sheet in sheets if "デジタル庁見本のデジタル事業2024-7" not in sheet[:120]] == []
