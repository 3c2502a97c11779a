"""Values a fact can have that a rule tells apart: both sides of every limit, each word, days on the edges of ages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from kiban.rules.expression import Binary, Const, Name, Node, children
from kiban.rules.lawdates import fiscal_year, months_after
from kiban.rules.model import Fact, RuleSet, Type, Value

OLDEST = 110
OTHER_WORD = "その他"
SMALL = (0, 1, 2, 3)
FAR = 100_000_000
MEMBERS = (1, 1, 2, 2, 3, 0)
DAY = dt.timedelta(days=1)


@dataclass(slots=True)
class _Read:
    """What stands in the formulas: whole numbers, and the words that each name is compared with."""

    numbers: set[int] = field(default_factory=set)
    words: dict[str, set[str]] = field(default_factory=dict)

    def take(self, node: Node) -> None:
        if isinstance(node, Const) and isinstance(node.value, int) and not isinstance(node.value, bool):
            self.numbers.add(node.value)
        if isinstance(node, Binary):
            for one, two in ((node.left, node.right), (node.right, node.left)):
                if isinstance(one, Name) and isinstance(two, Const) and isinstance(two.value, str):
                    self.words.setdefault(one.name, set()).add(two.value)
        for child in children(node):
            self.take(child)


@dataclass(frozen=True)
class Domains:
    """The values worth trying of every fact of a rule set on a day, and households made of them."""

    rules: RuleSet
    on: dt.date

    @cached_property
    def _read(self) -> _Read:
        read = _Read()
        for variable in self.rules.variables.values():
            for version in variable.versions:
                read.take(version.formula)
        for parameter in self.rules.parameters.values():
            dated = parameter.at(self.on, dt.date.max)
            if dated is not None and isinstance(dated.value, int):
                read.numbers.add(dated.value)
        return read

    @cached_property
    def _numbers(self) -> tuple[int, ...]:
        near = {n + step for n in self._read.numbers for step in (-1, 0, 1)}
        return tuple(sorted({n for n in near if n >= 0} | {*SMALL, FAR}))

    @cached_property
    def _days(self) -> tuple[dt.date, ...]:
        spans = sorted(n for n in self._read.numbers | {0, 1, 30} if 0 <= n <= OLDEST)
        found = {self.on, self.on.replace(day=1), dt.date(fiscal_year(self.on), 4, 1)}
        for span in spans:
            for months in (-12 * span, -span, span):
                day = months_after(self.on, months)
                found |= {day - DAY, day, day + DAY, day.replace(day=1), dt.date(fiscal_year(day), 4, 2)}
        return tuple(sorted(found))

    def values(self, fact: Fact) -> tuple[Value, ...]:
        """Every value worth trying."""
        if fact.type is Type.BOOLEAN:
            return (True, False)
        if fact.type is Type.TEXT:
            return (*sorted(self._read.words.get(fact.name, ())), OTHER_WORD)
        return self._days if fact.type is Type.DATE else self._numbers

    def value(self, fact: Fact, chance: Random) -> Value:
        """One of them; small numbers more often, for counts."""
        if fact.type in {Type.INTEGER, Type.NUMBER} and chance.random() < 0.5:
            return chance.choice(SMALL)
        return chance.choice(self.values(fact))

    def member(self, entity: str, chance: Random) -> dict[str, Value]:
        """One member of an entity, complete."""
        return {fact.name: self.value(fact, chance) for fact in self._of(entity)}

    def completed(self, facts: dict[str, Any], chance: Random) -> dict[str, Any]:
        """The household with a value in the place of every unknown one."""
        made: dict[str, Any] = {fact.name: self.value(fact, chance) for fact in self._of("")}
        made |= {name: value for name, value in facts.items() if value is not None}
        for entity in self.rules.entities:
            members = facts.get(entity)
            if members is None:
                made[entity] = [self.member(entity, chance) for _ in range(chance.choice(MEMBERS))]
            else:
                known = [{k: v for k, v in one.items() if v is not None} for one in members]
                made[entity] = [{**self.member(entity, chance), **one} for one in known]
        return made

    def _of(self, entity: str) -> Iterator[Fact]:
        return (fact for fact in self.rules.facts.values() if fact.of == entity)
