"""The engine: two times, deltas, quality; corporations from the official format; deemed filings."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.kernel.clock import JST, FixedClock
from kiban.kernel.events import Event
from kiban.kernel.tabular import Report
from kiban.kernel.values import CorporateNumber
from kiban.registries.corporation import COLUMNS, CORPORATION, read_corporations
from kiban.registries.deemed import Subscription, deliver, filings, replay
from kiban.registries.engine import Entry, Field, RegistryInfo, Source, quality_report
from kiban.registries.engine.actions import take_in
from kiban.registries.engine.catalogue import dcat, dictionary
from kiban.registries.errors import BadSubscription
from kiban.registries.store import RecordStore

CLOCK = FixedClock(dt.datetime(2026, 4, 1, 9, tzinfo=JST))
DAY = dt.date(2026, 3, 31)
INFO = RegistryInfo("things", "もの", "庁", "CC0", (Field("id", "ID", True), Field("name", "名前", True)), "name")


class Sink:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        self.events.append(event)


def take(store: RecordStore, *entries: Entry, info: RegistryInfo = INFO) -> dict[str, int]:
    return dict(take_in(store, info, entries=entries, source=Source("x.csv", DAY), using=(CLOCK, Sink())).counts)


def state(key: str, day: str, name: str, kind: str = "state") -> Entry:
    return Entry(key, dt.date.fromisoformat(day), {"id": key, "name": name}, kind=kind)


def test_what_was_valid_and_what_was_known_are_told_apart() -> None:
    store = RecordStore(":memory:")
    take(store, state("a", "2020-01-01", "旧"))
    take(store, state("a", "2022-01-01", "新"))
    take(store, state("a", "2022-01-01", "真", "correction"))

    assert store.at("things", "a", on=dt.date(2021, 1, 1)).data["name"] == "旧"  # type: ignore[union-attr]
    assert store.at("things", "a", on=dt.date(2023, 1, 1), known=1).data["name"] == "旧"  # type: ignore[union-attr]
    assert store.at("things", "a", on=dt.date(2023, 1, 1), known=2).data["name"] == "新"  # type: ignore[union-attr]
    assert store.at("things", "a").data["name"] == "真"  # type: ignore[union-attr]
    assert store.at("things", "a", on=dt.date(2019, 1, 1)) is None
    assert [c.kind for c in store.delta("things", since=1)] == ["changed", "corrected"]


def test_closing_reopening_and_withdrawing() -> None:
    store = RecordStore(":memory:")
    take(store, state("a", "2020-01-01", "あ"), Entry("a", dt.date(2021, 1, 1), None))
    assert (store.count("things"), store.at("things", "a", on=dt.date(2022, 1, 1))) == (0, None)
    take(store, state("a", "2023-01-01", "あ"))
    assert [r.valid_to for r in store.history("things", "a")] == [dt.date(2021, 1, 1), None]
    assert take(store, Entry("a", DAY, None, kind="withdrawn")) == {"withdrawn": 1}
    assert store.history("things", "a") == ()


STATES = st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 28), st.sampled_from("xyz")), max_size=12)


@settings(max_examples=60, deadline=None)
@given(STATES)
def test_states_never_overlap_and_taking_the_same_twice_says_nothing_new(steps: list[tuple[str, int, str]]) -> None:
    store = RecordStore(":memory:")
    for key, day, name in steps:
        take(store, state(key, f"2024-01-{day:02}", name))
        assert set(take(store, state(key, f"2024-01-{day:02}", name))) == {"same"}
        assert store.at("things", key, on=dt.date(2024, 1, day)).data["name"] == name  # type: ignore[union-attr]
    for key in "ab":
        spans = [(r.valid_from, r.valid_to or dt.date.max) for r in store.history("things", key)]
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
    store.close()


def test_an_import_is_all_or_nothing() -> None:
    store = RecordStore(":memory:")

    def broken() -> object:
        yield state("a", "2020-01-01", "あ")
        raise ValueError("the disk")

    with pytest.raises(ValueError, match="disk"):
        take_in(store, INFO, entries=broken(), source=Source("x", DAY), using=(CLOCK, Sink()))  # type: ignore[arg-type]

    assert (store.count("things"), store.version("things"), store.changes("things")) == (0, 0, ())


def test_the_quality_report_names_what_is_missing_double_and_stale() -> None:
    store = RecordStore(":memory:")
    take(store, state("a", "2020-01-01", "髙橋"), state("b", "2020-01-01", "高橋"), state("c", "2020-01-01", ""))
    report = quality_report(INFO, store.everything("things"), today=dt.date(2028, 1, 1))

    assert (report.records, report.stale, report.good) == (3, True, False)
    assert report.invalid == {"name": ["c"]}
    assert report.doubles == [("a", "b")]
    assert report.completeness["name"] == pytest.approx(2 / 3)


def number(base: int) -> str:
    return f"{CorporateNumber.check_digit(f'{base:012}')}{base:012}"


A, B = number(50001000001), number(50001000002)


def line(corporation: str, process: str, day: str, **more: str) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "")
    row |= {
        "corporate_number": corporation,
        "process": process,
        "correction": "0",
        "updated_on": day,
        "changed_on": day,
    }
    row |= {"name": "株式会社髙基盤", "kind": "301", "prefecture": "和歌山県", "city": "海南市", "street": "南赤坂１１"}
    return row | {"prefecture_code": "30", "city_code": "202", "postal_code": "6420001", "kana": "タカキバン", **more}


def load(store: RecordStore, path: Path, *rows: dict[str, str]) -> tuple[dict[str, int], Report]:
    with path.open("w", encoding="cp932", newline="") as file:
        csv.writer(file).writerows([row[name] for name in COLUMNS] for row in rows)
    report = Report(path.name)
    entries = read_corporations(path, report=report)
    taken = take_in(store, CORPORATION, entries=entries, source=Source(path.name, DAY), using=(CLOCK, Sink()))
    return dict(taken.counts), report


def test_corporations_from_the_official_format_with_delta_closure_and_successor(tmp_path: Path) -> None:
    store = RecordStore(tmp_path / "r.sqlite3")
    counts, report = load(
        store,
        tmp_path / "all.csv",
        line(A, "01", "2015-10-05"),
        line(B, "01", "2015-10-05", name="紀の国合同会社", kana="キノクニ"),
    )
    assert (counts, report.kept, report.encoding) == ({"created": 2}, 2, "cp932")
    broken = line(A[:-1] + str((int(A[-1]) + 1) % 10), "01", "2020-01-01")
    counts, report = load(
        store,
        tmp_path / "diff.csv",
        line(A, "11", "2024-05-01", name="株式会社新基盤"),
        broken,
        line(
            B,
            "71",
            "2024-06-01",
            name="紀の国合同会社",
            kana="キノクニ",
            closed_on="2024-06-01",
            closed_reason="11",
            successor=A,
        ),
    )

    assert (counts, len(report.faults), report.faults[0].where.line) == ({"changed": 2}, 1, 2)
    assert [r.data["name"] for r in store.history("corporation", A)] == ["株式会社髙基盤", "株式会社新基盤"]
    ended = store.at("corporation", B)
    assert ended is not None
    assert (ended.data["successor"], ended.data["closed_reason"]) == (A, "合併による解散等")
    assert [r.key for r in store.search("corporation", "タカキ")] == [A]
    assert [r.key for r in store.search("corporation", "新基盤")] == [A]
    assert quality_report(CORPORATION, store.everything("corporation"), today=DAY).invalid == {}
    assert dcat(CORPORATION, base="https://x", version=2, modified="2026")["dct:identifier"] == "corporation"
    assert dictionary(CORPORATION)[0]["name"] == "corporate_number"


PROGRAMME = Subscription("waste-permit", "廃棄物処理法 7条の2第3項", "302015")


def test_a_corporate_change_reaches_each_programme_once(tmp_path: Path) -> None:
    store, sink = RecordStore(tmp_path / "r.sqlite3"), Sink()
    load(store, tmp_path / "all.csv", line(A, "01", "2015-10-05"))
    load(store, tmp_path / "d1.csv", line(A, "12", "2024-05-01", street="日方１"))
    first = deliver(store, PROGRAMME, clock=CLOCK, events=sink)
    again = deliver(store, PROGRAMME, clock=CLOCK, events=sink) + replay(store, PROGRAMME, clock=CLOCK, events=sink)
    late = Subscription("late", "旅館業法施行規則", "302023", frozenset({"name"}))
    load(store, tmp_path / "d2.csv", line(A, "11", "2025-01-01", street="日方１", name="株式会社新基盤"))

    assert (first, again) == (1, 0)
    assert deliver(store, late, clock=CLOCK, events=sink) == 1
    assert deliver(store, PROGRAMME, clock=CLOCK, events=sink) == 1
    (filing, _) = filings(store, "waste-permit")
    assert filing.fields == {"street": ("南赤坂１１", "日方１")}
    assert (filing.law, filing.changed_on) == (PROGRAMME.law, dt.date(2024, 5, 1))
    assert [e.kind for e in sink.events] == ["filing_deemed"] * 3


def test_a_crash_while_filing_neither_loses_nor_doubles(tmp_path: Path) -> None:
    store, sink = RecordStore(tmp_path / "r.sqlite3"), Sink()
    load(store, tmp_path / "all.csv", line(A, "01", "2015-10-05"))
    load(store, tmp_path / "d1.csv", line(A, "12", "2024-05-01", street="日方１"))

    class Broken:
        def emit(self, event: Event) -> None:
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        deliver(store, PROGRAMME, clock=CLOCK, events=Broken())

    assert filings(store, "waste-permit") == ()
    assert deliver(store, PROGRAMME, clock=CLOCK, events=sink) == 1


def test_a_subscription_names_its_law() -> None:
    with pytest.raises(BadSubscription):
        Subscription("x", "", "302023")
