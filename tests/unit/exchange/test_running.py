"""Enquiries, answers, changes and who looked, between real processes."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agency_sample import ADDRESS, FAMILY, A, B, open_door, own, proof, tax
from kiban.exchange import (
    Ask,
    CardRefused,
    Change,
    DoorShut,
    Endpoint,
    Enquiry,
    HolderUnavailable,
    NodeClient,
    NotAllowed,
    UnknownItem,
    UnknownPerson,
)
from kiban.exchange.errors import ExchangeError, KeyReused, Replayed, WrongKey
from kiban.ledger import VerifierKey, check_receipt
from kiban.shell.cli.ledger import verify_address, verify_folder
from kiban.shell.node.confine import abi
from kiban.simulators.agencies import Prepared, Running
from kiban.simulators.card import Issuer

Land = tuple[Prepared, Issuer]


def key_of(folder: Path) -> VerifierKey:
    return VerifierKey.parse((folder / "ledger" / "ledger.vkey").read_text(encoding="utf-8"))


def test_an_enquiry_is_answered_and_both_sides_can_prove_it(running: Running) -> None:
    prepared, b = running.prepared, running.client(B)
    answer = b.ask(prepared.code("taro", B), ask=tax("prove/1"))

    assert answer.items == {"tax.income": {"fiscal_year": 2026, "total_income": 1000, "dependents": 1, "exempt": False}}
    gave = check_receipt(b.receipt(answer.receipt).decode(), key_of(prepared.folder / A))
    got = check_receipt(b.receipt(answer.own_receipt).decode(), key_of(prepared.folder / B))
    assert gave.content["asker"] == B
    assert gave.content["items"] == ["tax.income"]
    assert gave.subject == prepared.code("taro", A)
    assert got.content["digest"] == gave.content["digest"]
    assert got.subject == prepared.code("taro", B)


def test_codes_of_a_person_differ_at_every_agency(running: Running) -> None:
    codes = {running.prepared.code("taro", spec.id) for spec in running.prepared.agencies}

    assert len(codes) == len(running.prepared.agencies)


def test_members_come_as_links_that_only_the_asker_reads(running: Running) -> None:
    prepared = running.prepared
    ask = Ask(holder=A, item="resident.household", affair="resident_move_in", key="links/1")

    members = running.client(B).ask(prepared.code("taro", B), ask=ask).items["resident.household"]["members"]

    assert [m["link"] for m in members] == [prepared.code(person, B) for person in FAMILY]
    assert [m["relation"] for m in members] == ["世帯主", "妻", "子"]
    again = Ask(holder=A, item="tax.income", affair="child_allowance", key="links/2")
    assert running.client(B).ask(members[1]["link"], ask=again).items["tax.income"]["total_income"] == 1001


def test_one_message_carries_many_persons_each_with_a_receipt_of_its_own(running: Running) -> None:
    prepared, b = running.prepared, running.client(B)
    persons = [f"p{i}" for i in range(100)]
    subjects = tuple(prepared.code(person, B) for person in persons)
    before = b.health().entries

    answer = b.enquire(
        Enquiry(affair="nhi", holder=A, items=("tax.income", "nhi.qualification"), subjects=subjects, key="bulk/1")
    )

    assert [person.items["tax.income"]["total_income"] for person in answer.persons] == [1004 + i for i in range(100)]
    assert all(person.items["nhi.qualification"] is None for person in answer.persons)
    assert len({person.receipt for person in answer.persons}) == 100
    assert b.health().entries == before + 200
    checked = check_receipt(b.receipt(answer.persons[42].receipt).decode(), key_of(prepared.folder / A))
    assert checked.subject == prepared.code("p42", A)


def test_a_repeated_enquiry_is_recorded_once(running: Running) -> None:
    prepared, b = running.prepared, running.client(B)
    first = b.ask(prepared.code("taro", B), ask=tax("again/1"))
    counts = [running.client(agency).health().entries for agency in (A, B)]

    again = b.ask(prepared.code("taro", B), ask=tax("again/1"))

    assert again == first
    assert [running.client(agency).health().entries for agency in (A, B)] == counts
    with pytest.raises(KeyReused):
        b.ask(prepared.code("jiro", B), ask=tax("again/1"))


def test_what_stands_in_no_row_is_refused_and_logged(running: Running) -> None:
    prepared = running.prepared
    wrong = Ask(holder="nenkin", item="pension.category", affair="school_transfer", key="deny/1")

    with pytest.raises(NotAllowed, match="no row of the legal table"):
        running.client(B).ask(prepared.code("taro", B), ask=wrong)
    with pytest.raises(NotAllowed):
        running.client("nenkin").ask(prepared.code("taro", "nenkin"), ask=tax("deny/2"))

    assert "no row of the legal table" in (prepared.folder / "core.log").read_text(encoding="utf-8")


def test_a_foreign_code_is_nobody(running: Running) -> None:
    with pytest.raises(UnknownPerson):
        running.client(B).ask(running.prepared.code("taro", A), ask=tax("foreign/1"))
    with pytest.raises(UnknownPerson):
        running.client(B).ask("not-a-code", ask=tax("foreign/2"))


def test_an_item_that_the_holder_lacks(running: Running) -> None:
    ask = Ask(holder=B, item="tax.income", affair="child_allowance", key="lacks/1")

    assert running.client(A).ask(running.prepared.code("taro", A), ask=ask).items == {"tax.income": None}


def test_a_wrong_local_key_opens_nothing(running: Running, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("x" * 43, encoding="ascii")
    client = NodeClient(Endpoint(agency=B, url=running.endpoints[B].url, key_file=str(tmp_path / "key")))

    with pytest.raises(WrongKey):
        client.usages(running.prepared.code("taro", B))
    client.close()


def test_the_person_sees_who_looked_with_proofs(running: Running, land: Land) -> None:
    prepared, issuer = land
    running.client(B).ask(prepared.code("taro", B), ask=tax("seen/1"))
    door = open_door(running, issuer, "taro", nonce="seen-nonce-0123456789")

    told = running.client("portal").ask(door.person, ask=own(A, "usage.log", key="seen/2", door=door.id))

    usages = told.items["usage.log"]["usages"]
    mine = next(u for u in usages if u["case"] == "C-17")
    assert (mine["kind"], mine["asker"], mine["affair"], mine["items"]) == (
        "answered",
        B,
        "child_allowance",
        ["tax.income"],
    )
    assert mine["basis"] == "番号法 19条8号"
    assert check_receipt(mine["receipt"], key_of(prepared.folder / A)).subject == prepared.code("taro", A)
    local = running.client(A).usages(prepared.code("taro", A))
    assert mine["receipt_id"] in {usage.receipt_id for usage in local}


def test_a_door_opens_with_the_card_and_only_to_its_own_person(running: Running, land: Land) -> None:
    prepared, issuer = land
    portal = running.client("portal")
    door = open_door(running, issuer, "taro", nonce="door-nonce-0123456789")

    assert door.person == prepared.code("taro", "portal")
    assert set(door.agencies) >= {A, "nenkin", "digital-agency"}
    basic = portal.ask(door.person, ask=own(A, "resident.basic", key="door/1", door=door.id)).items["resident.basic"]
    assert basic["address"] == ADDRESS
    with pytest.raises(DoorShut, match="another person"):
        portal.ask(prepared.code("jiro", "portal"), ask=own(A, "resident.basic", key="door/2", door=door.id))
    with pytest.raises(DoorShut):
        portal.ask(door.person, ask=own(A, "resident.basic", key="door/3", door="x" * 43))
    with pytest.raises(NotAllowed):
        running.client(B).ask(prepared.code("taro", B), ask=own(A, "resident.basic", key="door/4", door=door.id))


def test_household_members_may_be_asked_about_once_they_were_linked_in_the_door(running: Running, land: Land) -> None:
    prepared, issuer = land
    portal = running.client("portal")
    door = open_door(running, issuer, "taro", nonce="member-nonce-0123456789")
    kid = prepared.code("kid", "portal")
    school = own("education-302023", "school.enrolment", key="member/1", door=door.id)

    with pytest.raises(DoorShut):
        portal.ask(kid, ask=school)
    household = portal.ask(door.person, ask=own(A, "resident.household", key="member/2", door=door.id))
    assert kid in {m["link"] for m in household.items["resident.household"]["members"]}

    assert portal.ask(kid, ask=school).items["school.enrolment"]["grade"] == 3


def test_what_was_issued_in_a_door_dies_with_it(running: Running, land: Land) -> None:
    portal = running.client("portal")
    door = open_door(running, land[1], "taro", nonce="dies-nonce-0123456789")
    portal.close_door(door.id)
    portal.close_door(door.id)

    with pytest.raises(DoorShut):
        portal.ask(door.person, ask=own(A, "resident.basic", key="dies/1", door=door.id))


def test_cards_that_open_no_door(running: Running, land: Land) -> None:
    issuer = land[1]
    portal = running.client("portal")
    good = proof(issuer, "taro", nonce="once-nonce-0123456789")
    portal.open_door(good)

    with pytest.raises(Replayed):
        portal.open_door(good)
    with pytest.raises(CardRefused, match="not entered"):
        open_door(running, issuer, "nobody", nonce="nobody-nonce-0123456789")
    with pytest.raises(CardRefused, match="no sign-in at this portal"):
        portal.open_door(proof(issuer, "taro", nonce="origin-nonce-0123456789", origin="http://evil.example"))
    other = proof(issuer, "jiro", nonce="mixed-nonce-0123456789")
    mixed = type(other)(message=other.message, signature=other.signature, certificate=good.certificate)
    with pytest.raises(CardRefused, match="IDENTITY-006"):
        portal.open_door(mixed)
    with pytest.raises(NotAllowed):
        running.client(B).open_door(proof(issuer, "taro", nonce="muni-nonce-0123456789"))


def test_an_introduction_is_read_by_its_agency_only(running: Running, land: Land) -> None:
    prepared, issuer = land
    door = open_door(running, issuer, "taro", nonce="intro-nonce-0123456789")
    link = running.client("portal").introduce(door.person, agency=B, door=door.id)

    assert running.client(B).open_link(link) == prepared.code("taro", B)
    with pytest.raises(ExchangeError):
        running.client(A).open_link(link)


def test_a_change_is_applied_once_recorded_and_told_to_the_core(running: Running, land: Land) -> None:
    prepared, issuer = land
    b, code = running.client(B), prepared.code("jiro", B)
    data = {"symbol": "和1", "number": "777", "since": "2026-11-21"}
    change = Change(kind="nhi_enrolled", person=code, data=data, key="case-9/nhi", case="case-9")

    changed = b.apply_change(change)

    assert changed.rows == 1
    assert b.apply_change(change) == changed
    assert b.usages(code)[0].kind == "changed"
    ask = Ask(holder=B, item="nhi.qualification", affair="nhi", key="change/1")
    assert running.client(A).ask(prepared.code("jiro", A), ask=ask).items["nhi.qualification"]["number"] == "777"
    assert B in open_door(running, issuer, "jiro", nonce="change-nonce-0123456789").agencies
    with pytest.raises(KeyReused):
        b.apply_change(Change(kind="nhi_enrolled", person=code, data={**data, "number": "1"}, key="case-9/nhi"))
    with pytest.raises(UnknownItem):
        b.apply_change(Change(kind="nonsense", person=code, data={}, key="case-9/x"))


def test_a_holder_that_is_down_is_told_quickly_and_nothing_is_lost_or_doubled(running: Running) -> None:
    prepared, b = running.prepared, running.client(B)
    code = prepared.code("taro", B)
    ask = Ask(holder="nenkin", item="pension.category", affair="child_allowance", key="down/1")
    running.kill("nenkin")
    begun = time.monotonic()

    with pytest.raises(HolderUnavailable):
        b.ask(code, ask=ask)
    assert time.monotonic() - begun < 2
    running.restart("nenkin")
    before = b.health().entries

    assert b.ask(code, ask=ask).items["pension.category"]["category"] == "1"
    assert b.health().entries == before + 1  # asked was recorded the first time


def test_many_at_once(running: Running) -> None:
    prepared = running.prepared

    def one(number: int) -> int:
        client = NodeClient(running.endpoints[B])
        try:
            return client.ask(prepared.code(f"p{number}", B), ask=tax(f"many/{number}")).items["tax.income"][
                "total_income"
            ]
        finally:
            client.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(60))) == [1004 + i for i in range(60)]


@pytest.mark.skipif(not abi(), reason="this kernel has no Landlock")
def test_no_node_can_read_another_agencys_store(running: Running) -> None:
    prepared = running.prepared
    foreign = prepared.folder / A / "register.sqlite"
    code = (
        "import sys, pathlib\n"
        "from kiban.shell.node.run import shut\nfrom kiban.shell.node.config import load_config, NodeConfig\n"
        f"own = pathlib.Path({str(prepared.folder / B / 'node.yaml')!r})\n"
        "shut(load_config(own, NodeConfig), own, readable=[])\n"
        "print(len((own.parent / 'register.sqlite').read_bytes()) > 0)\n"
        "reading = (lambda p: p.read_bytes(), lambda p: list(p.parent.iterdir()))\n"
        "for act in (*reading, lambda p: p.open('ab'), lambda p: p.unlink()):\n"
        "    try:\n        act(pathlib.Path(sys.argv[1])); print('read')\n"
        "    except PermissionError: print('refused')\n"
    )

    run = subprocess.run([sys.executable, "-c", code, str(foreign)], capture_output=True, text=True, check=False)

    assert run.stdout.split() == ["True", "refused", "refused", "refused", "refused"], run.stderr
    assert all(running.client(spec.id).health().confined for spec in prepared.agencies)
    assert {p.stat().st_mode & 0o077 for p in prepared.folder.iterdir() if p.is_dir()} == {0}


def test_all_ledgers_hold_at_the_end(running: Running) -> None:
    prepared = running.prepared

    for name in ("core", *(spec.id for spec in prepared.agencies)):
        result = verify_folder(prepared.folder / name / "ledger")
        assert result.holds, f"{name}: {result}"
    assert verify_address(running.endpoints[A].url, key_of(prepared.folder / A)).holds


@pytest.mark.parametrize("path", ["leaves?start={n}", "consistency?old=1&new={n}", "consistency?old={n}&new={n}"])
def test_numbers_beyond_all_ledgers_are_refused_cleanly(running: Running, path: str) -> None:
    address = f"{running.endpoints[B].url}/ledger/{path.format(n='9' * 40)}"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address, timeout=10)

    assert refused.value.code == 400
