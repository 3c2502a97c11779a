"""A person at a browser without JavaScript: reads pages, fills forms, presses buttons, and is counted.

The walker goes through the same HTTP interfaces as a real browser (cookies, redirects, CSRF fields). What it counts are
the measures of the story: screens shown, decisions made, clicks, characters typed, and seconds the servers took.
It is used by the demo and by tests; the tests with Chromium check that a real browser sees the same.
"""

from __future__ import annotations

import http.client
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie

from kiban.kernel.errors import Audience, KibanError

REDIRECTS = {301, 302, 303, 307, 308}
VOID_INPUTS = {"submit", "image", "reset", "button"}


class LostWay(KibanError):
    """The walker did not find the page, form or button that it was told to use."""

    code = "SIM-001"
    audience = Audience.DEVELOPER


@dataclass(slots=True)
class Field:
    """One successful control of a form with its present value."""

    name: str
    kind: str
    value: str
    options: list[str] = field(default_factory=list)
    checked: bool = True


@dataclass(slots=True)
class Form:
    """A form as the page offers it."""

    action: str
    method: str
    identifier: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    def button(self, words: str) -> tuple[str, str, str] | None:
        """The first button that says the words or has them as its value: what it says, its name and value."""
        return next((one for one in self.buttons if not words or words in one[0] or words == one[2]), None)

    def values(self) -> list[tuple[str, str]]:
        """The name–value pairs that a browser would send, without a button's."""
        return [(f.name, f.value) for f in self.fields if f.name and f.checked]


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, list item or described thing under its nearest heading; what a disclosure hides belongs to none."""

    heading: str
    term: str
    text: str


@dataclass(slots=True)
class Page:
    """What one screen shows."""

    url: str
    status: int
    html: str
    title: str = ""
    forms: list[Form] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    text: str = ""
    body: bytes = field(default=b"", repr=False)
    """As it came, for what is no page."""

    def under(self, heading: str) -> list[Line]:
        """The lines whose heading contains the words."""
        return [line for line in self.lines if heading in line.heading]

    def form(self, identifier: str = "", *, button: str = "") -> Form:
        """The form with that id (or whose action contains it), and with that button where several are alike."""
        found = [f for f in self.forms if not identifier or f.identifier == identifier or identifier in f.action]
        found = [f for f in found if not button or f.button(button)] or found
        if not found:
            raise LostWay(f"no form {identifier!r} on {self.url} ({self.status} {self.title})", remedy=self.text[:400])
        return found[0]

    def link(self, words: str) -> str:
        """The address of the first link whose text or address contains the words."""
        for text, address in self.links:
            if words in text or words in address:
                return urllib.parse.urljoin(self.url, address)
        raise LostWay(f"no link {words!r} on {self.url} ({self.status} {self.title})", remedy=self.text[:400])


@dataclass(slots=True)
class Counts:
    """The measures of one person's way through the screens."""

    screens: int = 0
    decisions: int = 0
    clicks: int = 0
    typed: int = 0
    pin_characters: int = 0
    server_seconds: float = 0.0
    titles: list[str] = field(default_factory=list)


