"""Officers' process and worker are killed with -9 while links are corrected: correction, notice and event are one."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from faults.test_kill import ROOT, check_the_journal, environment, rows

CHILD = Path(__file__).with_name("link_child.py")
FINDINGS = 40


def start(role: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(CHILD), role, str(folder)]
    child = subprocess.Popen(command, env=environment(folder), stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def count(folder: Path, statement: str) -> object:
    ((found,),) = rows(folder, statement)
    return found


@pytest.mark.parametrize("kills", [pytest.param(6, id="few"), pytest.param(40, id="many", marks=pytest.mark.long)])
def test_killed_while_links_are_corrected_and_resumed(tmp_path: Path, kills: int) -> None:
    chance = random.Random(kills)
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "-v", "0"], env=environment(tmp_path), check=True, cwd=ROOT
    )
    for number in range(kills):
        child = start(("office", "worker")[number % 2], tmp_path)
        time.sleep(chance.uniform(0, 0.3))
        child.kill()
        child.wait()

    assert start("office", tmp_path).wait(timeout=120) == 0
    worker = start("worker", tmp_path)
    try:
        deadline = time.monotonic() + 120
        while count(tmp_path, "SELECT count(*) FROM jobs_job") and time.monotonic() < deadline:
            time.sleep(0.2)
        assert count(tmp_path, "SELECT count(*) FROM jobs_job") == 0
    finally:
        worker.kill()
        worker.wait()
    check_each_is_one(tmp_path)


def check_each_is_one(folder: Path) -> None:
    assert rows(folder, "SELECT state, count(*) FROM linkage_finding GROUP BY state") == [("informed", FINDINGS)]
    assert rows(folder, "SELECT count(*), count(DISTINCT record) FROM linkage_correction") == [(FINDINGS, FINDINGS)]
    assert rows(folder, "SELECT count(*), count(DISTINCT person) FROM notices_notice") == [(2 * FINDINGS, 2 * FINDINGS)]
    for kind in ("link_proposed_wrong", "link_confirmed", "link_corrected", "link_told"):
        assert rows(folder, f"SELECT count(*), count(DISTINCT subject) FROM jobs_event WHERE kind='{kind}'") == [
            (FINDINGS, FINDINGS)
        ]
    assert count(folder, "SELECT count(*) FROM jobs_event WHERE kind='link_check_taken'") == 1
    check_the_journal(folder)
