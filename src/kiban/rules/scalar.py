"""Exact evaluation of one household, three-valued, with a trace of every step. The oracle for all other engines."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import islice
from typing import Any, TypeAlias

from kiban.kernel.errors import Where
from kiban.rules import lawdates
from kiban.rules.errors import BadFact, NotInForce
from kiban.rules.expression import Binary, Call, Case, Const, Name, Node, Over, Unary
from kiban.rules.model import Determination, Fact, RuleSet, Step, Type, Value, Variable, Version

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


KINDS: dict[Type, Any] = {
    Type.DATE: dt.date, Type.BOOLEAN: bool, Type.INTEGER: int, Type.TEXT: str, Type.NUMBER: (int, Fraction),
}  # fmt: skip
LAWS_KEPT = 256


@dataclass(slots=True)
class _Law:
    """What of a rule set is in force on a day as known on another, found once and kept for the next household."""

    rules: RuleSet
    formulas: dict[str, Version] = field(default_factory=dict)
    numbers: dict[str, Exact] = field(default_factory=dict)


_laws: dict[tuple[int, dt.date, dt.date], _Law] = {}


def _law(rules: RuleSet, on: dt.date, *, known: dt.date) -> _Law:
    key = (id(rules), on, known)
    found = _laws.get(key)
    if found is None or found.rules is not rules:
        if len(_laws) >= LAWS_KEPT:
            _laws.clear()
        found = _laws[key] = _Law(rules)
    return found


@dataclass(slots=True)
class _Run:
    """One evaluation: facts, the two clocks, results so far, steps, and the unknown facts met on the way."""

    rules: RuleSet
    facts: Facts
    on: dt.date
    known: dt.date
    law: _Law
    results: dict[tuple[str, int | None], Exact] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    unknown: dict[str, None] = field(default_factory=dict)

    def members(self, entity: str) -> Sequence[Facts]:
        found = self.facts.get(entity)
        return found if isinstance(found, list | tuple) else ()


def evaluate(
    rules: RuleSet, facts: Facts, *, on: dt.date, known: dt.date | None = None, outputs: Sequence[str] = ()
) -> Determination:
    """Determine the outputs for one household on a 基準日, with what was known on the decision day.

    Args:
        rules: the programme.
        on: 基準日, the day whose law applies.
        known: the day of decision; everything that is known now without it.
        facts: as :data:`Facts`; absent or None is unknown, never zero. Dates may be ISO text.
        outputs: names of variables; the rule set's own outputs without them.

    Raises:
        BadFact: a fact has another type than the rule set says.
        NotInForce: a parameter or formula that is needed has no value on that day.
    """
    known = known or dt.date.max
    run = _Run(rules, check_facts(rules, facts), on, known, _law(rules, on, known=known))
    found: dict[str, Value | tuple[Value, ...]] = {}
    for name in outputs or rules.outputs:
        variable = rules.variables[name]
        if variable.of:
            found[name] = tuple(
                _whole(_variable(run, variable, member=i)) for i in range(len(run.members(variable.of)))
            )
        else:
            found[name] = _whole(_variable(run, variable, member=None))
    open_facts = (
        tuple(run.unknown) if any(v is None or (isinstance(v, tuple) and None in v) for v in found.values()) else ()
    )
    return Determination(found, open_facts, tuple(run.steps), _mark(run, found))


class Running:
    """An evaluation under way, for those who look into its formulas: coverage."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self.rules, self.on, self.known = run.rules, run.on, run.known

    @property
    def results(self) -> Mapping[tuple[str, int | None], Exact]:
        """Results so far by variable and member."""
        return self._run.results

    def members(self, entity: str) -> Sequence[Facts]:
        """The members of an entity."""
        return self._run.members(entity)

    def value(self, node: Node, member: int | None) -> Exact:
        """The value of a part of a formula."""
        return _value(self._run, node, member=member)

    def answer(self, outputs: Sequence[str]) -> None:
        """Evaluate results, as :func:`evaluate` does."""
        for name in outputs:
            variable = self._run.rules.variables[name]
            for member in range(len(self.members(variable.of))) if variable.of else (None,):
                _variable(self._run, variable, member=member)


