"""Tables as municipalities publish them: columns as decided by hand, no cell lost, the same when converted again."""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path

import pytest
import yaml

from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import Report, Row
from kiban.kernel.values import PersonName
from kiban.kernel.values.person_name import katakana
from kiban.registries.gif import Mapping, back, convert, propose
from kiban.registries.gif.convert import titles
from kiban.registries.gif.kinds import KINDS, READERS, latitude, parse_time, plain
from kiban.registries.gif.table import read_table
from kiban.shell.cli import main

TABLES = yaml.safe_load((Path(__file__).parent / "golden" / "published_tables.yaml").read_text(encoding="utf-8"))
Published = dict[str, str]
Made = tuple[list[Row], Mapping, Report, list[dict[str, str]]]
each = pytest.mark.parametrize("table", TABLES, ids=[table["title"] for table in TABLES])


def made(path: Path, text: str, mapping: Mapping | None = None) -> Made:
    path.write_text(text, encoding="utf-8", newline="")
    report = Report(path.name)
    header, read = read_table(path, report=report)
    rows = list(read)
    mapping = mapping or propose(header, [row.values for row in rows])
    return rows, mapping, report, list(convert(rows, mapping, report=report))


def written(header: list[str], rows: list[dict[str, str]]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, header)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


@each
def test_each_column_is_proposed_as_decided_by_hand(tmp_path: Path, table: Published) -> None:
    _, mapping, _, _ = made(tmp_path / "a.csv", table["table"])
    assert dict(mapping.columns) == table["kinds"]


@each
def test_no_cell_is_lost(tmp_path: Path, table: Published) -> None:
    """Each cell is there in its text, or in the form of GIF of what it says."""
    rows, mapping, _, out = made(tmp_path / "a.csv", table["table"])
    assert (
        len(rows)
        == len(out)
        == len(list(csv.reader(io.StringIO(table["table"])))) - 1 - 2 * table["table"].startswith("令和")
    )
    for row, gif in zip(rows, out, strict=True):
        there = {plain(value) for value in gif.values()}
        inside = plain(" ".join(gif.values()))
        for column, value in row.values.items():
            kind = mapping.columns.get(column, "")
            forms = {plain(value)} | ({plain(katakana(value))} if kind == "name_kana" else set())
            if kind in READERS:
                with contextlib.suppress(BadInput):
                    forms.add(plain(str(READERS[kind](value))))
            assert (
                not value
                or forms & there
                or (kind == "name" and all(plain(part) in inside for part in parts_of(value)))
                or (kind.startswith("address") and plain(value) in inside)
                or (kind == "municipality_code" and gif["全国地方公共団体コード"][:3] == value[:3])
            ), (column, value)


def parts_of(name: str) -> list[str]:
    return [part for part in PersonName.parse(name).to_json().values() if part]


@each
def test_converted_again_and_back_nothing_changes(tmp_path: Path, table: Published) -> None:
    _, mapping, _, out = made(tmp_path / "a.csv", table["table"])
    header = titles(mapping)
    assert all(list(row) == header for row in out)

    _, _, _, again = made(tmp_path / "b.csv", written(header, out))
    assert [{name: row[name] for name in header} for row in again] == out
    assert not any(value for row in again for name, value in row.items() if name not in header)

    former = list(back(out, mapping))
    rows, _, _, forth = made(tmp_path / "c.csv", written([*mapping.columns, *mapping.undecided], former), mapping)
    assert forth == out
    assert [{name: row.values[name] for name in mapping.undecided} for row in rows] == [
        {name: row[name] for name in mapping.undecided} for row in former
    ]


def one(row: dict[str, str], **more: str) -> tuple[dict[str, str], list[str]]:
    mapping = propose(list(row), [row])
    mapping = Mapping(mapping.columns, mapping.undecided, municipality=more.get("municipality", ""))
    report = Report("x.csv")
    (made,) = convert([Row(2, row)], mapping, report=report)
    assert all(fault.where.field and fault.remedy for fault in report.faults)
    return made, [str(fault) for fault in report.faults]