class _PageParser(HTMLParser):
    """Collects title, forms, links and visible text."""

    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.form: Form | None = None
        self.select: Field | None = None
        self.area: Field | None = None
        self.button: tuple[str, str] | None = None
        self.heard: list[str] = []
        self.skip = 0
        self.heading = self.term = ""
        self.line: int | None = None
        self.paragraph = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        opener = getattr(self, f"open_{tag}", None)
        if opener:
            opener(known)

    def handle_endtag(self, tag: str) -> None:
        closer = getattr(self, f"close_{tag}", None)
        if closer:
            closer()

    def handle_data(self, data: str) -> None:
        if self.skip:
            return
        self.heard.append(data)
        if self.area is not None:
            self.area.value += data

    def _said(self, since: int) -> str:
        return " ".join("".join(self.heard[since:]).split())

    def open_title(self, _known: dict[str, str]) -> None:
        self.mark = len(self.heard)

    def close_title(self) -> None:
        self.page.title = self.page.title or self._said(self.mark)

    def open_script(self, _known: dict[str, str]) -> None:
        self.skip += 1

    def close_script(self) -> None:
        self.skip -= 1

    open_style, close_style = open_script, close_script

    def open_h2(self, _known: dict[str, str]) -> None:
        self.mark, self.line = len(self.heard), None

    def close_h2(self) -> None:
        self.heading = self._said(self.mark)

    open_h3, close_h3 = open_h2, close_h2
    open_h4, close_h4 = open_h2, close_h2

    def open_dt(self, _known: dict[str, str]) -> None:
        self.mark = len(self.heard)

    def close_dt(self) -> None:
        self.term = self._said(self.mark)

    def open_dd(self, _known: dict[str, str]) -> None:
        self.line = len(self.heard)

    def close_dd(self) -> None:
        if self.line is not None:
            self.page.lines.append(Line(self.heading, self.term, self._said(self.line)))
        self.line, self.term = None, ""

    open_li, close_li = open_dd, close_dd

    def open_p(self, known: dict[str, str]) -> None:
        self.heard.append(" ")
        if self.line is None:
            self.open_dd(known)
            self.paragraph = True

    def close_p(self) -> None:
        if self.paragraph:
            self.close_dd()
        self.paragraph = False

    def open_span(self, _known: dict[str, str]) -> None:
        self.heard.append(" ")

    def open_details(self, _known: dict[str, str]) -> None:
        if self.line is not None:
            self.close_dd()

    def open_form(self, known: dict[str, str]) -> None:
        self.form = Form(known.get("action", ""), known.get("method", "get").lower(), known.get("id", ""))
        self.page.forms.append(self.form)

    def close_form(self) -> None:
        self.form = None

    def open_input(self, known: dict[str, str]) -> None:
        kind = known.get("type", "text").lower()
        if self.form is None or "disabled" in known:
            return
        if kind in VOID_INPUTS:
            self.form.buttons.append((known.get("value", ""), known.get("name", ""), known.get("value", "")))
            return
        on = "checked" in known if kind in {"checkbox", "radio"} else True
        default = "on" if kind in {"checkbox", "radio"} else ""
        self.form.fields.append(Field(known.get("name", ""), kind, known.get("value", default), checked=on))

    def open_select(self, known: dict[str, str]) -> None:
        self.select = Field(known.get("name", ""), "select", "")
        if self.form is not None and "disabled" not in known:
            self.form.fields.append(self.select)

    def close_select(self) -> None:
        self.select = None

    def open_option(self, known: dict[str, str]) -> None:
        if self.select is None:
            return
        if "selected" in known or not self.select.options:
            self.select.value = known.get("value", "")
        self.select.options.append(known.get("value", ""))

    def open_textarea(self, known: dict[str, str]) -> None:
        self.area = Field(known.get("name", ""), "textarea", "")
        if self.form is not None:
            self.form.fields.append(self.area)

    def close_textarea(self) -> None:
        self.area = None

    def open_button(self, known: dict[str, str]) -> None:
        self.mark = len(self.heard)
        self.button = (known.get("name", ""), known.get("value", ""))

    def close_button(self) -> None:
        if self.form is not None and self.button is not None:
            self.form.buttons.append((self._said(self.mark), *self.button))
        self.button = None

    def open_a(self, known: dict[str, str]) -> None:
        self.mark = len(self.heard)
        self.address = known.get("href", "")

    def close_a(self) -> None:
        self.page.links.append((self._said(self.mark), self.address))


def read_page(url: str, *, status: int, html: str) -> Page:
    """Parse a response into what a person can see and use."""
    page = Page(url, status, html)
    parser = _PageParser(page)
    parser.feed(html)
    page.text = " ".join("".join(parser.heard).split())
    return page


