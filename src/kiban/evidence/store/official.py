"""The official tables in the store: sheets, payees, budget items, logic models, and every row as it came."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from kiban.evidence.errors import BadSheet
from kiban.evidence.logic import LogicModel
from kiban.evidence.model import Direction, Edge, LogicNode, NodeKind
from kiban.evidence.sheets.official import Tables, official_files, read_official
from kiban.evidence.store.editions import Edition, arriving
from kiban.evidence.store.warehouse import Warehouse, moment
from kiban.kernel.errors import Where
from kiban.kernel.tabular import Report

KINDS = {"アクティビティ": NodeKind.ACTIVITY, "アウトプット": NodeKind.OUTPUT, "アウトカム": NodeKind.OUTCOME}
HORIZONS = {"短期": "short", "中期": "middle", "長期": "long"}
DIRECTIONS = {"上向き": Direction.UP, "下向き": Direction.DOWN}
TABLES = ("sheets", "payees", "budget_items", "logic_nodes", "logic_edges", "budgets", "official_rows")


def load_official(warehouse: Warehouse, folder: Path, *, at: dt.datetime | None = None) -> list[Report]:
    """Load the official tables of a folder; what it replaces of the same sheet years is kept as past.

    Raises:
        BadSheet: the folder has none of them. A file that lacks a needed column is refused in its report.
    """
    if not official_files(folder):
        raise BadSheet("no official table (1-1_RS_2024_….csv or .zip) here", where=Where(str(folder)))
    tables = read_official(folder)
    source = f"official:{folder.name}"
    with warehouse.transaction():
        for table in TABLES:
            for edition, rows in _editions(table, getattr(tables, table), at=at or moment()):
                _insert(warehouse, edition, rows=rows, source=source)
    return tables.reports


Rows = list[dict[str, Any]]


def _editions(table: str, rows: Rows, *, at: dt.datetime) -> Iterator[tuple[Edition, Rows]]:
    """What arrives for one table; rows as they came are kept by the number of their official table."""
    parts = sorted({row["table_no"] for row in rows}) if table == "official_rows" else [""]
    for part in parts if rows else ():
        own = [row for row in rows if not part or row["table_no"] == part]
        yield Edition(table, tuple(sorted({row["sheet_year"] for row in own})), at, part), own


def _insert(warehouse: Warehouse, edition: Edition, *, rows: Rows, source: str) -> None:
    named = [str(name) for name, *_ in warehouse.rows(f"DESCRIBE {edition.table}")]
    frame = pa.table({name: [_cell(row, name) if name != "source" else source for row in rows] for name in named})
    with arriving(warehouse.connection, edition):
        warehouse.connection.register("coming", frame)
        warehouse.connection.execute(f"INSERT INTO {edition.table} SELECT {', '.join(named)} FROM coming")  # noqa: S608 own names
        warehouse.connection.unregister("coming")


def _cell(row: dict[str, Any], name: str) -> Any:
    value = row.get(name)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def sheet_logic(warehouse: Warehouse, year: int, *, project: int) -> LogicModel | None:
    """The logic model (効果発現経路) of a sheet from tables 3-1 and 3-2, or None when it has none."""
    rows = warehouse.rows(
        "SELECT number, kind, horizon, label, indicator, unit, direction, evidence, targets FROM logic_nodes "
        "WHERE sheet_year = ? AND project_id = ? ORDER BY number",
        [year, project],
    )
    if not rows:
        return None
    policy = f"{year}/{project}"
    nodes = {node.id: node for node in (_node(policy, row) for row in rows)}
    edges = warehouse.rows(
        "SELECT from_no, to_no, reason FROM logic_edges WHERE sheet_year = ? AND project_id = ? ORDER BY 1, 2",
        [year, project],
    )
    known = [Edge(str(a), str(b), str(why or "")) for a, b, why in edges if str(a) in nodes and str(b) in nodes]
    return LogicModel(policy, nodes, tuple(known))


def _node(policy: str, row: tuple[Any, ...]) -> LogicNode:
    number, kind, horizon, label, indicator, unit, direction, evidence, targets = row
    target, year = _last_target(json.loads(targets or "{}"))
    return LogicNode(
        id=str(number),
        policy=policy,
        kind=next((one for word, one in KINDS.items() if word in (kind or "")), NodeKind.ACTIVITY),
        label=label or indicator or kind or "",
        indicator=indicator,
        unit=unit or "",
        direction=DIRECTIONS.get(direction or ""),
        source=evidence or "",
        target=target,
        target_year=year,
        horizon=next((one for word, one in HORIZONS.items() if word in (horizon or "")), ""),
    )


def _last_target(targets: dict[str, float]) -> tuple[float | None, int | None]:
    """The target that lies furthest ahead."""
    year = max(targets, default=None)
    return (None, None) if year is None else (targets[year], int(year))


def on_track(warehouse: Warehouse, year: int, *, project: int) -> dict[str, bool | None]:
    """For each stage of a sheet whether its newest result met the target of the same year; None when nobody can say."""
    rows = warehouse.rows(
        "SELECT number, direction, targets, results FROM logic_nodes WHERE sheet_year = ? AND project_id = ?",
        [year, project],
    )
    return {
        str(number): _met(json.loads(str(targets)), json.loads(str(results)), direction=DIRECTIONS.get(str(direction)))
        for number, direction, targets, results in rows
    }


def _met(targets: dict[str, float], results: dict[str, float], *, direction: Direction | None) -> bool | None:
    year = max(targets.keys() & results.keys(), default=None)
    if year is None or direction is None:
        return None
    return results[year] >= targets[year] if direction is Direction.UP else results[year] <= targets[year]


__all__ = ["Tables", "load_official", "on_track", "sheet_logic"]
