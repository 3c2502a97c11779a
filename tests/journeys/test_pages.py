"""Every page of the URL table, in three languages and all states, on a phone and on a desk: axe finds nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Response

from journeys.browser import Traffic, enter, keep_picture, violations, watched
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
def test_every_page_is_accessible_and_light(live_server: object, browser: Browser, size: str, language: str) -> None:
    """At most 30 kB on the first view, 8 kB later, 5 requests, and no other host, besides what the laws say."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    look = Look(context.new_page(), str(live_server), size=size, language=language)
    faults = [f"{state.name} {size} {language}: {fault}" for state in STATES for fault in look.at(state)]
    context.close()

    assert faults == []


class Look:
    """One page of the browser, in which one state after the other is looked at: each with a session of its own."""

    def __init__(self, page: Page, base: str, *, size: str, language: str) -> None:
        self.page, self.base, self.size, self.language = page, base, size, language
        self.cache = page.context.new_cdp_session(page)

    def at(self, state: State) -> list[str]:
        """What is wrong with a state."""
        install(sample(full=state.kind != "empty"))
        self.page.context.clear_cookies()
        enter(self.page.context, self.base, person=state.who, language=self.language)
        self.cache.send("Network.clearBrowserCache")
        with watched(self.page) as first:
            response = self.page.goto(self.base + state.path)
            if state.press:
                response = self._press(state.press)
            faults = [] if response and response.status == state.status else [f"status {response and response.status}"]
            faults += self._faults(state)
        if state.press:
            return faults
        with watched(self.page) as later:
            self.page.goto(self.base + state.path)
        return faults + _too_heavy(first, FIRST_VIEW) + _too_heavy(later, LATER_VIEW)

    def _press(self, button: str) -> Response:
        self.page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
        with self.page.expect_navigation() as navigation:
            self.page.locator(button).first.click()
        return navigation.value

    def _faults(self, state: State) -> list[str]:
        keep_picture(self.page, f"{state.name}-{self.size}-{self.language}")
        self.page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
        faults: list[str] = self.page.evaluate(TWICE)
        faults += violations(self.page) + _laws_of_every_page(self.page, language=self.language)
        faults += self.page.evaluate(LONG)
        if state.status == 422 and self.page.locator(".error-summary").count():
            faults += _laws_of_a_form_in_error(self.page)
        return faults


def _too_heavy(traffic: Traffic, most: int) -> list[str]:
    fits = traffic.bytes() <= most and 1 <= len(traffic.requests) <= REQUESTS and len(traffic.hosts()) == 1
    urls = " ".join(r.url for r in traffic.requests)
    return [] if fits else [f"{traffic.bytes()} bytes of {most}, at most {REQUESTS} requests to one host: {urls}"]


TOO_CLOSE = """() => {
  const all = [...document.querySelectorAll("main :is(button, .button, summary)")]
  const boxes = all.filter(e => e.getClientRects().length).map(e => [e.innerText.trim(), e.getBoundingClientRect(), e])
  const apart = (a, b) => Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom)
  const pairs = boxes.flatMap((a, i) => boxes.slice(i + 1).map(b => [a, b]))
  return pairs.filter(([a, b]) => !(a[2].matches("summary") && b[2].matches("summary")) && apart(a[1], b[1]) < 8)
    .map(([a, b]) => `${a[0]} and ${b[0]}: ${apart(a[1], b[1])} px`)
}"""
"""Pairs of buttons (and what unfolds beside them) less than 8 px apart."""


LONG = """() => {
  const latin = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis"
  const place = "和歌山県東牟婁郡那智勝浦町大字天満字上ノ山千五百二十五番地六" + "ロイヤルレジデンス".repeat(10)
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) walk.currentNode.data = walk.currentNode.data
    .replace(/(海南|見本|別人|探した) (花子|太郎|二郎|一郎)/g, latin).replace(/日方1525番地6|七番丁23番地/g, place)
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
  const over = [...document.querySelectorAll("main :is(td, dd, label, .lead, .note)")]
    .filter(e => e.innerText.includes(latin) && e.scrollWidth > e.clientWidth + 1)
    .filter(e => getComputedStyle(e).display != "inline")
  return [...(wide > 0 ? [`a long name pushes the page by ${wide} px`] : []),
    ...over.map(e => `a long name runs out of its ${e.tagName}`)]
}"""
"""Names of 60 letters and addresses of 120 characters in place of the sample's: nothing is pushed or runs over."""
TWICE = """() => {
  document.documentElement.style.fontSize = "200%"
  const right = document.documentElement.clientWidth, found = []
  for (const e of document.querySelectorAll("main *, header *, footer *"))
    if (e.getClientRects().length && !e.closest(".hidden, .skip, .scroll, svg")) {
      const outer = e.parentElement.closest(".notice, .card, .cards li, .scroll, main")
      const edge = Math.min(right, outer ? outer.getBoundingClientRect().right : right)
      if (e.getBoundingClientRect().right > edge + 1) found.push(`${e.tagName} ${(e.innerText || "").slice(0, 20)}`)
    }
  for (const e of document.querySelectorAll(".whole"))
    if (e.getClientRects().length > 1) found.push(`torn: ${e.innerText}`)
  document.documentElement.style.fontSize = ""
  return found.slice(0, 5).map(one => `at text of 200 % over its edge: ${one}`)
}"""
"""At twice the size of text: what runs over the edge of the page or of its box, and numbers torn at their hyphen."""
TOO_SMALL = """() => {
  const own = [...document.querySelectorAll(
    "button, .button, summary, select, nav a, .brand a, .tasks > li > div > a, .error-summary a, " +
    "input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), .choice label" +
    (innerWidth < 640 ? ", .stack th > a" : ""))]
  return own.filter(e => e.getClientRects().length && !e.closest(".skip"))
    .map(e => [e, e.getBoundingClientRect()]).filter(([e, box]) => box.height < 43.9)
    .map(([e, box]) => `${e.tagName} ${(e.innerText || e.id).trim()}: ${box.height} px`)
}"""
"""What is pressed and is less than 44 px high (JIS X 8341-3, target size); links in running text are not meant."""


UNREAD = """() => {
  const bracketed = /[一-鿿々ヶ][(《][ぁ-んー]+[)》]|<\\/?r(uby|t|p)>/
  const own = [document.title, ...[...document.querySelectorAll("option")].map(e => e.textContent)]
  for (const e of document.querySelectorAll("[aria-label], [data-label], [label], [title], [placeholder]"))
    own.push(...["aria-label", "data-label", "label", "title", "placeholder"].map(a => e.getAttribute(a) || ""))
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode())
    if (!walk.currentNode.parentElement.closest("ruby, script, pre")) own.push(walk.currentNode.data)
  return own.filter(text => bracketed.test(text)).map(text => text.trim().slice(0, 80))
}"""
"""Texts, options, titles and labels for screen readers in which a reading stands as 漢字(かんじ) or as markup."""


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
    for text in page.evaluate(UNREAD):
        faults.append(f"a reading in brackets where it is no ruby: {text}")
    for small in page.evaluate(TOO_SMALL):
        faults.append(f"too small to be pressed: {small}")
    for close in page.evaluate(TOO_CLOSE):
        faults.append(f"no distance between {close}")
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
        }:
            faults.append(f"law 2: no message beside {target}")
    return faults
