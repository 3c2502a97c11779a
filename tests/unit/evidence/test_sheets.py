"""The question that the founding documents ask of the review sheets, and what follows from it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiban.evidence.errors import BadSheet, NoSuchSheet
from kiban.evidence.sheets import BudgetRule, SheetQuery
from kiban.evidence.store import SheetStore, Warehouse
from shared_data import shared

QUESTION = SheetQuery(sheet_year=2024, name="デジタル", initial_budget_min=100_000_000)


@pytest.fixture(scope="module")
def store() -> Iterator[SheetStore]:
    warehouse = Warehouse()
    warehouse.load_saved_sheets(shared("data/insight-rs"))
    yield SheetStore(warehouse)
    warehouse.close()


@pytest.mark.parametrize(("rule", "answer"), [("held", 21), ("own", 25), ("request", 29)])
def test_the_documents_example_is_answered_by_the_stated_year_rule(store: SheetStore, rule: str, answer: int) -> None:
    query = SheetQuery(2024, name="デジタル", initial_budget_min=100_000_000, budget_rule=BudgetRule(rule))

    found = store.search(query, limit=100)

    assert store.count(query) == len(found) == answer
    assert all("デジタル" in sheet.name and (sheet.budget or 0) >= 100_000_000 for sheet in found)
    assert "2024" in query.budget_rule.explain(2024)


def test_all_saved_sheets_are_loaded_once_even_when_loaded_twice(store: SheetStore) -> None:
    store.warehouse.load_saved_sheets(shared("data/insight-rs"))

    counts = dict(store.warehouse.rows("SELECT sheet_year, count(*) FROM sheets GROUP BY 1"))  # type: ignore[arg-type]  # a stand-in, or wrong on purpose
    assert counts == {2024: 5664, 2025: 5794}
    assert store.warehouse.rows("SELECT count(*) FROM payees")[0][0] == 98_599 + 99_292
    assert store.warehouse.rows("SELECT count(*) FROM budget_items")[0][0] == 32_600


def test_drilling_down_never_counts_money_twice(store: SheetStore) -> None:
    whole = SheetQuery(2024)
    ministries = store.totals(whole)
    largest = ministries[0]

    bureaus = store.totals(SheetQuery(2024, ministry=largest.label), "bureau")

    assert sum(total.sheets for total in ministries) == 5664
    assert sum(bureau.initial_budget for bureau in bureaus) == largest.initial_budget
    assert len(ministries) == 37


def test_payees_passed_on_are_told_apart_and_not_added_to_the_direct_ones(store: SheetStore) -> None:
    number, _, direct, _ = store.top_payees(2024, limit=1)[0]

    received = store.received_by(number)

    assert sum(yen for year, _, _, yen, is_direct in received if year == 2024 and is_direct) == direct


def test_a_payee_is_found_by_corporate_number(store: SheetStore) -> None:
    number, _, _, sheets = store.top_payees(2024, limit=1)[0]

    assert store.count(SheetQuery(2024, payee=number)) >= sheets


def test_the_whole_result_is_streamed(store: SheetStore) -> None:
    batches = list(store.export(SheetQuery(2024)))

    assert batches[0][0][:3] == ("sheet_year", "project_id", "name")
    assert sum(len(batch) for batch in batches[1:]) == 5664


def test_doubtful_figures_are_counted(store: SheetStore) -> None:
    found = store.quality(2024)

    assert (found["initial_budget_missing"], found["initial_budget_zero"]) == (661, 930)
    assert found["executed_over_budget"] == 182


def test_a_sheet_that_does_not_exist_is_named(store: SheetStore) -> None:
    with pytest.raises(NoSuchSheet, match="999999999 of FY2024"):
        store.sheet(2024, 999_999_999)


def test_a_file_without_a_needed_column_loads_nothing(tmp_path: Path) -> None:
    warehouse = Warehouse()
    warehouse.connection.execute(
        f"COPY (SELECT 2024 AS sheet_year, 1 AS project_id) TO '{tmp_path}/rs2024_projects.parquet'"
    )

    with pytest.raises(BadSheet, match=r"rs2024_projects\.parquet.*initial_budget"):
        warehouse.load_saved_sheets(tmp_path)
    assert warehouse.rows("SELECT count(*) FROM sheets")[0][0] == 0


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSheet, match="rs<year>"):
        Warehouse().load_saved_sheets(tmp_path)


def test_the_command_line_answers_the_example(tmp_path: Path) -> None:
    kiban = [sys.executable, "-m", "kiban", "evidence"]
    load = [*kiban, "load", str(shared("data/insight-rs")), "--store", str(tmp_path)]
    loaded = subprocess.run(load, check=True, capture_output=True, text=True)
    question = ["--sheet-year", "2024", "--name", "デジタル", "--initial-budget-min", "100000000"]
    words = ["search", *question, "--budget-rule", "own", "--count"]

    done = subprocess.run([*kiban, *words, "--store", str(tmp_path)], check=True, capture_output=True, text=True)

    assert "rs2024_projects.parquet: 5,664 rows" in loaded.stdout
    assert done.stdout.strip() == "25"
    assert "2025年度)のシート" in done.stderr


def test_the_number_of_those_who_have_none_joins_nobody(store: SheetStore) -> None:
    """9999999999999 stands on 11,512 rows of FY2025 for 5,244 payees that have nothing to do with each other."""
    nobody = "9999999999999"

    assert store.received_by(nobody) == []
    assert store.count(SheetQuery(2025, payee=nobody)) == 0
    assert nobody not in {number for number, *_ in store.top_payees(2025, limit=5000)}
    year, sheet = store.warehouse.rows(
        "SELECT sheet_year, project_id FROM payees WHERE corporate_number = ? LIMIT 1", [nobody]
    )[0]
    shown = store.payees(year, sheet)
    assert any(one.name and not one.corporate_number for one in shown)
    assert nobody not in {one.corporate_number for one in shown}
    assert store.names_of("7010401022916")[0] == "日本電気株式会社"
