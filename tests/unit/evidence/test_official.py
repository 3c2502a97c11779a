"""The site's own 15 tables: read, joined, refused by line and column; the logic model of a sheet as a graph."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence_sample import official, write
from kiban.evidence.errors import BadSheet
from kiban.evidence.logic import check
from kiban.evidence.sheets import SheetQuery
from kiban.evidence.sheets.official import official_files, read_official
from kiban.evidence.store import SheetStore, Warehouse
from kiban.evidence.store.official import load_official, sheet_logic


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    made = Warehouse()
    yield made
    made.close()


def test_the_tables_become_sheets_payees_and_a_logic_model(warehouse: Warehouse, tmp_path: Path) -> None:
    reports = {one.file[:3]: one for one in load_official(warehouse, official(tmp_path / "t"))}
    store = SheetStore(warehouse)
    sheet = store.sheet(2024, 7)

    assert (sheet["name"], sheet["methods"]) == ("見本のデジタル事業", "直接実施|補助")
    assert (sheet["budget_fy"], sheet["initial_budget"], sheet["reserve"]) == (2023, 1_200_000_000, -100)
    assert store.count(SheetQuery(2024, name="デジタル", initial_budget_min=1_000_000_000)) == 1
    payees = {(payee.name, payee.amount): payee for payee in store.payees(2024, 7)}
    assert set(payees) == {("見本株式会社", 300), ("見本株式会社", 200), ("個人A", 50)}
    assert payees["個人A", 50].chain == "組織→A→B"
    assert not payees["個人A", 50].direct
    assert "'五十円' is not a number" in str(reports["5-1"].faults[0])
    assert "5-1_RS_2024_見本.csv:6" in str(reports["5-1"].faults[0])
    assert reports["5-1"].kept == 4

    model = sheet_logic(warehouse, 2024, project=7)
    assert model is not None
    assert [node.kind.value for node in model.nodes.values()] == ["activity", "output", "outcome"]
    assert model.nodes["3"].target == 1000
    assert (model.nodes["3"].target_year, model.nodes["3"].horizon) == (2026, "long")
    assert check(model) == []
    assert sheet_logic(warehouse, 2024, project=8) is None
    assert warehouse.rows("SELECT count(*) FROM official_rows WHERE table_no = '6-1'") == [(1,)]


def test_loading_twice_is_loading_once(warehouse: Warehouse, tmp_path: Path) -> None:
    folder = official(tmp_path / "t")
    load_official(warehouse, folder)
    load_official(warehouse, folder)

    assert warehouse.rows("SELECT count(*) FROM sheets") == [(1,)]
    assert warehouse.rows("SELECT count(*) FROM payees") == [(3,)]
    assert warehouse.rows("SELECT count(*) FROM logic_nodes") == [(3,)]


def test_a_circle_and_a_broken_target_are_found(warehouse: Warehouse, tmp_path: Path) -> None:
    folder = official(tmp_path / "t")
    stage = "アクティビティ・アウトプット・アウトカムの番号"
    ends = ("派生元ー" + stage, "派生先ー" + stage)
    write(folder, "3-2", rows=[dict(zip(ends, pair, strict=True)) for pair in ((1, 2), (2, 3), (3, 2))])
    load_official(warehouse, folder)
    model = sheet_logic(warehouse, 2024, project=7)

    assert model is not None
    assert any("circle" in finding.what for finding in check(model))


def test_a_zip_as_the_site_gives_it_and_cp932_are_read(tmp_path: Path) -> None:
    folder = official(tmp_path / "t")
    plain = folder / "1-2_RS_2024_見本.csv"
    text = plain.read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(plain.with_suffix(".zip"), "w") as packed:
        packed.writestr("1-2_RS_2024_見本.csv", text.encode("cp932"))
    plain.unlink()

    assert [path.suffix for path in official_files(folder)["1-2"]] == [".zip"]
    assert read_official(folder).sheets[0]["name"] == "見本のデジタル事業"


def test_a_missing_column_refuses_that_file_only_and_names_it(warehouse: Warehouse, tmp_path: Path) -> None:
    folder = official(tmp_path / "t")
    path = folder / "5-1_RS_2024_見本.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("法人番号", "番号", 1), encoding="utf-8")

    reports = {one.file[:3]: one for one in load_official(warehouse, folder)}

    assert (reports["5-1"].kept, len(reports["5-1"].faults)) == (0, 1)
    assert "法人番号" in str(reports["5-1"].faults[0])
    assert "the header has: 事業年度" in reports["5-1"].faults[0].remedy
    assert all(one.kept and not one.faults for table, one in reports.items() if table != "5-1")
    assert SheetStore(warehouse).sheet(2024, 7)["initial_budget"] == 1_200_000_000
    assert warehouse.rows("SELECT count(*) FROM payees") == [(0,)]
    assert warehouse.rows("SELECT count(*) FROM logic_nodes") == [(3,)]


def test_without_the_way_of_the_money_no_payee_counts_as_direct(warehouse: Warehouse, tmp_path: Path) -> None:
    folder = official(tmp_path / "t")
    load_official(warehouse, folder)
    path = folder / "5-2_RS_2024_見本.csv"
    path.write_text("列\n1\n", encoding="utf-8")
    load_official(warehouse, folder)

    assert warehouse.rows("SELECT payee, depth FROM payees WHERE depth > 0") == [("個人A", 1)]  # as loaded before


def test_a_broken_zip_refuses_that_file_only(warehouse: Warehouse, tmp_path: Path) -> None:
    folder = official(tmp_path / "t")
    (folder / "2-2_RS_2025_見本.zip").write_bytes(b"no zip")

    refused = [one for one in load_official(warehouse, folder) if one.file.endswith(".zip")]

    assert "no zip file" in str(refused[0].faults[0])
    assert warehouse.rows("SELECT count(*) FROM budget_items") == [(1,)]


def test_a_folder_without_tables_is_refused(warehouse: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(BadSheet):
        load_official(warehouse, tmp_path)