def test_an_address_that_names_no_municipality_is_sought_in_the_tables() -> None:
    """That of the row, of who publishes, or the one given; never where the address names its own."""
    for row, given in (
        ({"市区町村名": "海南市", "住所": "日方1278"}, ""),
        ({"地方公共団体名": "和歌山県海南市", "所在地": "日方1278"}, ""),
        ({"所在地": "日方1278"}, "302023"),
    ):
        made, faults = one(row, municipality=given)
        assert (made["全国地方公共団体コード"], made["町字"], made["番地以下"]) == ("302023", "日方", "1278")
        assert faults == []
    made, _ = one({"地方公共団体名": "東京都千代田区", "所在地": "長野県軽井沢町長倉1"})
    assert made["全国地方公共団体コード"] == "203211"
    made, faults = one({"所在地": "日方1278"})
    assert made["連結表記"] == "日方1278"
    assert "--municipality" in faults[0]


def test_parts_and_a_code_that_say_another_place_are_told_and_kept() -> None:
    row = {
        "所在地_全国地方公共団体コード": "131032",
        "所在地_連結表記": "和歌山県海南市日方1",
        "所在地_都道府県": "東京都",
        "所在地_市区町村": "港区",
        "所在地_町字": "芝公園四丁目",
    }
    made, faults = one(row)
    assert made["住所（分割表記）"] == "所在地_都道府県=東京都; 所在地_市区町村=港区; 所在地_町字=芝公園四丁目"
    assert (made["都道府県"], made["全国地方公共団体コード"]) == ("和歌山県", "131032")
    assert len(faults) == 2
    assert "field 所在地_全国地方公共団体コード: the code is 131032, the address is in 海南市 (302023)" in faults[0]
    assert next(back([made], propose(list(row), [row]))) == row


def test_names_in_one_column_and_in_two_that_differ_are_told() -> None:
    made, faults = one({"氏名": "山田太郎", "姓": "山田", "名": "太郎"})
    assert (made["氏"], made["名"], faults) == ("山田", "太郎", [])
    made, faults = one({"氏名": "鈴木 花子", "姓": "山田", "名": "太郎"})
    assert (made["氏名"], made["氏"]) == ("鈴木 花子", "山田")
    assert "x.csv:2, field 氏名: it is not 山田 太郎" in faults[0]


def test_former_names_and_aliases_stand_in_the_column_of_gif() -> None:
    row = {"氏名": "山田 花子", "旧姓": "鈴木", "通称名": "花"}
    made, faults = one(row)
    assert "鈴木" in made["ミドルネームなど"]
    assert "花" in made["ミドルネームなど"]
    assert faults == []
    assert next(back([made], propose(list(row), [row]))) == row
    again, _ = one(made)
    assert {name: again[name] for name in made} == made
    unread, faults = one(row | {"氏名": "(山田"})
    assert unread["氏名"] == "(山田"
    assert next(back([unread], propose(list(row), [row]))) == row | {"氏名": "(山田"}
    assert len(faults) == 1


def test_what_a_table_has_no_column_for_comes_back_behind_what_it_has_one_for() -> None:
    """新宿区 publishes the whole of 新宿3-14-1 under 町字; an extension may stand behind its number."""
    row = {
        "所在地_都道府県": "東京都",
        "所在地_市区町村": "新宿区",
        "所在地_町字": "新宿3-14-1",
        "電話番号": "03-3209-1111 内線12",
    }
    made, faults = one(row)
    assert (made["町字"], made["番地以下"], made["電話番号"], made["内線番号"]) == (
        "新宿三丁目",
        "14-1",
        "03-3209-1111",
        "12",
    )
    assert faults == []
    (again,) = back([made], propose(list(row), [row]))
    assert again == row
    for text in ("〃", "市外"):
        (again,) = back([one({"市区町村": text})[0]], Mapping({"市区町村": "address_city"}))
        assert again == {"市区町村": text}
    mended = made | {"町字": "新宿二丁目"}
    (again,) = back([mended], propose(list(row), [row]))
    assert again == row | {"所在地_町字": "新宿二丁目14-1"}
    row = {"氏名": "田中［山田］ 花子", "電話番号": "03-3209-1111"}
    made, _ = one(row)
    (again,) = back([made], propose(list(row), [row]))
    assert one(again)[0] == made


