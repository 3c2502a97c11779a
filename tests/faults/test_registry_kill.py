"""kill -9 of an import and of a push at random moments: nothing is lost, nothing twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiban.kernel.clock import SystemClock
from kiban.registries.deemed import BASIS
from kiban.registries.push import Key, Subscriber, subscribe
from kiban.registries.store import RecordStore
from registry_sample import Sink, line, load, number, serving, written

ROWS = 60_000


def kiban(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "kiban", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def killed_after(seconds: float, *words: str) -> None:
    process = kiban(*words)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.timeout(1500)  # tens of starts of a process, of some seconds each on a busy machine
@pytest.mark.long
def test_an_import_that_is_killed_goes_on_where_it_stopped(tmp_path: Path) -> None:
    rows = [line(number(50001000000 + i), "01", "2015-10-05", name=f"会社{i}") for i in range(ROWS)]
    rows[5] |= {"corporate_number": "1" * 13}
    file, where = written(tmp_path / "all.csv", *rows), tmp_path / "r.sqlite3"
    words = ("registry", "import", "corporation", str(file), "--as-of", "2026-03-31", "--store", str(where))
    staged, seconds = 0, 0.8
    while not staged and seconds < 30:
        killed_after(seconds, *words)
        staged, seconds = len(list(tmp_path.glob("*.staging"))), seconds * 1.3
    store = RecordStore(where)
    assert (store.version("corporation"), staged) == (0, 1)
    process = kiban(*words)
    out, told = process.communicate(timeout=300)

    assert (process.returncode, f"{ROWS - 1} created".encode() in out.replace(b",", b"")) == (1, True), told
    assert f"{ROWS - 1:,} of {ROWS:,} rows".encode() in told
    assert told.count(b"all.csv:6") == 1
    assert (store.count("corporation"), store.last_change("corporation")) == (ROWS - 1, ROWS - 1)
    assert not list(tmp_path.glob("*.staging*"))


@pytest.mark.timeout(1500)  # tens of starts of a process, of some seconds each on a busy machine
@pytest.mark.long
def test_deemed_filings_that_are_killed_are_neither_lost_nor_doubled(tmp_path: Path) -> None:
    chance, where = random.Random(11), tmp_path / "r.sqlite3"
    store = RecordStore(where)
    corporations = [number(50001000000 + i) for i in range(12_000)]
    load(store, tmp_path / "a.csv", *(line(n, "01", "2015-10-05") for n in corporations))
    load(
        store, tmp_path / "b.csv", *(line(n, "12", "2026-05-01", street=f"日方{n}") for n in corporations), basis=BASIS
    )
    count = "SELECT count(*), count(DISTINCT key), max(change) FROM deemed_filing WHERE programme = ?"
    pace = 1.0
    for attempt in range(40):
        name = f"p{attempt}"
        words = ("registry", "deem", name, "--law", "某法 1条", "--agency", "302023", "--store", str(where))
        killed_after(pace * chance.uniform(0.4, 1.5), *words)
        done, _, last = store.db.execute(count, (name,)).fetchone()
        if 0 < done < len(corporations):
            break
        pace *= 0.8 if done else 1.2  # a busy machine needs longer to come to its first filing
    position = store.db.execute("SELECT seq FROM position WHERE subscriber = ?", (name,)).fetchone()[0]
    assert (0 < done < len(corporations), done % 1000, last) == (True, 0, position)
    process = kiban(*words)
    out, _ = process.communicate(timeout=300)

    assert (process.returncode, len(out.splitlines())) == (0, len(corporations) - done)
    assert store.db.execute(count, (name,)).fetchone()[:2] == (len(corporations), len(corporations))


@pytest.mark.timeout(1500)  # tens of starts of a process, of some seconds each on a busy machine
@pytest.mark.long
def test_a_push_that_is_killed_loses_and_doubles_nothing(tmp_path: Path) -> None:
    store, chance = RecordStore(tmp_path / "r.sqlite3"), random.Random(7)
    corporations = [number(50001000000 + i) for i in range(3000)]
    load(store, tmp_path / "a.csv", *(line(n, "01", "2015-10-05") for n in corporations))
    load(store, tmp_path / "b.csv", *(line(n, "12", "2024-05-01", street=f"日方{n}") for n in corporations))
    words = ("push", "run", "--store", str(tmp_path / "r.sqlite3"), "--every", "0.1")
    with serving(Key.kept(tmp_path / "r.sqlite3.key").public) as there:
        subscribe(store, Subscriber("bank", "corporation", there.url), clock=SystemClock(), events=Sink())
        for _ in range(6):
            killed_after(chance.uniform(0.3, 1.2), *words)
        process = kiban(*words[:-2], "--once")
        process.communicate(timeout=120)

        assert process.returncode == 0
    assert [c.seq for c in there.taken] == list(range(1, 6001))
    assert [c.fields["street"][1] for c in there.taken[3000:]] == [f"日方{c.key}" for c in there.taken[3000:]]
