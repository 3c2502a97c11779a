"""The 15 official tables of the review-sheet site (行政事業レビュー見える化サイト), as CSV or in the zip they come in.

Files are known by their names (``2-1_RS_2024_…``); a table that lacks a needed column is refused by name, a bad row by
line and column, and the good rows stay. Amounts are yen as the site states them. Column names: the site's own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, Row, parse_integer, parse_number, read_rows

NAME = re.compile(r"^(?P<table>[1-6]-[1-5])_RS_(?P<year>\d{4})_.*\.(csv|zip)$")
KEYS = ("事業年度", "予算事業ID")
NEEDED: dict[str, tuple[str, ...]] = {
    "1-2": ("事業名", "府省庁", "局・庁", "事業の目的", "現状・課題", "事業の概要", "事業区分", "事業開始年度",
            "事業終了(予定)年度", "主要経費"),
    "2-1": ("予算年度", "当初予算(合計)", "補正予算(合計)", "前年度からの繰越し(合計)", "予備費等(合計)",
            "計(歳出予算現額合計)", "執行額(合計)", "翌年度への繰越し(合計)", "翌年度要求額(合計)", "会計区分"),
    "2-2": ("予算年度", "会計区分", "会計", "勘定", "予算種別", "所管", "組織・勘定", "項", "目",
            "歳出予算項目の補足情報",
            "予算額(歳出予算項目ごと)", "翌年度要求額(歳出予算項目ごと)"),
    "3-1": ("アクティビティ・アウトプット・アウトカムの番号", "種別(アクティビティ・アウトプット・アウトカム)",
            "アウトカムの期間", "アクティビティ/活動目標/成果目標", "活動指標/成果指標", "単位", "改善の上向き/下向き",
            "成果実績及び目標値の根拠として用いた統計・データ名(出典)", "目標年度/目標値/実績値/達成率"),
    "3-2": ("派生元ーアクティビティ・アウトプット・アウトカムの番号",
            "派生先ーアクティビティ・アウトプット・アウトカムの番号", "後続アウトカムへのつながり"),
    "5-1": ("支出先ブロック番号", "事業を行う上での役割", "支出先名", "法人番号", "支出先の合計支出額", "契約概要",
            "金額"),
    "5-2": ("支出元の支出先ブロック", "担当組織からの支出", "支出先の支出先ブロック"),
}  # fmt: skip
"""Columns that must be there, in NFKC; tables without an entry need only the keys."""
METHODS = "実施方法ー"
OFFICE = "組織"
YES = {"1", "TRUE", "True", "true", "○", "はい"}


@dataclass(slots=True)
class Tables:
    """What the files say: rows ready for the store, by its table, and what was wrong."""

    sheets: list[dict[str, Any]] = field(default_factory=list)
    payees: list[dict[str, Any]] = field(default_factory=list)
    budget_items: list[dict[str, Any]] = field(default_factory=list)
    logic_nodes: list[dict[str, Any]] = field(default_factory=list)
    logic_edges: list[dict[str, Any]] = field(default_factory=list)
    budgets: list[dict[str, Any]] = field(default_factory=list)
    official_rows: list[dict[str, Any]] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    refused: set[tuple[str, int]] = field(default_factory=set)


Key = tuple[int, int]


@dataclass(slots=True)
class _Table:
    """One table's rows by sheet, in order."""

    rows: dict[Key, list[Row]] = field(default_factory=lambda: defaultdict(list))
    report: Report = field(default_factory=lambda: Report(""))
    year: int = 0
    refused: bool = False


