"""Households as plain records (the facts format) into a batch for the array kernel, and results back to values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kiban.rules.arrays import Batch, Members, Results
from kiban.rules.columns import Array, Column, number, spelled
from kiban.rules.evaluation import Facts
from kiban.rules.model import Type, Value
from kiban.rules.plan import Plan
from kiban.rules.scalar import check_facts
from kiban.rules.vectordates import EPOCH, days

EMPTY: Mapping[Type, Any] = {Type.DATE: 0, Type.BOOLEAN: False, Type.INTEGER: 0, Type.NUMBER: 0, Type.TEXT: ""}


def batch_of(plan: Plan, households: Sequence[Facts]) -> Batch:
    """A batch of records.

    Raises:
        BadFact: a value has another type than the rule set says.
    """
    checked = [check_facts(plan.rules, household) for household in households]
    members = {entity: _members(checked, entity) for entity in plan.entities}
    facts = {name: _fact(plan, checked, name=name) for name in plan.facts}
    return Batch(len(checked), facts, members)


def _members(households: Sequence[Facts], entity: str) -> Members:
    counts = np.array([len(household.get(entity) or ()) for household in households], dtype=np.int64)
    known = np.array([household.get(entity) is not None for household in households], dtype=bool)
    return Members(counts, None if known.all() else known)


def _fact(plan: Plan, households: Sequence[Facts], *, name: str) -> Column:
    fact = plan.rules.facts[name]
    holders = [m for h in households for m in h.get(fact.of) or ()] if fact.of else households
    return column_of([holder.get(name) for holder in holders], fact.type)


def column_of(values: Sequence[Any], kind: Type) -> Column:
    """Checked values of one type as a column; None is unknown."""
    known = np.array([value is not None for value in values], dtype=bool)
    mask = None if known.all() else known
    filled = [
        EMPTY[kind] if value is None else days(value) if isinstance(value, dt.date) else value for value in values
    ]
    if kind is Type.TEXT:
        return Column("text", np.array(filled, dtype=object), mask)
    if kind is Type.BOOLEAN:
        return Column("boolean", np.array(filled, dtype=bool), mask)
    return number(integers(filled), mask, kind="date" if kind is Type.DATE else "integer")


def integers(values: Sequence[int]) -> Array:
    """Integers in 64 bits, or as Python integers when one does not fit."""
    try:
        return np.array(values, dtype=np.int64)
    except OverflowError:
        return np.array(values, dtype=object)


def values_of(column: Column, *, kind: Type) -> list[Value]:
    """A result column as values; None is unknown."""
    if column.kind == "unknown":
        return [None] * len(column.values)
    column = spelled(column)
    known = [True] * len(column.values) if column.known is None else column.known.tolist()
    return [_value(value, kind) if sure else None for value, sure in zip(column.values.tolist(), known, strict=True)]


def _value(value: Any, kind: Type) -> Value:
    if kind is Type.DATE:
        return EPOCH + dt.timedelta(days=int(value))
    return bool(value) if kind is Type.BOOLEAN else str(value) if kind is Type.TEXT else int(value)


def answers(plan: Plan, batch: Batch, *, results: Results) -> list[dict[str, Value | tuple[Value, ...]]]:
    """Results household by household, in the form of a determination's outputs."""
    made: list[dict[str, Value | tuple[Value, ...]]] = [{} for _ in range(batch.households)]
    for name, column in results.columns.items():
        variable = plan.rules.variables[name]
        values = values_of(column, kind=variable.type)
        if not variable.of:
            for one, value in zip(made, values, strict=True):
                one[name] = value
            continue
        members = batch.members[variable.of]
        for one, start, count in zip(made, members.starts.tolist(), members.counts.tolist(), strict=True):
            one[name] = tuple(values[start : start + count])
    return made