def test_a_part_that_is_nowhere_else_is_kept() -> None:
    made, faults = one({"住所": "海南市日方1", "市区町村名": "市外"})
    assert made["住所（分割表記）"] == "市区町村名=市外"
    assert "field 市区町村名" in faults[0]
    made, faults = one(
        {"住所": "千代田区霞が関2-1-6", "町名": "霞ヶ関二丁目", "番地": "1番6号", "市区町村": "千代田区"}
    )
    assert (made["住所（分割表記）"], faults) == ("", [])


def test_a_reading_in_one_column_and_in_two() -> None:
    made, faults = one({"氏名": "山田 花子", "フリガナ": "やまだ はなこ", "セイ": "ヤマダ", "メイ": "ハナコ"})
    assert (made["氏名（カナ）"], faults) == ("ヤマダ ハナコ", [])
    made, faults = one({"氏名": "山田 花子", "フリガナ": "スズキ ハナコ", "セイ": "ヤマダ", "メイ": "ハナコ"})
    assert (made["氏名（カナ）"], len(faults)) == ("スズキ ハナコ", 1)


@pytest.mark.parametrize("text", ["1234567890123", "（", "\u200b", "='x'", "1\n2", "〃", "山" * 400])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_any_text_under_any_kind_is_kept_or_read(kind: str, text: str) -> None:
    """Alone and beside a good name, address and telephone; what is told has its file, line, column and remedy."""
    beside = {"n": "name", "a": "address", "t": "telephone"}
    for columns in ({"c": kind}, {"c": kind, **{name: one for name, one in beside.items() if one != kind}}):
        row = {"c": text, "n": "山田 花子", "a": "海南市日方1", "t": "073-482-4111"}
        report, mapping = Report("x.csv"), Mapping(columns)
        (made,) = convert([Row(2, row)], mapping, report=report)
        assert list(made) == titles(mapping)
        assert all(f.where.line == 2 and f.where.field in columns and f.remedy for f in report.faults)
        assert plain(text).strip("\u200b") in plain(" ".join(made.values()).replace("\\n", ""))


def test_what_does_not_read_stays_as_it_is_and_is_told() -> None:
    row = {
        "性別": "?",
        "緯度": "135.2",
        "経度": "34.1",
        "開始時間": "朝",
        "URL": "なし",
        "電話番号": "1 内線5",
        "内線番号": "6",
    }
    made, faults = one(row)
    assert {name: made[name] for name in row} == row
    assert len(faults) == 6


def test_a_carried_column_does_not_take_the_place_of_a_gif_column() -> None:
    made, _ = one({"住所": "海南市日方1", "町字ID": "", "連絡先電話番号": "", "電話番号": "073-482-4111", "名称": "x"})
    mapping = Mapping({"住所": "address"}, ("町字",))
    (made,) = convert([Row(2, {"住所": "海南市日方1", "町字": "ひかた"})], mapping, report=Report(""))
    assert (made["町字"], made["町字（元）"]) == ("日方", "ひかた")


def test_columns_without_a_name_or_with_the_same_are_all_kept(tmp_path: Path) -> None:
    _, _, _, out = made(tmp_path / "a.csv", "名称,備考,備考,備考 (2),,列2,備考,列7\nx,1,2,3,4,5,6,7\n")
    assert sorted(out[0].values()) == ["1", "2", "3", "4", "5", "6", "7", "x"]


def test_contents_deny_a_header() -> None:
    rows = [{"連絡先": "総務課"}, {"連絡先": "税務課"}, {"連絡先": "市民課"}]
    mapping = propose(["連絡先"], rows)
    assert mapping.undecided == ("連絡先",)
    assert mapping.why["連絡先"] == "the header says telephone, the contents do not"


