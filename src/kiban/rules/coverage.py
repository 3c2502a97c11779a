"""What of a rule set its golden cases reach: every way of every formula, and every limit one below, at and above.

A formula is walked as the evaluation goes: only what was needed for an answer counts. Of each version:

- each WHEN and each ELSE of a CASE decides in some case;
- each comparison and each yes/no result is seen both ways;
- each side of 小さい方 and 大きい方 is the one taken;
- each ordered comparison of whole numbers, days or months is seen one below, at and one above its limit;
- each dated value of each parameter is used on some day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, Protocol

from kiban.rules.evaluation import Exact
from kiban.rules.expression import Binary, Call, Case, Const, Name, Node, Over, Unary, children
from kiban.rules.lawdates import months_between
from kiban.rules.model import Parameter, RuleSet, Type, Variable
from kiban.rules.scalar import Running, begin

ORDERED, COMPARED = {"<", "<=", ">", ">="}, {"=", "<>", "<", "<=", ">", ">="}
LIMIT = {-1: "one below", 0: "at", 1: "one above"}


class Told(Protocol):
    """A golden case: facts on a day, as known on another, and the results it expects."""

    @property
    def facts(self) -> Mapping[str, Any]: ...
    @property
    def on(self) -> dt.date: ...
    @property
    def known(self) -> dt.date | None: ...
    @property
    def expect(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that no case reaches: a ``way`` of a formula, a ``limit``, or a ``number`` (a dated value)."""

    variable: str
    start: dt.date
    what: str
    kind: Literal["way", "limit", "number"] = "way"

    def __str__(self) -> str:
        return f"{self.variable} ({self.start}): {self.what}"


