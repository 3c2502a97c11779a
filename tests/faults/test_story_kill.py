"""kill -9 of every process at random moments while families move: each resumes, nothing is lost, nothing is doubled."""

from __future__ import annotations

import datetime as dt
import http.client
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from kiban.identity import totp
from kiban.kernel.errors import KibanError
from kiban.shell.cli.ledger import verify_folder
from kiban.shell.demo.place import PASSWORD, A, B, Place, running
from kiban.shell.demo.story import NEW_BLOCK, NEW_HOUSE, NEW_TOWN, PROCEDURES
from kiban.simulators.walker import LostWay, Walker

pytestmark = [pytest.mark.xdist_group("processes"), pytest.mark.timeout(1500)]
PATIENCE = 240
"""Seconds after the last kill, on a busy machine, for leases to run out and the step to be done; then it is a fault."""
FIELD = "f-new_address"
RECURRING = "'pass_deadlines', 'extend_schedules', 'refresh_indicators'"
BROKEN = (OSError, http.client.HTTPException, KibanError, AssertionError)


def again(step: Callable[[], bool], *, what: str, done: threading.Event, told: Callable[[], object]) -> None:
    """What a person does when a page does not come: begins again, until it is done.

    While processes are being killed there is no limit but the test's own: the more kills, the longer they last.
    """
    until, last = 0.0, ""
    while not until or time.monotonic() < until:
        until = until or (time.monotonic() + PATIENCE if done.is_set() else 0.0)
        try:
            if step():
                return
            last = "not yet"
        except BROKEN as error:
            last = f"{type(error).__name__}: {error}"[:300]
        time.sleep(0.2)
    raise AssertionError(f"{what} was never done: {last}; {told()}")


def files(place: Place, *, head: str, card: str) -> bool:
    """The whole way from the front page; a draft that was begun is gone on with."""
    walker = Walker(timeout=120)  # whoever leaves while it is still being submitted, and begins anew, files twice
    walker.open(f"{place.portal}/sign-in?next=/cases")
    walker.submit("sign-in")
    walker.submit("sign-in", button=head)
    if walker.page.status != 200 or not walker.page.url.endswith("/cases"):
        raise LostWay(f"not signed in: {walker.page.status} {walker.page.url}", remedy=walker.page.text[:200])
    if all(title in walker.page.text for title in PROCEDURES):
        return True
    walker.open(f"{place.portal}/begin/hikkoshi")
    for level, part in enumerate((B, NEW_TOWN, NEW_BLOCK, NEW_HOUSE), start=1):
        offered = {field.name: field.kind for field in walker.page.form("plan").fields}
        if offered.get(f"{FIELD}-{level}") == "select":
            walker.submit("plan", button=f"pick-{FIELD}", choose={f"{FIELD}-{level}": part})
    slots = next((field for field in walker.page.form("plan").fields if field.name == "slot"), None)
    slot = {"slot": slots.options[1]} if slots is not None and not slots.value else {}
    walker.submit("plan", button="sign", choose={"f-moved_on": dt.date.today().isoformat(), **slot})
    if walker.page.status != 200 or "/drafts/" in walker.page.url:
        raise LostWay(f"not at the signature: {walker.page.status}", remedy=walker.page.text[:300])
    walker.submit("/sign", choose={"card": card}, pin={"pin": PASSWORD})
    if walker.page.status != 200 or "/receipts/" not in walker.page.url:  # the page before lists the same procedures
        raise LostWay(f"no receipt: {walker.page.status} {walker.page.url}", remedy=walker.page.text[:300])
    return all(title in walker.page.text for title in PROCEDURES)


