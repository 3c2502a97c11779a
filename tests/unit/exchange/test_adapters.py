"""Mappings and adapters: existing tables by configuration alone, and every mistake at its line."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from psycopg.pq import TransactionStatus

import postgres
from kiban.exchange import Change, HolderUnavailable, UnknownItem
from kiban.exchange.adapters import CsvAdapter, SqlAdapter, adapter_for
from kiban.exchange.errors import BadConfiguration, BadMessage
from kiban.exchange.mapping import parse_mapping
from kiban.simulators.agencies.kinds import MAPPINGS

MAPPING = """\
source: SOURCE
items:
  tax.income:
    table: 課税
    code: 符号
    fields: {fiscal_year: "年度:int", total_income: "所得:int", exempt: "非課税:bool", note.text: 備考}
    where: {取消: 0}
  children:
    table: 課税
    code: 符号
    fields: {}
    list: {as: children, table: 児童, by: 親, match: 符号, link: 符号, order: 生年月日, fields: {birth_date: 生年月日}}
changes:
  assessed: {write: 課税, code: 符号, holds: true,
    set: {年度: year, 所得: income.total, 非課税: "=0", 備考: maybe note, 取消: "=0"}}
  corrected: {update: 課税, code: 符号, set: {所得: income.total}}
  withdrawn: {delete: 課税, code: 符号, holds: false}
  relinked: {move: 課税, code: 符号, record: 年度}
