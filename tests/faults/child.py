"""A web process or a worker on the sample bundle, to be killed at any moment: python child.py web|worker FOLDER."""

from __future__ import annotations

import datetime as dt
import sys
import time
from dataclasses import replace
from pathlib import Path

import django

django.setup()

from kiban.cases import handlers  # noqa: E402 after the set-up
from kiban.jobs import Worker  # noqa: E402 as above
from kiban.jobs.errors import JournalInUse  # noqa: E402 as above
from kiban.jobs.ledger import open_journal  # noqa: E402 as above
from kiban.jobs.store.outbox import FORWARD, Forwarder  # noqa: E402 as above
from kiban.kernel.clock import SystemClock  # noqa: E402 as above
from kiban.notices import NoticeDesk  # noqa: E402 as above
from kiban.notices.of_cases import CaseMessages  # noqa: E402 as above
from kiban.notices.store.repository import DatabaseNotices  # noqa: E402 as above
from kiban.procedures import Draft, DraftState, Places, Start, choose_recommended, prefill, save_answers, start_draft  # noqa: E402 as above
from services.sample import ALLOWANCE, DOOR, MOVE_IN, PERSON, A, B, SampleShelf, Town, town  # noqa: E402 as above

APPLICATIONS = 12


class NoChannels:
    def channels(self, person: str) -> tuple[str, ...]:
        return ()

    def language(self, person: str) -> str:
        return "ja"


def shelf() -> SampleShelf:
    """The sample without visit and officers: every step is automatic, so that only faults can stop it."""
    steps = (ALLOWANCE.steps[0], replace(ALLOWANCE.steps[1], four_eyes=False), ALLOWANCE.steps[2])
    found = SampleShelf()
    found.plans["allowance"] = replace(ALLOWANCE, steps=steps)
    found.plans["move-in"] = replace(MOVE_IN, steps=MOVE_IN.steps[1:])
    return found


def here(folder: Path) -> Town:
    made = town(SystemClock())  # type: ignore[arg-type]  # a stand-in, or wrong on purpose
    plans = shelf()
    for desk in (made.procedures, made.cases):
        object.__setattr__(desk, "shelf", plans)
    object.__setattr__(made.cases.outside.payments, "shelf", plans)
    notices = NoticeDesk(DatabaseNotices(), NoChannels(), made.cases.queue, made.cases.events, made.clock)
    object.__setattr__(made.cases.outside, "messages", CaseMessages(notices, plans))
    return made


def web(made: Town) -> None:
    """Submit every application; one that a killed process left half done is gone on with."""
    for number in range(APPLICATIONS):
        start = Start(person=f"{PERSON}-{number}", bundle="move", idempotency_key=f"k{number}",
                      places=Places(origin=A, destination=B), answers={"children": True})  # fmt: skip
        draft = start_draft(made.procedures, start)
        if draft.state is DraftState.OPEN:
            made.submit(filled(made, draft))


def filled(made: Town, draft: Draft) -> Draft:
    draft = choose_recommended(made.procedures, prefill(made.procedures, draft, door=DOOR))
    draft = prefill(made.procedures, draft, door=DOOR)
    return save_answers(made.procedures, replace(made.answers(draft), person=draft.person, slot=None))


def work(made: Town, folder: Path) -> None:
    forward = {}
    while not forward:
        try:
            forward = {FORWARD: Forwarder((open_journal(folder / "journal", name="kiban/journal"),))}
        except JournalInUse:
            time.sleep(0.05)
    hold = dt.timedelta(seconds=1)
    Worker(made.cases.queue, {**handlers(made.cases), **forward}, made.clock, hold=hold).run(
        stopped=lambda: False, pause=0.02
    )


if __name__ == "__main__":
    role, place = sys.argv[1], Path(sys.argv[2])
    desks = here(place)
    print("ready", flush=True)
    if role == "web":
        web(desks)
    else:
        work(desks, place)
