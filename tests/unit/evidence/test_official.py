"""The site's own 15 tables: read, joined, refused by line and column; the logic model of a sheet as a graph."""

from __future__ import annotations

import csv
import unicodedata
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
from shared_data import shared


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


def as_the_site(sample: Path, folder: Path, *, encoding: str) -> list[Path]:
    """The sample's rows under the site's own file names and all of its columns, every one of the fifteen tables."""
    tables: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    with shared("data/insight-rs/schema_columns.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            number = row["元ファイル名"][:3]
            if row["テーブルキー"] == f"tbl_{number.replace('-', '_')}":
                tables.setdefault(number, []).append(row["カラム名"])
                names[number] = row["元ファイル名"].replace(".zip", ".csv")
    folder.mkdir()
    for number, columns in tables.items():
        known = {unicodedata.normalize("NFKC", column): column for column in columns}
        source = next(sample.glob(f"{number}_RS_*"), None)
        own = source.open(encoding="utf-8-sig").readlines() if source else ["事業年度,予算事業ID\n", "2024,7\n"]
        rows = list(csv.DictReader(own))
        renamed = [{known[unicodedata.normalize("NFKC", k)]: v for k, v in row.items()} for row in rows]
        with (folder / names[number]).open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(renamed)
    return sorted(folder.iterdir())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_the_fifteen_tables_with_all_columns_of_the_site_are_read(
    warehouse: Warehouse, tmp_path: Path, encoding: str
) -> None:
    files = as_the_site(official(tmp_path / "sample"), tmp_path / "site", encoding=encoding)

    reports = load_official(warehouse, tmp_path / "site")

    assert len(files) == len(reports) == 15
    assert [(fault.where.line, fault.where.field) for report in reports for fault in report.faults] == [(6, "金額")]
    kept = warehouse.rows("SELECT count(DISTINCT table_no), count(*) FROM official_rows")[0]
    assert kept == (15, sum(report.kept for report in reports) + 1)  # the row that is no payment is kept as it came
    sheet = SheetStore(warehouse).sheet(2024, 7)
    assert (sheet["initial_budget"], sheet["executed"], sheet["reserve"]) == (1_200_000_000, 900_000_000, -100)
    model = sheet_logic(warehouse, 2024, project=7)
    assert model is not None
    assert check(model) == []
    assert [(node.target, node.target_year) for node in model.nodes.values()] == [(1000.0, 2026)] * 3
