"""Tables of offices, postal codes, municipalities, the GIF converter; the commands."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.kernel.tabular import Report, Row
from kiban.registries.errors import BadMapping
from kiban.registries.gif import Mapping, convert, propose
from kiban.registries.municipality import find_former, find_municipalities, region
from kiban.registries.postal import by_postal_code
from kiban.registries.tables import PROGRAMME, read_table
from kiban.shell.cli import main


def test_postal_codes() -> None:
    (town,) = by_postal_code("〒640-8157")

    assert town.municipality_code == "302015"
    assert by_postal_code("0000000") == ()


def test_municipalities_of_today_and_before() -> None:
    assert [m.code for m in find_municipalities("海南市")] == ["302023"]
    assert [m.code for m in find_municipalities("かいなん")][:1] == ["302023"]
    assert [m.code for m in find_municipalities("竜ヶ崎市")] == ["082082"]
    assert ("海南市", dt.date(2005, 4, 1)) in {(f.successor, f.until) for f in find_former("下津町")}
    assert (region("302023"), region("47")) == ("近畿地方", "九州・沖縄地方")


HEADER = ["制度ID", "制度名", "全国地方公共団体コード", "対象者", "支援内容", "根拠法令", "金額", "開始日", "終了日"]


def table(path: Path, *rows: list[str], header: list[str] = HEADER) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


GOOD = ["p1", "子ども医療費助成", "302023", "18歳まで", "自己負担なし", "海南市条例", "", "令和6年4月1日", "2027-03-31"]
BAD = ["p2", "家賃補助", "302024", "新婚", "月1万円", "要綱", "いくらか", "", ""]


def test_programmes_are_read_line_by_line(tmp_path: Path) -> None:
    report = Report("p.csv")
    file = table(tmp_path / "p.csv", GOOD, BAD)
    entries = list(read_table(PROGRAMME, file, as_of=dt.date(2026, 4, 1), report=report))

    assert [(e.key, e.valid_from, e.kind) for e in entries] == [
        ("p1", dt.date(2024, 4, 1), "state"),
        ("p1", dt.date(2027, 4, 1), "closed"),
    ]
    assert [(f.where.line, f.where.field) for f in report.faults] == [(3, "全国地方公共団体コード"), (3, "金額")]


def test_the_commands_of_the_registry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = ["--store", str(tmp_path / "r.sqlite3")]
    file = str(table(tmp_path / "p.csv", [*GOOD[:8], ""], BAD))
    assert main(["registry", "import", "programme", file, "--as-of", "2026-04-01", *store]) == 1
    assert "1 created" in capsys.readouterr().out
    assert main(["registry", "search", "programme", "子ども", *store]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "p1"
    assert main(["registry", "show", "programme", "p1", *store]) == 0
    assert main(["registry", "changes", "programme", *store]) == 0
    assert main(["registry", "dictionary", "programme", *store]) == 0
    assert main(["registry", "report", "programme", *store]) in {0, 1}
    assert main(["registry", "deem", "x", "--law", "法 1条", "--agency", "302023", *store]) == 0
    assert main(["registry", "postal", "6408157"]) == 0


FIGURE = (
    {"姓": "出路樽", "名": "太郎", "姓（カナ）": "デジタル", "名（カナ）": "タロウ", "都道府県": "東京都"}
    | {
        "市区町村（郡）": "千代田区",
        "町字": "紀尾井町",
        "番地以下": "１－３",
        "建物名等（方書）": "紀尾井タワー１９階",
    },
    {
        "氏名": "出路樽　太郎",
        "氏名（フリガナ）": "デジタル　タロウ",
        "住所": "東京都千代田区紀尾井町１－３ 紀尾井タワー１９階",
    },
    {
        "姓": "出路樽",
        "名": "太郎",
        "セイ": "デジタル",
        "メイ": "タロウ",
        "住所": "東京都千代田区紀尾井町１－３紀尾井タワー１９階",
    },
)


def test_the_three_services_of_the_figure_become_one_form() -> None:
    made = []
    for row in FIGURE:
        report, mapping = Report("x"), propose(list(row), [row])
        assert mapping.undecided == ()
        (one,) = convert([Row(2, row)], mapping, report=report)
        assert report.faults == []
        made.append(one)

    for name in (
        "氏",
        "名",
        "氏（カナ）",
        "名（カナ）",
        "全国地方公共団体コード",
        "町字ID",
        "都道府県",
        "市区町村（郡）",
        "町字",
    ):
        assert len({one[name] for one in made}) == 1, name
    assert {one["番地以下"] for one in made} == {"1-3"}


def test_columns_are_known_by_their_contents_and_what_is_not_clear_is_said(tmp_path: Path) -> None:
    rows = [{"A": "073-432-0001", "B": "令和6年5月1日", "C": "和歌山県海南市日方1", "D": "あ"}] * 3
    mapping = propose(["A", "B", "C", "D"], rows)

    assert mapping.columns == {"A": "telephone", "B": "date", "C": "address"}
    assert mapping.undecided == ("D",)
    assert Mapping.from_yaml(mapping.to_yaml()).columns == mapping.columns
    with pytest.raises(BadMapping):
        Mapping.from_yaml("columns: {A: nonsense}")


def test_the_converter_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = table(
        tmp_path / "t.csv",
        ["出路樽太郎", "どこか"],
        ["出路樽 太郎", "東京都千代田区紀尾井町1-3"],
        header=["氏名", "住所"],
    )
    assert main(["gif", "propose", str(file)]) == 0
    (tmp_path / "m.yaml").write_text(capsys.readouterr().out)
    status = main(["gif", "convert", str(file), str(tmp_path / "out.csv"), "--mapping", str(tmp_path / "m.yaml")])

    assert status == 1
    assert "not divided" in capsys.readouterr().err
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 3


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=6))
def test_no_table_crashes_the_converter(row: dict[str, str]) -> None:
    mapping = propose(list(row), [row] * 4)
    assert len(list(convert([Row(2, row)], mapping, report=Report("x")))) == 1
