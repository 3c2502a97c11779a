"""The engine: two times, deltas, quality; corporations from the official format; deemed filings."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.kernel.clock import JST, FixedClock
from kiban.kernel.events import Event
from kiban.registries.corporation import CORPORATION, firm_key, successors
from kiban.registries.deemed import (
    BASIS,
    Effect,
    OwnFiling,
    Subscription,
    deliver,
    filings,
    note_filing,
    provision,
    read_subscriptions,
    replay,
)
from kiban.registries.deemed.actions import PORTION
from kiban.registries.engine import Entry, Field, RegistryInfo, Source, quality_report
from kiban.registries.engine.actions import Using, take_in
from kiban.registries.engine.catalogue import dcat, dictionary
from kiban.registries.errors import BadSubscription
from kiban.registries.store import RecordStore
from registry_sample import CLOCK, DAY, Sink, line, load, number

INFO = RegistryInfo("things", "もの", "庁", "CC0", (Field("id", "ID", True), Field("name", "名前", True)), "name")


def take(store: RecordStore, *entries: Entry, info: RegistryInfo = INFO) -> dict[str, int]:
    return dict(take_in(store, info, entries=entries, source=Source("x.csv", DAY), using=Using(CLOCK, Sink())).counts)


def state(key: str, day: str, name: str, kind: str = "state") -> Entry:
    return Entry(key, dt.date.fromisoformat(day), {"id": key, "name": name}, kind=kind)


def test_what_was_valid_and_what_was_known_are_told_apart() -> None:
    store = RecordStore(":memory:")
    take(store, state("a", "2020-01-01", "旧"))
    take(store, state("a", "2022-01-01", "新"))
    take(store, state("a", "2022-01-01", "真", "correction"))

    assert store.at("things", "a", on=dt.date(2021, 1, 1)).data["name"] == "旧"  # type: ignore[union-attr]  # there is one
    assert store.at("things", "a", on=dt.date(2023, 1, 1), known=1).data["name"] == "旧"  # type: ignore[union-attr]  # there is one
    assert store.at("things", "a", on=dt.date(2023, 1, 1), known=2).data["name"] == "新"  # type: ignore[union-attr]  # there is one
    assert store.at("things", "a").data["name"] == "真"  # type: ignore[union-attr]  # there is one
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
        assert store.at("things", key, on=dt.date(2024, 1, day)).data["name"] == name  # type: ignore[union-attr]  # there is one
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
        take_in(store, INFO, entries=broken(), source=Source("x", DAY), using=Using(CLOCK, Sink()))  # type: ignore[arg-type]  # a stand-in, or wrong on purpose

    assert (store.count("things"), store.version("things"), store.changes("things")) == (0, 0, ())


def test_the_quality_report_names_what_is_missing_double_and_stale() -> None:
    store = RecordStore(":memory:")
    take(store, state("a", "2020-01-01", "髙橋"), state("b", "2020-01-01", "高橋"), state("c", "2020-01-01", ""))
    report = quality_report(store, INFO, today=dt.date(2028, 1, 1))

    assert (report.records, report.stale, report.good) == (3, True, False)
    assert report.invalid == {"name": ["c"]}
    assert report.doubles == [("a", "b")]
    assert report.completeness["name"] == pytest.approx(2 / 3)


A, B = number(50001000001), number(50001000002)


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
    assert [r.key for r in store.search(CORPORATION, "タカキ")] == [A]
    assert [r.key for r in store.search(CORPORATION, "新基盤")] == [A]
    assert quality_report(store, CORPORATION, today=DAY).invalid == {}
    assert dcat(CORPORATION, base="https://x", version=2, modified="2026")["dct:identifier"] == "corporation"
    assert dictionary(CORPORATION)[0]["name"] == "corporate_number"


PROGRAMME = Subscription("waste-permit", "廃棄物処理法 7条の2第3項", "302015")


def test_a_corporate_change_reaches_each_programme_once(tmp_path: Path) -> None:
    store, sink = RecordStore(tmp_path / "r.sqlite3"), Sink()
    load(store, tmp_path / "all.csv", line(A, "01", "2015-10-05"))
    load(store, tmp_path / "d1.csv", line(A, "12", "2024-05-01", street="日方１"), basis=BASIS)
    first = deliver(store, PROGRAMME, clock=CLOCK, events=sink)
    again = deliver(store, PROGRAMME, clock=CLOCK, events=sink) + replay(store, PROGRAMME, clock=CLOCK, events=sink)
    late = Subscription("late", "旅館業法施行規則", "302023", frozenset({"name"}))
    load(store, tmp_path / "d2.csv", line(A, "11", "2025-01-01", street="日方１", name="株式会社新基盤"), basis=BASIS)

    assert (first, again) == (1, 0)
    assert deliver(store, late, clock=CLOCK, events=sink) == 1
    assert deliver(store, PROGRAMME, clock=CLOCK, events=sink) == 1
    (filing, _) = filings(store, "waste-permit")
    assert filing.fields == {"street": ("南赤坂１１", "日方１")}
    assert (filing.law, filing.changed_on, filing.effect) == (PROGRAMME.law, dt.date(2024, 5, 1), Effect.DEEMED)
    assert [e.kind for e in sink.events] == ["filing_deemed"] * 3


def test_more_changes_than_a_portion_are_filed_once_and_new_records_are_passed_over(tmp_path: Path) -> None:
    store, sink = RecordStore(tmp_path / "r.sqlite3"), Sink()
    many = [number(70001000000 + n) for n in range(PORTION + 5)]
    load(store, tmp_path / "all.csv", *(line(n, "01", "2015-10-05") for n in many))
    assert deliver(store, PROGRAMME, clock=CLOCK, events=sink) == 0
    load(store, tmp_path / "d.csv", *(line(n, "12", "2024-05-01", street="日方１") for n in many), basis=BASIS)

    assert deliver(store, PROGRAMME, clock=CLOCK, events=sink) == PORTION + 5
    assert deliver(store, PROGRAMME, clock=CLOCK, events=sink) == 0
    assert len({f.corporate_number for f in filings(store, PROGRAMME.programme)}) == PORTION + 5
    assert filings(store, PROGRAMME.programme, since=CLOCK.now() + dt.timedelta(seconds=1)) == ()


def test_two_changes_of_one_day_are_both_told_and_nothing_more_when_taken_again(tmp_path: Path) -> None:
    store, sink = RecordStore(tmp_path / "r.sqlite3"), Sink()
    load(store, tmp_path / "all.csv", line(A, "01", "2015-10-05"), line(B, "01", "2015-10-05"))
    moved = line(A, "12", "2024-05-01", street="日方１")
    renamed = moved | {"process": "11", "name": "株式会社新基盤"}
    once, _ = load(
        store, tmp_path / "d1.csv", moved, renamed, line(B, "12", "2024-05-01", street="日方１"), basis=BASIS
    )
    again, _ = load(
        store, tmp_path / "d1.csv", moved, renamed, line(B, "12", "2024-05-01", street="日方１"), basis=BASIS
    )
    load(store, tmp_path / "d2.csv", line(B, "11", "2024-05-01", street="日方１", name="新"), basis=BASIS)
    deliver(store, PROGRAMME, clock=CLOCK, events=sink)

    assert (once, again) == ({"changed": 2, "repeated": 1}, {"same": 2, "repeated": 1})
    assert [(f.corporate_number, set(f.fields)) for f in filings(store, PROGRAMME.programme)] == [
        (A, {"street", "name"}),
        (B, {"street"}),
        (B, {"name"}),
    ]


def test_a_town_in_two_rows_is_no_change_each_time(tmp_path: Path) -> None:
    store = RecordStore(":memory:")
    rows = (state("a", "2024-01-01", "x"), state("a", "2024-01-01", "y"), state("b", "2024-01-01", "z"))

    assert take(store, *rows) == {"created": 2, "repeated": 1}
    assert take(store, *rows) == {"same": 2, "repeated": 1}
    assert take(store, state("b", "2024-01-01", "w")) == {"corrected": 1}


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


def test_only_what_the_minister_gave_is_deemed_filed_and_own_filings_stay(tmp_path: Path) -> None:
    store, sink = RecordStore(tmp_path / "r.sqlite3"), Sink()
    load(store, tmp_path / "all.csv", line(A, "01", "2015-10-05"))
    load(store, tmp_path / "d1.csv", line(A, "12", "2024-05-01", street="日方１"))
    note_filing(store, OwnFiling(PROGRAMME.programme, A, {"street": "名高１"}), clock=CLOCK, events=sink)
    load(store, tmp_path / "d2.csv", line(A, "12", "2024-06-01", street="名高１"), basis=BASIS)
    load(store, tmp_path / "d3.csv", line(A, "12", "2024-07-01", street="船尾１"), basis=BASIS)
    deliver(store, PROGRAMME, clock=CLOCK, events=sink)

    assert [f.effect for f in filings(store, "waste-permit")] == [Effect.KNOWN, Effect.FILED, Effect.DEEMED]
    assert [e.kind for e in sink.events] == ["own_filing_noted", *["corporate_change_known"] * 2, "filing_deemed"]
    assert (provision().verified, bool(provision().why)) == (True, True)


@pytest.mark.parametrize(("day", "effect"), [(31, Effect.KNOWN), (32, Effect.DEEMED)])
def test_nothing_is_deemed_filed_before_the_provision_was_in_force(tmp_path: Path, day: int, effect: Effect) -> None:
    store, on = RecordStore(tmp_path / "r.sqlite3"), dt.date(2025, 3, 1) + dt.timedelta(days=day - 1)
    load(store, tmp_path / "all.csv", line(A, "01", "2015-10-05"))
    load(store, tmp_path / "d.csv", line(A, "12", "2025-03-20", street="日方１"), basis=BASIS)
    deliver(store, PROGRAMME, clock=FixedClock(dt.datetime(on.year, on.month, on.day, 9, tzinfo=JST)), events=Sink())
    assert [one.effect for one in filings(store, PROGRAMME.programme)] == [effect]


def test_subscriptions_of_a_file_are_read_or_refused_by_line(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("subscriptions:\n- {programme: a, law: 旅館業法, agency: '302023', items: [name]}\n")
    (one,) = read_subscriptions(file)
    assert (one.programme, one.items) == ("a", frozenset({"name"}))
    for wrong in ("- {programme: a}", "- {programme: a, law: '', agency: x}", "- 5"):
        file.write_text(f"subscriptions:\n{wrong}\n")
        with pytest.raises(BadSubscription) as caught:
            read_subscriptions(file)
        assert caught.value.where.line == 2
    file.write_text("x: 1")
    with pytest.raises(BadSubscription):
        read_subscriptions(file)


def test_names_are_found_without_their_legal_form_and_by_a_part(tmp_path: Path) -> None:
    store = RecordStore(tmp_path / "r.sqlite3")
    load(
        store,
        tmp_path / "all.csv",
        line(A, "01", "2015-10-05"),
        line(B, "01", "2015-10-05", name="和歌山髙基盤合同会社"),
    )

    assert [r.key for r in store.search(CORPORATION, "㈱高基盤")] == [A, B]
    assert [r.key for r in store.search(CORPORATION, "高基盤合同会社")] == [A, B]
    assert [r.key for r in store.search(CORPORATION, "基盤")] == sorted([A, B])
    assert [r.key for r in store.search(CORPORATION, "たかき")] == sorted([A, B])
    assert (firm_key("株式会社"), store.search(CORPORATION, "　"), store.search(CORPORATION, "無い会社")) == (
        "株式会社",
        (),
        (),
    )
    assert [r.key for r in store.search(CORPORATION, "基盤", area="27")] == []


def test_a_chain_of_successors_ends_also_in_a_circle(tmp_path: Path) -> None:
    store, c = RecordStore(tmp_path / "r.sqlite3"), number(50001000003)
    rows = [line(A, "71", "2020-01-01", successor=B, closed_on="2020-01-01"), line(B, "71", "2021-01-01", successor=c)]
    load(store, tmp_path / "all.csv", *rows, line(c, "01", "2015-10-05"))
    assert [r.key for r in successors(store, A)] == [B, c]
    load(store, tmp_path / "b.csv", line(c, "71", "2022-01-01", successor=A))
    assert [r.key for r in successors(store, A)] == [B, c]


def test_pages_go_through_all_records_of_an_area_once(tmp_path: Path) -> None:
    store = RecordStore(tmp_path / "r.sqlite3")
    codes = ["302", "201", "202"]
    load(
        store, tmp_path / "a.csv", *(line(number(9 * i), "01", "2015-10-05", city_code=codes[i % 3]) for i in range(50))
    )
    for area in ("", "30", "302023"):
        whole = [r.key for r in store.everything("corporation", area=area)]
        assert len(whole) == len(set(whole)) == (50 if area != "302023" else 16)


def test_a_whole_file_ends_what_it_does_not_have() -> None:
    store = RecordStore(":memory:")
    take(store, state("a", "2020-01-01", "あ"), state("b", "2020-01-01", "い"))
    source = Source("y.csv", DAY, whole=True)
    taken = take_in(store, INFO, entries=[state("a", "2020-01-01", "あ")], source=source, using=Using(CLOCK, Sink()))

    assert dict(taken.counts) == {"same": 1, "closed": 1}
    assert [r.key for r in store.everything("things")] == ["a"]
    assert store.history("things", "b")[-1].valid_to == DAY


@settings(max_examples=60, deadline=None)
@given(STATES, STATES)
def test_a_file_taken_at_once_is_the_same_as_line_by_line(
    first: list[tuple[str, int, str]], second: list[tuple[str, int, str]]
) -> None:
    at_once, one_by_one = RecordStore(":memory:"), RecordStore(":memory:")
    for steps in (first, second):
        entries = [state(key, f"2024-01-{day:02}", name) for key, day, name in steps]
        take(at_once, *entries)
        for entry in entries:
            take(one_by_one, entry)
    for key, day in itertools.product("ab", range(1, 32)):
        on = dt.date(2024, 1, day)
        held = [store.at("things", key, on=on) for store in (at_once, one_by_one)]
        assert (held[0] and held[0].data == (held[1] and held[1].data)) or held == [None, None]
    at_once.close(), one_by_one.close()


def test_the_report_has_five_dimensions(tmp_path: Path) -> None:
    store = RecordStore(tmp_path / "r.sqlite3")
    wrong = line(B, "01", "2015-10-05", prefecture="大阪府", closed_reason="01", name="別の会社", kana="")
    load(store, tmp_path / "a.csv", line(A, "01", "2015-10-05"), wrong, line(number(7), "01", "2015-10-05"))
    report = quality_report(store, CORPORATION, today=DAY + dt.timedelta(days=80))

    assert set(report.scores) == {"completeness", "uniqueness", "validity", "consistency", "freshness"}
    assert report.scores["uniqueness"] == pytest.approx(1 / 3)
    assert report.scores["consistency"] == pytest.approx(2 / 3)
    assert (report.scores["validity"], report.scores["freshness"], report.stale) == (1, 0.5, True)
    assert report.inconsistent == {"都道府県 fits the code": [B], "a closure has its day": [B]}
