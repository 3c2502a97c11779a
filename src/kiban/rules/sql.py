"""SQL text of a plan, for whoever has the facts in a database: one statement, exact and three-valued as the others.

Tables: ``世帯`` with one row a household (column ``世帯`` its id, the household's facts, and for each entity a column
of its name that says whether its members are known), and one table an entity (``世帯``, ``番号`` the member's place
from 1, its facts). The text is made in DuckDB's words; SQLGlot writes it for PostgreSQL and Spark. On PostgreSQL run it
after ``SET jit = off``: compiling a statement of millions of characters takes minutes, running it less than a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import sqlglot
from sqlglot import exp

from kiban.kernel.errors import Where
from kiban.rules.errors import BadRule
from kiban.rules.expression import Node
from kiban.rules.plan import Plan, Planned
from kiban.rules.sqlnodes import HOUSEHOLD, ORDER, Place, Text, Writer, quoted

DIALECTS = ("duckdb", "postgres", "spark")


@dataclass(slots=True)
class _Level:
    """The chain of tables of the household or of an entity: each adds one column."""

    table: str
    current: str
    number: int = 0


@dataclass(slots=True)
class _Statement:
    plan: Plan
    parts: list[tuple[str, str]] = field(default_factory=list)
    levels: dict[str, _Level] = field(default_factory=dict)
    aggregates: int = 0
    dens: dict[str, str] = field(default_factory=dict)

    def level(self, of: str) -> _Level:
        if of not in self.levels:
            table = quoted(of or HOUSEHOLD)
            self.levels[of] = _Level(table, table)
        return self.levels[of]

    def add_column(self, of: str, *, columns: str, joined: str = "") -> None:
        """A new table of the chain: all columns so far and new ones."""
        level = self.level(of)
        level.number += 1
        name = quoted(f"{of or HOUSEHOLD}_{level.number}")
        self.parts.append((name, _select(f"t.*, {columns}", f"{level.current} AS t{joined}")))
        level.current = name

    def add_aggregate(self, of: str, expression: str) -> str:
        """A table of one value per household, from the present columns of an entity."""
        self.aggregates += 1
        name = quoted(f"集計_{self.aggregates}")
        key = quoted(HOUSEHOLD)
        self.parts.append((name, _select(f"{key}, {expression}", f"{self.level(of).current} AS t GROUP BY {key}")))
        return name


def _select(columns: str, source: str) -> str:
    return " ".join(("SELECT", columns, "FROM", source))


def sql(plan: Plan, dialect: str = "duckdb") -> dict[str, str]:
    """One statement for the household's outputs (key "") and one for the outputs of each entity's members.

    Raises:
        BadRule: the dialect is not known, or a formula adds up fractions of changing denominators.
    """
    if dialect not in DIALECTS:
        raise BadRule(f"there is no dialect {dialect!r}", remedy=f"dialects are {', '.join(DIALECTS)}")
    made = {}
    for of in ("", *plan.entities):
        outputs = [name for name in plan.outputs if plan.rules.variables[name].of == of]
        if outputs:
            made[of] = _transpiled(_statement(plan, of, outputs=outputs), dialect)
    return made


def _statement(plan: Plan, of: str, *, outputs: Sequence[str]) -> str:
    statement = _Statement(plan)
    for step in plan.steps:
        _add_step(statement, step)
    keys = [quoted(HOUSEHOLD), *([quoted(ORDER)] if of else [])]
    names = ", ".join([*keys, *(quoted(name) for name in outputs)])
    tables = ", ".join(f"{name} AS ({text})" for name, text in statement.parts)
    last = _select(names, f"{statement.level(of).current} ORDER BY {', '.join(keys)}")
    return f"WITH {tables} {last}"


def _add_step(statement: _Statement, step: Planned) -> None:
    writer = Writer(statement.plan, step.of, dens=statement.dens, mark=str(len(statement.parts)))
    for over in writer.overs(step.formula):
        _add_over(statement, writer, over=over)
    if step.of:
        _bring_down(statement, writer, step=step)
    text = writer.text(step.formula)
    if text.kind == "integer" and text.den.isdigit() and step.name not in statement.plan.outputs:
        statement.dens[step.name], text = text.den, replace(text, den="1")
    statement.add_column(step.of, columns=f"{_settled(text, step)} AS {quoted(step.name)}")


def _settled(text: Text, step: Planned) -> str:
    """A result's text; an output whose value is not whole stops the statement when it runs."""
    if text.kind == "integer" and text.den.isdigit() and text.den != "1":
        whole = f"CAST({text.sql} // {text.den} AS TEXT)"
        rest = f"({text.sql} % {text.den})"
        return f"CAST(CASE WHEN {rest} = 0 THEN {whole} WHEN {rest} <> 0 THEN 'a fraction' END AS BIGINT)"
    if text.kind == "integer" and text.den != "1":
        raise BadRule(
            f"{step.name} is a fraction", where=Where(field=step.name), remedy="round it by 切捨, 切上 or 四捨五入"
        )
    kinds = {"integer": "BIGINT", "boolean": "BOOLEAN", "date": "DATE", "text": "TEXT", "unknown": "BIGINT"}
    return f"CAST({text.sql} AS {kinds[str(step.type)] if text.kind == 'unknown' else kinds[text.kind]})"