def official_files(folder: Path) -> dict[str, list[Path]]:
    """Table number → its files in a folder, oldest year first."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.iterdir()):
        if match := NAME.match(path.name):
            found[match["table"]].append(path)
    return dict(found)


def read_official(folder: Path) -> Tables:
    """Read every official table of a folder.

    A file that lacks a needed column or is no CSV is refused by its report; the other files are read. Payees of a year
    whose 5-2 was refused are left out too: without it, re-commissioned money would count as direct money.
    """
    files = official_files(folder)
    read = {table: [_read(table, path) for path in paths] for table, paths in files.items()}
    made = Tables(reports=[one.report for tables in read.values() for one in tables])
    made.refused = {(table, one.year) for table, tables in read.items() for one in tables if one.refused}
    joined = {table: _joined(tables) for table, tables in read.items()}
    _sheets(joined, made)
    _payees(joined, made)
    for table, maker in (("2-2", _item), ("3-1", None), ("3-2", _edge)):
        if maker is not None:
            _each(joined, table, made=made, maker=maker)
    _nodes(joined, made)
    _budgets(joined, made)
    for table, rows in joined.items():
        made.official_rows += [
            {"table_no": table, "sheet_year": key[0], "project_id": key[1], "line": row.line, "data": row.values}
            for key, found in rows.items()
            for row in found
        ]
    return made


def _read(table: str, path: Path) -> _Table:
    """One file; what makes it unreadable as a whole becomes its only fault."""
    named = NAME.match(path.name)
    made = _Table(report=Report(path.name), year=int(named["year"]) if named else 0)
    try:
        _read_rows(table, path, made=made)
    except BadInput as bad:
        made.report.fault(1, f"the file is refused: {bad.what}", remedy=bad.remedy)
        made.refused = True
    return made


def _read_rows(table: str, path: Path, *, made: _Table) -> None:
    for row in read_rows(path, [*KEYS, *NEEDED.get(table, ())], report=made.report):
        try:
            key = (_whole(row, KEYS[0]), _whole(row, KEYS[1]))
        except BadInput as error:
            made.report.fault(row.line, error.what, column=error.where.field, remedy="write the year and the id")
            continue
        made.rows[key].append(row)
        made.report.kept += 1


def _whole(row: Row, column: str) -> int:
    value = _yen(row, column)
    if value is None:
        raise BadInput(f"{column} is empty", where=Where(field=column), remedy="every row names its sheet")
    return value


def _yen(row: Row, column: str) -> int | None:
    """A whole number; what is none is refused by its column."""
    try:
        return parse_integer(row.values.get(column, ""))
    except BadInput as error:
        remedy = error.remedy or "write a whole number"
        raise BadInput(error.what, where=Where(field=column), remedy=remedy) from error


def _joined(tables: list[_Table]) -> dict[Key, list[Row]]:
    out: dict[Key, list[Row]] = defaultdict(list)
    for table in tables:
        for key, rows in table.rows.items():
            out[key] += rows
    return out


Joined = dict[str, dict[Key, list[Row]]]
Maker = Callable[[Key, Row], dict[str, Any] | None]


def _each(joined: Joined, table: str, *, made: Tables, maker: Maker) -> None:
    """Rows of one table as the store keeps them; a row that cannot be read is reported."""
    target = made.budget_items if table == "2-2" else made.logic_edges
    for key, rows in joined.get(table, {}).items():
        for row in rows:
            if (value := _tried(maker, key, row=row, table=table, made=made)) is not None:
                target.append(value)


def _tried(maker: Maker, key: Key, *, row: Row, table: str, made: Tables) -> dict[str, Any] | None:
    try:
        return maker(key, row)
    except BadInput as error:
        own = [one for one in made.reports if one.file.startswith(f"{table}_")]
        report = next((one for one in own if one.file.startswith(f"{table}_RS_{key[0]}_")), own[0])
        report.fault(row.line, error.what, column=error.where.field, remedy=error.remedy)
        report.kept -= 1
        return None


def _sheets(joined: Joined, made: Tables) -> None:
    """One line per sheet: its words of 1-2 and the sums of 2-1 of the year before (the budget that was held)."""
    for key, rows in joined.get("1-2", {}).items():
        about = rows[0]
        held = _held(joined.get("2-1", {}).get(key, []), key[0])
        money = _tried(_money, key, row=held, table="2-1", made=made) if held else None
        words = {"name": "事業名", "ministry": "府省庁", "bureau": "局・庁", "category": "事業区分",
                 "major_expense": "主要経費", "purpose": "事業の目的", "issues": "現状・課題",
                 "overview": "事業の概要"}  # fmt: skip
        found: dict[str, Any] = {name: about.values[column] or None for name, column in words.items()}
        found |= {"sheet_year": key[0], "project_id": key[1], "start_year": _year(about, "事業開始年度"),
                  "end_year": _year(about, "事業終了(予定)年度"), "methods": _methods(about)}  # fmt: skip
        made.sheets.append(found | (money or {}))


def _held(rows: list[Row], year: int) -> Row | None:
    """The line of sums of the year before the sheet's; lines of one account have its name."""
    sums = [row for row in rows if not row.values["会計区分"].strip()]
    return next((row for row in sums if row.values["予算年度"].strip() == str(year - 1)), None)