persons: {table: 課税, code: 符号, record: 所得}
"""


def sql(folder: Path, source: str = "{sqlite: data.sqlite}") -> SqlAdapter:
    connection = sqlite3.connect(folder / "data.sqlite")
    connection.execute("CREATE TABLE IF NOT EXISTS 課税 (符号, 年度, 所得, 非課税, 備考, 取消)")
    connection.execute("CREATE TABLE IF NOT EXISTS 児童 (符号, 親, 生年月日)")
    connection.execute("INSERT INTO 課税 VALUES ('a', '2026', 100, 1, NULL, 0), ('b', 2026, 200, 0, 'x', 1)")
    connection.execute("INSERT INTO 児童 VALUES ('d', 'a', '2020-01-01'), ('c', 'a', '2018-01-01')")
    connection.commit()
    connection.close()
    return adapter_for(parse_mapping(MAPPING.replace("SOURCE", source), file="m.yaml"), folder=folder)


def csvs(folder: Path) -> SqlAdapter:
    (folder / "課税.csv").write_text(
        "符号,年度,所得,非課税,備考,取消\na,2026,100,1,,0\nb,2026,200,0,x,1\n", encoding="utf-8-sig"
    )
    (folder / "児童.csv").write_text("符号,親,生年月日\nd,a,2020-01-01\nc,a,2018-01-01\n", encoding="utf-8")
    return adapter_for(parse_mapping(MAPPING.replace("SOURCE", "{csv: .}"), file="m.yaml"), folder=folder)


@pytest.fixture(params=["sqlite", "dbapi", "csv"])
def adapter(request: pytest.FixtureRequest, tmp_path: Path) -> SqlAdapter:
    if request.param == "csv":
        return csvs(tmp_path)
    if request.param == "dbapi":
        return sql(tmp_path, f"{{module: sqlite3, connect: {{database: {tmp_path}/data.sqlite}}}}")
    return sql(tmp_path)


def close(adapter: SqlAdapter) -> None:
    adapter._connection().close()


def test_records_come_in_the_order_asked_and_none_where_nothing_is_held(adapter: SqlAdapter) -> None:
    found = adapter.read("tax.income", ["z", "a", "b"])

    assert found == [None, {"fiscal_year": 2026, "total_income": 100, "exempt": True, "note": {"text": None}}, None]
    assert adapter.read("children", ["a"]) == [
        {"children": [{"link": "c", "birth_date": "2018-01-01"}, {"link": "d", "birth_date": "2020-01-01"}]}
    ]
    close(adapter)


def test_a_record_is_moved_while_it_is_the_persons(adapter: SqlAdapter) -> None:
    moved = Change(kind="relinked", person="a", data={"record": "2026", "to": "c"}, key="1")

    assert adapter.apply(moved) == 1
    assert adapter.apply(moved) == 1  # it stands already: a stop came before its note
    assert adapter.apply(Change(kind="relinked", person="a", data={"record": "2026", "to": "z"}, key="3")) == 0
    assert [bool(one) for one in adapter.read("tax.income", ["a", "c"])] == [False, True]
    assert adapter.holdings_after(moved) == (("c",), ("a",))
    assert adapter.codes_of(["100", "200", "300"]) == {"100": "c", "200": "b"}
    with pytest.raises(BadMessage, match="record number"):
        adapter.apply(Change(kind="relinked", person="c", data={"to": "a"}, key="2"))
    gone = Change(kind="relinked", person="c", data={"record": "2026", "to": ""}, key="4")
    assert [adapter.apply(gone), adapter.apply(gone)] == [1, 1]
    assert adapter.holdings_after(gone) == ((), ("c",))
    close(adapter)


def test_a_record_number_that_two_persons_have_is_nobodys(adapter: SqlAdapter) -> None:
    twin = Change(kind="assessed", person="n", data={"year": 2026, "income": {"total": 200}}, key="1")
    assert adapter.codes_of(["100", "200"]) == {"100": "a", "200": "b"}

    adapter.apply(twin)

    assert adapter.codes_of(["100", "200"]) == {"100": "a"}
    close(adapter)


def test_changes_are_applied_by_the_mapping_and_again_without_effect(adapter: SqlAdapter) -> None:
    new = Change(kind="assessed", person="n", data={"year": 2027, "income": {"total": 5}}, key="1")
    assert [adapter.apply(new), adapter.apply(new)] == [1, 1]
    assert adapter.read("tax.income", ["n"])[0] == {
        "fiscal_year": 2027,
        "total_income": 5,
        "exempt": False,
        "note": {"text": None},
    }
    adapter.apply(Change(kind="corrected", person="n", data={"income": {"total": 6}}, key="2"))
    assert adapter.read("tax.income", ["n"])[0]["total_income"] == 6  # type: ignore[index]  # there is one
    assert adapter.apply(Change(kind="withdrawn", person="n", data={}, key="3")) == 1
    assert adapter.read("tax.income", ["n"]) == [None]
    changes = [Change(kind=kind, person="n", data={}, key="") for kind in ("assessed", "corrected", "withdrawn")]
    assert [adapter.holdings_after(one) for one in changes] == [(("n",), ()), ((), ()), ((), ("n",))]
    close(adapter)


def test_what_the_mapping_does_not_know_is_refused(adapter: SqlAdapter) -> None:
    with pytest.raises(UnknownItem):
        adapter.read("pension", ["a"])
    with pytest.raises(UnknownItem):
        adapter.apply(Change(kind="nothing", person="a", data={}, key="k"))
    with pytest.raises(BadMessage, match=r"income\.total"):
        adapter.apply(Change(kind="corrected", person="a", data={"income": 5}, key="k"))
    close(adapter)


def test_a_changed_csv_is_read_again_and_a_broken_one_is_not_used(tmp_path: Path) -> None:
    adapter = csvs(tmp_path)
    assert isinstance(adapter, CsvAdapter)
    adapter.check()
    (tmp_path / "課税.csv").write_text("符号,年度,所得,非課税,備考,取消\na,2026,999,1,,0\n", encoding="cp932")
    assert adapter.read("tax.income", ["a"])[0]["total_income"] == 999  # type: ignore[index]  # there is one
    (tmp_path / "課税.csv").write_text("符号,年度,所得,非課税,備考,取消\na,2026\n", encoding="utf-8")
    with pytest.raises(HolderUnavailable, match="課税"):
        adapter.read("tax.income", ["a"])
    close(adapter)


def test_a_csv_may_have_a_blank_line_before_its_header_and_a_break_in_a_name(tmp_path: Path) -> None:
    adapter = csvs(tmp_path)
    (tmp_path / "課税.csv").write_text('\n符号,年度,所得,非課税,備考,取消,"メ\nモ"\na,2027,1,0,,0,\n', encoding="utf-8")

    assert adapter.read("tax.income", ["a"])[0]["fiscal_year"] == 2027


def test_a_change_that_cannot_be_written_to_its_file_is_not_answered_from_memory(tmp_path: Path) -> None:
    adapter = csvs(tmp_path)
    (tmp_path / "課税.csv.new").mkdir()  # where the new file would be written

    with pytest.raises(HolderUnavailable, match="課税"):
        adapter.apply(Change(kind="withdrawn", person="a", data={}, key="1"))

    assert adapter.read("tax.income", ["a"]) != [None]
    close(adapter)


@pytest.mark.postgres
@pytest.mark.skipif(not postgres.installed(), reason="no PostgreSQL server is installed here")
def test_a_server_is_left_without_an_open_transaction_and_its_loss_is_told(tmp_path: Path) -> None:
    server = postgres.start()
    with psycopg.connect(server) as made:
        made.execute("CREATE TABLE IF NOT EXISTS 課税 (符号 TEXT, 年度 INT, 所得 INT, 非課税 INT, 備考 TEXT, 取消 INT)")
    source = f"{{module: psycopg, connect: {{conninfo: '{server}'}}}}"
    adapter = adapter_for(parse_mapping(MAPPING.replace("SOURCE", source), file="m.yaml"), folder=tmp_path)
    change = Change(kind="withdrawn", person="a", data={}, key="1")

    assert adapter.read("tax.income", ["a"]) == [None]
    assert adapter._connection().info.transaction_status is TransactionStatus.IDLE
    adapter._connection().close()
    with pytest.raises(HolderUnavailable):
        adapter.apply(change)
    assert adapter.apply(change) == 0  # over a new connection
    close(adapter)


def test_a_source_that_is_not_there_is_told(tmp_path: Path) -> None:
    adapter = adapter_for(parse_mapping(MAPPING.replace("SOURCE", "{sqlite: none.sqlite}"), file="m"), folder=tmp_path)

    with pytest.raises(HolderUnavailable):
        adapter.read("tax.income", ["a"])
    with pytest.raises(HolderUnavailable):
        adapter.apply(Change(kind="withdrawn", person="a", data={}, key="1"))
    with pytest.raises(BadConfiguration, match="not installed"):
        adapter_for(parse_mapping(MAPPING.replace("SOURCE", "{module: no_such_module}"), file="m"), folder=tmp_path)


@pytest.mark.parametrize(
    ("change", "line", "told"),
    [
        (("table: 課税", "tabel: 課税"), 4, "unknown field `tabel`"),
        (("年度:int", "年度:integer"), 3, "no type of column"),
        (("code: 符号, set: {所得", 'code: "符号; DROP", set: {所得'), 16, "no name of a table"),
        (("SOURCE", "{sqlite: a, csv: b}"), 1, "sqlite, csv or module"),
        (("SOURCE", "{sqlte: a}"), 1, "unknown field `sqlte`"),
        (("{delete: 課税,", "{delete: 課税, update: 課税,"), 17, "one of write, update, delete"),
        (("    where: {取消: 0}", "    where: {取消: 0"), None, "no YAML"),
    ],
)
def test_a_wrong_mapping_names_line_field_and_fault(change: tuple[str, str], line: int | None, told: str) -> None:
    with pytest.raises(BadConfiguration, match=told) as caught:
        parse_mapping(MAPPING.replace(*change).replace("SOURCE", "{sqlite: a}"), file="m.yaml")

    assert caught.value.where.file == "m.yaml"
    assert line is None or caught.value.where.line == line


def test_no_table_of_the_demo_needs_more_than_thirty_lines() -> None:
    for kind, text in MAPPINGS.items():
        mapping = parse_mapping(text, file=kind)
        tables = {item.table for item in mapping.items.values()}
        assert len(text.splitlines()) / len(tables) <= 30
