"""The array kernel: a plan over household-aligned tables, exact and three-valued as the scalar evaluation.

Rows of an entity stand in the order of their households, so that a household's members are one run of rows; counting,
adding, ranking follow from the offsets of the runs, without a sort or join of the nation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from kiban.rules import columns as c
from kiban.rules.columns import Array, Column
from kiban.rules.evaluation import Exact
from kiban.rules.expression import Binary, Call, Case, Const, Name, Node, Over, Unary
from kiban.rules.plan import Plan, Planned, value_of
from kiban.rules.vectordates import called, days

ROUNDINGS = {"切捨", "切上", "四捨五入"}


@dataclass(frozen=True, slots=True)
class Members:
    """An entity's members of a batch: how many each household has, and which households' members are unknown."""

    counts: Array
    known: Array | None = None

    @property
    def starts(self) -> Array:
        """The first row of each household."""
        found: Array = np.cumsum(self.counts) - self.counts
        return found


@dataclass(frozen=True, slots=True)
class Batch:
    """Households with their facts: ``households`` rows of the household's own, and runs of members by entity."""

    households: int
    facts: Mapping[str, Column]
    members: Mapping[str, Members]


@dataclass(frozen=True, slots=True)
class Results:
    """Columns by result; ``reasons`` has a small number per row that says which branch decided (see `reasons`)."""

    columns: Mapping[str, Column]
    reasons: Mapping[str, Array]


@dataclass(slots=True)
class _Run:
    plan: Plan
    batch: Batch
    found: dict[str, Column] = field(default_factory=dict)
    owners: dict[str, Array] = field(default_factory=dict)
    shared: dict[tuple[Node, str], Column] = field(default_factory=dict)

    def owner(self, entity: str) -> Array:
        """The household's row of each member's row."""
        if entity not in self.owners:
            counts = self.batch.members[entity].counts
            self.owners[entity] = np.repeat(np.arange(self.batch.households), counts)
        return self.owners[entity]

    def rows(self, entity: str) -> int:
        return len(self.owner(entity)) if entity else self.batch.households


def compute(plan: Plan, batch: Batch) -> Results:
    """All results of a plan for a batch.

    Returns: for each output a column with one row per household (or per member, for a result of members).
    """
    run = _Run(plan, batch)
    reasons: dict[str, Array] = {}
    for step in plan.steps:
        found = _value(run, step.formula, entity=step.of)
        run.found[step.name] = _whole(_full(found, run.rows(step.of)))
        if step.name in plan.outputs:
            reasons[step.name] = _reason(run, step)
    return Results({name: run.found[name] for name in plan.outputs}, reasons)


def value_at(plan: Plan, batch: Batch, *, node: Node) -> Column:
    """One part of a formula over the households of a batch."""
    return _full(_value(_Run(plan, batch), node, entity=""), batch.households)


def _full(column: Column, rows: int) -> Column:
    """A value for all rows written out."""
    shape = (rows,)
    den = column.den if isinstance(column.den, int) else np.broadcast_to(column.den, shape)
    known = None if column.known is None else np.broadcast_to(column.known, shape)
    return Column(column.kind, np.broadcast_to(column.values, shape), known, den, column.bound)


