"""Generated households by the ten thousand: drawn as columns, given as columns and as records alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from kiban.rules import RuleSet
from kiban.rules.arrays import Batch, Members
from kiban.rules.arrow import arrow_of
from kiban.rules.columns import Array, Column, number
from kiban.rules.model import Fact, Type
from kiban.rules.plan import Plan
from kiban.rules.vectordates import EPOCH, days
from rules_sample import Households

FIRST, LAST = days(dt.date(1925, 1, 1)), days(dt.date(2027, 12, 31))
DATES = [EPOCH + dt.timedelta(days=day) for day in range(FIRST, LAST + 1)]
EDGES = ((4, 1), (4, 2), (3, 31), (1, 1), (2, 28), (12, 31), (10, 1))


class Many:
    """A seeded draw of ``count`` households for a rule set, with unknown facts and limits of the law hit on purpose."""

    def __init__(self, rules: RuleSet, *, count: int, seed: int, unknown: float = 0.05) -> None:
        self.rules, self.count, self.unknown = rules, count, unknown
        self.draw = np.random.Generator(np.random.Philox(key=seed))
        source = Households(rules)
        self.limits, self.words = np.array(source.limits, dtype=np.int64), source.words
        self.members = {entity: self._members() for entity in rules.entities}
        self.facts = {name: self._column(fact) for name, fact in rules.facts.items()}

    def _members(self) -> Members:
        counts = self.draw.choice([0, 1, 1, 2, 2, 3, 5], size=self.count)
        known = self.draw.random(self.count) >= self.unknown / 3
        return Members(np.where(known, counts, 0), known)

    def _column(self, fact: Fact) -> Column:
        rows = int(self.members[fact.of].counts.sum()) if fact.of else self.count
        known = self.draw.random(rows) >= self.unknown
        if fact.type is Type.BOOLEAN:
            return Column("boolean", self.draw.random(rows) < 0.7, known)
        if fact.type is Type.TEXT:
            places = self.draw.integers(0, len(self.words), size=rows)
            return Column("text", places, known, words=np.array(self.words, dtype=object))
        if fact.type is Type.DATE:
            return number(self._dates(rows), known, kind="date")
        limited = self.draw.choice(self.limits, size=rows)
        free = self.draw.integers(0, 12_000_000, size=rows)
        return number(np.where(self.draw.random(rows) < 0.5, limited, free), known)

    def _dates(self, rows: int) -> Array:
        recent = self.draw.random(rows) < 0.8
        year = np.where(recent, self.draw.integers(2000, 2027, rows), self.draw.integers(1925, 2000, rows))
        edge = np.array(EDGES)[self.draw.integers(0, len(EDGES), rows)]
        month = ((year - 1970) * 12 + edge[:, 0] - 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        first = ((year - 1970) * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        free = first + self.draw.integers(0, 366, rows)
        found: Array = np.where(self.draw.random(rows) < 0.3, month + edge[:, 1] - 1, free)
        return found

    def batch(self, plan: Plan) -> Batch:
        """For the array kernel and the one pass."""
        return Batch(
            self.count, {name: self.facts[name] for name in plan.facts}, {e: self.members[e] for e in plan.entities}
        )

    def records(self) -> Iterator[dict[str, Any]]:
        """For the scalar evaluation."""
        own = self._rows("")
        streams = {entity: self._rows(entity) for entity in self.rules.entities}
        counts = {entity: self.members[entity].counts.tolist() for entity in streams}
        known = {entity: self.members[entity].known.tolist() for entity in streams}  # type: ignore[union-attr]  # there is one
        for place in range(self.count):
            one = next(own)
            for entity, stream in streams.items():
                people = [next(stream) for _ in range(counts[entity][place])]
                one[entity] = people if known[entity][place] else None
            yield one

    def _rows(self, of: str) -> Iterator[dict[str, Any]]:
        names = [name for name, fact in self.rules.facts.items() if fact.of == of]
        rows = int(self.members[of].counts.sum()) if of else self.count
        columns = [self._values(name) for name in names]
        return (dict(zip(names, row, strict=True)) for row in (zip(*columns, strict=True) if names else [()] * rows))

    def _values(self, name: str) -> list[Any]:
        column, kind = self.facts[name], self.rules.facts[name].type
        values = column.values.tolist()
        if kind is Type.DATE:
            values = [DATES[day - FIRST] for day in values]
        if kind is Type.TEXT:
            values = [self.words[place] for place in values]
        assert column.known is not None
        return [value if sure else None for value, sure in zip(values, column.known.tolist(), strict=True)]

    def tables(self) -> dict[str, Any]:
        """For the SQL text."""
        ids = np.arange(self.count)
        made: dict[str, Any] = {}
        for of in ("", *self.rules.entities):
            columns: dict[str, Any] = {"世帯": pa.array(ids)}
            if of:
                members = self.members[of]
                owner = np.repeat(ids, members.counts)
                place = np.arange(len(owner)) - np.repeat(members.starts, members.counts) + 1
                columns = {"世帯": pa.array(owner), "番号": pa.array(place)}
            facts = [fact for fact in self.rules.facts.values() if fact.of == of]
            columns |= {fact.name: arrow_of(self.facts[fact.name], fact.type) for fact in facts}
            if not of:
                columns |= {entity: pa.array(self.members[entity].known) for entity in self.rules.entities}
            made[of or "世帯"] = pa.table(columns)
        return made
