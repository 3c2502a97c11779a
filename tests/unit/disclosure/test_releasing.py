"""Plans, releases and pseudonyms, by the library and by the command."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.disclosure import (
    BadHierarchy,
    BadPlan,
    Dates,
    Listed,
    NotAnonymous,
    Plan,
    Prefix,
    Widths,
    anonymise,
    pseudonymise,
    read_plan,
)
from kiban.linkage.salting.keys import Key
from kiban.shell.cli import main

PLAN = """columns:
  宛名番号: drop
  氏名: drop
  生年月日: {quasi: {dates: [month, year, 5, 10]}}
  住所コード: {quasi: {prefix: [6, 2]}}
  性別: quasi
  傷病: {sensitive: {distinct: 3}}
  支給額: keep
k: 5
left_out: 0.04
"""
HEADER = ["宛名番号", "氏名", "生年月日", "住所コード", "性別", "傷病", "支給額"]


def rows(count: int = 600) -> list[list[str]]:
    chance = random.Random(5)
    return [
        [
            f"{number:08}",
            f"和歌山{number}",
            f"{chance.randint(1930, 2020)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            chance.choice(["302015", "302023"]) + f"{chance.randint(1, 40):04}000",
            chance.choice("12"),
            chance.choice("ABCDE"),
            str(chance.randint(1, 9) * 1000),
        ]
        for number in range(count)
    ]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    (tmp_path / "plan.yaml").write_text(PLAN, "utf-8")
    return read_plan(tmp_path / "plan.yaml")


def columns(table: list[list[str]]) -> dict[str, list[str]]:
    return {name: [row[at] for row in table] for at, name in enumerate(HEADER)}


def test_a_release_holds_what_its_plan_asks(plan: Plan) -> None:
    table = rows()
    release = anonymise(columns(table), plan)
    assert release.header == HEADER[2:]
    assert release.outcome.rows == 600
    assert release.outcome.released == len(release.rows) >= 576
    classes: dict[tuple[str, ...], list[str]] = {}
    for row in release.rows:
        classes.setdefault(tuple(row[:3]), []).append(row[3])
    assert min(map(len, classes.values())) == release.outcome.smallest >= 5
    assert all(len(set(ills)) >= 3 for ills in classes.values())
    assert release.rows == sorted(release.rows)
    assert "和歌山" not in str(release.rows)
    assert release.outcome.worst_risk == 1 / release.outcome.smallest
    assert Counter(row[4] for row in release.rows) <= Counter(row[6] for row in table)


def test_why_no_column_is_told_finer(plan: Plan) -> None:
    outcome = anonymise(columns(rows()), plan).outcome
    for step in outcome.steps:
        assert (step.finer is None) == (step.level == 0)
        assert step.finer is None or step.finer > 24 or step.lost > 0


@pytest.mark.parametrize(
    ("was", "now", "told", "line"),
    [
        ("  性別: quasi\n", "", "does not say what becomes of 性別", None),
        ("  性別: quasi", "  性別: {quasi: {ages: [5]}}", "no hierarchy", 6),
        ("  性別: quasi", "  性別: tell", "not said what becomes", 6),
        ("[6, 2]", "[2, 6]", "must become shorter", 5),
        ("[6, 2]", "[six]", "no list of whole numbers", 5),
        ("[month, year, 5, 10]", "[year, month]", "no steps of a date", 4),
        ("distinct: 3", "distinct: many", "a number above 0", 7),
        ("distinct: 3", "different: 3", "no requirement", 7),
        ("k: 5", "k: 1", "at least 2", 9),
        ("left_out: 0.04", "left_out: 4", "no share below 1", 10),
        ("left_out", "left", "there is no 'left'", 10),
        ("宛名番号: drop", "宛名番号: pseudonym", "規則62条3号", None),
        ("columns:", "colums:", "there are no columns", None),
    ],
)
def test_a_faulty_plan_is_told_by_line_with_a_remedy(
    tmp_path: Path, was: str, now: str, told: str, line: int | None
) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN.replace(was, now), "utf-8")
    with pytest.raises((BadPlan, BadHierarchy), match=told) as refused:
        anonymise(columns(rows(30)), read_plan(tmp_path / "plan.yaml"))
    assert refused.value.remedy
    assert line is None or (refused.value.where.file, refused.value.where.line) == ("plan.yaml", line)


def test_numbers_of_persons_never_go_out(plan: Plan) -> None:
    table = columns(rows(50))
    table["支給額"] = ["123456789018"] * 50
    with pytest.raises(BadPlan, match="個人番号") as refused:
        anonymise(table, plan)
    assert refused.value.where.field == "支給額"
    assert "1234" not in str(refused.value)


def test_a_column_that_names_each_row_is_warned_of(plan: Plan) -> None:
    table = columns(rows(100))
    table["支給額"] = [str(number) for number in range(100)]
    assert any(one.startswith("支給額") for one in anonymise(table, plan).outcome.warnings)


def test_a_table_that_is_too_small_is_refused(plan: Plan) -> None:
    with pytest.raises(NotAnonymous, match="even with nothing told"):
        anonymise(columns(rows(4)), plan)


@given(st.integers(-50, 200))
def test_ranges_hold_their_numbers(number: int) -> None:
    value, five, ten, nothing = Widths((5, 10), bottom=-50, top=90)(str(number))
    assert nothing == "*"
    if number >= 90:
        assert {value, five, ten} == {"90-"}
        return
    for label, width in ((five, 5), (ten, 10)):
        start = number - (number + 50) % width
        assert label == f"{start}-{start + width - 1}"


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Widths((5, 12)), "not a multiple"),
        (lambda: Widths(()), "at least 1"),
        (lambda: Widths((5, 10), top=93), "cuts a range"),
        (lambda: Prefix(()), "at least one character"),
        (lambda: Dates(("decade",)), "no steps of a date"),
        (lambda: Listed.of([["a", "b"], ["c"]]), "1 steps where the first row has 2"),
        (lambda: Listed.of([["a", "b"], ["a", "c"]]), "twice"),
        (lambda: Widths((5,))("many"), "is not a number"),
        (lambda: Dates(("year",))("someday"), "."),
        (lambda: Listed.of([["a", "*"]])("b"), "no row for a value"),
    ],
)
def test_hierarchies_that_lead_nowhere_are_refused(make: object, told: str) -> None:
    with pytest.raises(BadHierarchy, match=told) as refused:
        make()  # type: ignore[operator]  # one of several callables
    assert refused.value.remedy


def test_steps_that_part_what_was_one_are_refused(plan: Plan) -> None:
    table = columns(rows(20))
    table["性別"] = ["1", "2"] * 10
    wrong = Plan(
        plan.columns,
        {**plan.hierarchies, "性別": Listed.of([["1", "x", "p", "*"], ["2", "x", "q", "*"]])},
        plan.requirements,
    )
    with pytest.raises(BadHierarchy, match="not alike at step 2"):
        anonymise(table, wrong)


def test_empty_cells_are_values_of_their_own() -> None:
    assert Dates(("year", 10))("") == ("", "", "", "*")
    assert Dates(("year", 10))("平成2年1月31日") == ("1990-01-31", "1990", "1990-1999", "*")
    assert Widths((5,))("") == ("", "", "*")


def test_a_pseudonym_is_the_same_for_one_recipient_only() -> None:
    plan = Plan({"番号": "pseudonym", "氏名": "drop", "額": "keep"}, {}, ())
    table = {"番号": ["7", "8", "7", ""], "氏名": ["a", "b", "a", "c"], "額": ["1", "2", "3", "4"]}
    key = Key(bytes(32))
    header, told = pseudonymise(table, plan, key=key, recipient="県")
    _, other = pseudonymise(table, plan, key=key, recipient="大学")
    _, renewed = pseudonymise(table, plan, key=Key(bytes([1] * 32)), recipient="県")
    assert header == ["番号", "額"]
    assert told[0][0] == told[2][0] != told[1][0]
    assert told[3] == ["", "4"]
    assert len({one[0][0] for one in (told, other, renewed)}) == 3
    with pytest.raises(BadPlan, match="no column becomes"):
        pseudonymise(table, Plan(dict.fromkeys(table, "keep"), {}, ()), key=key, recipient="県")


def test_the_commands_from_file_to_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "t.csv", tmp_path / "out.csv"
    with source.open("w", encoding="cp932", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows()])
    (tmp_path / "plan.yaml").write_text(PLAN, "utf-8")
    plan = str(tmp_path / "plan.yaml")
    words = ["disclosure", "anonymise", str(source), str(target), "--plan", plan]

    assert main([*words, "--report", str(tmp_path / "r.json")]) == 0
    told = capsys.readouterr().err
    assert "規則62条1号・2号・3号: left out wholly: 宛名番号, 氏名" in told
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["smallest"] >= 5
    assert target.read_text("utf-8").splitlines()[0] == "生年月日,住所コード,性別,傷病,支給額"

    assert main(["disclosure", "count", str(source), str(target), "--by", "傷病", "--across", "性別"]) == 0
    assert target.read_text("utf-8").splitlines()[-1].endswith(",600")
    assert main(["disclosure", "count", str(source), str(target), "--by", "病"]) == 1
    assert "there is no column 病" in capsys.readouterr().err

    (tmp_path / "plan.yaml").write_text(PLAN.replace("宛名番号: drop", "宛名番号: pseudonym"), "utf-8")
    words = ["disclosure", "pseudonymise", str(source), str(target), "--plan", plan, "--recipient", "県"]
    assert main([*words, "--new-key", str(tmp_path / "key")]) == 0
    first = target.read_bytes()
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    assert main([*words, "--key", str(tmp_path / "key")]) == 0
    assert target.read_bytes() == first
    assert main([*words, "--new-key", str(tmp_path / "key")]) == 1
    assert "the file exists" in capsys.readouterr().err


def test_a_row_that_cannot_be_read_is_told_and_the_others_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.csv").write_text("病\nA\nA\nB\nA,1\nB\n", "utf-8")
    words = ["disclosure", "count", str(tmp_path / "t.csv"), str(tmp_path / "o.csv"), "--by", "病", "--least", "2"]
    assert main(words) == 1
    assert "t.csv:5" in capsys.readouterr().err
    assert (tmp_path / "o.csv").read_text("utf-8").splitlines() == [",計", "A,2", "B,2", "計,4"]
