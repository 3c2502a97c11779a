"""The example town over the national law, played by a real municipality's code: its packs, rooms and officers."""

from __future__ import annotations

import csv
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.test import Client

from journeys.rooms import NAMES, SampleCards, SampleNode
from journeys.test_rooms import as_person, version
from kiban.benefits.payments.actions import PaymentDesk, set_payer
from kiban.benefits.store.runs import DatabaseRuns
from kiban.jobs import Worker
from kiban.kernel.clock import FixedClock
from kiban.packs import load_packs
from kiban.registries import town_registry
from kiban.shell.platform import install
from kiban.shell.principals import Principal
from kiban.shell.wiring import process
from kiban.shell.wiring.addresses import RegistryAddresses
from kiban.shell.wiring.build import Entrance, Outer, Rooms, platform_of, rooms
from kiban.shell.wiring.library import Library, pack_library
from kiban.simulators.agencies.bereaved import FAMILIES, away_rows, bereaved_family, bereaved_rows, daughter_away
from kiban.simulators.agencies.people import joined, story_family, story_rows
from kiban.simulators.paper import PaperOffices
from services.sample import NOON, A, SampleOffices
from shared_data import ROOT
from unit.payments.test_codec import PAYER

TOWN = "municipalities/rei-shi"
TOP_UP = "rei-shi-hitorioya-uwanose"
FAMILY = Principal(kind="resident", code="story-1", name="浜中 健一", door="paper", agencies=(A, "nenkin"))
OFFICER = Principal(kind="staff", code="o1", name="職員一", agency=A, roles=("officer", "payments", "approver"))
SECOND = replace(OFFICER, code="o2", name="職員二")
HOME = {"municipality_code": A, "prefecture": "和歌山県", "city": "海南市", "full_address": "和歌山県海南市日方1番地"}


@dataclass
class Town:
    """The example town, played by a real municipality's code."""

    packs: Path
    room: Rooms
    worker: Worker
    offices: PaperOffices

    def run(self) -> None:
        self.worker.run_until_idle()


def read_shelf(folder: Path) -> tuple[Path, Library]:
    """The packs with the example town in place of a real one."""
    packs = folder / "packs"
    shutil.copytree(ROOT / "packs", packs)
    (packs / TOWN).rename(packs / "municipalities" / A)
    loaded = load_packs(packs)
    assert loaded.faults == {}
    return packs, pack_library(loaded)


def open_town(shelf: tuple[Path, Library], monkeypatch: pytest.MonkeyPatch) -> Town:
    """Its rooms on this process's database, three families of whom the offices hold records, and a bereaved one."""
    packs, library = shelf
    clock = FixedClock(NOON)
    known = [story_rows(story_family(A, address=HOME, number=n), on=NOON.date()) for n in range(3)]
    mourning = [bereaved_family(A, address=HOME, number=number) for number in range(len(FAMILIES))]
    known.append(away_rows(daughter_away(), mourning[1][0], on=NOON.date()))
    tables = joined(*known, *(bereaved_rows(family, on=NOON.date()) for family in mourning))
    for row in tables[A]["tax"]:
        row |= {"total_income": 0, "exempt": 1}
    offices = PaperOffices(tables, clock)
    outer = Outer(library, offices, offices.own(), offices, offices, NAMES, clock)
    room, cards = rooms(outer), SampleCards()
    cards.desk = room.procedures
    book = RegistryAddresses(town_registry(), NAMES)
    entrance = Entrance(cards, SampleNode(SampleOffices(clock)), {}, book, lambda **_: OFFICER)
    install(platform_of(room, outer=outer, entrance=entrance))
    set_payer(PaymentDesk(room.benefits, DatabaseRuns()), A, payer=PAYER)
    monkeypatch.setattr(process, "made", lambda: room)
    monkeypatch.setattr(process, "library", lambda: library)
    monkeypatch.setattr(process, "outer", lambda: outer)
    return Town(packs, room, room.worker(clock, receivers=(lambda _delivery: None,)), offices)


def signed(client: Client, there: str, **given: str) -> str:
    """The receipt's page after the plan page was filled in and signed."""
    page = client.get(there).content.decode()
    answer = client.post(there, {"version": version(page), "do": "sign", **given})
    assert answer.status_code == 302, re.findall(r'error">[^<]*', answer.content.decode())
    return client.get(answer.headers["Location"]).headers["Location"]


def decided(town: Town, case: str, *officers: Principal) -> list[str]:
    """Drafted by the rule, decided by one officer and confirmed by another; the pages that they saw."""
    pages = []
    for officer, act in zip(officers, ("decide", "confirm"), strict=True):
        desk, there = as_person(officer), f"/console/cases/{case}"
        pages.append(desk.get(there).content.decode())
        sent = {"do": act, "version": version(pages[-1])}
        answer = desk.post(there, sent | ({"outcome": "granted"} if act == "decide" else {}))
        assert answer.status_code == 302, re.findall(r'error">[^<]*', answer.content.decode())
    town.run()
    return pages


def claimed(town: Town, client: Client) -> str:
    """The town's top-up claimed and decided by two officers; the case."""
    there = client.get(f"/begin/{TOP_UP}").headers["Location"]
    html = client.get(there).content.decode()
    assert "引っ越す人" not in html, "nobody moves"
    names = re.findall(r'name="(f-(?:disabled[\w-]*|pension_monthly|support_money|deductions))"', html)
    asked = dict.fromkeys(names, "0")
    asked |= {name: "no" for name in asked if name.startswith("f-disabled")}
    signed(client, there, **asked, **{"f-lone": "yes", "f-elderly": "0", "f-specified": "0"})
    town.run()
    (case,) = [one for one in town.room.cases.store.cases_of(FAMILY.code) if one.procedure == TOP_UP]
    for page in decided(town, case.id, OFFICER, SECOND):
        assert "5,000" in page or "10,000" in page, "the officer sees the amount"
    return case.id


def table(path: Path, rows: list[dict[str, object]], *, head: list[str] | None = None) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, head or list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