@dataclass(slots=True)
class _Seen:
    """What was seen of each node, by its identity."""

    ways: dict[int, set[object]] = field(default_factory=dict)
    steps: dict[int, set[int]] = field(default_factory=dict)
    results: dict[str, set[Exact]] = field(default_factory=dict)
    numbers: set[int] = field(default_factory=set)

    def way(self, node: Node, way: object) -> None:
        self.ways.setdefault(id(node), set()).add(way)

    def step(self, node: Node, difference: int | None) -> None:
        if difference is not None:
            self.steps.setdefault(id(node), set()).add(difference)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Gaps of a rule set, and how many ways and limits there are."""

    gaps: tuple[Gap, ...]
    ways: int
    limits: int
    numbers: int


def coverage(rules: RuleSet, cases: Iterable[Told], *, own: Iterable[str] | None = None) -> Coverage:
    """What the cases leave out.

    Args:
        rules: the rule set.
        cases: its golden cases.
        own: the variables and parameters to look at; all without it. Those of an extended file are its cases' work.
    """
    seen = _Seen()
    for case in cases:
        run = begin(rules, case.facts, on=case.on, known=case.known)
        run.answer(tuple(case.expect))
        for name, member in tuple(run.results):
            variable = rules.variables[name]
            version = variable.at(run.on, run.known)
            seen.results.setdefault(name, set()).add(run.results[name, member])
            if version is not None:
                _walk(run, version.formula, member=member, seen=seen)
    names = {*rules.variables, *rules.parameters} if own is None else set(own)
    wanted = [variable for variable in rules.variables.values() if variable.name in names]
    numbers = [parameter for parameter in rules.parameters.values() if parameter.name in names]
    ways = [gap for variable in wanted for gap in _ways(variable, seen)]
    limits = [gap for variable in wanted for gap in _limits(variable, seen)]
    dated = [gap for parameter in numbers for gap in _numbers(parameter, seen)]
    gaps = tuple(gap for gap, met in (*ways, *limits, *dated) if not met)
    return Coverage(gaps, len(ways), len(limits), len(dated))


def _walk(run: Running, node: Node, *, member: int | None, seen: _Seen) -> None:
    """As the evaluation goes through a formula."""
    if isinstance(node, Case):
        _walk_case(run, node, member=member, seen=seen)
    elif isinstance(node, Binary) and node.op in {"AND", "OR"}:
        _walk(run, node.left, member=member, seen=seen)
        if run.value(node.left, member) is not (node.op == "OR"):
            _walk(run, node.right, member=member, seen=seen)
    elif isinstance(node, Over):
        _walk_members(run, node, seen=seen)
    elif isinstance(node, Name):
        if node.name in run.rules.parameters:
            seen.numbers.add(id(run.rules.parameters[node.name].at(run.on, run.known)))
    else:
        if isinstance(node, Binary) and node.op in COMPARED:
            left, right = run.value(node.left, member), run.value(node.right, member)
            seen.way(node, run.value(node, member))
            seen.step(node, _difference(node, left, other=right))
        elif isinstance(node, Call) and node.name in {"小さい方", "大きい方"}:
            one, two = (run.value(argument, member) for argument in node.arguments)
            seen.way(node, _which(one, two))
        for child in children(node):
            _walk(run, child, member=member, seen=seen)


def _walk_case(run: Running, node: Case, *, member: int | None, seen: _Seen) -> None:
    for number, (condition, result) in enumerate(node.branches):
        _walk(run, condition, member=member, seen=seen)
        holds = run.value(condition, member)
        if holds is None:
            return
        if holds:
            seen.way(node, number)
            _walk(run, result, member=member, seen=seen)
            return
    seen.way(node, len(node.branches))
    _walk(run, node.otherwise, member=member, seen=seen)


def _walk_members(run: Running, node: Over, *, seen: _Seen) -> None:
    for i in range(len(run.members(node.entity))):
        if node.condition is not None:
            _walk(run, node.condition, member=i, seen=seen)
        if node.of is not None and (node.condition is None or run.value(node.condition, i) is True):
            _walk(run, node.of, member=i, seen=seen)


def _which(one: Exact, two: Exact) -> object:
    """Whether the first of two numbers is the smaller; None where neither is."""
    if isinstance(one, int | Fraction) and isinstance(two, int | Fraction) and one != two:
        return Fraction(one) < Fraction(two)
    return None


def _difference(node: Binary, left: Exact, *, other: Exact) -> int | None:
    """-1, 0 or 1 where the left side is that many units from the right: yen, years, days, or months of 月初."""
    if isinstance(left, dt.date) and isinstance(other, dt.date):
        monthly = all(isinstance(side, Call) and side.name == "月初" for side in (node.left, node.right))
        apart: int | Fraction = months_between(other, left) if monthly else (left - other).days
    elif isinstance(left, int | Fraction) and isinstance(other, int | Fraction):
        apart = left - other
    else:
        return None
    if apart == 0:
        return 0
    return (1 if apart > 0 else -1) if -1 <= apart <= 1 else None


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _nodes(child)


def _ways(variable: Variable, seen: _Seen) -> Iterator[tuple[Gap, bool]]:
    for version in variable.versions:
        for node in _nodes(version.formula):
            for way, what in _needed(node):
                gap = Gap(variable.name, version.start, what)
                yield gap, way in seen.ways.get(id(node), set())
    if variable.type is Type.BOOLEAN:
        for value in (True, False):
            gap = Gap(variable.name, variable.versions[0].start, f"is never {'yes' if value else 'no'}")
            yield gap, value in seen.results.get(variable.name, set())


def _needed(node: Node) -> Iterator[tuple[object, str]]:
    if isinstance(node, Case):
        for number in range(len(node.branches)):
            yield number, f"way {number + 1} of CASE is never taken"
        yield len(node.branches), "ELSE is never taken"
    elif isinstance(node, Binary) and node.op in COMPARED:
        for way in (True, False):
            yield way, f"{text(node)} is never {'true' if way else 'false'}"
    elif isinstance(node, Call) and node.name in {"小さい方", "大きい方"}:
        for way in (True, False):
            yield way, f"{text(node)}: the {'first' if way else 'second'} is never the smaller"


def _limits(variable: Variable, seen: _Seen) -> Iterator[tuple[Gap, bool]]:
    for version in variable.versions:
        for node in _nodes(version.formula):
            if isinstance(node, Binary) and node.op in ORDERED:
                for step in LIMIT:
                    if step == -1 and isinstance(node.right, Const) and node.right.value == 0:
                        continue  # a count or a sum of money is not negative
                    gap = Gap(variable.name, version.start, f"{text(node)} is never {LIMIT[step]}", kind="limit")
                    yield gap, step in seen.steps.get(id(node), set())


def _numbers(parameter: Parameter, seen: _Seen) -> Iterator[tuple[Gap, bool]]:
    for dated in parameter.values:
        gap = Gap(parameter.name, dated.start, f"the value {dated.value} is never used", kind="number")
        yield gap, id(dated) in seen.numbers


def text(node: Node) -> str:
    """A formula's part for people."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Binary):
        return f"{text(node.left)} {node.op} {text(node.right)}"
    if isinstance(node, Unary):
        return f"{node.op} {text(node.operand)}"
    if isinstance(node, Case):
        return "CASE …"
    if isinstance(node, Call):
        return f"{node.name}({', '.join(text(one) for one in node.arguments)})"
    if isinstance(node, Over):
        return f"{node.name}({node.entity} …)"
    return str(node.value)
