"""Files as they come: a bad line costs itself only, nothing is ended by what could not be read, and why is told."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.kernel.csv_rows import records
from kiban.kernel.tabular import Report, read_rows
from kiban.shell.cli import main
from registry_sample import line, number, written

HEADER = "ID,名称,全国地方公共団体コード,所在地_連結表記,電話番号"
BROKEN = '010,"施設10,302023,住所,073-483-0010'


def rows(count: int) -> list[str]:
    return [f"{n:03},施設{n},302023,和歌山県海南市南赤坂{n},073-483-{n:04}" for n in range(1, count + 1)]


def facilities(folder: Path, lines: list[str], name: str = "f.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def take(folder: Path, path: Path, *more: str, kind: str = "facility") -> int:
    words = ["registry", "import", kind, str(path), "--as-of", "2026-03-31", "--store", str(folder / "r.sqlite3")]
    return main([*words, *more])


@pytest.mark.parametrize("count", [120, 20])
def test_a_quote_that_is_never_closed_costs_its_own_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], count: int
) -> None:
    lines = rows(count)
    lines[9] = BROKEN

    assert take(tmp_path, facilities(tmp_path, lines)) == 1
    told = capsys.readouterr()
    assert f"{count - 1} created" in told.out
    assert "f.csv:11: a quote is not closed" in told.err


def test_a_quote_that_a_later_line_closes_costs_its_own_line(tmp_path: Path) -> None:
    lines = rows(12)
    lines[4] = BROKEN
    lines[7] = '008,"施設8",302023,"和歌山県\n海南市",073-483-0008'
    report = Report("f.csv")
    read = list(read_rows(facilities(tmp_path, lines), ["ID"], report=report))

    assert [row.values["ID"] for row in read] == [f"{n:03}" for n in range(1, 13) if n != 5]
    assert [row.line for row in read][-5:] == [9, 11, 12, 13, 14]
    assert [fault.where.line for fault in report.faults] == [6]


def test_a_cell_beyond_all_measure_costs_its_own_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = rows(5)
    lines[1] = f'002,"{"あ" * 200_000}",302023,,'

    assert take(tmp_path, facilities(tmp_path, lines)) == 1
    told = capsys.readouterr()
    assert "4 created" in told.out
    assert "f.csv:3: not CSV" in told.err


def test_a_whole_file_with_bad_lines_or_none_ends_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    take(tmp_path, facilities(tmp_path, rows(6)))
    short = rows(4)
    short[1] = short[1].replace("302023", "302024")

    assert take(tmp_path, facilities(tmp_path, short, "short.csv"), "--whole") == 1
    assert take(tmp_path, facilities(tmp_path, [], "none.csv"), "--whole") == 1
    told = capsys.readouterr()
    assert "closed" not in told.out
    assert told.err.count("nothing was ended") == 2
    assert "302024: the check digit (the last) does not fit" in told.err
    assert take(tmp_path, facilities(tmp_path, rows(4), "good.csv"), "--whole") == 0
    assert "2 closed" in capsys.readouterr().out


def test_a_file_of_another_form_makes_no_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert take(tmp_path, facilities(tmp_path, rows(3)), kind="corporation") == 1
    assert "none of its 4 rows can be read; the first: 5 cells where the format has 30" in capsys.readouterr().err
    assert main(["registry", "changes", "corporation", "--store", str(tmp_path / "r.sqlite3")]) == 0
    assert capsys.readouterr().out == ""


def test_corporations_after_an_open_quote_are_all_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "c.csv", *(line(number(n), "01", "2026-03-01", name=f"会社{n}") for n in range(1, 90)))
    text = path.read_text("cp932").splitlines()
    text[6] = text[6].replace("会社7", '"会社7')
    path.write_text("\r\n".join(text), encoding="cp932")

    assert take(tmp_path, path, kind="corporation") == 1
    told = capsys.readouterr()
    assert "88 created" in told.out
    assert "c.csv:7: a quote is not closed" in told.err


def test_days_and_codes_that_cannot_be_are_told_or_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(
        tmp_path / "c.csv",
        line(number(1), "01", "2026-02-30"),
        line(number(2), "01", "2026-03-01", city_code="20"),
        line(number(3), "21", "2026-03-01", closed_on="2026-13-01", closed_reason="01"),
        line(number(4), "01", "2026-03-01", prefecture_code="99", city_code="", prefecture="", city=""),
    )
    take(tmp_path, path, kind="corporation")
    assert "'2026-02-30' is no day of the form 2026-03-31" in capsys.readouterr().err
    assert main(["registry", "report", "corporation", "--store", str(tmp_path / "r.sqlite3")]) == 1
    told = capsys.readouterr().out
    assert '"municipality_code": [' in told
    assert '"closed_on": [' in told
    assert number(4) not in told


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("\ufeffID,名称".encode("utf-16-le"), "UTF-16"),
        (b"PK\x03\x04 and no more", "the zip file is broken"),
        ((HEADER.replace(",", "\t") + "\n").encode(), "not separated by commas"),
        ((HEADER.replace(",", ";") + "\n").encode(), "not separated by commas"),
        (b"", "the file is empty"),
    ],
)
def test_what_is_no_such_table_is_named(
    tmp_path: Path, content: bytes, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.csv").write_bytes(content)

    assert take(tmp_path, tmp_path / "x.csv") == 1
    assert what in capsys.readouterr().err


def test_a_workbook_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as book:
        book.writestr("xl/workbook.xml", "<x/>")

    assert take(tmp_path, tmp_path / "x.xlsx") == 1
    assert "workbook of Excel" in capsys.readouterr().err


def test_what_is_no_register_is_told_without_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.sqlite3").write_text("no register")

    assert take(tmp_path, facilities(tmp_path, rows(1))) == 3
    assert "REGISTRY-017" in capsys.readouterr().err
    for words in (["deem"], ["crosswalk", "abc"], ["postal", "0000000"]):
        assert main(["registry", *words]) == 1
        assert capsys.readouterr().err.startswith("kiban: ")


def test_the_converter_keeps_the_lines_after_an_open_quote_and_its_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        '氏名,電話番号\n山田　太郎,0312345678\n"壊れた,1\n田中　花子,0312345679\n鈴木　一,0312345670\n',
        encoding="cp932",
    )

    assert main(["gif", "convert", str(path), str(tmp_path / "o.csv")]) == 1
    assert "t.csv:3: a quote is not closed" in capsys.readouterr().err
    assert (tmp_path / "o.csv").read_text().count("\n") == 4
    assert main(["gif", "convert", str(path), str(path)]) == 1
    assert main(["address", "bulk", str(path), str(path), "--column", "氏名"]) == 1
    assert main(["address", "bulk", str(path), str(tmp_path / "o.parquet"), "--column", "氏名"]) == 1
    assert "the answer has the form of its source" in capsys.readouterr().err
    assert path.read_text("cp932").startswith("氏名,電話番号\n")


TOWNS = "lg_code,machiaza_id,pref,city,oaza_cho,chome,oaza_cho_kana,chome_kana,rsdt_addr_flg,koaza"


@pytest.mark.parametrize(
    ("lines", "more", "what"),
    [
        (['302023,0001000,和歌山県,海南市,"阿,,,,0,', "302023,0002000,和歌山県,海南市,井田,,,,0,"], (), ":2: a quote"),
        (["302023,0001000,和歌山県,海南市,阿"], (), ":2: 5 cells where the header has 10"),
        (["302023,0001000,和歌山県,海南市,阿,,,,0,"], ("--as-of", "yesterday"), "'yesterday' is no date"),
    ],
)
def test_the_address_index_is_not_renewed_by_a_broken_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    lines: list[str], more: tuple[str, ...], what: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("KIBAN_ADDRESS_INDEX", str(tmp_path / "index"))
    (tmp_path / "mt_town.csv").write_text("\n".join([TOWNS, *lines]) + "\n", encoding="utf-8")

    assert main(["registry", "update", str(tmp_path / "mt_town.csv"), *more]) == 1
    assert what in capsys.readouterr().err
    assert not (tmp_path / "index").exists()


def test_a_file_of_towns_is_none_of_municipalities(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mt_town.csv"
    path.write_text(f"{TOWNS}\n302023,0001000,和歌山県,海南市,阿,,,,0,\n", encoding="utf-8")

    assert take(tmp_path, path, kind="municipality") == 1
    assert "this is a file of towns" in capsys.readouterr().err


def test_a_day_in_a_row_is_not_taken_for_the_header(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b,c\nA,1,2024/4/1\nB,2,R6.4.1\nC,3,令和6年4月1日\nD,4,平成31年4月30日（火）\n", encoding="utf-8")

    assert main(["gif", "convert", str(path), str(tmp_path / "o.csv")]) == 0
    assert "4 of 4 rows" in capsys.readouterr().err
    assert (tmp_path / "o.csv").read_text().splitlines()[1:] == [
        "2024-04-01,A,1",
        "2024-04-01,B,2",
        "2024-04-01,C,3",
        "2019-04-30,D,4",
    ]


@given(st.lists(st.text('a,"\n\r\x00あ', max_size=12), max_size=12), st.integers(0, 4))
@settings(max_examples=300)
def test_no_text_crashes_the_reader_and_lines_go_up(texts: list[str], width: int) -> None:
    found = list(records((text + "\n" for text in texts), width=width))

    assert [row.line for row in found] == sorted({row.line for row in found})
    assert all(row.line <= len(texts) for row in found)
