"""Files that are not what they seem: each refusal says what the file is, and good rows are kept."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kiban.kernel.errors import BadInput
from kiban.registries import reverse
from kiban.registries.address.bulk import Job, bulk
from kiban.registries.address.lines import answers
from kiban.registries.errors import UnknownTown

ADDRESS = "東京都港区芝公園4-2-8"
HEAD = f"番号,住所\n1,{ADDRESS}\n"


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (b"PK\x03\x04\x00\x00\n", "a workbook of Excel or a zip file"),
        (b"\xd0\xcf\x11\xe0\x00\n", "a workbook of Excel"),
        (HEAD.encode("iso2022_jp"), "ISO-2022-JP"),
        (HEAD.encode("utf-16-le"), "UTF-16 without its mark"),
        (HEAD.encode("euc_jp"), "neither UTF-8 nor cp932"),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path: Path, given: bytes, what: str) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(given)
    with pytest.raises(BadInput, match=what):
        bulk(Job(source, tmp_path / "out.csv", ["住所"]))


def test_a_column_is_found_though_a_mark_that_nobody_sees_stands_in_its_name(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(HEAD.replace("住所", "\ufeff住\u200b所"), encoding="utf-8")
    bulk(Job(source, target, ["住所"]))
    assert next(csv.DictReader(target.open(encoding="utf-8")))["address_block"] == "2-8"


def test_a_cell_of_megabytes_costs_its_row_only_and_says_so(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(f"番号,住所\n1,{ADDRESS}{'あ' * 4_000_000}\n2,{ADDRESS}\n", encoding="utf-8")
    report = bulk(Job(source, target, ["住所"]))
    assert [row["番号"] for row in csv.DictReader(target.open(encoding="utf-8"))] == ["2"]
    assert [(one.where.line, "longer than 131,072" in one.what) for one in report.faults] == [(2, True)]


@pytest.mark.parametrize("cell", [[ADDRESS], {"all": ADDRESS}])
def test_a_parquet_column_of_lists_or_structs_is_no_text(tmp_path: Path, cell: object) -> None:
    source = tmp_path / "in.parquet"
    pq.write_table(pa.table({"住所": pa.array([cell])}), source)
    with pytest.raises(BadInput, match="no text"):
        bulk(Job(source, tmp_path / "out.parquet", ["住所"]))


def test_bytes_that_cp932_leaves_free_are_marked_as_broken() -> None:
    lines = [b"\xff\xfe\x80\n", ADDRESS.encode("cp932") + b"\n", ADDRESS.encode() + b"\x00\n"]
    found = [json.loads(line) for line in b"".join(answers(iter(lines))).splitlines()]
    assert [one["input"] for one in found] == ["\ufffd\ufffd\ufffd", ADDRESS, f"{ADDRESS}\0"]
    assert [one["block"] for one in found] == ["", "2-8", "2-8"]


def test_a_town_id_of_another_form_is_told_how_it_looks() -> None:
    with pytest.raises(UnknownTown, match="write the 7 digits"):
        reverse("131016", "0002")
