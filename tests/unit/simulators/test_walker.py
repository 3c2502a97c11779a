"""The walker reads pages as a browser without JavaScript does, and counts what the person did."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from kiban.simulators.walker import LostWay, Walker, read_page

FORM = """<!doctype html><title>引越し | 入口</title><form id=move method=post action="/done">
<input type=hidden name=token value=t1>
<input type=radio name=slot value=am><input type=radio name=slot value=pm checked>
<input type=checkbox name=child value=2 checked><select name=city><option value=1>A<option value=2 selected>B</select>
<textarea name=note>そのまま</textarea><button name=go value=next>次へ</button></form><a href="/help">使い方</a>"""


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(FORM if self.path == "/" else f"<title>seen</title>{self.headers.get('Cookie')}")

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.got = body  # type: ignore[attr-defined]  # known at run time only
        self.send_response(303)
        self.send_header("Location", "/receipt")
        self.send_header("Set-Cookie", "session=abc; HttpOnly; Path=/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, html: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(html.encode())))
        self.end_headers()
        self.wfile.write(html.encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_form_is_sent_as_the_page_filled_it_and_as_the_person_changed_it(site: ThreadingHTTPServer) -> None:
    walker = Walker()
    walker.open(f"http://127.0.0.1:{site.server_address[1]}/")

    page = walker.submit("move", button="次へ", choose={"slot": "am"}, type_in={"note": "四文字だ"})

    assert page.title == "seen"
    assert "session=abc" in page.text
    assert site.got == {
        "token": ["t1"],
        "slot": ["am"],
        "child": ["2"],
        "city": ["2"],
        "note": ["四文字だ"],
        "go": ["next"],
    }  # type: ignore[attr-defined]  # known at run time only
    assert (walker.counts.screens, walker.counts.typed, walker.counts.clicks) == (2, 4, 2)


def test_a_missing_form_button_or_link_is_named() -> None:
    walker = Walker()
    walker.page = read_page("http://example.test/", status=200, html=FORM)

    with pytest.raises(LostWay, match="no form"):
        walker.submit("other")
    with pytest.raises(LostWay, match="no button"):
        walker.submit("move", button="戻る")
    with pytest.raises(LostWay, match="no link"):
        walker.click("ない")
