"""The legal table: default deny, in force by date, and clear about what is wrong in it."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from kiban.exchange.errors import BadLegalTable, NotAllowed
from kiban.exchange.legal import ANY, LegalTable, Question, affairs, load_table, parse_table
from kiban.exchange.model import AgencyKind

DAY = dt.date(2026, 11, 21)
TABLE = load_table()
ITEMS = sorted({item for row in TABLE.rows for item in row.items})


def allowed(question: Question, day: dt.date = DAY) -> bool:
    try:
        TABLE.row(question, day=day)
    except NotAllowed:
        return False
    return True


def test_of_all_questions_exactly_those_of_the_rows_are_allowed() -> None:
    told = set()
    for row in TABLE.rows:
        holders = list(AgencyKind) if row.holder == ANY else [AgencyKind(row.holder)]
        told |= {(row.asker, row.affair, holder, item) for holder in holders for item in row.items}

    every = itertools.product(AgencyKind, [*affairs(TABLE.rows), "unknown"], AgencyKind, [*ITEMS, "secret.item"])
    found = {(a, f, h, i) for a, f, h, i in every if allowed(Question(a, f, h, (i,)))}

    assert found == told


def test_all_items_must_be_allowed_together() -> None:
    asker, holder = AgencyKind.MUNICIPALITY, AgencyKind.MUNICIPALITY

    assert allowed(Question(asker, "nhi", holder, ("tax.income", "nhi.qualification")))
    assert not allowed(Question(asker, "nhi", holder, ("tax.income", "allowance.child")))
    assert not allowed(Question(asker, "nhi", holder, ()))


def test_a_row_is_valid_from_its_day() -> None:
    question = Question(AgencyKind.MUNICIPALITY, "child_allowance", AgencyKind.PENSION, ("pension.category",))

    assert not allowed(question, dt.date(2024, 5, 26))
    assert allowed(question, dt.date(2024, 5, 27))


def test_only_the_person_asks_for_the_affair_self_and_only_behind_a_door() -> None:
    rows = [row for row in TABLE.rows if row.affair == "self"]

    assert {row.asker for row in rows} == {AgencyKind.PORTAL}
    assert all(row.door for row in rows)
    assert not any(row.door for row in TABLE.rows if row.affair != "self")


def test_rows_say_whether_they_were_verified() -> None:
    assert TABLE.basis("child.pension") == "番号法 19条8号"
    assert TABLE.basis("move.in") == "住民基本台帳法 24条の2"
    assert {row.id for row in TABLE.rows if row.verified} == {"self.usage"}


ROW = (
    "  - {id: a, asker: municipality, affair: x, holder: pension, items: [i], law: L, article: '1', from: 2024-01-01}\n"
)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("version: '1'\nrows:\n" + ROW + ROW, 4, "stands twice"),
        ("version: '1'\nrows:\n" + ROW + ROW.replace("municipality", "nobody"), 4, "Invalid enum"),
        ("version: '1'\nrows:\n" + ROW.replace("holder: pension", "holder: pensions"), 3, "no kind of agency"),
        ("version: '1'\nrows:\n" + ROW.replace("law: L, ", ""), 3, "missing required field `law`"),
        ("version: '1'\nrows:\n  - {id: [}\n", 3, "no YAML"),
        ("rows: 5\n", None, "no rows"),
        ("rows:\n" + ROW, None, "version"),
    ],
)
def test_a_wrong_table_names_file_line_and_fault(text: str, line: int | None, told: str) -> None:
    with pytest.raises(BadLegalTable, match=told) as caught:
        parse_table(text, file="table.yaml")

    assert (caught.value.where.file, caught.value.where.line) == ("table.yaml", line)


def test_an_empty_table_allows_nothing() -> None:
    with pytest.raises(NotAllowed):
        LegalTable("0", ()).row(Question(AgencyKind.PORTAL, "self", AgencyKind.PENSION, ("pension.category",)), day=DAY)
