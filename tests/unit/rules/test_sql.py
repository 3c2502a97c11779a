"""The SQL text gives what the array kernel and the scalar evaluation give, to the yen, in DuckDB and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

import postgres
from kiban.kernel.errors import BadInput
from kiban.rules import NotInForce, RuleSet, load_rules, read_rules
from kiban.rules.arrays import compute
from kiban.rules.plan import Plan, plan
from kiban.rules.records import answers, batch_of
from kiban.rules.sql import sql
from rules_sample import PROGRAMMES, WHOLE, Households

ARROW = {"integer": pa.int64(), "number": pa.int64(), "boolean": pa.bool_(), "date": pa.date32(), "text": pa.string()}
Rows = list[tuple[Any, ...]]
Run = Callable[[Mapping[str, pa.Table], str], Rows]


def tables(ready: Plan, households: Sequence[Mapping[str, Any]]) -> dict[str, pa.Table]:
    """The tables that the SQL text expects."""
    rules = ready.rules
    own = [f for f in rules.facts.values() if not f.of]
    columns: dict[str, Any] = {"世帯": pa.array(range(len(households)), pa.int64())}
    columns |= {f.name: pa.array([h[f.name] for h in households], ARROW[f.type]) for f in own}
    columns |= {entity: pa.array([h[entity] is not None for h in households]) for entity in rules.entities}
    made = {"世帯": pa.table(columns)}
    for entity in rules.entities:
        rows = [(i, j + 1, m) for i, h in enumerate(households) for j, m in enumerate(h[entity] or ())]
        columns = {
            "世帯": pa.array([r[0] for r in rows], pa.int64()),
            "番号": pa.array([r[1] for r in rows], pa.int64()),
        }
        facts = [f for f in rules.facts.values() if f.of == entity]
        columns |= {f.name: pa.array([r[2][f.name] for r in rows], ARROW[f.type]) for f in facts}
        made[entity] = pa.table(columns)
    return made


def in_duckdb(given: Mapping[str, pa.Table], text: str) -> Rows:
    with duckdb.connect() as connection:
        for name, table in given.items():
            connection.register(name, table)
        return connection.execute(text).fetchall()


def compared(rules: RuleSet, *, on: dt.date, count: int, dialect: str, run: Run) -> None:
    """Fails where a result of the statement is not the array kernel's."""
    source = Households(rules, seed=count)
    households = [source.one() for _ in range(count)]
    ready = plan(rules, on)
    batch = batch_of(ready, households)
    wanted = answers(ready, batch, results=compute(ready, batch))
    given = tables(ready, households)
    for of, text in sql(ready, dialect).items():
        names = [name for name in ready.outputs if rules.variables[name].of == of]
        found = run(given, text)
        if of:
            lists = [list(zip(*(one[name] for name in names), strict=True)) for one in wanted]  # type: ignore[arg-type]  # a stand-in, or wrong on purpose
            expected = [(i, j + 1, *row) for i, rows in enumerate(lists) for j, row in enumerate(rows)]
        else:
            expected = [(i, *(one[name] for name in names)) for i, one in enumerate(wanted)]
        assert [pair for pair in zip(found, expected, strict=True) if pair[0] != pair[1]][:1] == []


@pytest.mark.parametrize("on", [dt.date(2024, 6, 1), dt.date(2025, 4, 1)])
def test_every_kind_of_node_gives_the_same_in_duckdb(on: dt.date) -> None:
    compared(read_rules(WHOLE, file="whole.yaml"), on=on, count=1500, dialect="duckdb", run=in_duckdb)


@pytest.mark.parametrize("path", PROGRAMMES, ids=lambda path: path.parent.name)
def test_every_programme_gives_the_same_in_duckdb(path: Path) -> None:
    days = []
    for on in (dt.date(2024, 6, 1), dt.date(2026, 12, 1)):
        try:
            compared(load_rules(path), on=on, count=500, dialect="duckdb", run=in_duckdb)
        except NotInForce:
            continue  # the programme did not exist that day
        days.append(on)
    assert days


@pytest.mark.skipif(not postgres.installed(), reason="no PostgreSQL server is installed")
def test_every_kind_of_node_and_every_programme_give_the_same_in_postgresql() -> None:
    psycopg = pytest.importorskip("psycopg", reason="PostgreSQL is an extra")
    types = {pa.int64(): "bigint", pa.bool_(): "boolean", pa.date32(): "date", pa.string(): "text"}
    with psycopg.connect(postgres.start()) as connection, connection.cursor() as cursor:
        cursor.execute("SET jit = off")  # as docs/rules.md says: compiling the longest statement takes minutes

        def run(given: Mapping[str, pa.Table], text: str) -> Rows:
            for name, table in given.items():
                columns = ", ".join(f'"{field.name}" {types[field.type]}' for field in table.schema)
                cursor.execute(f'DROP TABLE IF EXISTS "{name}"; CREATE TABLE "{name}" ({columns})')
                with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                    for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
                        copy.write_row(row)
            return list(cursor.execute(text).fetchall())

        compared(read_rules(WHOLE, file="w"), on=dt.date(2025, 4, 1), count=600, dialect="postgres", run=run)
        for path in PROGRAMMES:
            try:
                compared(load_rules(path), on=dt.date(2026, 12, 1), count=200, dialect="postgres", run=run)
            except NotInForce:
                continue
        connection.rollback()


def test_the_same_plan_gives_the_same_text_and_an_unknown_dialect_is_refused() -> None:
    rules = read_rules(WHOLE, file="whole.yaml")
    on = dt.date(2025, 4, 1)

    assert sql(plan(rules, on)) == sql(plan(rules, on))
    with pytest.raises(BadInput, match="dialects are duckdb, postgres, spark"):
        sql(plan(rules, on), "oracle")
