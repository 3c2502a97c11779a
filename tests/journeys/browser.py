"""Chromium as the tests drive it, and what is measured in it."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from kiban.shell.principals import Principal

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def axe_source() -> str:
    """axe-core as the development dependency brings it."""
    package = importlib.util.find_spec("axe_playwright_python")
    assert package
    assert package.origin
    return (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def session_of(person: Principal, *, language: str) -> str:
    """The key of a session as signing in would have made it."""
    store = SessionStore()
    store["language"] = language
    if person.kind != "nobody":
        store["principal"] = asdict(person)
    store.create()
    return str(store.session_key)


def enter(context: BrowserContext, base: str, *, person: Principal, language: str) -> None:
    key = session_of(person, language=language)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": base, "httpOnly": True}])


@dataclass
class Traffic:
    """What a page made the browser fetch."""

    requests: list[Request] = field(default_factory=list)

    def bytes(self) -> int:
        """Compressed bytes of bodies, as the network carried them."""
        return sum(r.sizes()["responseBodySize"] for r in self.requests if r.response())

    def hosts(self) -> set[str]:
        return {r.url.split("/")[2] for r in self.requests}


@contextmanager
def watched(page: Page) -> Iterator[Traffic]:
    """What the page makes the browser fetch meanwhile."""
    traffic = Traffic()

    def began(request: Request) -> None:
        traffic.requests.append(request)

    page.on("request", began)
    yield traffic
    page.remove_listener("request", began)


def keep_picture(page: Page, name: str) -> None:
    """A picture of the whole page for people to look at, in the folder that KIBAN_PICTURES names, if it names one."""
    folder = os.environ.get("KIBAN_PICTURES")
    if folder:
        page.locator("details").evaluate_all("all => all.forEach((d, i) => d.open = d.open && i < 0)")
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


AXE = """rules => axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]})
  .then(found => found.violations.flatMap(v => v.nodes.map(node =>
    `${v.id} (${v.impact}): ${v.help}: ${node.html.slice(0, 160)} ${(node.failureSummary || "").slice(0, 200)}`)))"""


def violations(page: Page) -> list[str]:
    """What axe finds on the page, one line each."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe_source())
    found: list[str] = page.evaluate(AXE, AXE_RULES)
    return found
