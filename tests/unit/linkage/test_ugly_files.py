"""Files as they come: spreadsheets' exports, other encodings, keys as numbers, days in every notation."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.linkage import Check, Summary, asides, check, sheets
from kiban.linkage.columns import layout
from kiban.linkage.correcting import Corrections, apply
from kiban.linkage.days import BAD, MISSING, day, sex
from kiban.linkage.errors import BadFile
from kiban.shell.cli import main
from unit.linkage.elsewhere import Rates, era, made, written
from unit.linkage.nation import scratch

KANJI = "〇一二三四五六七八九"
LETTERS = {"令和": "R", "平成": "H", "昭和": "S", "大正": "T"}


@cache
def base() -> Path:
    folder = scratch("kiban-ugly-")
    written(made(200, rates=Rates(wrong=0.02), seed=1), folder)
    return folder


@cache
def text() -> str:
    return (base() / "agency/a.csv").read_text(encoding="utf-8")


@cache
def rows() -> pl.DataFrame:
    return pl.read_csv(base() / "agency/a.csv", infer_schema=False)


def judged(agency: Path) -> Summary:
    return check(Check(base() / "register", agency, agency.parent / "out"))


@cache
def plain() -> dict[str, int]:
    """What the same rows give from a plain file."""
    found = check(Check(base() / "register", base() / "agency", base() / "out")).judged
    assert found["wrong"] == 4
    assert found["set_aside"] == 0
    return found


def quoted(one: str) -> str:
    return "\n".join(
        ",".join(f'"{cell}"' if cell != '""' else cell for cell in row.split(",")) for row in one.splitlines()
    )


@pytest.mark.parametrize(("name", "form"), [
    ("a.csv", str.encode), ("A.CSV", str.encode), ("a.csv", lambda one: one.encode("utf-16")),
    ("a.csv", lambda one: b"\xef\xbb\xbf" + one.encode()),
    ("a.csv", lambda one: one.replace("\n", "\r\n").encode("cp932")),
    ("a.csv", lambda one: one.replace("\n", "\r").encode()), ("a.tsv", lambda one: one.replace(",", "\t").encode()),
    ("a.csv", lambda one: one.replace(",", ";").encode()), ("a.csv", lambda one: quoted(one).encode()),
    ("a.csv", lambda one: one.replace("\n", ",,\n").encode()),
    ("a.csv", lambda one: one.replace("\n", "\n\n").encode()),
    ("a.csv", lambda one: one.replace("漢字氏名", " 漢字 氏名 ", 1).replace("カナ", "Ｋａｎａ", 1).encode()),
])  # fmt: skip
def test_a_list_is_read_alike_however_it_was_saved(tmp_path: Path, name: str, form: Callable[[str], bytes]) -> None:
    (tmp_path / "agency").mkdir()
    (tmp_path / "agency" / name).write_bytes(form(text()))

    assert judged(tmp_path / "agency").judged == plain()


@pytest.mark.parametrize("change", [
    pl.col("マイナンバー").cast(pl.Int64), pl.col("マイナンバー").cast(pl.Float64), pl.all().cast(pl.Categorical),
    pl.col("性別コード").cast(pl.Float64), pl.col("漢字氏名").cast(pl.Binary),
    pl.col("マイナンバー").str.replace(r"(\d{4})(\d{4})(\d{4})", "$1-$2 $3"),
    pl.col("マイナンバー").map_elements(lambda one: "".join(chr(0xFF10 + int(c)) for c in one), pl.String),
])  # fmt: skip
def test_cells_may_be_numbers_codes_or_written_otherwise(tmp_path: Path, change: pl.Expr) -> None:
    rows().with_columns(change).write_parquet(tmp_path / "a.parquet")

    assert judged(tmp_path / "a.parquet").judged == plain()


def test_numbers_lose_no_zeros_in_front(tmp_path: Path) -> None:
    people = pl.DataFrame({"個人番号": [12345678, 12345684], "氏名": ["山田 太郎", "森 花子"], "id": ["1", "2"]})
    numbers = [f"{n:011}{_check(f'{n:011}')}" for n in people["個人番号"]]
    people.with_columns(pl.Series("個人番号", map(int, numbers))).write_parquet(tmp_path / "register.parquet")
    people.with_columns(pl.Series("個人番号", numbers)).write_parquet(tmp_path / "agency.parquet")
    done = check(Check(tmp_path / "register.parquet", tmp_path / "agency.parquet", tmp_path / "out"))

    assert done.judged["certain"] == 2


def _check(digits: str) -> int:
    rest = sum(int(d) * w for d, w in zip(digits, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    return 0 if rest <= 1 else 11 - rest


def _kanji(one: re.Match[str]) -> str:
    number = int(one[0])
    tens = "" if number < 10 else ("十" if number < 20 else f"{KANJI[number // 10]}十")
    return tens + (KANJI[number % 10] if number % 10 else "")


NOTATIONS: list[Callable[[dt.date], str]] = [
    dt.date.isoformat, lambda d: f"{d} 00:00:00", lambda d: f"{d}T00:00:00+09:00",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: d.strftime("%Y%m%d"), lambda d: d.strftime("%d-%b-%Y"), lambda d: d.strftime("%B %d, %Y"), era,
    lambda d: re.sub(r"\d+", _kanji, era(d)), lambda d: f"{d.year}年 {d.month:2}月 {d.day:2}日生",
    lambda d: LETTERS[era(d)[:2]] + re.sub(r"[年月]", ".", era(d)[2:-1]),
    lambda d: LETTERS[era(d)[:2]] + "".join(f"{int(n):02}" for n in re.findall(r"\d+", era(d).replace("元", "1"))),
    lambda d: "".join(chr(0xFF10 + int(c)) if c.isdigit() else "／" for c in d.isoformat()),
]  # fmt: skip


@given(st.dates(dt.date(1912, 8, 1), dt.date(2026, 10, 1)))
def test_a_day_is_the_same_in_every_notation(one: dt.date) -> None:
    assert {day(form(one)) for form in NOTATIONS} == {one.toordinal() - 719163}


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_none_and_a_sex_or_none(one: str) -> None:
    assert day(one) >= MISSING
    assert sex(one) in {-1, 1, 2}


def test_days_that_cannot_be_and_days_that_leave_the_month_open_are_none() -> None:
    bad = [
        *("1990-02-30", "1990-13-01", "昭和65年1月1日", "平成0年1月1日", "大正16年1月1日", "04/05/1990", "9999-12-31"),
        *("0001-01-01", "1990年4月", "不明", "昭和五十年", "S990101", "00000000", "31-Feb-1990", "1-Foo-1990"),
    ]

    assert {one for one in bad if day(one) != BAD} == set()
    assert day(" 　 ") == MISSING


def test_timestamps_and_days_of_parquet_are_days(tmp_path: Path) -> None:
    births = [dt.datetime.fromisoformat(one["birth"]) for one in made(200, rates=Rates(wrong=0.02), seed=1).records]
    for place, column in enumerate(
        (pl.Series("生年月日", births), pl.Series("生年月日", [one.date() for one in births]))
    ):
        folder = tmp_path / str(place)
        folder.mkdir()
        rows().with_columns(column).write_parquet(folder / "a.parquet")

        assert judged(folder / "a.parquet").judged == plain()


def test_reasons_name_file_and_row_over_several_files_of_both_kinds(tmp_path: Path) -> None:
    lines, agency = text().splitlines(), tmp_path / "agency"
    agency.mkdir()
    bad = "X1,123456789012,山田　太郎,,平成2年1月1日,1,"
    for name, some in (("a.csv", lines[1:60]), ("b.csv", [bad, *lines[60:120]])):
        (agency / name).write_text("\n".join([lines[0], *some, bad]), encoding="utf-8")
    rows()[119:].write_parquet(agency / "a.parquet")
    done = judged(agency)
    reason = "the link key's check digit does not fit"
    found = [(one.file, one.row) for one in asides(tmp_path / "out") if one.reason == reason]

    assert found == [("a.csv", 60), ("b.csv", 1), ("b.csv", 62)]
    assert done.judged == plain() | {"set_aside": 3}
    assert sorted(one.name for one in (tmp_path / "out/judgements").iterdir()) == [
        "a.csv.parquet",
        "a.parquet",
        "b.parquet",
    ]
    assert pl.read_parquet(tmp_path / "out/judgements/*.parquet").height == 203


def test_an_open_quotation_mark_costs_its_row_and_a_line_break_in_a_cell_none(tmp_path: Path) -> None:
    lines = text().splitlines()
    cells = lines[5].split(",")
    lines[5] = ",".join([*cells[:2], f'"{cells[2]}', *cells[3:]])
    lines[9] = f'{lines[9].rpartition(",")[0]},"海南市本町\n2階"'
    lines[20] = lines[20].replace(lines[20].split(",")[2], "あ" * 200_000)
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    done = judged(tmp_path / "a.csv")

    assert done.set_aside["a quotation mark that is not closed"] == 1
    assert done.judged["set_aside"] == 1
    assert done.links == 200


def test_a_file_that_cannot_be_read_is_set_aside_whole_and_the_others_are_judged(tmp_path: Path) -> None:
    agency = tmp_path / "agency"
    agency.mkdir()
    (agency / "a.csv").write_text(text(), encoding="utf-8")
    (agency / "b.parquet").write_bytes(b"PAR1nonsensePAR1")
    (agency / "c.csv").write_bytes(b"")
    (agency / "d.csv").write_text("名前だけ\n山田\n", encoding="utf-8")
    done = judged(agency)
    found = {one.file: one.reason for one in asides(tmp_path / "out") if one.row == 0}

    assert done.judged == plain()
    assert set(found) == {"b.parquet", "c.csv", "d.csv"}
    assert found["c.csv"] == "the whole file: an empty file"


@pytest.mark.parametrize(("content", "said"), [
    (b"", "an empty file"), (b",,,\n,,,\n", "an empty file"), (bytes(range(256)) * 9, "no column for key"),
    (("マイナンバー,氏名\n1," + "あ" * 17_000_000).encode(), "no CSV that can be read"),
])  # fmt: skip
def test_what_cannot_be_read_at_all_is_refused_with_its_name(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)

    with pytest.raises(BadFile, match=said) as refused:
        judged(tmp_path / "a.csv")
    assert refused.value.where.file == str(tmp_path / "a.csv")


def test_a_column_of_lists_is_refused_with_its_name(tmp_path: Path) -> None:
    rows().with_columns(pl.concat_list("カナ")).write_parquet(tmp_path / "a.parquet")

    with pytest.raises(BadFile, match="a column of large_lists") as refused:
        judged(tmp_path / "a.parquet")
    assert refused.value.where.field == "カナ"


@pytest.mark.parametrize("count", [0, 1])
def test_no_row_and_one_row_are_judged_on_either_side(tmp_path: Path, count: int) -> None:
    rows().head(count).write_parquet(tmp_path / "a.parquet")
    register = pl.read_csv(base() / "register/a.csv", infer_schema=False)
    register.head(count).write_csv(tmp_path / "r.csv")
    done = judged(tmp_path / "a.parquet")
    other = check(Check(tmp_path / "r.csv", base() / "agency", tmp_path / "other"))

    assert (done.links, sum(done.judged.values())) == (count, count)
    assert other.judged["set_aside"] >= 200 - count
    assert other.set_aside["the link key is not in the register"] >= 198


def test_columns_may_be_named_and_most_rows_aside_is_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = rows().rename({"漢字氏名": "欄1", "生年月日": "欄2"})
    other.write_csv(tmp_path / "a.csv")
    job = ["linkage", "check", "--register", str(base() / "register"), "--agency", str(tmp_path / "a.csv"), "--out"]
    assert main([*job, str(tmp_path / "1")]) == 1
    assert "--column name=COLUMN" in capsys.readouterr().err
    assert main([*job, str(tmp_path / "2"), "--column", "nome=欄1"]) == 1
    assert "--column nome=欄1" in capsys.readouterr().err
    assert main([*job, str(tmp_path / "3"), "--column", "name=欄1", "--column", "birth=欄2"]) == 1
    assert "wrong                                         4" in capsys.readouterr().out

    rows().with_columns(pl.lit("01/02/1990").alias("生年月日")).write_csv(tmp_path / "a.csv")
    assert main([*job, str(tmp_path / "4")]) == 1
    assert "most rows could not be judged" in capsys.readouterr().err


@pytest.mark.parametrize(("columns", "item", "found"), [
    (["マイナンバー", "姓", "名", "セイ", "メイ"], "kana", ("セイ", "メイ")),
    (["マイナンバー", "姓", "名", "セイ", "メイ"], "name", ("姓", "名")),
    (["My Number", "Last Name", "First Name"], "name", ("Last Name", "First Name")),
    (["個人番号", "氏名（漢字）", "氏名（カナ）"], "kana", ("氏名（カナ）",)),
    (["個人番号", "氏名", "都道府県", "市区町村", "町名", "番地"], "address", ("都道府県", "市区町村", "町名", "番地")),
    (["個人番号", "氏名", "住所１", "住所２"], "address", ("住所１", "住所２")),
    (["MyNumber", "name", "DateOfBirth", "DOB"], "name", ("name",)),
    (["個人番号", "氏名", "ＩＤ"], "record", "ＩＤ"),
])  # fmt: skip
def test_columns_are_known_by_the_names_that_offices_give_them(
    columns: list[str], item: str, found: str | tuple[str, ...]
) -> None:
    assert getattr(layout(columns, file="x"), item) == found


@pytest.mark.parametrize(
    ("encoding", "end"), [("utf-8", "\n"), ("cp932", "\r\n"), ("utf-16", "\r\n"), ("utf-8-sig", "\n")]
)
def test_a_correction_changes_the_key_and_no_other_byte_of_a_list(tmp_path: Path, encoding: str, end: str) -> None:
    (tmp_path / "register.csv").write_text(
        "宛名番号,個人番号,氏名\nr1,992032807634,見本 花子\nr2,995907012524,見本 二郎\n", encoding="utf-8"
    )
    lines = ["整理番号,メモ,個人番号,氏名", 'a1,"992032807634, 要確認",992032807634,見本 花子',
             "a2,x,9920-3280-7634,別人 一郎", "a3,x,992032807634", 'a4,"改\n行",９９２０３２８０７６３４,別人',
             'a5,"開,992032807634,別人', ""]  # fmt: skip
    (tmp_path / "agency.csv").write_bytes(end.join(lines).encode(encoding))
    (tmp_path / "c.csv").write_text("\n".join(["affair,record,before,after", *(f"x,a{n},r1,r2" for n in range(1, 6))]))
    done = apply(tmp_path / "agency.csv", tmp_path / "register.csv",
                 corrections=Corrections(tmp_path / "c.csv", "x"), out=tmp_path / "out")  # fmt: skip
    changed = [lines[0], 'a1,"992032807634, 要確認",995907012524,見本 花子', "a2,x,995907012524,別人 一郎",
               lines[3], 'a4,"改\n行",995907012524,別人', *lines[5:]]  # fmt: skip

    assert (done.corrected, done.missing, done.otherwise) == (3, 2, 0)
    assert (tmp_path / "out/agency.csv").read_bytes() == end.join(changed).encode(encoding)


def test_a_correction_keeps_the_type_of_the_keys_column(tmp_path: Path) -> None:
    people = pl.DataFrame(
        {"id": ["r1", "r2"], "個人番号": [992032807634, 995907012524], "氏名": ["見本 花子", "見本 二郎"]}
    )
    people.write_parquet(tmp_path / "register.parquet")
    records = people.with_columns(pl.Series("id", ["1", "2"]))
    records.write_parquet(tmp_path / "agency.parquet")
    (tmp_path / "c.csv").write_text("affair,record,before,after\nx,1,r1,r2\nx,2,r2,\n")
    apply(tmp_path / "agency.parquet", tmp_path / "register.parquet",
          corrections=Corrections(tmp_path / "c.csv", "x"), out=tmp_path / "out")  # fmt: skip
    after = pl.read_parquet(tmp_path / "out/agency.parquet")

    assert after.schema == records.schema
    assert after["個人番号"].to_list() == [995907012524, None]


CELLS = [
    "a",
    '"b"',
    '"c,d"',
    '"e""f"',
    "",
    "g h",
    "山田",
    '"x\ny"',
    'q"r',
    '"s"t',
    "'",
    " ",
    "NULL",
    "NaN",
    "1e5",
    '"',
    '""',
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(st.sampled_from(CELLS), min_size=3, max_size=3), max_size=5), st.sampled_from(["\n", "\r\n"]),
       st.sampled_from(["utf-8", "cp932", "utf-8-sig"]), st.booleans())  # fmt: skip
def test_the_quick_way_to_read_a_list_gives_what_the_careful_one_gives(
    rows: list[list[str]], end: str, encoding: str, closed: bool
) -> None:
    data = end.join(["p,q,r", *(",".join(row) for row in rows)]) + (end if closed else "")
    with TemporaryDirectory() as name:
        path = Path(name) / "a.csv"
        path.write_bytes(data.encode(encoding))
        quick = sheets.read(path).to_pydict()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sheets, "_plain", lambda _: None)
            assert sheets.read(path).to_pydict() == quick


@pytest.mark.parametrize("place", [2, 6])
def test_an_open_quotation_mark_in_whatever_column_swallows_no_row(tmp_path: Path, place: int) -> None:
    lines = text().splitlines()
    cells = lines[5].split(",")
    cells[place] = f'"{cells[place]}'
    lines[5] = ",".join(cells)
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    done = judged(tmp_path / "a.csv")

    assert (done.links, done.judged["set_aside"]) == (200, 1)
    assert done.set_aside["a quotation mark that is not closed"] == 1
