"""Statistics of different years join by the codes of one day: merged is added, renumbered is found, divided is told."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import pytest

from kiban.kernel.tabular import Report, Row
from kiban.registries.errors import UnknownPlace
from kiban.registries.municipality_history import KNOWN_TO, NORTHERN, became, municipalities_on
from kiban.registries.recoding import Recoding, recode, where_on
from kiban.shell.cli import main

OLD, NEW = dt.date(1999, 3, 31), KNOWN_TO
Told = list[tuple[int | None, str | None, str]]


def made(rows: Iterable[dict[str, str]], recoding: Recoding) -> tuple[list[dict[str, str]], Told]:
    report = Report("t.csv")
    found = list(recode((Row(n, row) for n, row in enumerate(rows, 2)), recoding, report=report))
    return found, [(fault.where.line, fault.where.field, fault.what) for fault in report.faults]


def people(start: dt.date = OLD, end: dt.date = NEW, *, cities: bool = False) -> Recoding:
    return Recoding("コード", ["人口"], start, end, cities=cities)


def test_every_municipality_of_1999_comes_to_one_of_today_and_nobody_is_lost() -> None:
    """Where wards are added to their city, only one village was divided (2006)."""
    then = [one for one in municipalities_on(OLD) if one.kind not in ("政令指定都市",)]
    rows = [{"コード": one.code, "人口": str(number)} for number, one in enumerate(then, 1)]
    found, told = made(rows, people(cities=True))

    assert [what.split(" ")[0] for _, _, what in told] == ["193411"]  # 上九一色村 went to 甲府市 and 富士河口湖町
    lost = sum(int(rows[(line or 0) - 2]["人口"]) for line, _, _ in told)
    assert sum(int(row["人口"]) for row in found) + lost == sum(range(1, len(then) + 1))
    now = {one.code for one in municipalities_on(NEW)}
    assert {row["全国地方公共団体コード"] for row in found} <= now
    whole = {one.code for one in municipalities_on(NEW) if one.kind != "行政区"} - NORTHERN
    assert whole - {row["全国地方公共団体コード"] for row in found} == set()


def test_tables_of_two_years_join_by_code_alone() -> None:
    """静岡市, 清水市 and 由比町 are one city with wards; a ward of 浜松市 has another code from 2024 on."""
    old = [
        {"コード": "22201", "人口": "472,000"},
        {"コード": "222046", "人口": "237000"},
        {"コード": "223832", "人口": "10,000"},
    ]
    found, told = made(old, people(dt.date(2002, 10, 1), dt.date(2020, 10, 1), cities=True))
    assert told == []
    (row,) = found
    assert row == {
        "全国地方公共団体コード": "221007",
        "都道府県": "静岡県",
        "市区町村（郡）": "静岡市",
        "人口": "719000",
    }
    assert where_on("221317", dt.date(2010, 1, 1), end=dt.date(2020, 1, 1)) == ("221317",)
    assert where_on("221317", dt.date(2010, 1, 1), end=NEW) == ("221384",)


def test_what_was_divided_is_told_and_not_guessed_and_wards_may_be_their_city() -> None:
    rows = [
        {"コード": "112046", "人口": "485000"},
        {"コード": "112054", "人口": "456000"},
        {"コード": "112151", "人口": "1"},
    ]
    found, told = made(rows, people(dt.date(2000, 10, 1)))
    assert [row["人口"] for row in found] == ["1"]
    assert [(line, column) for line, column, _ in told] == [(2, "コード"), (3, "コード")]
    assert "浦和区" in told[0][2]

    found, told = made(rows[:2], people(dt.date(2000, 10, 1), cities=True))
    assert (found[0]["全国地方公共団体コード"], found[0]["市区町村（郡）"], found[0]["人口"]) == (
        "111007",
        "さいたま市",
        "941000",
    )
    assert told == []


def test_a_city_beside_its_wards_and_what_is_withheld_is_told() -> None:
    day = dt.date(2015, 10, 1)
    rows = [{"コード": "221309", "人口": "3"}, {"コード": "221317", "人口": "1"}, {"コード": "221325", "人口": "2"}]
    found, told = made(rows, people(day, cities=True))
    assert "added twice" in told[0][2]
    assert [row["人口"] for row in found] == ["6"]
    hidden = [{"コード": "22201", "人口": "5"}, {"コード": "222046", "人口": "X"}]
    found, told = made(hidden, people(dt.date(2002, 10, 1), cities=True))
    assert [row["人口"] for row in found] == [""]
    assert told == [(1, "人口", "221007: a part of 人口 is not known")]


def test_bad_rows_are_told_and_the_others_counted() -> None:
    rows = [
        {"コード": "302015", "人口": "1.5"}, {"コード": "30201x", "人口": "1"}, {"コード": "999993", "人口": "1"},
        {"コード": "302015", "人口": "many"}, {"コード": "302015", "人口": "2"}, {"コード": "300004", "人口": "9"},
        {"コード": "221384", "人口": "1"},
    ]  # fmt: skip
    found, told = made(rows, people())

    assert {row["全国地方公共団体コード"]: row["人口"] for row in found} == {"300004": "9", "302015": "3.5"}
    assert [(line, column) for line, column, _ in told] == [(3, "コード"), (4, "コード"), (5, "人口"), (8, "コード")]


def test_the_way_is_that_of_the_register() -> None:
    for one in municipalities_on(OLD):
        assert set(where_on(one.code, OLD, end=NEW)) == {there.code for there in became(one.code)}


def test_a_day_that_is_not_known_is_refused() -> None:
    for start, end in ((dt.date(1960, 1, 1), NEW), (OLD, dt.date(2030, 1, 1))):
        with pytest.raises(UnknownPlace):
            people(start, end)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, target = tmp_path / "t.csv", tmp_path / "o.csv"
    path.write_text(
        "市町村コード,名,年,人口,世帯\n22201,静岡市,2000,10,1\n222046,清水市,2000,5,2\n22201,静岡市,2001,7,1\n",
        encoding="cp932",
    )
    days = ["--from", "2000-10-01", "--to", "2005-10-01", "--cities"]
    columns = ["--code", "市町村コード", "--sum", "人口", "--sum", "世帯", "--by", "年"]
    assert main(["registry", "recode", str(path), str(target), *columns, *days]) == 0
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["全国地方公共団体コード"], row["年"], row["人口"], row["世帯"]) for row in rows] == [
        ("221007", "2000", "15", "3"), ("221007", "2001", "7", "1"),
    ]  # fmt: skip
    assert "3 of 3 rows" in capsys.readouterr().err