def begin(rules: RuleSet, facts: Facts, *, on: dt.date, known: dt.date | None = None) -> Running:
    """An evaluation with nothing evaluated yet; raises as :func:`evaluate`."""
    known = known or dt.date.max
    return Running(_Run(rules, check_facts(rules, facts), on, known, _law(rules, on, known=known)))


def _whole(value: Exact) -> Value:
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value  # type: ignore[return-value]


def _mark(run: _Run, found: Mapping[str, object]) -> str:
    """Hash of rule set, both days, facts and answer: the same question gives the same bytes."""
    known = None if run.known == dt.date.max else run.known
    text = json.dumps(
        [run.rules.id, run.rules.mark, run.on, known, run.facts, found], ensure_ascii=False, sort_keys=True, default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def check_facts(rules: RuleSet, facts: Facts) -> Facts:
    """The facts with dates read, or a refusal that names the fact and member.

    Raises:
        BadFact: a value is not of the fact's type.
    """
    checked: dict[str, Any] = {}
    for name, value in facts.items():
        if name in rules.entities and value is None:
            checked[name] = None
        elif name in rules.entities:
            members = value if isinstance(value, list | tuple) else [value]
            checked[name] = [_typed_all(rules, member, of=name, record=i) for i, member in enumerate(members)]
        else:
            checked.update(_typed_all(rules, {name: value}, of="", record=None))
    return checked


def _typed_all(rules: RuleSet, values: Any, *, of: str, record: int | None) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise BadFact(f"a member of {of} must be a mapping", where=Where(record=str(record)))
    out = {}
    for name, value in values.items():
        fact = rules.facts.get(name)
        out[name] = value if fact is None or fact.of != of else _typed(fact, value, record=record)
    return out


def _typed(fact: Fact, value: Any, *, record: int | None) -> Any:
    if value is None:
        return None
    if fact.type is Type.DATE and isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            value = value.strip()
    wrong = not isinstance(value, KINDS[fact.type]) or (isinstance(value, bool) and fact.type is not Type.BOOLEAN)
    if wrong:
        raise BadFact(
            f"{fact.name} must be {fact.type.value}",
            remedy="dates as 2025-04-01, amounts as whole yen",
            where=Where(record=None if record is None else str(record), field=fact.name),
        )
    return value


def _variable(run: _Run, variable: Variable, *, member: int | None) -> Exact:
    at = member if variable.of else None
    key = (variable.name, at)
    results = run.results
    if key in results:
        return results[key]
    version = run.law.formulas.get(variable.name) or _formula(run, variable)
    before = len(results)
    value = _value(run, version.formula, member=at)
    whole = _whole(value)
    if type(value) is Fraction:
        value = whole
    # a dictionary keeps its order: what was added meanwhile is what this result rests on
    used = tuple([name for name, _ in islice(results, before, None)])
    results[key] = value
    run.steps.append(Step(variable.name, whole, variable.unit, at, version.basis, version.text, used))
    return value


def _formula(run: _Run, variable: Variable) -> Version:
    version = variable.at(run.on, run.known)
    if version is None:
        raise NotInForce(
            f"{variable.name} has no formula in force on {run.on}", where=Where(run.rules.file, field=variable.name)
        )
    run.law.formulas[variable.name] = version
    return version


def _value(run: _Run, node: Node, *, member: int | None) -> Exact:
    if isinstance(node, Name):
        return _named(run, node.name, member=member)
    if isinstance(node, Const):
        return _constant(node)
    if isinstance(node, Binary):
        return _binary(run, node, member=member)
    if isinstance(node, Case):
        return _case(run, node, member=member)
    if isinstance(node, Call):
        return _call(run, node, member=member)
    if isinstance(node, Unary):
        operand: Any = _value(run, node.operand, member=member)
        return None if operand is None else not operand if node.op == "NOT" else -operand
    return _over(run, node, member=member)


def _constant(node: Const) -> Exact:
    kind = node.kind
    return _read(kind, str(node.value)) if kind in {"date", "number"} else node.value


@cache
def _read(kind: str, text: str) -> Exact:
    return dt.date.fromisoformat(text) if kind == "date" else Fraction(text)


def value_without_facts(node: Node) -> Exact:
    """The value of a node that names nothing: constants and functions of them."""
    nothing = RuleSet("", "", {}, {}, {}, (), (), "")
    return _value(_Run(nothing, {}, dt.date.min, dt.date.max, _Law(nothing)), node, member=None)


def _named(run: _Run, name: str, *, member: int | None) -> Exact:
    rules = run.rules
    variable = rules.variables.get(name)
    if variable is not None:
        return _variable(run, variable, member=member)
    if name in run.law.numbers:
        return run.law.numbers[name]
    if name in rules.parameters:
        return _number(run, name)
    if name == BASE_DATE:
        return run.on
    fact = rules.facts[name]
    holder = run.facts[fact.of][member] if fact.of and member is not None else run.facts
    value: Exact = holder.get(name)
    if value is None:
        run.unknown[name] = None
    return value


def _number(run: _Run, name: str) -> Exact:
    dated = run.rules.parameters[name].at(run.on, run.known)
    if dated is None:
        raise NotInForce(
            f"{name} has no value in force on {run.on}",
            where=Where(run.rules.file, field=name),
            remedy="add the value with its article and dates",
        )
    value = run.law.numbers[name] = Fraction(dated.value) if isinstance(dated.value, str) else dated.value
    return value


def _binary(run: _Run, node: Binary, *, member: int | None) -> Exact:
    left: Any = _value(run, node.left, member=member)
    if node.op in {"AND", "OR"}:
        decisive = node.op == "OR"
        if left is decisive:
            return bool(decisive)
        right = _value(run, node.right, member=member)
        if right is decisive:
            return bool(decisive)
        return None if left is None or right is None else not decisive
    other: Any = _value(run, node.right, member=member)
    if left is None or other is None:
        return None
    result: Exact = OPERATORS[node.op](left, other)
    return result


def _case(run: _Run, node: Case, *, member: int | None) -> Exact:
    """The first condition that holds; an unknown condition gives unknown unless every way on gives the same."""
    possible: list[Exact] = []
    for condition, result in node.branches:
        holds = _value(run, condition, member=member)
        if holds is False:
            continue
        value = _value(run, result, member=member)
        possible.append(value)
        if holds is True:
            break
    else:
        possible.append(_value(run, node.otherwise, member=member))
    return possible[0] if all(value == possible[0] and value is not None for value in possible) else None


def _call(run: _Run, node: Call, *, member: int | None) -> Exact:
    arguments: list[Any] = [_value(run, argument, member=member) for argument in node.arguments]
    if node.name == "分かる":
        return arguments[0] is not None
    if any(argument is None for argument in arguments):
        return None
    result: Exact = CALLS[node.name](*arguments)
    return result


def _over(run: _Run, node: Over, *, member: int | None) -> Exact:
    if run.facts.get(node.entity) is None:
        run.unknown[node.entity] = None
        return None
    chosen: list[tuple[int, bool | None]] = []
    for i in range(len(run.members(node.entity))):
        holds = True if node.condition is None else _value(run, node.condition, member=i)
        if holds is not False:
            chosen.append((i, holds is True))
    if node.name == "いる":
        return True if any(sure for _, sure in chosen) else None if chosen else False
    if not all(sure for _, sure in chosen):
        return None
    members = [i for i, _ in chosen]
    if node.name == "人数":
        return len(members)
    values: list[Any] = [_value(run, node.of, member=i) for i in members] if node.of is not None else []
    if any(value is None for value in values):
        return None
    if node.name == "順位":
        return _rank(dict(zip(members, values, strict=True)), member)
    if node.name == "合計":
        total: Exact = sum(values)
        return total
    extreme: Exact = (max if node.name == "最大" else min)(values) if values else None
    return extreme


def _rank(values: Mapping[int, Any], member: int | None) -> int:
    """Place from 1 of the present member among the chosen, by value and then position; 0 when not chosen."""
    order = sorted(values, key=lambda i: (values[i], i))
    return order.index(member) + 1 if member is not None and member in values else 0
