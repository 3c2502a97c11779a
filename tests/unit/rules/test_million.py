"""A million households of every programme: scalar evaluation = array kernel = one pass = SQL, value by value."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from kiban.rules import RuleSet, evaluate, load_rules
from kiban.rules.arrays import Results, compute
from kiban.rules.columns import Column, spelled
from kiban.rules.fused import Fused
from kiban.rules.plan import Plan, plan
from kiban.rules.records import answers
from kiban.rules.sql import sql
from many_households import Many
from rules_sample import NATION, PROGRAMMES

CHUNK, CHUNKS = 20_000, 50


def day_of(path: Path) -> dt.date:
    days = {"jido-teate-2024-09": dt.date(2024, 6, 1), "nation": dt.date(2025, 4, 5)}
    return days.get(path.parent.name, dt.date(2026, 12, 1))


class Engines:
    """One programme in all engines; the one pass only where it is asked for, because compiling takes seconds."""

    def __init__(self, path: Path, *, compiled: bool = True) -> None:
        self.rules: RuleSet = load_rules(path)
        self.on = day_of(path)
        self.ready: Plan = plan(self.rules, self.on)
        self.fused = Fused(self.ready) if compiled else None
        self.texts = sql(self.ready)

    def compare(self, many: Many) -> None:
        """Fails at the first difference."""
        batch = many.batch(self.ready)
        found = compute(self.ready, batch)
        if self.fused is not None:
            self._pass(self.fused(batch), found)
        self._sql(many, found)
        rows = answers(self.ready, batch, results=found)
        for facts, row in zip(many.records(), rows, strict=True):
            assert evaluate(self.rules, facts, on=self.on).outputs == row, facts

    def _pass(self, other: Results, found: Results) -> None:
        for name, column in found.columns.items():
            same(column, other.columns[name], name)
            np.testing.assert_array_equal(found.reasons[name], other.reasons[name])

    def _sql(self, many: Many, found: Results) -> None:
        with duckdb.connect() as connection:
            connection.execute("SET threads=1")
            for name, table in many.tables().items():
                connection.register(name, table)
            for text in self.texts.values():
                table = connection.execute(text).fetchnumpy()
                for name in table.keys() & found.columns.keys():
                    same(found.columns[name], of_duckdb(table[name], found.columns[name].kind), name)


def of_duckdb(values: Any, kind: str) -> Column:
    known = ~np.ma.getmaskarray(values) if np.ma.isMaskedArray(values) else np.ones(len(values), dtype=bool)
    plain = np.ma.getdata(values)
    if kind == "date":
        plain = plain.astype("datetime64[D]").astype(np.int64)
    if kind == "text":
        known = known & np.array([value is not None for value in plain])
    return Column(kind, plain, known)


def same(one: Column, other: Column, name: str) -> None:
    """Known in the same rows, and equal there."""
    if one.kind == "unknown":
        assert other.known is not None
        assert not other.known.any(), name
        return
    first, second = spelled(one), spelled(other)
    rows = np.ones(len(first.values), dtype=bool) if first.known is None else first.known
    np.testing.assert_array_equal(rows, True if second.known is None else second.known, err_msg=name)
    np.testing.assert_array_equal(first.values[rows], second.values[rows], err_msg=name)


@pytest.mark.parametrize("path", [*PROGRAMMES, NATION], ids=lambda path: path.parent.name)
def test_many_households_of_a_programme_give_the_same_in_all_engines(path: Path) -> None:
    applied_for = path == NATION or path.with_name("pack.yaml").is_file()
    engines = Engines(path, compiled=applied_for)  # the others' pass is compiled in the long test
    engines.compare(Many(engines.rules, count=500, seed=1))


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("path", [*PROGRAMMES, NATION], ids=lambda path: path.parent.name)
def test_a_million_households_of_a_programme_give_the_same_in_all_engines(path: Path) -> None:
    engines = Engines(path)
    for seed in range(CHUNKS):
        engines.compare(Many(engines.rules, count=CHUNK, seed=seed))
