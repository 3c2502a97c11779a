"""A correction reaches the person's code at the agency's own node, and both persons' inboxes, through the exchange."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from agency_sample import A, B, country, open_door
from kiban.exchange import Ask, Change, NotAllowed, UnknownItem
from kiban.exchange.errors import NoInbox, UnknownPerson
from kiban.jobs import Worker
from kiban.jobs.store.models import EventRow
from kiban.kernel.clock import FixedClock
from kiban.linkage.desk import (
    Decision,
    Item,
    LinkDesk,
    Officer,
    Outcome,
    Query,
    Verdict,
    confirm,
    correct,
    exchange,
    propose,
    take_check,
    tell,
)
from kiban.linkage.errors import NodeSilent
from kiban.notices.store.models import NoticeRow
from kiban.shell.cli.ledger import verify_folder
from kiban.shell.wiring.link_desk import RELINK, NodeExchange, relinking
from kiban.simulators.agencies import Prepared, Running, start
from kiban.simulators.card import Issuer
from linkage_sample import NOON, ROLES, found
from linkage_sample import desk as made
from linkage_sample import item as finding

pytestmark = pytest.mark.django_db
ONE, TWO = Officer("a1", A, ROLES), Officer("a2", A, ROLES)
MORE = """\
  link_corrected_health_insurance: {move: policies, code: person_code, record: policy}
