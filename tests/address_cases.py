"""The shared cases of addresses, judged: what differs from the expected, and why. Read by tests and by the bench."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.shared_data import shared

from kiban.registries import Address, normalise
from kiban.registries.address.index import embedded

Case = dict[str, Any]
HAMAMATSU = {"221317", "221325", "221333", "221341", "221350", "221368", "221376"}
FILES = ("abr-town-2022", "abr-town-wakayama-2026", "abr-town-bunkyo-2026")
NOT_OPEN = "id in none of the open files"
REASONS = {
    "大通20丁目": "means 大通西20丁目; the registry has no 大通 with 丁目",
    "佐渡市湊": "the registry has only 両津湊",
    "萩原町松山": "no such town in the registry",
    "諏訪町池埋": "no such 小字 in the registry",
    "灘崎町片岡": "the registry has 片岡 without the former 灘崎町: found, named otherwise",
    "東常磐町": "the registry has 水島東常盤町",
    "寒川町石田東甲": "甲 is read as part of the number, as the registry has no 石田東甲",
    "多ノ郷和佐田": "no such 小字 in the registry; found to the 大字",
    "ニノ平": "found as 二ノ平, as the registry writes it",
    "莵道森本": "the registry has no 小字 森本 there; found to the 大字",
    "高辻堀川町": "two towns are written one after the other",
    "植大植鎌子": "the 小字 is written with 植 left out in the registry",
    "火打庖丁": NOT_OPEN,
    "大聖寺上木町九十五": "written as the registered 小字 九十五; the case reads it as the lot 95",
    "舞浜2-11": "read as the registered 舞浜二丁目 (住居表示), the case asks for the lot (地番)",
}


@dataclass(frozen=True, slots=True)
class Miss:
    """A case that differs: the text, what was wanted, what was found, why."""

    text: str
    wanted: str
    found: str
    reason: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One list of cases: how many, those that differ, the share asked for, wrong municipalities stated."""

    name: str
    cases: int
    misses: tuple[Miss, ...]
    asked: float
    wrong: int = 0

    @property
    def share(self) -> float:
        return 1 - len(self.misses) / self.cases

    def __str__(self) -> str:
        wrong = f", wrong municipality stated {self.wrong}"
        return f"{self.name:42} {self.share:8.3%} of {self.cases:>6,} (asked {self.asked:.1%}{wrong})"


def cases(name: str) -> list[Case]:
    with gzip.open(shared(f"data/address-{name}-dev.jsonl.gz"), "rt") as file:
        return [json.loads(line) for line in file]


def folded(text: str) -> str:
    return embedded().fold.key(text).replace("\x1f", "")


def peers(*prefixes: str) -> list[Case]:
    return [case for case in cases("cases") if case["source"].startswith(prefixes)]


@cache
def open_ids() -> frozenset[str]:
    """Municipality code and town id of every town in the open files."""
    import duckdb

    rows: list[tuple[str]] = []
    for name in FILES:
        path = shared(f"data/{name}.parquet")
        rows += duckdb.execute(f"SELECT DISTINCT lg_code || machiaza_id FROM '{path}'").fetchall()
    return frozenset(code for (code,) in rows)


def _miss(case: Case, wanted: str, got: Address) -> Miss:
    reason = next((why for part, why in REASONS.items() if part in case["input"]), "")
    return Miss(case["input"], wanted, f"{got.municipality_code} {got.town_id} {got.town}", reason)


def generated() -> Measure:
    found, misses, wrong = cases("generated"), [], 0
    for case in found:
        want, got = case["expect"], normalise(case["input"])
        same_place = got.municipality_code == want["lg_code"] or want["lg_code"] in HAMAMATSU
        wrong += bool(got.municipality_code) and not same_place
        town = want["oaza"] + want["chome"] + want["koaza"]
        if not same_place or folded(got.town) != folded(town):
            misses.append(_miss(case, town, got))
    return Measure("generated, nationwide with noise", len(found), tuple(misses), 0.995, wrong)


def office() -> Measure:
    found, misses, wrong = cases("office"), [], 0
    for case in found:
        want, got = case["expect"], normalise(case["input"])
        wrong += bool(got.municipality_code) and got.municipality_code[:5] != want["jis"]
        town, full = folded(got.town), folded(want["town_prefix"] + want["banchi_text"])
        kyoto = want["jis"].startswith("261") and town in full
        if got.level < 3 or not (town.startswith(folded(want["town_prefix"])) or kyoto):
            misses.append(_miss(case, want["town_prefix"], got))
    return Measure("business addresses", len(found), tuple(misses), 0.997, wrong)


def _agrees(case: Case, got: Address) -> bool:
    want = case["expect"]
    town = folded(want.get("town") or "")
    reached = folded(got.town) == town or bool(town and folded(got.town).startswith(town) and got.town_id)
    city = "city" not in want or folded(want["city"] or "") == folded(got.municipality)
    return want.get("pref") in (None, got.prefecture) and city and reached


def _of_peer(name: str, *prefixes: str, asked: float) -> Measure:
    found = peers(*prefixes)
    pairs = [(case, normalise(case["input"])) for case in found]
    misses = [_miss(case, str(case["expect"].get("town")), got) for case, got in pairs if not _agrees(case, got)]
    wrong = sum(
        bool(got.municipality_code and case["expect"].get("city"))
        and folded(case["expect"]["city"]) != folded(got.municipality)
        for case, got in pairs
    )
    return Measure(name, len(found), tuple(misses), asked, wrong)


def nja() -> Measure:
    return _of_peer("list of normalize-japanese-addresses", "nja3-addresses", "nja2-addresses", asked=0.993)


def japanese_address_parser() -> Measure:
    return _of_peer("list of japanese-address-parser", "jap-", asked=0.96)


def abr() -> Measure:
    found, misses, wrong = peers("abrg"), [], 0
    for case in found:
        want, got = case["expect"], normalise(case["input"])
        code, town = want.get("lg_code") or "", want.get("machiaza_id") or ""
        wrong += bool(got.municipality_code and code) and got.municipality_code != code
        if (got.municipality_code, got.town_id) != (code, town):
            miss = _miss(case, f"{code} {town}", got)
            absent = bool(town) and code + town not in open_ids()
            misses.append(Miss(miss.text, miss.wanted, miss.found, NOT_OPEN if absent else miss.reason))
    return Measure("list of abr-geocoder, town ids", len(found), tuple(misses), 0.92, wrong)


def abr_of_open_ids(whole: Measure) -> Measure:
    """The same, without the cases whose town id no open file has."""
    misses = tuple(miss for miss in whole.misses if miss.reason != NOT_OPEN)
    absent = len(whole.misses) - len(misses)
    return Measure("  of these, ids that open files have", whole.cases - absent, misses, whole.asked, whole.wrong)


MEASURES: tuple[Callable[[], Measure], ...] = (generated, office, nja, japanese_address_parser, abr)


def measures() -> Iterator[Measure]:
    """All lists; that of abr-geocoder in both countings."""
    for make in MEASURES:
        made = make()
        yield made
        if make is abr:
            yield abr_of_open_ids(made)
