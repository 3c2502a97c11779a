"""Sources beside the sheets: budget books, the platform's own events, indicators by CSV; and frames for notebooks."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from evidence_sample import official
from kiban.evidence.errors import BadSheet
from kiban.evidence.frames import frame, indicator_frame
from kiban.evidence.model import Direction
from kiban.evidence.opendata import DATASETS
from kiban.evidence.refresh import refresh
from kiban.evidence.store import Warehouse
from kiban.evidence.store.books import load_books, search_books
from kiban.evidence.store.observations import ObservationStore
from kiban.evidence.store.official import load_official, on_track
from kiban.evidence.store.warehouse import replaced
from kiban.kernel.clock import JST
from kiban.kernel.events import Event
from shared_data import shared

DAY = dt.date(2026, 7, 1)


def test_the_books_of_ten_years_are_loaded_once_and_kept_apart() -> None:
    warehouse = Warehouse()
    folder = shared("data/insight-mof")
    counts = load_books(warehouse, folder)
    load_books(warehouse, folder)

    assert len(counts) == 10
    assert counts["mof-jikou-2024.json.gz"] == 4283
    assert warehouse.rows("SELECT count(*) FROM book_items") == [(sum(counts.values()),)]
    first, settled = (search_books(warehouse, 2024, words="情報通信", stage=s) for s in ("当初予算", "決算"))
    assert {item.stage for item in first} == {"当初予算"}
    assert all(item.spent is None for item in first)
    assert any(item.spent for item in settled)
    assert first[0].address.startswith("https://www.bb.mof.go.jp/")


@pytest.mark.parametrize("content", ["{", '{"metadata": {"fiscalYear": 2024}}', '{"metadata": {}, "items": []}', "[]"])
def test_a_broken_book_is_refused_by_name_and_loads_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "mof-jikou-2024.json").write_text(content, encoding="utf-8")

    with pytest.raises(BadSheet, match=r"mof-jikou-2024\.json"):
        load_books(Warehouse(), tmp_path)


def test_a_folder_without_books_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSheet, match="mof-jikou"):
        load_books(Warehouse(), tmp_path)


MOMENT = dt.datetime(2026, 6, 10, tzinfo=JST)


def event(kind: str, agency: str = "302015", **data: str | int | bool) -> Event:
    return Event(kind, MOMENT, agency, "x1", data)


def test_events_flow_into_indicators_and_only_changes_are_written() -> None:
    warehouse = Warehouse()
    events = [
        event("application_submitted", online=True, documents_omitted=3),
        event("application_submitted", "portal", online=True),
        event("decision_made", days=2),
        event("notice_sent", offers=True),
        Event("notice_sent", MOMENT, "302015", "x2", {"offers": True}),
        event("application_submitted", "portal", notice="x1"),
    ]

    assert refresh(warehouse, events, as_of=DAY) == 5
    assert refresh(warehouse, events, as_of=DAY) == 0
    assert refresh(warehouse, [*events, event("decision_made", days=6)], as_of=DAY) == 1
    store = ObservationStore(warehouse)
    take_up = store.profile(store.indicator("take_up"), DAY, area="30201")
    days = store.profile(store.indicator("days_to_decision"), DAY, area="30201")
    assert [figure.value for figure in take_up] == [50.0]
    assert [figure.value for figure in days] == [4.0]
    assert store.nation(store.indicator("applications"), DAY)[0].value == 1  # the portal's copy is not counted again


def test_indicators_are_described_by_csv_and_bad_rows_are_told(tmp_path: Path) -> None:
    path = tmp_path / "indicators.csv"
    path.write_text(
        "id,title,unit,direction,source,scale\n"
        "wait,待ち時間,分,down,調査,\nrate,割合,%,up,調査,１００\n"
        "bad id,x,x,up,x,1\nc,x,x,sideways,x,1\nd,x,x,up,x,百\n",
        encoding="utf-8-sig",
    )
    store = ObservationStore(Warehouse())

    report = store.define_csv(path)

    assert (report.kept, store.indicator("rate").scale, store.indicator("wait").direction) == (2, 100, Direction.DOWN)
    found = [(fault.where.line, fault.where.field) for fault in report.faults]
    assert found == [(4, "id"), (5, "direction"), (6, "scale")]


def test_budgets_are_kept_by_sheet_year_budget_year_and_account(tmp_path: Path) -> None:
    warehouse = Warehouse()
    path = official(tmp_path / "t") / "2-1_RS_2024_見本.csv"
    text = path.read_text(encoding="utf-8-sig").splitlines()
    header = text[0] + ",会計,勘定,当初予算,執行額"
    lines = [line + (",,,,") for line in text[1:3]]
    lines += [
        "2024,7,2023" + "," * 8 + ",特別会計,エネルギー,需給,4000,3000",
        "2024,7,2023" + "," * 8 + ",一般会計,,,x,1",
    ]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")

    reports = {report.file[:3]: report for report in load_official(warehouse, tmp_path / "t")}

    assert warehouse.rows(
        "SELECT sheet_year, budget_fy, account_category, account, sub_account, initial_budget, executed FROM budgets"
    ) == [(2024, 2023, "特別会計", "エネルギー", "需給", 4000, 3000)]
    assert [(f.where.line, f.where.field) for f in reports["2-1"].faults] == [(5, "当初予算")]


def test_each_stage_of_a_sheet_tells_whether_it_met_its_target(tmp_path: Path) -> None:
    warehouse = Warehouse()
    folder = official(tmp_path / "t")
    path = folder / "3-1_RS_2024_見本.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("800", "１，２００", 2), encoding="utf-8")
    load_official(warehouse, folder)

    assert on_track(warehouse, 2024, project=7) == {"1": True, "2": False, "3": False}


def test_a_wide_year_that_is_no_number_is_refused_by_line_and_column(tmp_path: Path) -> None:
    folder = official(tmp_path / "t")
    path = folder / "3-1_RS_2024_見本.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace('"1,000"', "多数", 1), encoding="utf-8")

    report = next(r for r in load_official(Warehouse(), folder) if r.file.startswith("3-1"))

    assert [(f.where.line, f.where.field) for f in report.faults] == [(2, "2024")]
    assert report.kept == 5


def test_notebooks_get_tidy_frames(tmp_path: Path) -> None:
    warehouse = Warehouse()
    load_official(warehouse, official(tmp_path / "t"))
    refresh(warehouse, [event("decision_made", days=2)], as_of=DAY)

    sheets = frame(warehouse, "review-sheets")
    days = indicator_frame(warehouse, "days_to_decision", known=DAY)

    assert sheets["initial_budget"].to_list() == [1_200_000_000]
    assert days.rows() == [("30201", dt.date(2026, 6, 1), 2.0, 1.0, 2.0, DAY)]
    assert all(list(frame(warehouse, name).columns) == [c.name for c in DATASETS[name].columns] for name in DATASETS)
    with pytest.raises(BadSheet, match="review-sheets"):
        frame(warehouse, "nothing")


def test_the_commands_load_list_search_and_publish(tmp_path: Path) -> None:
    store, out = str(tmp_path / "store"), tmp_path / "out"
    indicators, figures, books = tmp_path / "i.csv", tmp_path / "f.csv", tmp_path / "books"
    indicators.write_text("id,title,unit,direction,source\nwait,待ち時間,分,down,調査\n", encoding="cp932")
    figures.write_text("indicator,area,month,numerator,denominator\nwait,30201,2026-06,30,2\n", encoding="utf-8")
    books.mkdir()
    item = {"budgetType": "当初予算", "accountType": "general", "ministry": "総務省", "organization": "", "amount": 5,
            "sectionName": "項", "name": "窓口", "previousAmount": None, "spent": None, "description": "",
            "sourceUrl": "https://example.org/1"}  # fmt: skip
    content = json.dumps({"metadata": {"fiscalYear": 2024}, "items": [item]})
    (books / "mof-jikou-2024.json").write_text(content, encoding="utf-8")

    def kiban(*words: str) -> str:
        command = [sys.executable, "-m", "kiban", "evidence", *words, "--store", store]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    loaded = kiban("load", "--indicators", str(indicators), "--figures", str(figures), "--books", str(books))

    assert "f.csv: 1 of 1 rows taken" in loaded
    assert "wait,待ち時間,分,down,調査" in kiban("indicators")
    assert "窓口,5,,https://example.org/1" in kiban("books", "--year", "2024", "--words", "窓口")
    assert "budget-books" in kiban("publish", str(out))
    assert {path.name for path in out.glob("indicators.*")} == {
        "indicators.csv", "indicators.json", "indicators.parquet", "indicators.csv-metadata.json",
        "indicators.dcat.jsonld",
    }  # fmt: skip


def test_a_reader_sees_the_newer_store_while_an_older_one_is_still_open(tmp_path: Path) -> None:
    with replaced(tmp_path) as warehouse:
        refresh(warehouse, [event("decision_made", days=2)], as_of=DAY)
    before = Warehouse(tmp_path, read_only=True)
    with replaced(tmp_path) as warehouse:
        refresh(warehouse, [event("decision_made", days=2), event("decision_made", days=6)], as_of=DAY)
    after = Warehouse(tmp_path, read_only=True)

    days = [
        ObservationStore(it).nation(ObservationStore(it).indicator("days_to_decision"), DAY) for it in (before, after)
    ]
    assert [one[0].value for one in days] == [2, 4]


def test_reading_a_store_that_is_not_there_tells_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadSheet, match="no evidence store"):
        Warehouse(tmp_path, read_only=True)
