"""Every page of the URL table, in three languages and all states, on a phone and on a desk: axe finds nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from journeys.browser import Traffic, enter, keep_picture, violations
from journeys.pages import NO_PAGE, STATES, State
from journeys.sample import sample
from kiban.shell.locale.languages import LANGUAGES
from kiban.shell.platform import install
from kiban.shell.routes import Access
from kiban.shell.urls import ROUTES

FIRST_VIEW, LATER_VIEW, REQUESTS = 30_000, 8_000, 5
SIZES = {"phone": (320, 640), "desk": (1280, 800)}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


def test_every_route_has_its_states_or_says_why_it_has_no_page() -> None:
    pages = {r.name for r in ROUTES if r.policy.access is not Access.MACHINE}

    assert pages - {s.route for s in STATES} - set(NO_PAGE) == set()
    assert set(NO_PAGE) & {s.route for s in STATES} == set()


@pytest.mark.parametrize(
    ("size", "language"),
    [
        pytest.param(size, language, marks=[] if (size, language) == ("phone", "ja") else pytest.mark.long)
        for size in SIZES
        for language in LANGUAGES
    ],
)
def test_every_page_is_accessible(live_server: object, browser: Browser, size: str, language: str) -> None:
    faults = []
    for state in STATES:
        faults += [
            f"{state.name} {size} {language}: {fault}"
            for fault in _look_at(browser, str(live_server), state=state, size=size, language=language)
        ]

    assert faults == []


def _look_at(browser: Browser, base: str, *, state: State, size: str, language: str) -> list[str]:
    install(sample(full=state.kind != "empty"))
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    enter(context, base, person=state.who, language=language)
    page = context.new_page()
    response = page.goto(base + state.path)
    if state.press:
        page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
        with page.expect_navigation() as navigation:
            page.locator(state.press).first.click()
        response = navigation.value
    keep_picture(page, f"{state.name}-{size}-{language}")
    faults = [] if response and response.status == state.status else [f"status {response and response.status}"]
    page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
    faults += violations(page) + _laws_of_every_page(page, language=language)
    if state.status == 422 and page.locator(".error-summary").count():
        faults += _laws_of_a_form_in_error(page)
    context.close()
    return faults


def _laws_of_every_page(page: Page, *, language: str) -> list[str]:
    """One h1, a language, no sideways scrolling, nothing from elsewhere, no cookie but the session's."""
    faults = []
    if page.locator("h1").count() != 1:
        faults.append(f"{page.locator('h1').count()} h1")
    if page.evaluate("document.documentElement.lang") != ("en" if language == "en" else "ja"):
        faults.append("wrong lang")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        faults.append(f"scrolls sideways by {wide} px")
    if {c["name"] for c in page.context.cookies()} - {"session"}:
        faults.append("a cookie that is not the session's")
    return faults


def _laws_of_a_form_in_error(page: Page) -> list[str]:
    """The five form laws: announced once, field named, summary focused, link focuses the field, title says error."""
    faults = []
    if page.locator("[role=alert], [aria-live=assertive]").count():
        faults.append("law 1: announced more than once")
    if page.evaluate("document.activeElement && document.activeElement.id") != "error-summary":
        faults.append("law 3: the summary has not the focus")
    if not page.title().startswith(("エラー：", "まちがいが あります：", "Error: ")):
        faults.append("law 5: the title does not say error")
    links = page.locator(".error-summary a")
    texts = links.all_inner_texts()
    if len(set(texts)) != len(texts) or not all(t.strip() for t in texts):
        faults.append("law 2: errors do not name their fields")
    for number in range(len(texts)):
        target = (links.nth(number).get_attribute("href") or "")[1:]
        links.nth(number).press("Enter")
        if page.evaluate("document.activeElement && document.activeElement.id") != target:
            faults.append(f"law 4: the link to {target} does not focus it")
        if not page.locator(f"[id='{target}-error']").count() and target not in {
            "sign",
            "sign-in-button",
            "act-button",
        }:
            faults.append(f"law 2: no message beside {target}")
    return faults


def test_pages_are_light(live_server: object, browser: Browser) -> None:
    """At most 30 kB on the first view, 8 kB later, 5 requests, and no other host."""
    install(sample())
    heavy = []
    for state in (s for s in STATES if not s.press):
        context = browser.new_context()
        enter(context, str(live_server), person=state.who, language="ja")
        first, requests, hosts = _fetch(context, str(live_server) + state.path)
        later, _, _ = _fetch(context, str(live_server) + state.path)
        if first > FIRST_VIEW or later > LATER_VIEW or requests > REQUESTS or hosts != 1:
            heavy.append((state.name, first, later, requests, hosts))
        context.close()

    assert heavy == []


def _fetch(context: BrowserContext, url: str) -> tuple[int, int, int]:
    page, traffic = context.new_page(), Traffic()
    traffic.watch(page)
    page.goto(url, wait_until="networkidle")
    sizes = (traffic.bytes(), len(traffic.responses), len({r.url.split("/")[2] for r in traffic.responses}))
    page.close()
    return sizes
