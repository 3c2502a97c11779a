"""The card app as a process of its own: real HTTP both ways, and its pages in a browser without JavaScript."""

from __future__ import annotations

import hashlib
import http.client
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import pytest

from journeys.browser import violations
from kiban.identity import cardapp
from kiban.identity.cardapp import AnswerTaken, CardAnswer, CardRequestView, message_to_sign
from kiban.identity.model import Attributes, Form, Kind, RequestKind, Sex
from kiban.identity.store.desk import verifier
from kiban.kernel.clock import SystemClock
from kiban.simulators.agencies.processes import free_ports
from kiban.simulators.card import Issuer, Pins

HANDLES = {RequestKind.SIGN_IN: "i" * 43, RequestKind.SIGN: "s" * 43}
CONTENT = "転出届\n氏名 海南花子\n異動日 2026年12月1日\n"


class PortalStandIn(BaseHTTPRequestHandler):
    answers: list[CardAnswer] = []  # noqa: RUF012 one server for the module

    def view(self) -> CardRequestView:
        kind = RequestKind.SIGN if HANDLES[RequestKind.SIGN] in self.path else RequestKind.SIGN_IN
        content = CONTENT if kind is RequestKind.SIGN else ""
        return CardRequestView(
            kind=kind,
            asker="試験ポータル",
            purpose="引越しの手続",
            language="ja",
            origin=f"http://127.0.0.1:{self.server.server_address[1]}",
            nonce="n" * 43,
            expires_at=datetime.now(UTC) + timedelta(minutes=5),
            content=content,
            content_sha256=hashlib.sha256(content.encode()).hexdigest() if content else "",
        )

    def do_GET(self) -> None:
        self.reply(200, cardapp.encode(self.view()))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answers.append(cardapp.decode(body, CardAnswer))
        self.reply(200, cardapp.encode(AnswerTaken(return_url=f"{self.view().origin}/sign-in/done?answer=x")))

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cards")
    person = Attributes(name="海南花子", sex=Sex.FEMALE, birth_date=datetime(1990, 4, 1).date(), address="海南市")
    issuer = Issuer(folder)
    issuer.issue(person, pins=Pins("1234", "ABC123"), name="plastic")
    issuer.issue(person, pins=Pins("1234", "ABC123"), name="second")
    issuer.issue(person, pins=Pins("1234", "ABC123"), form=Form.PHONE, name="phone")
    portal = ThreadingHTTPServer(("127.0.0.1", 0), PortalStandIn)
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "kiban", "simulators", "card-app", "--folder", str(folder), "--port", str(port)]
    command += ["--portal", f"http://127.0.0.1:{portal.server_address[1]}"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield issuer, port
    finally:
        process.terminate()
        process.wait(10)
        portal.shutdown()


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            if call(port, "GET", "/health").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the card app did not start")


def call(port: int, method: str, path: str, **fields: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {}
    connection.request(method, path, urlencode(fields) if method == "POST" else None, headers)
    return connection.getresponse()


@pytest.mark.parametrize(
    ("kind", "card", "pin"), [("sign-in", "plastic", "1234"), ("sign-in", "phone", ""), ("sign", "phone", "ABC123")]
)
def test_the_process_signs_what_the_portal_asks(running, kind, card, pin):
    issuer, port = running
    handle = HANDLES[RequestKind(kind)]
    response = call(port, "POST", f"/{kind}", request=handle, card=card, pin=pin)
    answer = PortalStandIn.answers[-1]
    origin = response.getheader("Location").partition("/sign-in")[0]
    asked = CardRequestView(
        kind=RequestKind(kind), asker="", purpose="", language="ja", origin=origin, nonce="n" * 43,
        expires_at=datetime.now(UTC), content=CONTENT, content_sha256=hashlib.sha256(CONTENT.encode()).hexdigest(),
    )  # fmt: skip
    wanted = Kind.AUTH if kind == "sign-in" else Kind.SIGN

    assert response.status == 303
    assert "unsafe" not in response.getheader("Content-Security-Policy")
    assert verifier(issuer.trust).signature(
        answer.certificate, message_to_sign(asked), value=answer.signature, kind=wanted, at=SystemClock().now()
    )


def test_a_form_that_is_too_long_and_an_unknown_page(running):
    assert call(running[1], "POST", "/sign-in", pin="x" * 30_000).status == 413
    assert call(running[1], "GET", "/else").status == 404


@pytest.mark.browser
def test_every_page_passes_axe_in_three_languages(running, browser):
    _, port = running
    page, found = browser.new_page(), {}

    def look(*state):
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth") > width
            found[(*state, width)] = [*violations(page), *(["scrolls sideways"] if wide else [])]

    for language in ("ja", "ja-easy", "en"):
        for kind, handle in HANDLES.items():
            page.goto(f"http://127.0.0.1:{port}/{kind.value}?request={handle}&lang={language}")
            look(language, kind.value)
            page.locator("button.go").click()
            look(language, kind.value, "error")
        page.goto(f"http://127.0.0.1:{port}/nothing?lang={language}")
        look(language, "problem")
    page.close()

    assert {name: found for name, found in found.items() if found} == {}
    assert len(found) == 30
