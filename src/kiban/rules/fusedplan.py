"""What a plan's one pass shares: formulas that are alike, look-ups by day, and the round of the members for each."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from kiban.rules import columns as c
from kiban.rules.arrays import Batch, value_at
from kiban.rules.columns import Array
from kiban.rules.expression import Call, Case, Const, Name, Node, Over, children
from kiban.rules.model import Type
from kiban.rules.plan import Plan, Planned
from kiban.rules.uses import rebuilt
from kiban.rules.vectordates import days

FIRST, LAST = dt.date(1880, 1, 1), dt.date(2080, 12, 31)


SIZES = (127, 12_500_000, 2**27, 2**31, 2**36)
"""Bounds of facts that a pass is made for: counts, most persons' yen, nearly all persons', households', companies'."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a pass may rely on: the facts and entities of which some may be unknown, and the bounds of the numbers."""

    nullable: frozenset[str] = frozenset()
    bounds: Mapping[str, int] = field(default_factory=dict)

    def covers(self, other: Given) -> bool:
        """Whether a pass made for this takes what the other has."""
        return other.nullable <= self.nullable and all(self.bounds[n] >= size for n, size in other.bounds.items())

    def joined(self, other: Given) -> Given:
        """What takes both."""
        bounds = {name: max(size, other.bounds.get(name, 0)) for name, size in self.bounds.items()}
        return Given(self.nullable | other.nullable, bounds)


def given_of(plan: Plan, batch: Batch) -> Given | None:
    """What a batch has; None when a number is beyond all sizes."""
    nullable = {name for name in plan.facts if batch.facts[name].known is not None}
    nullable |= {entity for entity in plan.entities if batch.members[entity].known is not None}
    bounds = {}
    for name in plan.facts:
        column = batch.facts[name]
        if column.kind == "integer":
            size = next((size for size in SIZES if column.bound <= size), 0)
            if not size or column.values.dtype == object or not isinstance(column.den, int) or column.den != 1:
                return None
            bounds[name] = size
    return Given(frozenset(nullable), bounds)


@dataclass(slots=True)
class Shared:
    """The steps of a plan without those that repeat an earlier one, and the tables by day."""

    plan: Plan
    given: Given
    steps: dict[str, Planned] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    facts: dict[str, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    uses: Counter[Node] = field(default_factory=Counter)
    tables: list[Array] = field(default_factory=list)
    by_node: dict[Node, tuple[int, str, str, int]] = field(default_factory=dict)
    days_only: dict[Node, bool] = field(default_factory=dict)
    first_day: int = days(FIRST)

    @property
    def last_day(self) -> int:
        """The last day of the tables."""
        return days(LAST)

    def table(self, node: Node) -> tuple[int, str, str, int]:
        """Number of a node's table, the fact whose day it is looked up by, kind and bound of its values."""
        if node not in self.by_node:
            (name,) = set(leaves(node))
            column = _by_day(self, node, name=name)
            values = column.values
            narrow = (column.kind == "integer" and column.bound < 2**31) or column.kind == "date"
            self.by_node[node] = (len(self.tables), name, column.kind, column.bound)
            self.tables.append(np.ascontiguousarray(values.astype(np.int32) if narrow else values))
        return self.by_node[node]


def share(plan: Plan, given: Given) -> Shared:
    """The shared form of a plan."""
    made = Shared(plan, given)
    seen: dict[tuple[str, Node], str] = {}
    for step in plan.steps:
        formula = _renamed(step.formula, made.names)
        same = seen.setdefault((step.of, formula), step.name)
        if same == step.name:
            made.steps[step.name] = replace(step, formula=formula)
        made.names[step.name] = same
    made.facts = {name: number for number, name in enumerate(plan.facts)}
    for step in made.steps.values():
        made.uses.update(_names_and_overs(step.formula))
    texts = sorted({str(n.value) for step in made.steps.values() for n in walk(step.formula) if _is_text(n)})
    made.words = {word: number for number, word in enumerate(texts)}
    return made


def _is_text(node: Node) -> bool:
    return isinstance(node, Const) and node.kind == "text"


def walk(node: Node) -> Iterator[Any]:
    """A node and everything under it."""
    yield node
    for child in children(node):
        yield from walk(child)


def _names_and_overs(node: Node) -> Iterator[Node]:
    return (part for part in walk(node) if isinstance(part, Name | Over))


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    def change(part: Node) -> Node:
        if isinstance(part, Name):
            return Name(names.get(part.name, part.name))
        if isinstance(part, Over):
            of = None if part.of is None else change(part.of)
            condition = None if part.condition is None else change(part.condition)
            return Over(part.name, part.entity, of, condition)
        return rebuilt(part, change)

    return change(node)


def leaves(node: Node) -> Iterator[str]:
    """Names under a node; an aggregate counts as one that is no name."""
    if isinstance(node, Over):
        yield ""
    elif isinstance(node, Name):
        yield node.name
    else:
        for child in children(node):
            yield from leaves(child)


def is_by_day(shared: Shared, node: Node) -> bool:
    """Whether a node has a date function and depends on one date fact alone, with every value of it known."""
    if node not in shared.days_only:
        shared.days_only[node] = _depends_on_a_day(shared, node)
    return shared.days_only[node]


def _depends_on_a_day(shared: Shared, node: Node) -> bool:
    found = set(leaves(node))
    if len(found) != 1 or not any(isinstance(part, Call) for part in walk(node)):
        return False
    (name,) = found
    fact = shared.plan.rules.facts.get(name)
    if fact is None or fact.type is not Type.DATE or not _is_strict(shared, node, name=name):
        return False
    column = _by_day(shared, node, name=name)
    return column.known is None and column.kind in {"integer", "boolean", "date"} and column.den == 1


def _is_strict(shared: Shared, node: Node, *, name: str) -> bool:
    """Unknown wherever the day is; a CASE may give the same whatever the day."""
    parts = list(walk(node))
    asked = any(isinstance(part, Call) and part.name == "分かる" for part in parts)
    return not asked and not (name in shared.given.nullable and any(isinstance(part, Case) for part in parts))


def _by_day(shared: Shared, node: Node, *, name: str) -> c.Column:
    every = np.arange(days(FIRST), days(LAST) + 1, dtype=np.int64)
    fact = c.number(every, kind="date")
    return value_at(shared.plan, Batch(len(every), {name: fact}, {}), node=node)


class Rounds:
    """In which round over the members a value can be computed: each aggregate needs the round before it finished."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.found: dict[Node, int] = {}

    def of(self, node: Node) -> int:
        """The round of a node; for an aggregate, the one after its members'."""
        if node not in self.found:
            self.found[node] = self._of(node)
        return self.found[node]

    def _of(self, node: Node) -> int:
        if isinstance(node, Name):
            step = self.shared.steps.get(node.name)
            return 0 if step is None else self.of(step.formula)
        inner = max((self.of(child) for child in children(node)), default=0)
        return inner + 1 if isinstance(node, Over) else inner