def test_a_header_comes_before_contents_that_stand_to_its_left() -> None:
    rows = [{"法人電話": f"03-3264-211{n}", "電話番号": f"073-482-411{n}"} for n in range(3)]
    assert propose(["法人電話", "電話番号"], rows).columns == {"電話番号": "telephone"}


@pytest.mark.parametrize(
    ("text", "time"),
    [("9:00", "09:00"), ("９時", "09:00"), ("午後5時15分", "17:15"), ("8時半", "08:30"), ("24:00", "24:00")],
)
def test_times_of_day(text: str, time: str) -> None:
    assert parse_time(text) == time
    assert parse_time(time) == time


@pytest.mark.parametrize("text", ["25:00", "9:60", "24:01", "9:00～17:00", "終日"])
def test_no_times_of_day(text: str) -> None:
    with pytest.raises(BadInput):
        parse_time(text)


def test_degrees_minutes_and_seconds() -> None:
    assert latitude("北緯34度9分19秒") == latitude("34°09′19″") == "34.155278"


def test_the_command_there_and_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column that the mapping does not name is carried over; what stops half way leaves the target as it was."""
    table, target, mapping = (tmp_path / name for name in ("a.csv", "b.csv", "m.yaml"))
    table.write_text("施設名,住所,備考\n中央公民館,日方1,あ\n", encoding="cp932")
    mapping.write_text("\ufeffcolumns: {施設名: facility, 住所: address}\nmunicipality: '302023'\n", encoding="utf-8")
    words = [str(table), str(target), "--mapping", str(mapping)]
    assert main(["gif", "convert", *words]) == 0
    (row,) = csv.DictReader(target.open(encoding="utf-8", newline=""))
    assert (row["名称"], row["市区町村（郡）"], row["備考"]) == ("中央公民館", "海南市", "あ")
    assert main(["gif", "back", str(target), str(tmp_path / "c.csv"), "--mapping", str(mapping)]) == 0
    assert (tmp_path / "c.csv").read_text(encoding="utf-8").split() == ["施設名,住所,備考", "中央公民館,日方1,あ"]
    assert main(["gif", "back", str(table), str(tmp_path / "c.csv"), "--mapping", str(mapping)]) == 1
    assert "a.csv:1, field 名称: the table has no column 名称" in capsys.readouterr().err
    (tmp_path / "c.csv").unlink()

    before = target.read_bytes()
    assert main(["gif", "convert", *words, "--municipality", "999999"]) == 1
    assert main(["gif", "convert", str(table), str(tmp_path)]) == 1
    assert target.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.csv", "b.csv", "m.yaml"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("名称\t住所\nA\t海南市日方1\n".encode(), "a.csv:1: the cells are not separated by commas"),
        ("名称;住所\nA;海南市日方1\n".encode("cp932"), "a.csv:1: the cells are not separated by commas"),
        ("名称,住所\n".encode("utf-16"), "a.csv:1: the file is UTF-16"),
        (b"\n\n", "a.csv:1: the table is empty"),
    ],
)
def test_what_is_no_table_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, told: str
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert main(["gif", "convert", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]) == 1
    error = capsys.readouterr().err
    assert told in error
    assert "→" in error
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("columns: [", "m.yaml:2:1: this is not YAML"),
        ("a: b", "m.yaml, field columns: this is no mapping file"),
        ("columns: {住所: adress}", "m.yaml, field columns: no kinds: adress"),
        ("columns: {住居: address}", "a.csv, field 住居: the table has no column 住居"),
    ],
)
def test_a_wrong_mapping_is_told_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    (tmp_path / "a.csv").write_text("住所\n海南市日方1\n", encoding="utf-8")
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    words = [str(tmp_path / name) for name in ("a.csv", "b.csv")]
    assert main(["gif", "convert", *words, "--mapping", str(tmp_path / "m.yaml")]) == 1
    error = capsys.readouterr().err
    assert told in error
    assert "→" in error
