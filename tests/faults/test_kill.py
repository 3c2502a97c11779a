"""Web process and worker are killed with -9 at random moments, again and again: nothing is lost, nothing is doubled."""

from __future__ import annotations

import collections
import json
from pathlib import Path

import pytest

from faults.killing import MANY, Killing, rows

APPLICATIONS = 12


def settled(folder: Path) -> bool:
    ((closed,),) = rows(folder, "SELECT count(*) FROM cases_case WHERE state = 'closed'")
    ((jobs,),) = rows(folder, "SELECT count(*) FROM jobs_job")
    return closed == 2 * APPLICATIONS and jobs == 0


@pytest.mark.parametrize("kills", [pytest.param(6, id="few"), pytest.param(50, id="many", marks=MANY)])
def test_killed_at_random_moments_and_resumed(tmp_path: Path, kills: int) -> None:
    Killing("child.py", "web", 0.4, settled).run(tmp_path, kills=kills)
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
