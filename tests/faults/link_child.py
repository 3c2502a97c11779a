"""Two officers who settle findings, or a worker, to be killed at any moment: link_child.py office|worker FOLDER."""

from __future__ import annotations

import datetime as dt
import sys
import time
from pathlib import Path

import django

django.setup()

from kiban.jobs import Worker  # noqa: E402 after the set-up
from kiban.jobs.errors import JournalInUse  # noqa: E402 as above
from kiban.jobs.ledger import open_journal  # noqa: E402 as above
from kiban.jobs.store.outbox import FORWARD, Forwarder  # noqa: E402 as above
from kiban.kernel.clock import SystemClock  # noqa: E402 as above
from kiban.linkage.desk import (  # noqa: E402 as above
    Decision,
    Item,
    LinkDesk,
    Query,
    State,
    Verdict,
    confirm,
    correct,
    propose,
    take_check,
    tell,
)
from linkage_sample import FIRST, SECOND, B, desk, found, item  # noqa: E402 as above

FINDINGS = 40


def office(made: LinkDesk) -> None:
    """Settle every finding; one that a killed process left half done is gone on with."""
    made.store.set_inboxes(B, [(f"{who}-{n}", f"portal-{who}-{n}") for n in range(FINDINGS) for who in ("r", "l")])
    take_check(made, found(*map(item, range(FINDINGS))))
    for one in made.store.page(Query(agency=B, size=100)).items:
        settle(made, one)


def settle(made: LinkDesk, one: Item) -> None:
    if one.state is State.OPEN:
        right = one.choices[0].person.record
        one = propose(made, FIRST, item=one, decision=Decision(Verdict.WRONG, "attributes", right))
    if one.state is State.PROPOSED_WRONG:
        one = confirm(made, SECOND, item=one)
    if one.state is State.WRONG:
        one = correct(made, FIRST, item=one)
    if one.state is State.CORRECTED:
        tell(made, SECOND, item=one)


def work(folder: Path) -> None:
    forward = {}
    while not forward:
        try:
            forward = {FORWARD: Forwarder((open_journal(folder / "journal", name="kiban/journal"),))}
        except JournalInUse:
            time.sleep(0.05)
    made, clock = desk(), SystemClock()
    Worker(made.events.queue, forward, clock, hold=dt.timedelta(seconds=1)).run(stopped=lambda: False, pause=0.02)  # type: ignore[attr-defined]  # known at run time only


if __name__ == "__main__":
    role, place = sys.argv[1], Path(sys.argv[2])
    print("ready", flush=True)
    if role == "office":
        office(desk())
    else:
        work(place)
