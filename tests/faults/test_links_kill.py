"""Officers' process and worker are killed with -9 while links are corrected: correction, notice and event are one."""

from __future__ import annotations

from pathlib import Path

import pytest

from faults.killing import MANY, Killing, rows
from faults.test_kill import check_the_journal

FINDINGS = 40


def count(folder: Path, statement: str) -> object:
    ((found,),) = rows(folder, statement)
    return found


def settled(folder: Path) -> bool:
    return count(folder, "SELECT count(*) FROM jobs_job") == 0


@pytest.mark.parametrize("kills", [pytest.param(6, id="few"), pytest.param(40, id="many", marks=MANY)])
def test_killed_while_links_are_corrected_and_resumed(tmp_path: Path, kills: int) -> None:
    Killing("link_child.py", "office", 0.3, settled).run(tmp_path, kills=kills)
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
