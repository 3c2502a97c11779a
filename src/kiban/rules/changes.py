"""What would change an answer: the nearest other facts, and the next month in which it is another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiban.rules.errors import NotInForce
from kiban.rules.evaluation import Facts
from kiban.rules.expression import Const, Node, children
from kiban.rules.lawdates import month_start, months_after
from kiban.rules.model import RuleSet, Type, Value
from kiban.rules.plan import plan
from kiban.rules.scalar import check_facts, evaluate

MONTHS = 24


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that, being ``other`` instead of what it is, gives another answer; ``member`` counts from 0."""

    fact: str
    member: int | None
    other: Value
    outputs: Mapping[str, Any]


def changes(rules: RuleSet, facts: Facts, *, on: dt.date, outputs: Sequence[str] = ()) -> Iterator[Change]:
    """Facts whose opposite, or whose nearest limit of the law, would change the answer, one at a time."""
    checked = check_facts(rules, facts)
    ready = plan(rules, on, outputs=outputs)
    now = evaluate(rules, checked, on=on, outputs=outputs).outputs
    limits = sorted({n + step for s in ready.steps for n in _numbers(s.formula) for step in (0, 1)})
    for name in ready.facts:
        fact = rules.facts[name]
        members: Sequence[int | None] = range(len(checked.get(fact.of) or ())) if fact.of else [None]
        for member in members:
            for other in _others(_held(checked, name, of=fact.of, member=member), fact.type, limits=limits):
                tried = _with(checked, name, of=fact.of, member=member, value=other)
                found = evaluate(rules, tried, on=on, outputs=outputs).outputs
                if found != now:
                    yield Change(name, member, other, found)
                    break


def next_change(rules: RuleSet, facts: Facts, *, on: dt.date, outputs: Sequence[str] = ()) -> dt.date | None:
    """The first of the month, within two years, from which the same facts give another answer."""
    now = evaluate(rules, facts, on=on, outputs=outputs).outputs
    for months in range(1, MONTHS + 1):
        then = months_after(month_start(on), months)
        try:
            found = evaluate(rules, facts, on=then, outputs=outputs).outputs
        except NotInForce:
            return then
        if found != now:
            return then
    return None


def _numbers(node: Node) -> Iterator[int]:
    if isinstance(node, Const) and isinstance(node.value, int) and not isinstance(node.value, bool):
        yield node.value
    for child in children(node):
        yield from _numbers(child)


def _held(facts: Facts, name: str, *, of: str, member: int | None) -> Any:
    return facts.get(name) if member is None else facts[of][member].get(name)


def _others(value: Any, kind: Type, *, limits: Sequence[int]) -> Iterator[Value]:
    """Other values to try, the nearest first."""
    if kind is Type.BOOLEAN and value is not None:
        yield not value
    elif kind in {Type.INTEGER, Type.NUMBER} and value is not None:
        yield from sorted((n for n in limits if n != value), key=lambda n: abs(n - value))


def _with(facts: Facts, name: str, *, of: str, member: int | None, value: Value) -> Facts:
    if member is None:
        return {**facts, name: value}
    members = [dict(one) for one in facts[of]]
    members[member][name] = value
    return {**facts, of: members}
