"""Formulas as functions of one household: made once for a law's day, then called for every household without a look-up.

Three-valued and exact; what a formula needs is evaluated when it is needed, once, and noted as a step.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import Any, TypeAlias

from kiban.kernel.errors import Where
from kiban.rules import lawdates
from kiban.rules.errors import NotInForce
from kiban.rules.expression import Binary, Call, Case, Const, Name, Node, Over, Unary, children
from kiban.rules.model import RuleSet, Step, Value, Variable, Version

Exact: TypeAlias = int | bool | str | dt.date | Fraction | None
Facts: TypeAlias = Mapping[str, Any]
"""Household facts by name; an entity's members as a list of mappings under the entity's name."""

BASE_DATE = "基準日"
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": lambda a, b: Fraction(a) / Fraction(b) if b else None,
}  # fmt: skip
OPERATORS = COMPARE | ARITHMETIC
CALLS: dict[str, Callable[..., Any]] = {
    "満年齢": lawdates.age, "年後": lawdates.years_after, "月後": lawdates.months_after,
    "日後": lambda day, days: day + dt.timedelta(days=days), "月初": lawdates.month_start, "月末": lawdates.month_end,
    "年度末": lawdates.fiscal_year_end, "年度": lawdates.fiscal_year, "年": lambda day: day.year,
    "月": lambda day: day.month, "月数": lawdates.months_between, "日数": lambda a, b: (b - a).days,
    "切捨": lawdates.round_down, "切上": lawdates.round_up, "四捨五入": lawdates.round_half_up,
    "小さい方": min, "大きい方": max,
}  # fmt: skip

Code: TypeAlias = Callable[["Run", int | None], Any]
"""A formula ready to be called for a household and the place of a member in it."""
LAWS_KEPT = 256


@dataclass(slots=True)
class Law:
    """What of a rule set is in force on a day as known on another, found once and kept for the next household."""

    rules: RuleSet
    on: dt.date
    known: dt.date
    formulas: dict[str, tuple[Version, Code]] = field(default_factory=dict)
    parts: dict[int, tuple[Node, Code]] = field(default_factory=dict)
    fixed: dict[int, Exact] = field(default_factory=dict)
    """Values of the parts that no fact can change, by the identity of the node."""

    def code(self, node: Node) -> Code:
        """A part of a formula, ready to be called; what the day alone decides is reckoned once."""
        found = self.parts.get(id(node))
        if found is None:
            found = self.parts[id(node)] = (node, self._made(node))
        return found[1]

    def _made(self, node: Node) -> Code:
        code = _code(self, node)
        if not _is_fixed(self, node):
            return code
        try:
            value = self.fixed[id(node)] = code(Run(self.rules, {}, self.on, self.known, self), None)
        except (ArithmeticError, ValueError):
            return code  # a day beyond the calendar: told to whom it concerns
        return _always(value)


_laws: dict[tuple[int, dt.date, dt.date], Law] = {}


def law_of(rules: RuleSet, on: dt.date, *, known: dt.date) -> Law:
    """The law of a rule set on a day, as known on another."""
    key = (id(rules), on, known)
    found = _laws.get(key)
    if found is None or found.rules is not rules:
        if len(_laws) >= LAWS_KEPT:
            _laws.clear()
        found = _laws[key] = Law(rules, on, known)
    return found


@dataclass(slots=True)
class Run:
    """One evaluation: facts, the two clocks, results so far, steps, and the unknown facts met on the way."""

    rules: RuleSet
    facts: Facts
    on: dt.date
    known: dt.date
    law: Law
    results: dict[tuple[str, int | None], Exact] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    unknown: dict[str, None] = field(default_factory=dict)

    def members(self, entity: str) -> Sequence[Facts]:
        """The members of an entity."""
        found = self.facts.get(entity)
        return found if isinstance(found, (list, tuple)) else ()


def whole(value: Exact) -> Value:
    """A fraction that is a whole number as such."""
    if type(value) is Fraction and value.denominator == 1:
        return int(value)
    return value  # type: ignore[return-value]  # a fraction that its rule does not round stays exact


def variable_value(run: Run, variable: Variable, *, member: int | None) -> Exact:
    """A result for the household or a member, evaluated once."""
    at = member if variable.of else None
    results = run.results
    key = (variable.name, at)
    if key in results:
        return results[key]
    version, code = run.law.formulas.get(variable.name) or _formula(run, variable)
    before = len(results)
    value = whole(code(run, at))
    # a dictionary keeps its order: what was added meanwhile is what this result rests on
    used = tuple([name for name, _ in islice(results, before, None)])
    results[key] = value
    run.steps.append(Step(variable.name, value, variable.unit, at, version.basis, version.text, used))
    return value


def _formula(run: Run, variable: Variable) -> tuple[Version, Code]:
    version = variable.at(run.on, run.known)
    if version is None:
        raise NotInForce(
            f"{variable.name} has no formula in force on {run.on}", where=Where(run.rules.file, field=variable.name)
        )
    found = run.law.formulas[variable.name] = (version, run.law.code(version.formula))
    return found


def value_without_facts(node: Node) -> Exact:
    """The value of a node that names nothing: constants and functions of them."""
    nothing = RuleSet("", "", {}, {}, {}, (), (), "")
    law = Law(nothing, dt.date.min, dt.date.max)
    found: Exact = _code(law, node)(Run(nothing, {}, law.on, law.known, law), None)
    return found


def _code(law: Law, node: Node) -> Code:
    if isinstance(node, Name):
        return _name(law, node.name)
    if isinstance(node, Const):
        return _constant(node)
    if isinstance(node, Binary):
        return _binary(law, node)
    if isinstance(node, Case):
        return _case(law, node)
    if isinstance(node, Call):
        return _call(law, node)
    if isinstance(node, Unary):
        return _unary(law, node)
    return _over(law, node)


def _is_fixed(law: Law, node: Node) -> bool:
    if isinstance(node, Name):
        parameter = law.rules.parameters.get(node.name)
        return node.name == BASE_DATE or (parameter is not None and parameter.at(law.on, law.known) is not None)
    return not isinstance(node, Over) and all(id(part) in law.fixed for part in children(node))


def _always(value: Exact) -> Code:
    return lambda _run, _member: value


def _constant(node: Const) -> Code:
    value: Any = node.value
    if node.kind == "date":
        value = dt.date.fromisoformat(str(value))
    elif node.kind == "number":
        value = Fraction(str(value))
    return _always(value)


def _unary(law: Law, node: Unary) -> Code:
    inner = law.code(node.operand)
    change: Callable[[Any], Any] = operator.not_ if node.op == "NOT" else operator.neg

    def unary(run: Run, member: int | None) -> Exact:
        value = inner(run, member)
        return None if value is None else change(value)

    return unary


def _name(law: Law, name: str) -> Code:
    rules = law.rules
    if name in rules.variables:
        return _variable_name(rules.variables[name])
    if name in rules.parameters:
        return _number(law, name)
    if name == BASE_DATE:
        return _always(law.on)
    of = rules.facts[name].of

    def fact(run: Run, member: int | None) -> Exact:
        holder = run.facts[of][member] if of and member is not None else run.facts
        value: Exact = holder.get(name)
        if value is None:
            run.unknown[name] = None
        return value

    return fact


def _variable_name(variable: Variable) -> Code:
    name, of = variable.name, variable.of

    def result(run: Run, member: int | None) -> Exact:
        key = (name, member if of else None)
        results = run.results
        return results[key] if key in results else variable_value(run, variable, member=member)

    return result


def _number(law: Law, name: str) -> Code:
    dated = law.rules.parameters[name].at(law.on, law.known)
    if dated is not None:
        return _always(Fraction(dated.value) if isinstance(dated.value, str) else dated.value)

    def absent(run: Run, _member: int | None) -> Exact:
        raise NotInForce(
            f"{name} has no value in force on {run.on}",
            where=Where(run.rules.file, field=name),
            remedy="add the value with its article and dates",
        )

    return absent


def _binary(law: Law, node: Binary) -> Code:
    left, right = law.code(node.left), law.code(node.right)
    if node.op in {"AND", "OR"}:
        return _logic(left, right, decisive=node.op == "OR")
    apply = OPERATORS[node.op]
    fixed = law.fixed.get(id(node.right))
    if fixed is not None:

        def compared(run: Run, member: int | None) -> Exact:
            one = left(run, member)
            return None if one is None else apply(one, fixed)

        return compared

    def binary(run: Run, member: int | None) -> Exact:
        one = left(run, member)
        other = right(run, member)
        return None if one is None or other is None else apply(one, other)

    return binary


def _logic(left: Code, right: Code, *, decisive: bool) -> Code:
    other = not decisive

    def logic(run: Run, member: int | None) -> Any:
        one = left(run, member)
        if one is decisive:
            return decisive
        two = right(run, member)
        if two is decisive:
            return decisive
        return None if one is None or two is None else other

    return logic


def _case(law: Law, node: Case) -> Code:
    """The first condition that holds; an unknown condition gives unknown unless every way on gives the same."""
    branches = [(law.code(condition), law.code(result)) for condition, result in node.branches]
    otherwise = law.code(node.otherwise)

    def case(run: Run, member: int | None) -> Any:
        possible: list[Exact] = []
        for condition, result in branches:
            holds = condition(run, member)
            if holds is False:
                continue
            value: Exact = result(run, member)
            if holds is True and not possible:
                return value  # no unknown condition before it
            possible.append(value)
            if holds is True:
                break
        else:
            value = otherwise(run, member)
            if not possible:
                return value
            possible.append(value)
        return possible[0] if all(value == possible[0] and value is not None for value in possible) else None

    return case


def _call(law: Law, node: Call) -> Code:
    arguments = [law.code(argument) for argument in node.arguments]
    if node.name == "分かる":
        (asked,) = arguments
        return lambda run, member: asked(run, member) is not None
    apply = CALLS[node.name]

    def call(run: Run, member: int | None) -> Exact:
        values = [argument(run, member) for argument in arguments]
        for value in values:
            if value is None:
                return None
        result: Exact = apply(*values)
        return result

    return call


def _over(law: Law, node: Over) -> Code:
    condition = None if node.condition is None else law.code(node.condition)
    of = None if node.of is None else law.code(node.of)
    entity, name = node.entity, node.name

    def over(run: Run, member: int | None) -> Exact:
        if run.facts.get(entity) is None:
            run.unknown[entity] = None
            return None
        chosen: list[int] = []
        unsure = False
        for i in range(len(run.members(entity))):
            holds = True if condition is None else condition(run, i)
            if holds is True:
                chosen.append(i)
            unsure = unsure or holds is None
        if name == "いる":
            return True if chosen else None if unsure else False
        if unsure:
            return None
        if of is None:
            return len(chosen)
        return _aggregate(name, {i: of(run, i) for i in chosen}, member=member)

    return over


def _aggregate(name: str, values: Mapping[int, Any], *, member: int | None) -> Exact:
    if any(value is None for value in values.values()):
        return None
    if name == "順位":
        return _rank(values, member)
    if name == "合計":
        total: Exact = sum(values.values())
        return total
    extreme: Exact = (max if name == "最大" else min)(values.values()) if values else None
    return extreme


def _rank(values: Mapping[int, Any], member: int | None) -> int:
    """Place from 1 of the present member among the chosen, by value and then position; 0 when not chosen."""
    order = sorted(values, key=lambda i: (values[i], i))
    return order.index(member) + 1 if member is not None and member in values else 0
