"""Files as they come: a bad line costs itself only, nothing is ended by what could not be read, and why is told."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.kernel.csv_rows import records
from kiban.kernel.tabular import Report, read_rows
from kiban.registries.postal import read_postal
from kiban.registries.store import RecordStore
from kiban.registries.tables import PROGRAMME, read_table
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
    assert told.err.count("nothing was ended") == 1
    assert "none.csv:1: the file has no rows" in told.err
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


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_byte_that_is_no_character_costs_its_own_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str, packed: bool
) -> None:
    rows_ = (line(number(n), "01", "2026-03-01", name=f"会社{n}") for n in range(1, 40))
    path = written(tmp_path / "c.csv", *rows_, encoding=encoding)
    lines = path.read_bytes().split(b"\r\n")
    lines[6] = lines[6].replace("会社7".encode(encoding), "会".encode(encoding) + b"\xff7")
    lines[8] = lines[8].replace("海南".encode(encoding), b"\xfd")
    path.write_bytes(b"\r\n".join(lines))
    if packed:
        with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
            archive.write(path, "c.csv")

    assert take(tmp_path, tmp_path / ("c.zip" if packed else "c.csv"), kind="corporation") == 1
    told = capsys.readouterr()
    assert "37 created" in told.out
    assert f":7, field 商号又は名称: the byte 0xff is no character of {encoding} → write the cell anew" in told.err
    assert f":9, field 国内所在地（市区町村）: the byte 0xfd is no character of {encoding}" in told.err
    assert f"37 of 39 rows taken ({encoding}), 2 faults" in told.err


def test_postal_codes_and_tables_keep_their_good_lines_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [one.encode("cp932") for one in (HEADER, *rows(5))]
    lines[3] = lines[3].replace("施設".encode("cp932"), b"\xff")
    (tmp_path / "f.csv").write_bytes(b"\n".join(lines) + b"\n")
    assert take(tmp_path, tmp_path / "f.csv") == 1
    told = capsys.readouterr()
    assert "4 created" in told.out
    assert "f.csv:4, field 名称: the byte 0xff" in told.err
    code = '30202,"640  ","6408157","ﾜｶﾔﾏｹﾝ","ｶｲﾅﾝｼ","{}","和歌山県","海南市","{}",0,0,0,0,0,0'
    towns = [code.format("ﾋｶﾀ", "日方").encode("cp932"), code.format("ﾒｲﾀﾞ", "井田").encode("cp932") + b"\xfe"]
    (tmp_path / "k.csv").write_bytes(b"\r\n".join(towns) + b"\r\n")
    assert take(tmp_path, tmp_path / "k.csv", kind="postal") == 1
    told = capsys.readouterr()
    assert "1 created" in told.out
    assert "k.csv:2, field 変更理由: the byte 0xfe is no character of cp932" in told.err


def test_every_fault_of_a_line_names_its_field_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(
        tmp_path / "c.csv",
        line("123", "01", "2026-03-01"),
        line(number(2), "02", "2026-03-01"),
        line(number(3), "01", "2026-3-1"),
        line(number(4), "01", "2026-03-01", successor="1" * 13),
        line(number(5), "01", "2026-03-01", city_code="2x2"),
        line(number(6), "01", "2026-03-01"),
    )
    assert take(tmp_path, path, kind="corporation") == 1
    found = [one.strip() for one in capsys.readouterr().err.splitlines() if one.startswith("  c.csv")]
    assert [one.split(": ")[0] for one in found] == [
        "c.csv:1, field 法人番号",
        "c.csv:2, field 処理区分",
        "c.csv:3, field 変更年月日",
        "c.csv:4, field 承継先法人番号",
        "c.csv:5, field 市区町村コード",
    ]
    assert all(" → " in one for one in found)


def test_a_programme_that_ends_before_it_begins_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "p.csv"
    path.write_text(
        "制度ID,制度名,全国地方公共団体コード,対象者,支援内容,根拠法令,開始日,終了日\n"
        "1,甲,302023,子,手当,法,2025-01-01,2024-01-01\n2,乙,302023,子,手当,法,,\n",
        encoding="utf-8",
    )
    assert take(tmp_path, path, kind="programme") == 1
    told = capsys.readouterr()
    assert "p.csv:2, field 終了日: 2024-01-01 is before 開始日 2025-01-01 → compare both days" in told.err
    assert "1 created" in told.out
    store = ["--store", str(tmp_path / "r.sqlite3")]
    assert main(["registry", "export", "programme", str(tmp_path / "o.csv"), *store]) == 0
    assert "2026-03-31" in (tmp_path / "o.csv").read_text()
    assert main(["registry", "export", "programme", str(tmp_path / "no" / "o.csv"), *store]) == 1
    assert "there is no folder" in capsys.readouterr().err


def test_days_and_codes_that_cannot_be_are_told_or_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(
        tmp_path / "c.csv",
        line(number(1), "01", "2026-02-30"),
        line(number(2), "01", "2026-03-01", city_code="20"),
        line(number(3), "21", "2026-03-01", closed_on="2026-13-01", closed_reason="01"),
        line(number(4), "01", "2026-03-01", prefecture_code="99", city_code="", prefecture="", city=""),
    )
    take(tmp_path, path, kind="corporation")
    faults = capsys.readouterr().err
    assert "'2026-02-30' is no day of the form 2026-03-31" in faults
    assert "'2026-13-01' is no day of the form 2026-03-31" in faults
    assert main(["registry", "report", "corporation", "--store", str(tmp_path / "r.sqlite3")]) == 1
    told = capsys.readouterr().out
    assert '"municipality_code": [' in told
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


@pytest.mark.parametrize("kind", ["corporation", "postal", "town", "programme"])
def test_an_empty_file_makes_no_version(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    (tmp_path / "x.csv").write_bytes(b"")

    assert take(tmp_path, tmp_path / "x.csv", kind=kind) == 1
    assert " → " in capsys.readouterr().err
    store = RecordStore(tmp_path / "r.sqlite3")
    assert [store.version(name) for name in ("corporation", "postal", "town", "programme")] == [0, 0, 0, 0]


def test_a_workbook_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as book:
        book.writestr("xl/workbook.xml", "<x/>")

    assert take(tmp_path, tmp_path / "x.xlsx") == 1
    assert "workbook of Excel" in capsys.readouterr().err


def test_what_is_no_register_is_told_without_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.sqlite3").write_text("no register")

    assert take(tmp_path, facilities(tmp_path, rows(1))) == 3
    assert "REGISTRY-017" in capsys.readouterr().err
    for words in (["deem"], ["crosswalk", "abc"], ["crosswalk", "3020239999999"], ["postal", "0000000"]):
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
        (
            ['302023,0001000,和歌山県,海南市,"阿,,,,0,', "302023"],
            (),
            ":2: none of its 2 lines can be read; the first: a quote",
        ),
        (["302023,0001000,和歌山県,海南市,阿"], (), "the first: 5 cells where the header has 10"),
        (["302023,0001000,和歌山県,海南市,阿,,,,0,"], ("--as-of", "yesterday"), "'yesterday' is no date"),
    ],
)
def test_the_address_index_is_not_renewed_by_a_file_without_a_good_line(
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


KEN = '30201,"640  ","{code}","ワカヤマケン","ワカヤマシ","{kana}","和歌山県","和歌山市","{town}",0,0,0,0,0,0'


@pytest.mark.parametrize("last", [False, True])
def test_a_bracket_that_is_never_closed_costs_its_own_postal_code(tmp_path: Path, last: bool) -> None:
    lines = [KEN.format(code=f"64085{n:02}", kana="チョウ", town=f"町{n}") for n in range(20)]
    at = 19 if last else 4
    lines[at] = KEN.format(code=f"64085{at:02}", kana="ヒラク", town="開く（１、２")
    path, report = tmp_path / "ken_all.csv", Report("ken_all.csv")
    path.write_text("\r\n".join([*lines, ""]), encoding="cp932")

    read = [entry.data["postal_code"] for entry in read_postal(path, as_of=dt.date(2026, 10, 31), report=report)]

    assert read == [f"64085{n:02}" for n in range(20) if n != at]
    assert [(f"64085{at:02}" in fault.what, bool(fault.remedy)) for fault in report.faults] == [(True, True)]


def test_an_end_in_the_year_9999_is_no_end(tmp_path: Path) -> None:
    titles = [field.title for field in PROGRAMME.fields if field.required]
    path, report = tmp_path / "p.csv", Report("p.csv")
    end = next(field.title for field in PROGRAMME.fields if field.name == "valid_to")
    days = ["9999-12-31", "2027-03-31"]
    rows = [",".join(["302015" if "コード" in t else f"x{n}" for t in titles] + [day]) for n, day in enumerate(days)]
    path.write_text("\n".join([",".join([*titles, end]), *rows]), encoding="utf-8")

    read = [(entry.key, entry.kind) for entry in read_table(PROGRAMME, path, as_of=dt.date(2026, 4, 1), report=report)]

    assert report.faults == []
    assert [kind for _, kind in read] == ["state", "state", "closed"]
