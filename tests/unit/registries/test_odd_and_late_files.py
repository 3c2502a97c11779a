"""Odd files, files taken again or late: nothing is resurrected, nothing newer is undone, nobody is told twice."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kiban.kernel.tabular import Report, digest_of
from kiban.registries.corporation import CORPORATION, read_corporations
from kiban.registries.deemed import Subscription, deliver, filings
from kiban.registries.engine import Source
from kiban.registries.engine.actions import Using, take_in
from kiban.registries.store import RecordStore
from kiban.shell.cli import main
from registry_sample import CLOCK, Sink, line, number, written

A, B = number(70001000000), number(70001000001)
FIRST, SECOND, THIRD = dt.date(2026, 3, 31), dt.date(2026, 6, 6), dt.date(2026, 7, 1)
PROGRAMME = Subscription("permit", "法 1条", "302023")


def taken(store: RecordStore, file: Path, as_of: dt.date) -> dict[str, int]:
    report = Report(file.name)
    entries = read_corporations(file, report=report)
    source = Source(file.name, as_of, digest=digest_of(file))
    return dict(take_in(store, CORPORATION, entries=entries, source=source, using=Using(CLOCK, Sink(), report)).counts)


def test_a_delta_that_withdraws_is_taken_again_without_a_change(tmp_path: Path) -> None:
    """Renamed and moved on one day, then withdrawn, all in one file: a programme was told of it a second time."""
    store = RecordStore(tmp_path / "r.sqlite3")
    full = written(tmp_path / "full.csv", *(line(n, "01", "2015-10-05") for n in (A, B)))
    renamed = {"name": "株式会社新二番"}
    delta = written(
        tmp_path / "delta.csv",
        line(A, "11", "2026-06-01", **renamed),
        line(A, "12", "2026-06-01", street="日方９", **renamed),
        line(A, "99", "2026-06-05"),
    )
    assert taken(store, full, FIRST) == {"created": 2}
    assert taken(store, delta, SECOND) == {"changed": 2, "withdrawn": 1}
    deliver(store, PROGRAMME, clock=CLOCK, events=Sink())
    told, last = filings(store, "permit"), store.last_change("corporation")

    assert taken(store, delta, SECOND) == {"outdated": 2, "same": 1}
    assert taken(store, full, FIRST) == {"outdated": 1, "same": 1}
    assert store.last_change("corporation") == last
    assert deliver(store, PROGRAMME, clock=CLOCK, events=Sink()) == 0
    assert (len(told), filings(store, "permit")) == (2, told)


def test_a_newer_source_that_has_it_again_brings_it_back_and_an_older_one_does_not_take_it(tmp_path: Path) -> None:
    store = RecordStore(tmp_path / "r.sqlite3")
    full = written(tmp_path / "full.csv", line(A, "01", "2015-10-05"))
    gone = written(tmp_path / "gone.csv", line(A, "99", "2026-06-05"))
    taken(store, full, FIRST)
    taken(store, gone, SECOND)
    assert store.history("corporation", A) == ()
    assert taken(store, full, THIRD) == {"created": 1}
    assert taken(store, gone, SECOND) == {"outdated": 1}
    assert store.withdrawal("corporation", A) is None


def test_an_older_delta_that_comes_late_does_not_undo_a_correction(tmp_path: Path) -> None:
    store = RecordStore(tmp_path / "r.sqlite3")
    taken(store, written(tmp_path / "full.csv", line(A, "01", "2015-10-05")), FIRST)
    wrong = written(tmp_path / "wrong.csv", line(A, "11", "2026-06-01", name="株式会社あやまり"))
    right = written(tmp_path / "right.csv", line(A, "11", "2026-06-01", name="株式会社ただし", correction="1"))
    assert taken(store, wrong, SECOND) == {"changed": 1}
    assert taken(store, right, THIRD) == {"corrected": 1}
    assert taken(store, wrong, SECOND) == {"outdated": 1}
    assert store.history("corporation", A)[-1].data["name"] == "株式会社ただし"


def test_what_was_new_and_withdrawn_in_one_file_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = tmp_path / "r.sqlite3"
    taken(
        RecordStore(where),
        written(
            tmp_path / "d.csv", line(A, "01", "2026-06-01"), line(A, "99", "2026-06-05"), line(B, "01", "2026-06-01")
        ),
        SECOND,
    )
    assert main(["registry", "show", "corporation", A, "--store", str(where)]) == 0
    told = capsys.readouterr()
    assert (told.out, "nothing was known before" in told.err) == ("", True)


def test_tabs_between_cells_are_told(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("\t".join(line(A, "01", "2015-10-05").values()) + "\n", encoding="utf-8")
    report = Report("t.csv")
    assert list(read_corporations(file, report=report)) == []
    assert "separated by tabs" in report.faults[0].what


def test_a_closure_on_a_day_that_there_is_not_is_told(tmp_path: Path) -> None:
    report = Report("c.csv")
    wrong = line(A, "21", "2026-04-01", closed_on="2026-04-31", closed_reason="21")
    good = line(B, "21", "2026-04-01", closed_on="2026-04-01", closed_reason="21")
    (entry,) = read_corporations(written(tmp_path / "c.csv", wrong, good), report=report)
    assert entry.key == B
    assert [(fault.where.line, fault.where.field) for fault in report.faults] == [(1, "登記記録の閉鎖等年月日")]
    assert report.faults[0].remedy