def officer(place: Place, account: str) -> Walker:
    known = place.officers[account]
    walker = Walker(timeout=10)
    walker.open(f"{place.portal}/console")
    code = totp.code(bytes.fromhex(known["totp"]), int(time.time()) // 30)
    walker.submit("staff-sign-in", type_in={"account": account, "password": known["password"], "code": str(code)})
    if not walker.page.title.startswith("受付箱"):
        time.sleep(3)  # a code is good once; the next comes within half a minute
        raise LostWay(f"{account} is not signed in", remedy=walker.page.text[:200])
    return walker


class Officers:
    """The officers' sessions, kept while they last."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.walkers: dict[str, Walker] = {}

    def at(self, account: str, address: str) -> Walker:
        walker = self.walkers.get(account)
        if walker is not None:
            walker.open(f"{self.place.portal}{address}")
            if "staff-sign-in" not in [form.identifier for form in walker.page.forms]:
                return walker
        self.walkers[account] = officer(self.place, account)
        self.walkers[account].open(f"{self.place.portal}{address}")
        return self.walkers[account]

    def cases(self, title: str) -> list[str]:
        walker = self.at("b-counter" if title == "転入届" else "b-officer", "/console")
        return [address for text, address in walker.page.links if text.startswith(title) and "/cases/" in address]

    def decide_everything(self) -> None:
        for case in self.cases("転入届"):
            walker = self.at("b-counter", case)
            if _button(walker, "visited"):
                walker.submit("act", button="visited")
        for case in self.cases("児童手当の認定請求"):
            walker = self.at("b-officer", case)
            if _button(walker, "decide"):
                walker.submit("act", button="decide", choose={"outcome": "granted"})
            walker = self.at("b-approver", case)
            if _button(walker, "confirm"):
                walker.submit("act", button="confirm")


def _button(walker: Walker, value: str) -> bool:
    return any(value == one for form in walker.page.forms for _, _, one in form.buttons)


def rows(place: Place, statement: str) -> list[tuple[object, ...]]:
    file = place.folder / "web" / "kiban.sqlite3"
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        return connection.execute(statement).fetchall()


def settled(place: Place, families: int) -> bool:
    ((closed,),) = rows(place, "SELECT count(*) FROM cases_case WHERE state = 'closed'")
    ((jobs,),) = rows(place, f"SELECT count(*) FROM jobs_job WHERE kind NOT IN ({RECURRING})")
    return closed == len(PROCEDURES) * families and jobs == 0


def state(place: Place) -> dict[str, list[tuple[object, ...]]]:
    """What is not done, for the failure's message: codes and counts only."""
    asked = {
        "drafts": "SELECT state, count(*) FROM procedures_draft GROUP BY state",
        "cases": "SELECT state, count(*) FROM cases_case GROUP BY state",
        "jobs": f"SELECT kind, attempts, lease_until, due, error FROM jobs_job WHERE kind NOT IN ({RECURRING})",
    }
    ended = [(name, one.returncode) for name, one in place.processes.items() if one.poll() is not None]
    return {name: rows(place, statement) for name, statement in asked.items()} | {"ended": ended}


def kill_at_random(place: Place, *, kills: int, done: threading.Event) -> None:
    """Each process in turn, at moments nobody chose; ``done`` is set after the last one."""
    chance = random.Random(kills)
    names = [*place.processes, *place.nodes.processes]
    try:
        for number in range(kills):
            time.sleep(chance.uniform(0.05, 0.6))
            place.restart(names[number % len(names)])
    finally:
        done.set()


@pytest.mark.parametrize(
    ("kills", "families"),
    [pytest.param(13, 1, id="once-each"), pytest.param(65, 6, id="five-times-each", marks=pytest.mark.long)],
)
def test_families_move_while_every_process_is_killed(
    tmp_path: Path, kills: int, families: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIBAN_SIGN_IN_TRIES_PER_MINUTE", "600")  # each new start is a sign-in, all from one address
    with running(tmp_path, persons=30, today=dt.date.today(), tell=lambda _: None, families=families) as place:
        done = threading.Event()
        killer = threading.Thread(target=kill_at_random, args=(place,), kwargs={"kills": kills, "done": done})
        killer.start()
        try:
            move_all(place, families, done)
        finally:
            killer.join()
        again(lambda: settled(place, families), what="the last step", done=done, told=lambda: state(place))
        check_nothing_lost_nothing_doubled(place, families)
    for folder in sorted((tmp_path / "nation").iterdir()):
        if (folder / "ledger").is_dir():
            result = verify_folder(folder / "ledger")
            assert result.holds, f"{folder.name}: {result}"


def move_all(place: Place, families: int, done: threading.Event) -> None:
    officers = Officers(place)
    keep_on = partial(again, done=done, told=lambda: state(place))
    for family in place.families:
        head = f"{family[0].family}{family[0].given}"
        keep_on(partial(files, place, head=head, card=family[0].id), what=f"filing of {head}")
    filed = rows(place, "SELECT count(*) FROM procedures_draft WHERE state = 'submitted'")
    assert filed == [(families,)], state(place)

    def decided() -> bool:
        officers.decide_everything()
        return settled(place, families)

    keep_on(decided, what="the decisions")


def check_nothing_lost_nothing_doubled(place: Place, families: int) -> None:
    assert rows(place, "SELECT count(*) FROM procedures_application") == [(len(PROCEDURES) * families,)]
    assert rows(place, "SELECT count(*), count(DISTINCT application) FROM cases_case") == [
        (len(PROCEDURES) * families, len(PROCEDURES) * families)
    ]
    for case, count, last in rows(place, "SELECT case_id, count(*), max(seq) FROM cases_event GROUP BY case_id"):
        assert count == last, f"events of {case} have a gap"
    assert rows(place, "SELECT count(*) FROM benefits_entitlement") == [(families,)]
    assert register(place, A, "SELECT count(*) FROM residents WHERE household_id LIKE '%story%' AND active = 1") == 0
    moved = "SELECT count(*) FROM residents WHERE active = 1 AND address LIKE '%秋葉町1番1号%'"
    assert register(place, B, moved) == 4 * families
    assert register(place, B, "SELECT count(*) FROM allowance WHERE recipient = 1 AND monthly = 25000") >= families
    notices = rows(place, "SELECT count(*) FROM notices_notice")
    assert notices == [(len(PROCEDURES) * families,)]


def register(place: Place, agency: str, statement: str) -> int:
    file = place.folder / "nation" / agency / "register.sqlite"
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        return int(connection.execute(statement).fetchone()[0])