def _whole(column: Column) -> Column:
    """Fractions that are whole numbers as such."""
    if column.kind != "integer" or (isinstance(column.den, int) and column.den == 1):
        return column
    if np.all(column.values % column.den == 0):
        return c.number(np.asarray(column.values // column.den), column.known)
    return column


def _reason(run: _Run, step: Planned) -> Array:
    """0 undecided; else the branch that decided from 1, or 1 for a formula without branches."""
    result = run.found[step.name]
    code = np.ones(run.rows(step.of), dtype=np.uint8)
    if isinstance(step.formula, Case):
        code[:] = len(step.formula.branches) + 1
        for number in range(len(step.formula.branches), 0, -1):
            condition = _value(run, step.formula.branches[number - 1][0], entity=step.of)
            code[np.broadcast_to(c.holds(condition), code.shape)] = number
    if result.known is not None:
        code[~result.known] = 0
    return code


def _value(run: _Run, node: Node, *, entity: str) -> Column:
    if isinstance(node, Const):
        return constant(value_of(node))
    if isinstance(node, Name):
        return _named(run, node.name, entity=entity)
    if isinstance(node, Binary):
        return _binary(run, node, entity=entity)
    if isinstance(node, Case):
        return _case(run, node, entity=entity)
    if isinstance(node, Unary):
        inner = _value(run, node.operand, entity=entity)
        if node.op == "NOT":
            return Column("boolean", ~inner.values.astype(bool), inner.known)
        return Column("integer", -inner.values, inner.known, inner.den, inner.bound)
    if (node, entity) not in run.shared:
        found = _over(run, node, entity=entity) if isinstance(node, Over) else _call(run, node, entity=entity)
        run.shared[node, entity] = found
    return run.shared[node, entity]


def constant(value: Exact) -> Column:
    """One value for all rows."""
    if value is None:
        return Column("unknown", np.asarray(False), np.asarray(False))
    if isinstance(value, bool):
        return Column("boolean", np.asarray(value))
    if isinstance(value, str):
        return Column("text", np.asarray(value, dtype=object))
    if isinstance(value, dt.date):
        return c.number(np.asarray(days(value)), kind="date")
    if isinstance(value, Fraction):
        return c.number(np.asarray(value.numerator), den=value.denominator)
    return c.number(np.asarray(value))


def _named(run: _Run, name: str, *, entity: str) -> Column:
    rules = run.plan.rules
    of = rules.variables[name].of if name in rules.variables else rules.facts[name].of
    column = run.found[name] if name in run.found else c.spelled(run.batch.facts[name])
    return column.take(run.owner(entity)) if entity and not of else column


def _is_word(run: _Run, node: Binary, *, entity: str) -> Column | None:
    """A fact's words compared with one of the law's, word by word instead of row by row; None for all else."""
    if not (isinstance(node.left, Name) and isinstance(node.right, Const) and node.right.kind == "text"):
        return None
    fact = run.batch.facts.get(node.left.name)
    if fact is None or fact.words is None or node.op not in {"=", "<>"}:
        return None
    hit = (fact.words == str(node.right.value)) == (node.op == "=")
    found = Column("boolean", hit[fact.values], fact.known)
    return found.take(run.owner(entity)) if entity and not run.plan.rules.facts[node.left.name].of else found


def _binary(run: _Run, node: Binary, *, entity: str) -> Column:
    word = _is_word(run, node, entity=entity)
    if word is not None:
        return word
    left = _value(run, node.left, entity=entity)
    right = _value(run, node.right, entity=entity)
    if node.op in {"AND", "OR"}:
        return _logic(left, right, decisive=node.op == "OR")
    if node.op in c.COMPARE:
        return c.compared(left, right, op=node.op)
    if "unknown" in {left.kind, right.kind}:
        return Column("unknown", np.asarray(False), np.asarray(False))
    if node.op == "*":
        return c.multiplied(left, right)
    if node.op == "/":
        return c.divided(left, right)
    return c.added(left, right, sign=1 if node.op == "+" else -1)


def _logic(left: Column, right: Column, *, decisive: bool) -> Column:
    one, other = left.values.astype(bool, copy=False), right.values.astype(bool, copy=False)
    values = one | other if decisive else one & other
    if left.known is None and right.known is None:
        return Column("boolean", np.asarray(values))
    sure_one = np.asarray(True) if left.known is None else left.known
    sure_other = np.asarray(True) if right.known is None else right.known
    settled = (sure_one & (one == decisive)) | (sure_other & (other == decisive))
    known = (sure_one & sure_other) | settled
    return Column("boolean", np.where(settled, decisive, values), known)


def _case(run: _Run, node: Case, *, entity: str) -> Column:
    """From the last branch to the first: where a condition is unknown, both ways must agree."""
    result = _value(run, node.otherwise, entity=entity)
    for condition, value in reversed(node.branches):
        test, chosen = _value(run, condition, entity=entity), _value(run, value, entity=entity)
        joined = c.selected(c.holds(test), chosen, other=result)
        unsure = c.open_rows(test)
        if unsure is not None:
            known = ~unsure | c.same(chosen, result)
            joined = Column(joined.kind, joined.values, c.both_known(joined.known, known), joined.den, joined.bound)
        result = joined
    return result


def _call(run: _Run, node: Call, *, entity: str) -> Column:
    arguments = [_value(run, argument, entity=entity) for argument in node.arguments]
    if node.name == "分かる":
        known = arguments[0].known
        return Column("boolean", np.asarray(True) if known is None else known)
    if node.name in ROUNDINGS | {"小さい方", "大きい方"}:
        if any(argument.kind == "unknown" for argument in arguments):
            return Column("unknown", np.asarray(False), np.asarray(False))
        if node.name in ROUNDINGS:
            return c.rounded(arguments[0], arguments[1], way=node.name)
        return c.extreme(arguments[0], arguments[1], smaller=node.name == "小さい方")
    return called(node.name, arguments)


def _over(run: _Run, node: Over, *, entity: str) -> Column:
    """Over a household's members; the result stands in the household's rows, or spread to the asking members."""
    members, rows = run.batch.members[node.entity], run.rows(node.entity)
    test = Column("boolean", np.asarray(True))
    if node.condition is not None:
        test = _value(run, node.condition, entity=node.entity)
    test = _full(test, rows)
    if node.name == "いる":
        found = _exists(members, test)
    else:
        of = None if node.of is None else _full(_value(run, node.of, entity=node.entity), rows)
        found = _aggregate(run, node, chosen=_Chosen(members, test, of))
        if node.name == "順位":
            return found
    return found.take(run.owner(entity)) if entity else found


def _exists(members: Members, test: Column) -> Column:
    sure = _count(members, c.holds(test)) > 0
    unsure = c.open_rows(test)
    known = None if unsure is None else sure | (_count(members, unsure) == 0)
    return Column("boolean", sure, c.both_known(known, members.known))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Members with their condition and value."""

    members: Members
    test: Column
    of: Column | None

    def settled(self) -> Array | None:
        """Households all whose conditions, and values of the chosen, are known."""
        unsure = c.open_rows(self.test)
        if self.of is not None and self.of.known is not None:
            missing = c.holds(self.test) & ~self.of.known
            unsure = missing if unsure is None else unsure | missing
        known = None if unsure is None else _count(self.members, unsure) == 0
        return c.both_known(known, self.members.known)


def _count(members: Members, rows: Array) -> Array:
    """How many of a household's rows hold."""
    total: Array = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(rows, out=total[1:])
    starts = members.starts
    found: Array = total[starts + members.counts] - total[starts]
    return found


def _aggregate(run: _Run, node: Over, *, chosen: _Chosen) -> Column:
    known, held = chosen.settled(), c.holds(chosen.test)
    if node.name == "人数":
        return c.number(_count(chosen.members, held), known)
    assert chosen.of is not None
    of = chosen.of
    if of.kind == "unknown":
        nobody = _count(chosen.members, held) == 0
        return c.number(np.zeros(len(nobody), dtype=np.int64), c.both_known(known, nobody))
    if node.name == "順位":
        ranks = _ranks(run.owner(node.entity), held, of=of)
        return c.number(ranks, None if known is None else known[run.owner(node.entity)])
    if node.name == "合計":
        return _sum(chosen.members, Column(of.kind, np.where(held, of.values, 0), known, _one(of.den), of.bound))
    return _extreme(run, node, chosen=chosen)


def _one(den: int | Array) -> int | Array:
    """One denominator where all rows have the same."""
    return den if isinstance(den, int) else np.asarray(den)


def _sum(members: Members, of: Column) -> Column:
    values, den = of.values, of.den
    if not isinstance(den, int):
        common = int(np.lcm.reduce(den.astype(object))) if den.size else 1
        values, den = values.astype(object) * (common // den.astype(object)), common
    if of.bound * max(1, len(values)) >= c.WIDEST:
        values = values.astype(object)
    total = np.zeros(len(values) + 1, dtype=values.dtype)
    np.cumsum(values, out=total[1:])
    starts = members.starts
    return c.number(np.asarray(total[starts + members.counts] - total[starts]), of.known, den=den)


def _extreme(run: _Run, node: Over, *, chosen: _Chosen) -> Column:
    """最大 or 最小 of the chosen; unknown when nobody is chosen."""
    of, held, members = chosen.of, c.holds(chosen.test), chosen.members
    assert of is not None
    order = _order(run.owner(node.entity)[held], _comparable(of)[held])
    counts = _count(members, held)
    ends = np.cumsum(counts)
    place = np.maximum(ends - 1 if node.name == "最大" else ends - counts, 0)
    known = c.both_known(chosen.settled(), counts > 0)
    if not len(order):
        return Column("unknown", np.zeros(len(counts), dtype=bool), np.zeros(len(counts), dtype=bool))
    picked = np.flatnonzero(held)[order][np.minimum(place, len(order) - 1)]
    found = of.take(picked)
    return Column(found.kind, found.values, known, found.den, found.bound)


def _comparable(of: Column) -> Array:
    if isinstance(of.den, int):
        return of.values
    common = int(np.lcm.reduce(of.den.astype(object))) if of.den.size else 1
    return np.asarray(of.values.astype(object) * (common // of.den.astype(object)))


def _order(owners: Array, values: Array) -> Array:
    """Rows by household, then value, then position; nothing is sorted when they already stand so."""
    if values.dtype == object:
        _, values = np.unique(values, return_inverse=True)
    alike = owners[1:] == owners[:-1]
    if not np.any(alike & (values[1:] < values[:-1])):
        return np.arange(len(owners))
    return np.asarray(np.lexsort((values, owners)))


def _ranks(owners: Array, held: Array, *, of: Column) -> Array:
    """Place from 1 among the chosen of the household; 0 for who is not chosen."""
    rows = np.flatnonzero(held)
    order = _order(owners[rows], _comparable(of)[rows])
    sorted_owners = owners[rows][order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = sorted_owners[1:] != sorted_owners[:-1]
    begin = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    ranks = np.zeros(len(held), dtype=np.int64)
    ranks[rows[order]] = np.arange(len(order)) - begin + 1
    return ranks
