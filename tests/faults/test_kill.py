"""Web process and worker are killed with -9 at random moments, again and again: nothing is lost, nothing is doubled."""

from __future__ import annotations

import collections
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

CHILD = Path(__file__).with_name("child.py")
ROOT = Path(__file__).resolve().parents[2]
APPLICATIONS = 12


def environment(folder: Path) -> dict[str, str]:
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    return {
        **os.environ,
        "KIBAN_DATABASE": f"sqlite:///{folder / 'kiban.sqlite3'}",
        "KIBAN_HOME": str(folder),
        "PYTHONPATH": paths,
        "DJANGO_SETTINGS_MODULE": "kiban.shell.settings",
    }


def start(role: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(CHILD), role, str(folder)]
    child = subprocess.Popen(command, env=environment(folder), stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def rows(folder: Path, statement: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{folder / 'kiban.sqlite3'}?mode=ro", uri=True) as connection:
        return connection.execute(statement).fetchall()


def settled(folder: Path) -> bool:
    ((closed,),) = rows(folder, "SELECT count(*) FROM cases_case WHERE state = 'closed'")
    ((jobs,),) = rows(folder, "SELECT count(*) FROM jobs_job")
    return closed == 2 * APPLICATIONS and jobs == 0


@pytest.mark.parametrize("kills", [pytest.param(6, id="few"), pytest.param(50, id="many", marks=pytest.mark.long)])
def test_killed_at_random_moments_and_resumed(tmp_path: Path, kills: int) -> None:
    chance = random.Random(kills)
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "-v", "0"], env=environment(tmp_path), check=True, cwd=ROOT
    )
    for number in range(kills):
        child = start(("web", "worker")[number % 2], tmp_path)
        time.sleep(chance.uniform(0, 0.4))
        child.kill()
        child.wait()

    assert start("web", tmp_path).wait(timeout=120) == 0
    worker = start("worker", tmp_path)
    try:
        deadline = time.monotonic() + 120
        while not settled(tmp_path) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert settled(tmp_path), rows(tmp_path, "SELECT kind, key, attempts, error FROM jobs_job")
    finally:
        worker.kill()
        worker.wait()
    check_nothing_lost_nothing_doubled(tmp_path)


def check_nothing_lost_nothing_doubled(folder: Path) -> None:
    assert rows(folder, "SELECT state, count(*) FROM procedures_draft GROUP BY state") == [("submitted", APPLICATIONS)]
    assert rows(folder, "SELECT count(*) FROM procedures_application") == [(2 * APPLICATIONS,)]
    assert rows(folder, "SELECT count(DISTINCT application), count(*) FROM cases_case") == [
        (2 * APPLICATIONS, 2 * APPLICATIONS)
    ]
    once = ("decision_made", "benefit_ordered", "letter_issued", "case_closed", "register_changed")
    for case, count, last in rows(folder, "SELECT case_id, count(*), max(seq) FROM cases_event GROUP BY case_id"):
        assert count == last, f"events of {case} have a gap"
    for kind in once:
        assert rows(
            folder, f"SELECT max(n) FROM (SELECT count(*) n FROM cases_event WHERE kind='{kind}' GROUP BY case_id)"
        ) == [(1,)]
    assert rows(folder, 'SELECT count(*), count(DISTINCT "case") FROM benefits_entitlement') == [
        (APPLICATIONS, APPLICATIONS)
    ]
    notices = [json.loads(str(body))["case"] for (body,) in rows(folder, "SELECT body FROM notices_notice")]
    assert set(collections.Counter(notices).values()) == {1}
    assert len(notices) == 2 * APPLICATIONS
    check_the_journal(folder)


def check_the_journal(folder: Path) -> None:
    """Every event of the outbox is in the journal exactly once, and the journal verifies."""
    from kiban.jobs.ledger import open_journal

    journal = open_journal(folder / "journal", name="kiban/journal")
    keys = [entry.body.key for entry in journal.log.store.entries() if entry.body]
    events = [str(event) for (event,) in rows(folder, "SELECT event FROM jobs_event")]

    assert len(keys) == len(set(keys))
    assert sorted(keys) == sorted(events)
