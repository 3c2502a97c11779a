"""A page of a past day: every fact as it was known then, whatever was loaded since."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from evidence_sample import official
from kiban.evidence.errors import NoSuchSheet
from kiban.evidence.measures import Status, read_plan
from kiban.evidence.opendata import DATASETS
from kiban.evidence.sheets import SheetQuery
from kiban.evidence.store import SheetStore, Warehouse
from kiban.evidence.store.official import load_official, sheet_logic
from kiban.evidence.store.plans import Change, PlanStore

FIRST, SECOND = dt.datetime(2026, 7, 1, 12), dt.datetime(2026, 9, 1, 12)
BEFORE, BETWEEN, AFTER = dt.date(2026, 6, 30), dt.date(2026, 8, 31), dt.date(2026, 9, 1)


def rewrite(path: Path, column: str, value: str) -> None:
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig")))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, column: value} for row in rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store that got a sheet in July and a corrected one in September."""
    tables, store = official(tmp_path / "tables"), tmp_path / "store"
    warehouse = Warehouse(store)
    load_official(warehouse, tables, at=FIRST)
    rewrite(tables / "1-2_RS_2024_見本.csv", "事業名", "名を改めた事業")
    rewrite(tables / "2-1_RS_2024_見本.csv", "執行額(合計)", "7")
    rewrite(tables / "5-1_RS_2024_見本.csv", "金額", "9")
    load_official(warehouse, tables, at=SECOND)
    load_official(warehouse, tables, at=SECOND + dt.timedelta(days=1))  # the same again makes no edition
    warehouse.close()
    return store


def then(folder: Path, day: dt.date) -> SheetStore:
    return SheetStore(Warehouse(folder, read_only=True, known=day))


def test_a_sheet_of_a_past_day_is_shown_as_it_was(folder: Path) -> None:
    old, new = then(folder, BETWEEN), then(folder, AFTER)

    assert [it.sheet(2024, 7)["name"] for it in (old, new)] == ["見本のデジタル事業", "名を改めた事業"]
    assert [it.sheet(2024, 7)["executed"] for it in (old, new)] == [900_000_000, 7]
    assert sorted(p.amount or 0 for p in old.payees(2024, 7)) == [50, 200, 300]
    assert {p.amount for p in new.payees(2024, 7)} == {9}
    assert (old.count(SheetQuery(2024, name="見本")), new.count(SheetQuery(2024, name="見本"))) == (1, 0)
    logic = sheet_logic(old.warehouse, 2024, project=7)
    assert logic is not None
    assert len(logic.nodes) == 3
    with pytest.raises(NoSuchSheet):
        then(folder, BEFORE).sheet(2024, 7)


def test_loading_the_same_again_keeps_one_edition(folder: Path) -> None:
    warehouse = Warehouse(folder)
    editions = warehouse.rows(
        "SELECT loaded_at, count(*) FROM editions WHERE table_name = 'sheets' GROUP BY 1 ORDER BY 1"
    )
    past = warehouse.rows("SELECT since, until, name FROM past_sheets")
    warehouse.close()

    assert editions == [(FIRST, 1), (SECOND, 1)]
    assert past == [(FIRST, SECOND, "見本のデジタル事業")]


def test_every_public_table_can_be_read_as_of_a_past_day(folder: Path) -> None:
    counts = {
        day: {name: len(then(folder, day).warehouse.rows(dataset.sql)) for name, dataset in DATASETS.items()}
        for day in (BEFORE, BETWEEN, AFTER)
    }

    assert set(counts[BEFORE].values()) == {0}
    assert counts[BETWEEN]["review-sheets"] == counts[AFTER]["review-sheets"] == 1
    assert counts[BETWEEN]["payees"] == 3


def test_a_plan_of_a_past_day_has_the_edition_and_status_of_then(tmp_path: Path) -> None:
    file, store = tmp_path / "plan.csv", tmp_path / "store"
    warehouse = Warehouse(store)
    for title, at in (("元の施策", FIRST), ("改めた施策", SECOND)):
        file.write_text(f"no,title,KPI(進捗),KPI(効果),section\n1-1,{title},件数,未設定,一\n", encoding="utf-8")
        PlanStore(warehouse).save(read_plan(file, plan="town")[0], at)
    PlanStore(warehouse).note("town/1-1", Change(Status.DONE, "済んだ", "o1", SECOND))
    warehouse.close()

    plans = {day: PlanStore(then(tmp_path / "store", day).warehouse) for day in (BEFORE, BETWEEN, AFTER)}
    assert plans[BEFORE].names() == []
    assert [(m.policy.title, m.policy.status) for m in plans[BETWEEN].plan("town")] == [("元の施策", "")]
    assert [(m.policy.title, m.policy.status) for m in plans[AFTER].plan("town")] == [("改めた施策", "done")]
    assert plans[BETWEEN].history("town/1-1") == []
