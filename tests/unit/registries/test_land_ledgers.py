"""Ledgers of land as files: columns proposed, good rows kept, bad ones told; the commands; nothing of persons told."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from kiban.kernel.tabular import Report
from kiban.registries.errors import BadMapping
from kiban.registries.gif import Mapping
from kiban.registries.land import Item, LandCategory, OwnerMark, propose, read_ledger
from kiban.registries.land.category import basis
from kiban.registries.land.columns import KINDS
from kiban.shell.cli import main

CODE = "302023"
REGISTER = """不動産番号,所在,地番,地目,地積（㎡）,所有者,所有者住所,持分,登記年月日
1700012345678,海南市日方字東浜,123番4,田,1041,髙橋 一郎,海南市日方1番地,,平成3年5月1日
1700012345679,海南市日方字東浜,124番,宅地,100:45,株式会社基盤,海草郡下津町大字下津12,,R1.5.1
1700012345680,海南市日方字西浜,10番1,山林,5000,共有惣代 山田太郎外3名,,,
1700012345681,海南市日方字西浜,10番2,山林,3000,大字日方,,,
"""
TAX = """令和8年度 土地課税台帳,,,,,,,
大字,本番,枝番,登記地目,現況地目,登記地積,所有者氏名,所有者住所
日方,0123,004,田,雑種地,1041.32,高橋一郎,日方1
日方,0124,000,宅地,宅地,100.45,㈱基盤,海南市下津町下津12
日方,0010,000,山林,山林,8000,山田太郎,日方2
日方,abc,,田,田,1,秘密太郎,秘密町1
日方,5,1,沼,田,3町12反,秘密太郎,秘密町1
"""
FARM = "所在地番,地目,面積(a),所有者\n海南市日方123-4,田,10.41,高橋　一郎\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in (("register", REGISTER), ("tax", TAX), ("farm", FARM)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="cp932" if name == "tax" else "utf-8")
    return tmp_path


def test_columns_are_proposed_confirmed_and_read_back(files: Path) -> None:
    mapping = propose(files / "tax.csv")

    assert dict(mapping.columns) == {
        "大字": "town", "本番": "trunk", "枝番": "branch", "登記地目": "category", "現況地目": "current",
        "登記地積": "area", "所有者氏名": "owner", "所有者住所": "owner_address"}  # fmt: skip
    assert Mapping.from_yaml(mapping.to_yaml(), kinds=KINDS).columns == mapping.columns


def test_good_rows_are_kept_and_bad_ones_told_by_line_and_column(files: Path) -> None:
    report = Report("tax.csv")
    mapping = Mapping(propose(files / "tax.csv").columns, municipality=CODE)

    found = list(read_ledger(files / "tax.csv", mapping, source="tax", report=report))

    assert [str(one.place.lot) for one in found] == ["123-4", "124", "10", "5-1"]
    assert (found[-1].category, found[-1].area, found[-1].current) == (None, None, LandCategory.PADDY)
    told = [(fault.where.line, fault.where.field, bool(fault.remedy)) for fault in report.faults]
    assert told == [(1, None, True), (6, "本番", True), (7, "登記地目", True), (7, "登記地積", True)]
    assert "秘密" not in str(report)


def test_a_mapping_without_a_place_is_refused(files: Path) -> None:
    with pytest.raises(BadMapping, match="where a parcel is"):
        list(read_ledger(files / "tax.csv", Mapping({"登記地目": "category"}), source="tax", report=Report("x")))


def test_the_command_joins_and_says_what_is_to_be_looked_at(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["land", "join", "--register", f"{files}/register.csv", "--ledger", f"tax={files}/tax.csv", "--ledger",
             f"farm={files}/farm.csv", "--municipality", CODE, "--out", f"{files}/out.csv", "--parcels",
             f"{files}/parcels.csv", "--without-persons", "--language", "en"]  # fmt: skip

    assert main(words) == 1

    out, told = capsys.readouterr()
    rows = [line.split(",") for line in (files / "out.csv").read_text("utf-8").splitlines()]
    kinds_told = "absent hamlet no_address others owner_old_address owner_variant representative split"
    assert {row[0] for row in rows[1:]} == set(kinds_told.split())
    assert "the same owner in another writing" in out
    assert "tax.csv:6, field 本番" in told
    assert "123,1700012345678" not in told
    everything = out + told + (files / "out.csv").read_text("utf-8") + (files / "parcels.csv").read_text("utf-8")
    assert not any(name in everything for name in ("高橋", "髙橋", "山田", "秘密", "基盤"))
    assert "302023,日方,東浜,123-4,1700012345678,,2,3,2" in (files / "parcels.csv").read_text("utf-8")


def test_the_command_proposes_and_checks(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["land", "propose", f"{files}/farm.csv"]) == 0
    (files / "farm.yaml").write_text(capsys.readouterr().out, "utf-8")
    assert main(["land", "check", f"{files}/farm.csv", "--mapping", f"{files}/farm.yaml"]) == 0
    assert main(["land", "check", f"{files}/tax.csv", "--municipality", CODE, "--faults", f"{files}/f.csv"]) == 1
    assert len((files / "f.csv").read_text("utf-8-sig").splitlines()) == 5
    assert main(["land", "join", "--ledger", f"tax={files}/tax.csv"]) == 1
    assert "two ledgers or more" in capsys.readouterr().err


def test_each_finding_is_told_in_three_languages() -> None:
    kinds = {*Item, *OwnerMark, "absent", "unsure", "split", "split_by_number"}
    says = basis()["says"]

    assert set(says) == kinds
    assert all(words.keys() == {"ja", "en", "easy"} and all(words.values()) for words in says.values())
    bare = [words["easy"] for words in says.values() if re.search(r"[一-龠](?![一-龠]*《)", words["easy"])]
    assert bare == []


def test_owners_and_shares_of_one_cell(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(
        "所在,地番,所有者,所有者住所,持分\n"
        "日方,1番,持分２分の１ 高橋一郎、持分２分の１ 佐藤花,日方1、日方2,\n"
        "日方,2番,高橋一郎；佐藤花,日方1；日方2,1/3、2/3\n"
        "日方,3番,高橋一郎,日方1,二つ\n",
        "utf-8",
    )
    report, path = Report("r.csv"), tmp_path / "r.csv"

    found = list(read_ledger(path, Mapping(propose(path).columns, municipality=CODE), source="register", report=report))

    told = [[(owner.name, owner.address, owner.share) for owner in one.owners] for one in found]
    half, third = Fraction(1, 2), Fraction(1, 3)
    assert told == [
        [("高橋一郎", "日方1", half), ("佐藤花", "日方2", half)],
        [("高橋一郎", "日方1", third), ("佐藤花", "日方2", 2 * third)],
        [("高橋一郎", "日方1", None)],
    ]
    assert [(fault.where.line, fault.where.field) for fault in report.faults] == [(4, "持分")]


@pytest.mark.parametrize("written", ["", "a,b\n1,2\n", "所在\t地番\n日方\t1\n"])
def test_what_is_no_ledger_is_refused_with_a_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    (tmp_path / "x.csv").write_text(written, "utf-8")

    assert main(["land", "check", f"{tmp_path}/x.csv"]) == 1
    assert main(["land", "check", f"{tmp_path}/none.csv"]) == 1

    first, second = capsys.readouterr().err.strip().splitlines()
    assert " → " in first
    assert "there is no file" in second