MONEY = {
    "initial_budget": "当初予算(合計)", "supplementary": "補正予算(合計)",
    "carryover_in": "前年度からの繰越し(合計)", "reserve": "予備費等(合計)",
    "total_budget": "計(歳出予算現額合計)", "executed": "執行額(合計)",
    "carryover_next": "翌年度への繰越し(合計)", "next_request": "翌年度要求額(合計)",
}  # fmt: skip


def _money(_key: Key, row: Row) -> dict[str, Any]:
    return {"budget_fy": _yen(row, "予算年度"), **{name: _yen(row, column) for name, column in MONEY.items()}}


def _year(row: Row, column: str) -> int | None:
    try:
        return _yen(row, column)
    except BadInput:
        return None  # 不明, 終了予定なし


def _methods(row: Row) -> str | None:
    chosen = [name.removeprefix(METHODS) for name, value in row.values.items()
              if name.startswith(METHODS) and value.strip() in YES]  # fmt: skip
    return "|".join(chosen) or None


def _payees(joined: Joined, made: Tables) -> None:
    """Who received money: contracts where they are given, the payee's sum where not; with the way the money went."""
    for key, rows in joined.get("5-1", {}).items():
        if ("5-2", key[0]) in made.refused:
            continue
        chains = _chains(joined.get("5-2", {}).get(key, []))
        detailed = {
            (row.values["支出先ブロック番号"], row.values["支出先名"]) for row in rows if row.values["金額"].strip()
        }
        for row in rows:
            payee = (row.values["支出先ブロック番号"], row.values["支出先名"])
            if not row.values["金額"].strip() and payee in detailed:
                continue  # the sum of lines that follow
            value = _tried(_payee, key, row=row, table="5-1", made=made)
            if value is not None:
                chain = chains.get(payee[0], (OFFICE, payee[0]))
                made.payees.append(value | {"chain": "→".join(chain), "depth": len(chain) - 2})


def _payee(key: Key, row: Row) -> dict[str, Any]:
    amount = _yen(row, "金額")
    return {
        "sheet_year": key[0],
        "project_id": key[1],
        "block": row.values["支出先ブロック番号"],
        "payee": row.values["支出先名"] or None,
        "corporate_number": row.values["法人番号"].strip().removesuffix(".0") or None,
        "amount": amount if amount is not None else _yen(row, "支出先の合計支出額"),
        "role": row.values["事業を行う上での役割"] or None,
        "contract": row.values["契約概要"] or None,
    }


def _chains(rows: list[Row]) -> dict[str, tuple[str, ...]]:
    """Block → the way of the money from the office to it; a circle ends where it closes."""
    before = {row.values["支出先の支出先ブロック"]: row.values["支出元の支出先ブロック"] for row in rows}
    found = {}
    for block in before:
        way, at = [block], before[block]
        while at and at not in way:
            way.append(at)
            at = before.get(at, "")
        found[block] = (OFFICE, *reversed(way))
    return found