class Walker:
    """One person with one browser: cookies, a present page, and the counts."""

    def __init__(self, *, language: str = "ja", timeout: float = 30.0) -> None:
        self.language = language
        self.timeout = timeout
        self.cookies: dict[str, dict[str, str]] = {}
        self.counts = Counts()
        self.page = Page("about:blank", 0, "")

    def open(self, url: str) -> Page:
        """Go to an address and see the page there."""
        return self._see(urllib.parse.urljoin(self.page.url, url))

    def click(self, words: str) -> Page:
        """Follow the link with these words."""
        self.counts.clicks += 1
        return self.open(self.page.link(words))

    def submit(
        self,
        form: str = "",
        *,
        button: str = "",
        choose: Mapping[str, str] | None = None,
        type_in: Mapping[str, str] | None = None,
        pin: Mapping[str, str] | None = None,
    ) -> Page:
        """Press a button of a form after choosing options, typing, or entering a PIN; each is counted for what it is.

        ``choose`` are decisions made by clicking (radio, checkbox, select); ``type_in`` is typed text.
        """
        found = self.page.form(form, button=button)
        typed, entered, chosen = dict(type_in or {}), dict(pin or {}), dict(choose or {})
        self.counts.clicks += 1 + len(chosen)
        self.counts.decisions += max(1, len(chosen))  # pressing on after a choice is no decision of its own
        self.counts.typed += sum(map(len, typed.values()))
        self.counts.pin_characters += sum(map(len, entered.values()))
        given = {**typed, **entered, **chosen}
        pairs = [(name, value) for name, value in found.values() if name not in given] + list(given.items())
        pairs += self._pressed(found, button)
        url = urllib.parse.urljoin(self.page.url, found.action)
        data = urllib.parse.urlencode(pairs)
        if found.method == "get":
            return self._see(f"{url.split('?')[0]}?{data}")
        return self._see(url, data.encode())

    def _pressed(self, form: Form, words: str) -> list[tuple[str, str]]:
        pressed = form.button(words)
        if pressed is not None:
            return [(pressed[1], pressed[2])] if pressed[1] else []
        raise LostWay(
            f"no button {words!r} in form {form.identifier!r} on {self.page.url}",
            remedy=f"buttons: {[said for said, _, _ in form.buttons]}",
        )

    def _see(self, url: str, body: bytes | None = None) -> Page:
        started = time.perf_counter()
        for _ in range(10):
            status, headers, answer = self._send(url, body)
            if status not in REDIRECTS:
                break
            url = urllib.parse.urljoin(url, headers.get("Location", ""))
            body = body if status in {307, 308} else None
        self.counts.server_seconds += time.perf_counter() - started
        before = urllib.parse.urlsplit(self.page.url).path
        self.page = read_page(url, status=status, html=answer.decode("utf-8", "replace"))
        self.page.body = answer
        if urllib.parse.urlsplit(url).path != before:  # the same page with its next part is no other screen
            self.counts.screens += 1
            self.counts.titles.append(self.page.title)
        return self.page

    def _send(self, url: str, body: bytes | None) -> tuple[int, http.client.HTTPMessage, bytes]:
        parts = urllib.parse.urlsplit(url)
        jar = self.cookies.setdefault(parts.netloc, {})
        headers = {
            "Accept-Language": self.language,
            "Accept": "text/html",
            "Origin": f"{parts.scheme}://{parts.netloc}",
        }
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Referer"] = url
        connection = http.client.HTTPConnection(parts.netloc, timeout=self.timeout)
        try:
            target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
            connection.request("GET" if body is None else "POST", target, body, headers)
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        self._keep_cookies(jar, response.headers)
        return response.status, response.headers, answer

    def _keep_cookies(self, jar: dict[str, str], headers: http.client.HTTPMessage) -> None:
        for line in headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    jar.pop(name, None)
                else:
                    jar[name] = morsel.value