def _bring_down(statement: _Statement, writer: Writer, *, step: Planned) -> None:
    """Columns of the household that a member's formula uses, joined to the members."""
    wanted = writer.above(step.formula)
    if not wanted:
        return
    level, key = statement.level(""), quoted(HOUSEHOLD)
    columns = ", ".join(f"h.{quoted(name)} AS {writer.brought(name)}" for name in wanted)
    joined = f" LEFT JOIN {level.current} AS h ON h.{key} = t.{key}"
    statement.add_column(step.of, columns=columns, joined=joined)


def _add_over(statement: _Statement, writer: Writer, *, over: Node) -> None:
    """The value of a count, sum or rank as a column where the formula can use it."""
    place = writer.place_of(over)
    inner = Writer(statement.plan, place.entity, dens=statement.dens, mark=place.column)
    condition = None if place.condition is None else inner.text(place.condition)
    if inner.above_of(place):
        columns = ", ".join(f"h.{quoted(name)} AS {inner.brought(name)}" for name in inner.above_of(place))
        key = quoted(HOUSEHOLD)
        joined = f" LEFT JOIN {statement.level('').current} AS h ON h.{key} = t.{key}"
        statement.add_column(place.entity, columns=columns, joined=joined)
    of = None if place.of is None else inner.text(place.of)
    shape = inner.aggregate(place, condition, of=of)
    statement.add_column(place.entity, columns=shape.prepared)
    if place.name == "順位":
        known = f"h.{quoted(place.entity)}"
        key = quoted(HOUSEHOLD)
        joined = f" LEFT JOIN {quoted(HOUSEHOLD)} AS h ON h.{key} = t.{key}"
        column = f"CASE WHEN {known} THEN {shape.final} END AS {quoted(place.column)}"
        statement.add_column(place.entity, columns=column, joined=joined)
        return
    table = statement.add_aggregate(place.entity, shape.grouped)
    _join_back(statement, table, place=place, of=writer.of, final=shape.final)


def _join_back(statement: _Statement, table: str, *, place: Place, of: str, final: str) -> None:
    key = quoted(HOUSEHOLD)
    joined = f" LEFT JOIN {table} AS a ON a.{key} = t.{key}"
    known = f"t.{quoted(place.entity)}"
    if of:
        joined += f" LEFT JOIN {key} AS h ON h.{key} = t.{key}"
        known = f"h.{quoted(place.entity)}"
    statement.add_column(of, columns=f"CASE WHEN {known} THEN {final} END AS {quoted(place.column)}", joined=joined)


def _transpiled(text: str, dialect: str) -> str:
    tree = sqlglot.parse_one(text, read="duckdb")
    if dialect == "postgres":  # else it copies each column's text into every later one
        for table in tree.find_all(exp.CTE):
            table.set("materialized", True)
    return tree.sql(dialect=dialect, pretty=True)