persons: {table: residents, code: person_code, record: resident_number}
"""
"""What 海南市 adds to its mapping: where its record numbers stand, and which record a correction moves."""


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> tuple[Prepared, Issuer]:
    prepared, issuer = country(tmp_path_factory.mktemp("country"))
    folder = prepared.folder / A
    base = sqlite3.connect(folder / "register.sqlite")
    base.execute("ALTER TABLE residents ADD COLUMN resident_number TEXT")
    for number, person in (("r-1", "taro"), ("l-1", "jiro"), ("l-2", "jiro"), ("r-3", "taro"), ("l-3", "kid")):
        base.execute("UPDATE residents SET resident_number = ? WHERE person_code = ? AND resident_number IS NULL",
                     (number, prepared.code(person, A)))  # fmt: skip
    base.execute("CREATE TABLE policies (policy TEXT PRIMARY KEY, person_code TEXT, since TEXT)")
    # jiro's code carries a record of taro's (n-1) beside his own
    base.executemany("INSERT INTO policies VALUES (?, ?, ?)", [
        ("n-1", prepared.code("jiro", A), "2020-01-01"), ("own", prepared.code("jiro", A), "2019-01-01"),
    ])  # fmt: skip
    base.commit()
    base.close()
    mapping = (folder / "mapping.yaml").read_text(encoding="utf-8")
    mapping = mapping.replace(
        "changes:\n", "  policy.held: {table: policies, code: person_code, fields: {since: since}}\nchanges:\n"
    )
    (folder / "mapping.yaml").write_text(mapping + MORE, encoding="utf-8")
    return prepared, issuer


@pytest.fixture(scope="module")
def running(land: tuple[Prepared, Issuer]) -> Iterator[Running]:
    with start(land[0].folder) as nodes:
        yield nodes


@pytest.fixture
def desk(running: Running) -> LinkDesk:
    plain = made()
    queue = plain.events.queue  # type: ignore[attr-defined]  # known at run time only
    clients = {agency: running.client(agency) for agency in (A, B, "portal")}
    return replace(plain, exchange=NodeExchange(clients, queue))


def policies(prepared: Prepared) -> dict[str, str | None]:
    base = sqlite3.connect(prepared.folder / A / "register.sqlite")
    rows = dict(base.execute("SELECT policy, person_code FROM policies").fetchall())
    base.close()
    return rows


def corrected(desk: LinkDesk, number: int) -> Item:
    take_check(desk, found(finding(number, agency=A), agency=A, digest=f"d{number}"))
    first = next(one for one in desk.store.page(Query(agency=A)).items if one.record.record == f"n-{number}")
    decided = propose(desk, ONE, item=first, decision=Decision(Verdict.WRONG, "attributes", f"r-{number}"))
    return correct(desk, ONE, item=confirm(desk, TWO, item=decided))


def work(desk: LinkDesk) -> None:
    queue = desk.events.queue  # type: ignore[attr-defined]  # known at run time only
    worker = Worker(queue, {RELINK: relinking(desk)}, FixedClock(NOON), hold=dt.timedelta(seconds=60))
    while worker.run_one():
        pass


def test_a_correction_moves_the_record_to_the_right_persons_code(
    desk: LinkDesk, running: Running, land: tuple[Prepared, Issuer]
) -> None:
    prepared, issuer = land
    done = corrected(desk, 1)
    waiting = desk.store.correction(done.id, agency=A)
    assert waiting is not None
    assert waiting.outcome is Outcome.WAITS

    work(desk)

    assert policies(prepared) == {"n-1": prepared.code("taro", A), "own": prepared.code("jiro", A)}
    link = desk.store.correction(done.id, agency=A)
    assert link is not None
    assert (link.outcome, link.receipt[:7]) == (Outcome.MOVED, f"{A}:")
    event = EventRow.objects.get(kind="link_exchanged")
    assert event.data == {"affair": "health_insurance", "outcome": "moved", "receipt": link.receipt}
    client = running.client(A)
    for person in ("taro", "jiro"):  # both see it in who looked, each under the own code
        newest = client.usages(prepared.code(person, A))[0]
        assert (newest.kind, newest.case) == ("changed", f"link-{done.id}")
    exchange(desk, item=done.id, agency=A)  # once more changes nothing
    assert EventRow.objects.filter(kind="link_exchanged").count() == 1
    assert A in open_door(running, issuer, "jiro", nonce="link-nonce-00123456789").agencies
    assert verify_folder(prepared.folder / A / "ledger").holds
    assert verify_folder(prepared.folder / "core" / "ledger").holds


def test_both_persons_are_told_without_a_file_of_inboxes(desk: LinkDesk, land: tuple[Prepared, Issuer]) -> None:
    prepared, _ = land
    told = tell(desk, TWO, item=corrected(desk, 1))

    assert {one.who: one.channel for one in told.told} == {"right": "inbox", "linked": "inbox"}
    people = set(NoticeRow.objects.values_list("person", flat=True))
    assert people == {prepared.code("taro", "portal"), prepared.code("jiro", "portal")}


def test_what_the_mapping_does_not_know_is_told_and_the_letter_stays(desk: LinkDesk) -> None:
    done = corrected(desk, 2)  # r-2 is no record number of the register
    work(desk)
    link = desk.store.correction(done.id, agency=A)

    assert link is not None
    assert link.outcome is Outcome.UNKNOWN
    assert {one.channel for one in tell(desk, TWO, item=done).told} == {"letter"}


def test_a_node_that_is_down_leaves_the_correction_waiting(desk: LinkDesk, running: Running) -> None:
    done = corrected(desk, 1)
    running.kill(A)
    try:
        with pytest.raises(NodeSilent):
            exchange(desk, item=done.id, agency=A)
        link = desk.store.correction(done.id, agency=A)
        assert link is not None
        assert link.outcome is Outcome.WAITS
    finally:
        running.restart(A)


def test_who_has_no_card_gets_a_letter(desk: LinkDesk, running: Running, land: tuple[Prepared, Issuer]) -> None:
    """They can never open an inbox: l-3 is the kid, r-3 no record number that the register has."""
    prepared, _ = land
    with pytest.raises(NoInbox):
        running.client(A).address(prepared.code("kid", A))

    told = tell(desk, TWO, item=corrected(desk, 3))

    assert {one.who: one.channel for one in told.told} == {"right": "letter", "linked": "letter"}


def test_only_the_portal_reads_an_address_and_nobody_addresses_a_stranger(
    running: Running, land: tuple[Prepared, Issuer]
) -> None:
    prepared, _ = land
    a, b, portal = (running.client(agency) for agency in (A, B, "portal"))
    link = a.address(prepared.code("taro", A))

    assert portal.open_link(link) == prepared.code("taro", "portal")
    with pytest.raises(Exception, match="link"):
        b.open_link(link)
    with pytest.raises(UnknownPerson):
        b.address(prepared.code("taro", A))
    with pytest.raises(NotAllowed):
        portal.address(prepared.code("taro", "portal"))
    with pytest.raises(UnknownItem):
        b.codes_of("r-1")  # 和歌山市's mapping has no persons


def test_a_record_can_be_taken_from_a_person_and_given_to_nobody(
    running: Running, land: tuple[Prepared, Issuer]
) -> None:
    prepared, issuer = land
    client, kind = running.client(A), "link_corrected_health_insurance"
    taken = Change(kind=kind, person=prepared.code("jiro", A), data={"record": "own", "to": ""}, key="take/own")

    assert client.apply_change(taken).rows == 1
    assert policies(prepared)["own"] is None
    ask = Ask(holder=A, item="tax.income", affair="child_allowance", key="after/1")
    assert running.client(B).ask(prepared.code("jiro", B), ask=ask).items["tax.income"]
    assert (
        A in open_door(running, issuer, "jiro", nonce="link-nonce-00223456789").agencies
    )  # the register still has him
