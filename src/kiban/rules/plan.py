"""A rule set made ready for one 基準日 and one decision day: what the array kernel and the SQL text are both made from.

Every parameter becomes its number, every formula the version in force, every part without facts its value, and
branches that cannot be reached on that day fall away. What remains depends on facts alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kiban.kernel.errors import Where
from kiban.rules.errors import NotInForce
from kiban.rules.evaluation import BASE_DATE, Exact, value_without_facts
from kiban.rules.expression import Binary, Call, Case, Const, Name, Node, Over, Unary, children, names
from kiban.rules.model import Basis, RuleSet, Type

UNKNOWN = Const(None, "unknown")


@dataclass(frozen=True, slots=True)
class Planned:
    """One result with the formula that is in force, specialised."""

    name: str
    type: Type
    of: str
    formula: Node
    basis: Basis
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Results in an order in which each only needs facts and earlier ones."""

    rules: RuleSet
    on: dt.date
    known: dt.date
    steps: tuple[Planned, ...]
    outputs: tuple[str, ...]

    facts: tuple[str, ...] = field(init=False)
    """The facts that the outputs need on this day."""
    entities: tuple[str, ...] = field(init=False)
    """The entities whose members the outputs need."""

    def __post_init__(self) -> None:
        used = {name for step in self.steps for name in names(step.formula)}
        facts = tuple(name for name in self.rules.facts if name in used)
        of = {entity for step in self.steps for entity in _entities(step.formula)}
        of |= {step.of for step in self.steps} | {self.rules.facts[name].of for name in facts}
        object.__setattr__(self, "facts", facts)
        object.__setattr__(self, "entities", tuple(entity for entity in self.rules.entities if entity in of))


def plan(rules: RuleSet, on: dt.date, *, known: dt.date | None = None, outputs: Sequence[str] = ()) -> Plan:
    """Specialise a rule set.

    Args:
        rules: the programme.
        on: 基準日.
        known: the decision day; everything known now without it.
        outputs: names of results; the rule set's own without them.

    Raises:
        NotInForce: a number or formula that some household can need has no value on that day.
    """
    wanted = tuple(outputs or rules.outputs)
    made = _Planner(rules, on, known or dt.date.max)
    for name in wanted:
        made.visit(name)
    return Plan(rules, on, made.known, tuple(made.steps.values()), wanted)


class _Planner:
    def __init__(self, rules: RuleSet, on: dt.date, known: dt.date) -> None:
        self.rules = rules
        self.on = on
        self.known = known
        self.steps: dict[str, Planned] = {}

    def visit(self, name: str) -> None:
        if name in self.steps:
            return
        variable = self.rules.variables[name]
        version = variable.at(self.on, self.known)
        if version is None:
            raise self._absent(name, "formula")
        formula = self.simple(version.formula)
        for used in names(formula):
            if used in self.rules.variables:
                self.visit(used)
            elif used in self.rules.parameters:
                raise self._absent(used, "value")
        self.steps[name] = Planned(name, variable.type, variable.of, formula, version.basis, version.text)

    def _absent(self, name: str, what: str) -> NotInForce:
        return NotInForce(
            f"{name} has no {what} in force on {self.on}",
            where=Where(self.rules.file, field=name),
            remedy="add it with its article and dates",
        )

    def simple(self, node: Node) -> Node:
        """The node with numbers for parameters and values for parts without facts."""
        if isinstance(node, Name):
            return self._name(node)
        if isinstance(node, Case):
            return self._case(node)
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Unary):
            return folded(Unary(node.op, self.simple(node.operand)))
        if isinstance(node, Call):
            return folded(Call(node.name, tuple(self.simple(part) for part in node.arguments)))
        if isinstance(node, Over):
            of = None if node.of is None else self.simple(node.of)
            condition = None if node.condition is None else self.simple(node.condition)
            return Over(node.name, node.entity, of, condition)
        return node

    def _name(self, node: Name) -> Node:
        if node.name == BASE_DATE:
            return const(self.on)
        parameter = self.rules.parameters.get(node.name)
        dated = parameter.at(self.on, self.known) if parameter is not None else None
        if dated is None:
            return node
        return const(Fraction(dated.value) if isinstance(dated.value, str) else dated.value)

    def _binary(self, node: Binary) -> Node:
        left = self.simple(node.left)
        if node.op in {"AND", "OR"}:
            decisive = node.op == "OR"
            if isinstance(left, Const) and left.value is decisive:
                return left
            right = self.simple(node.right)
            if isinstance(right, Const) and right.value is decisive:
                return right
            return folded(Binary(node.op, left, right))
        return folded(Binary(node.op, left, self.simple(node.right)))

    def _case(self, node: Case) -> Node:
        branches: list[tuple[Node, Node]] = []
        for condition, value in node.branches:
            holds = self.simple(condition)
            if isinstance(holds, Const) and holds.value is False:
                continue
            if isinstance(holds, Const) and holds.value is True:
                return _chosen(branches, self.simple(value))
            branches.append((holds, self.simple(value)))
        return _chosen(branches, self.simple(node.otherwise))


def _chosen(branches: Sequence[tuple[Node, Node]], otherwise: Node) -> Node:
    return Case(tuple(branches), otherwise) if branches else otherwise


def const(value: Exact) -> Const:
    """A value as a node; decimals as exact fractions in text."""
    kinds: Mapping[type, str] = {bool: "boolean", int: "integer", Fraction: "number", str: "text", dt.date: "date"}
    if value is None:
        return UNKNOWN
    if isinstance(value, Fraction):
        return const(int(value)) if value.denominator == 1 else Const(str(value), "number")
    if isinstance(value, dt.date):
        return Const(value.isoformat(), "date")
    return Const(value, kinds[type(value)])


def value_of(node: Const) -> Exact:
    """The value of a constant."""
    if node.kind == "date":
        return dt.date.fromisoformat(str(node.value))
    return Fraction(str(node.value)) if node.kind == "number" else node.value


def folded(node: Node) -> Node:
    """A node whose parts are all constants as its value; others unchanged."""
    parts = _parts(node)
    if all(isinstance(part, Const) for part in parts):
        return const(value_without_facts(node))
    return node


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Unary):
        return (node.operand,)
    if isinstance(node, Binary):
        return (node.left, node.right)
    return node.arguments if isinstance(node, Call) else ()


def _entities(node: Node) -> Iterator[str]:
    if isinstance(node, Over):
        yield node.entity
    for child in children(node):
        yield from _entities(child)


def reasons(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """For each output what a reason code of the batch means: code 0 undecided, then the branches in order."""
    made = {}
    for step in plan.steps:
        if step.name in plan.outputs:
            count = len(step.formula.branches) + 1 if isinstance(step.formula, Case) else 1
            ways = tuple(f"{step.basis}: way {n} of {step.text}" for n in range(1, count + 1))
            made[step.name] = ("undecided: a fact is unknown", *ways)
    return made