def _item(key: Key, row: Row) -> dict[str, Any]:
    names = {"account_category": "会計区分", "account": "会計", "sub_account": "勘定", "budget_type": "予算種別",
             "jurisdiction": "所管", "organization_account": "組織・勘定", "item": "項", "sub_item": "目",
             "note": "歳出予算項目の補足情報"}  # fmt: skip
    return {
        "sheet_year": key[0],
        "project_id": key[1],
        "budget_fy": _yen(row, "予算年度"),
        **{name: row.values[column] or None for name, column in names.items()},
        "amount": _yen(row, "予算額(歳出予算項目ごと)"),
        "next_request": _yen(row, "翌年度要求額(歳出予算項目ごと)"),
    }


def _edge(key: Key, row: Row) -> dict[str, Any] | None:
    ends = [_yen(row, f"{end}ーアクティビティ・アウトプット・アウトカムの番号") for end in ("派生元", "派生先")]
    if None in ends:
        return None
    reason = row.values["後続アウトカムへのつながり"] or None
    return {"sheet_year": key[0], "project_id": key[1], "from_no": ends[0], "to_no": ends[1], "reason": reason}


def _nodes(joined: Joined, made: Tables) -> None:
    """The stages of 3-1: the lines of one number (targets, results by year in wide columns) together."""
    for key, rows in joined.get("3-1", {}).items():
        stages: dict[int, dict[str, Any]] = {}
        for row in rows:
            value = _tried(_stage, key, row=row, table="3-1", made=made)
            if value is None:
                continue
            stage = stages.setdefault(value["number"], value | {"targets": {}, "results": {}})
            kept = {"目標値": "targets", "実績値": "results"}.get(row.values["目標年度/目標値/実績値/達成率"].strip())
            if kept:
                stage[kept] |= value["by_year"]
        made.logic_nodes += [{name: v for name, v in stage.items() if name != "by_year"} for stage in stages.values()]


def _stage(key: Key, row: Row) -> dict[str, Any]:
    years = {name: _by_year(row, name) for name in row.values if name.isdecimal() and row.values[name].strip()}
    return {
        "sheet_year": key[0],
        "project_id": key[1],
        "number": _whole(row, "アクティビティ・アウトプット・アウトカムの番号"),
        "kind": row.values["種別(アクティビティ・アウトプット・アウトカム)"].strip(),
        "horizon": row.values["アウトカムの期間"].strip() or None,
        "label": row.values["アクティビティ/活動目標/成果目標"] or None,
        "indicator": row.values["活動指標/成果指標"] or None,
        "unit": row.values["単位"] or None,
        "direction": row.values["改善の上向き/下向き"].strip() or None,
        "evidence": row.values["成果実績及び目標値の根拠として用いた統計・データ名(出典)"] or None,
        "by_year": {year: value for year, value in years.items() if value is not None},
    }


def _by_year(row: Row, year: str) -> float | None:
    """The value in a wide year column; rates may carry a percent sign."""
    try:
        return parse_number(row.values[year].strip().rstrip("%％"))
    except BadInput as error:
        raise BadInput(error.what, where=Where(field=year), remedy=error.remedy) from error


ACCOUNTS = {"account_category": "会計区分", "account": "会計", "sub_account": "勘定"}
OF_ACCOUNT = {
    "initial_budget": "当初予算", "total_budget": "歳出予算現額", "executed": "執行額", "next_request": "翌年度要求額",
}  # fmt: skip


def _budgets(joined: Joined, made: Tables) -> None:
    """The lines of one account of 2-1: money by sheet year, budget year and account."""
    for key, rows in joined.get("2-1", {}).items():
        for row in rows:
            value = _tried(_budget, key, row=row, table="2-1", made=made) if row.values["会計区分"].strip() else None
            if value is not None:
                made.budgets.append(value)


def _budget(key: Key, row: Row) -> dict[str, Any]:
    accounts = {name: row.values.get(column) or None for name, column in ACCOUNTS.items()}
    money = {name: _yen(row, column) for name, column in OF_ACCOUNT.items()}
    return {"sheet_year": key[0], "project_id": key[1], "budget_fy": _yen(row, "予算年度"), **accounts, **money}
