"""kill -9 of node and core at random moments: what was acknowledged is in every ledger, and nothing twice."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from agency_sample import A, B, people, tax
from kiban.exchange import Change, Enquiry, ExchangeError, NodeClient, PersonAnswer
from kiban.ledger import VerifierKey, check_receipt
from kiban.shell.cli.ledger import verify_folder
from kiban.simulators.agencies import Running, prepare, start
from kiban.simulators.agencies.kinds import DEMO

PATIENCE = 240
"""Seconds until a node that was killed answers again on a busy machine; after them it is a fault, not a wait."""
AGENCIES = [spec for spec in DEMO if spec.id in {A, B}]


def ask_until_answered(client: NodeClient, code: str, key: str) -> PersonAnswer:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            return client.ask(code, ask=tax(key))
        except ExchangeError as error:
            if not error.retry:
                raise
            time.sleep(0.02)
    raise AssertionError(f"{key} was never answered")


def load(running: Running, worker: int, *, stop: threading.Event, done: dict[str, PersonAnswer]) -> None:
    client, number = NodeClient(running.endpoints[B], timeout=3), 0
    while not stop.is_set():
        key = f"w{worker}/{number}"
        done[key] = ask_until_answered(client, running.prepared.code(f"p{number % 100}", B), key)
        number += 1
    client.close()


def killed(folder: Path, *, rounds: int) -> tuple[Running, dict[str, PersonAnswer]]:
    prepare(folder, people(), agencies=AGENCIES)
    chance, done, stop = random.Random(11), dict[str, PersonAnswer](), threading.Event()
    with start(folder) as running:
        workers = [
            threading.Thread(target=load, args=(running, i), kwargs={"stop": stop, "done": done}) for i in range(3)
        ]
        for worker in workers:
            worker.start()
        try:
            for i in range(rounds):
                time.sleep(chance.uniform(0.05, 0.4))
                running.restart(("302015", "302023", "core")[i % 3])
        finally:  # what fails here is told alone, not under what the workers say of processes that are gone
            stop.set()
            for worker in workers:
                worker.join()
        again = NodeClient(running.endpoints[B])
        for key in list(done)[:20]:
            number = int(key.partition("/")[2])
            assert ask_until_answered(again, running.prepared.code(f"p{number % 100}", B), key) == done[key]
        again.close()
    return running, done


def keys_in(folder: Path) -> Counter[str]:
    connection = sqlite3.connect(folder / "ledger" / "ledger.sqlite")
    rows = connection.execute("SELECT key FROM entries WHERE key <> ''").fetchall()
    connection.close()
    return Counter(row[0] for row in rows)


def check(folder: Path, done: dict[str, PersonAnswer]) -> None:
    assert len(done) > 20
    for name in ("core", A, B):
        result = verify_folder(folder / name / "ledger")
        assert result.holds, f"{name}: {result}"
        assert max(keys_in(folder / name).values()) == 1
    kinds = [
        Counter(key.rsplit(".", 2)[-2] if "asked" not in key else "asked" for key in keys_in(folder / n))
        for n in (A, B)
    ]
    assert kinds[0]["answered"] >= len(done)
    assert kinds[1]["received"] >= len(done)
    store = {name: sqlite3.connect(folder / name / "ledger" / "ledger.sqlite") for name in (A, B)}
    for answer in done.values():
        for receipt, kind in ((answer.receipt, '"answered"'), (answer.own_receipt, '"received"')):
            agency, _, index = receipt.partition(":")
            (leaf,) = store[agency].execute("SELECT leaf FROM entries WHERE idx = ?", (int(index),)).fetchone()
            assert kind.encode() in leaf
    for connection in store.values():
        connection.close()


def test_acknowledged_exchanges_survive_kills(tmp_path: Path) -> None:
    _, done = killed(tmp_path / "land", rounds=6)
    check(tmp_path / "land", done)


@pytest.mark.long
@pytest.mark.timeout(1500)  # 150 starts of a process, of some seconds each on a busy machine
def test_acknowledged_exchanges_survive_fifty_kills_of_each_process(tmp_path: Path) -> None:
    _, done = killed(tmp_path / "land", rounds=150)
    check(tmp_path / "land", done)


def test_a_change_that_was_recorded_is_applied_after_a_kill(tmp_path: Path) -> None:
    folder = tmp_path / "land"
    prepared = prepare(folder, people(), agencies=AGENCIES)
    with start(folder) as running:
        running.kill("core")  # so that the change cannot be finished
        client = NodeClient(running.endpoints[B])
        change = Change(
            kind="nhi_enrolled",
            person=prepared.code("taro", B),
            data={"symbol": "a", "number": "1", "since": "2026-11-21"},
            key="k",
        )
        receipt = client.apply_change(change).receipt
        running.kill(B)
        running.restart("core")
        running.restart(B)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and waiting(folder):
            time.sleep(0.1)
        assert waiting(folder) == 0
        assert client.apply_change(change).receipt == receipt
        text = client.receipt(receipt).decode()
        client.close()
    key = VerifierKey.parse((folder / B / "ledger" / "ledger.vkey").read_text(encoding="utf-8"))
    assert check_receipt(text, key).content["change"] == "nhi_enrolled"
    connection = sqlite3.connect(folder / B / "register.sqlite")
    assert connection.execute("SELECT count(*) FROM nhi").fetchone() == (1,)
    connection.close()


def waiting(folder: Path) -> int:
    connection = sqlite3.connect(folder / B / "ledger" / "ledger.sqlite")
    (count,) = connection.execute("SELECT count(*) FROM changes WHERE state < 2").fetchone()
    connection.close()
    return int(count)


def test_bulk_survives_a_kill_of_the_holder(tmp_path: Path) -> None:
    folder = tmp_path / "land"
    prepared = prepare(folder, people(), agencies=AGENCIES)
    subjects = tuple(prepared.code(f"p{i}", B) for i in range(100))
    enquiry = Enquiry(affair="nhi", holder=A, items=("tax.income",), subjects=subjects, key="bulk")
    with start(folder) as running:
        client = NodeClient(running.endpoints[B])
        first = client.enquire(enquiry)
        running.restart(A)
        assert client.enquire(enquiry).persons == first.persons
        client.close()
    assert sum(count for key, count in keys_in(folder / A).items() if ".answered." in key) == 100
