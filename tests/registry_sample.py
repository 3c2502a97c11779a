"""A register and a subscriber for the tests of the registries: corporations in the official form, an HTTP inbox."""

from __future__ import annotations

import csv
import datetime as dt
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiban.kernel.clock import JST, FixedClock, SystemClock
from kiban.kernel.events import Event
from kiban.kernel.tabular import Report
from kiban.kernel.values import CorporateNumber
from kiban.registries.corporation import COLUMNS, CORPORATION, read_corporations
from kiban.registries.engine import Source
from kiban.registries.engine.actions import Using, take_in
from kiban.registries.errors import BadPush
from kiban.registries.push import Inbox, Told
from kiban.registries.store import RecordStore

CLOCK = FixedClock(dt.datetime(2026, 4, 1, 9, tzinfo=JST))
DAY = dt.date(2026, 3, 31)


class Sink:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        self.events.append(event)


def number(base: int) -> str:
    return f"{CorporateNumber.check_digit(f'{base:012}')}{base:012}"


def line(corporation: str, process: str, day: str, **more: str) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "")
    row |= {"corporate_number": corporation, "process": process, "correction": "0", "updated_on": day}
    row |= {"changed_on": day, "name": "株式会社髙基盤", "kind": "301", "prefecture": "和歌山県", "city": "海南市"}
    row |= {"street": "南赤坂１１", "prefecture_code": "30", "city_code": "202", "postal_code": "6420001"}
    return row | {"kana": "タカキバン", **more}


def written(path: Path, *rows: dict[str, str], encoding: str = "cp932") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([row[name] for name in COLUMNS] for row in rows)
    return path


def load(store: RecordStore, path: Path, *rows: dict[str, str], basis: str = "") -> tuple[dict[str, int], Report]:
    report = Report(path.name)
    entries = read_corporations(written(path, *rows), report=report)
    source = Source(path.name, DAY, basis=basis)
    taken = take_in(store, CORPORATION, entries=entries, source=source, using=Using(CLOCK, Sink()))
    return dict(taken.counts), report


class Server(http.server.ThreadingHTTPServer):
    """A subscriber: keeps what it takes, answers with ``answers`` first, then 204."""

    def __init__(self, public: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.taken: list[Told] = []
        self.deliveries: list[tuple[str, bytes]] = []
        self.answers: list[int] = []
        self.inbox = Inbox(public, lambda _, told: self.taken.append(told))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/changes"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.deliveries.append((self.headers["webhook-id"], body))
        status = self.server.answers.pop(0) if self.server.answers else 204
        try:
            if status < 300:
                self.server.inbox.receive(dict(self.headers), body, now=SystemClock().now())
        except BadPush:
            status = 401
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def serving(public: str) -> Iterator[Server]:
    server = Server(public)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
