"""Exact evaluation of one household, three-valued, with a trace of every step. The oracle for all other engines."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from kiban.kernel.errors import Where
from kiban.rules.errors import BadFact
from kiban.rules.evaluation import Exact, Facts, Run, law_of, variable_value, whole
from kiban.rules.expression import Node
from kiban.rules.model import Determination, Fact, RuleSet, Type, Value

FIRST_DAY, LAST_DAY = dt.date(1000, 1, 1), dt.date(9000, 12, 31)
"""Days of facts; 0001-01-01 and 9999-12-31 stand for "unknown" and "no end" in registers, and are not computed with."""
KINDS: dict[Type, Any] = {
    Type.DATE: dt.date, Type.BOOLEAN: bool, Type.INTEGER: int, Type.TEXT: str, Type.NUMBER: (int, Fraction),
}  # fmt: skip


PLAIN: dict[Type, type] = {
    Type.DATE: dt.date, Type.BOOLEAN: bool, Type.INTEGER: int, Type.TEXT: str, Type.NUMBER: int,
}  # fmt: skip


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
    run = Run(rules, check_facts(rules, facts), on, known, law_of(rules, on, known=known))
    try:
        return _determined(run, outputs)
    except (ValueError, OverflowError, TypeError, RecursionError) as error:
        raise BadFact(
            f"a fact leads beyond the calendar or all sizes: {type(error).__name__}",
            where=Where(rules.file or rules.id),
            remedy="look for an impossible date or number among the facts",
        ) from error


def _determined(run: Run, outputs: Sequence[str]) -> Determination:
    rules = run.rules
    found: dict[str, Value | tuple[Value, ...]] = {}
    for name in outputs or rules.outputs:
        variable = rules.variables.get(name)
        if variable is None:
            where = Where(rules.file or rules.id, field=name)
            raise BadFact(f"there is no result {name!r}", where=where, remedy=f"results are {', '.join(rules.outputs)}")
        if variable.of:
            found[name] = tuple(
                whole(variable_value(run, variable, member=i)) for i in range(len(run.members(variable.of)))
            )
        else:
            found[name] = whole(variable_value(run, variable, member=None))
    open_facts = (
        tuple(run.unknown) if any(v is None or (isinstance(v, tuple) and None in v) for v in found.values()) else ()
    )
    return Determination(found, open_facts, tuple(run.steps), _mark(run, found))


class Running:
    """An evaluation under way, for those who look into its formulas: coverage."""

    def __init__(self, run: Run) -> None:
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
        found: Exact = self._run.law.code(node)(self._run, member)
        return found

    def answer(self, outputs: Sequence[str]) -> None:
        """Evaluate results, as :func:`evaluate` does."""
        for name in outputs:
            variable = self._run.rules.variables[name]
            for member in range(len(self.members(variable.of))) if variable.of else (None,):
                variable_value(self._run, variable, member=member)


def begin(rules: RuleSet, facts: Facts, *, on: dt.date, known: dt.date | None = None) -> Running:
    """An evaluation with nothing evaluated yet; raises as :func:`evaluate`."""
    known = known or dt.date.max
    return Running(Run(rules, check_facts(rules, facts), on, known, law_of(rules, on, known=known)))


_TEXT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str)


def _mark(run: Run, found: Mapping[str, object]) -> str:
    """Hash of rule set, both days, facts and answer: the same question gives the same bytes."""
    known = None if run.known == dt.date.max else run.known
    text = _TEXT.encode([run.rules.id, run.rules.mark, run.on, known, run.facts, found])
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def check_facts(rules: RuleSet, facts: Facts) -> Facts:
    """The facts with dates read, or a refusal that names the fact and member.

    Raises:
        BadFact: a value is not of the fact's type.
    """
    checked: dict[str, Any] = {}
    if not isinstance(facts, Mapping):
        raise BadFact("facts are a mapping", where=Where(rules.file or rules.id), remedy="{fact: value, …}")
    for name, value in facts.items():
        if name in rules.entities and value is None:
            checked[name] = None
        elif name in rules.entities:
            members = value if isinstance(value, list | tuple) else [value]
            checked[name] = [_typed_all(rules, member, of=name, record=i) for i, member in enumerate(members)]
        else:
            fact = rules.facts.get(name)
            plain = fact is None or fact.of or value is None or _plain(fact, value)
            checked[name] = value if plain or fact is None else _typed(fact, value, record=None)
    return checked


def _typed_all(rules: RuleSet, values: Any, *, of: str, record: int | None) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise BadFact(
            f"a member of {of} must be a mapping", where=Where(record=str(record)), remedy="{fact: value, …} a member"
        )
    out = {}
    for name, value in values.items():
        fact = rules.facts.get(name)
        if fact is None or value is None or fact.of != of or _plain(fact, value):
            out[name] = value
        else:
            out[name] = _typed(fact, value, record=record)
    return out


def _plain(fact: Fact, value: Any) -> bool:
    """Whether a value is of its type as it stands."""
    if type(value) is dt.date and fact.type is Type.DATE:
        return FIRST_DAY <= value <= LAST_DAY
    return type(value) is PLAIN[fact.type]


def _typed(fact: Fact, value: Any, *, record: int | None) -> Any:
    if value is None:
        return None
    if fact.type is Type.DATE and isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value)
        except ValueError:
            value = value.strip()
    if type(value) is dt.date and fact.type is Type.DATE and not FIRST_DAY <= value <= LAST_DAY:
        raise BadFact(
            f"{fact.name} is {value}, no day of anybody",
            remedy="leave out what is not known or has no end",
            where=Where(record=None if record is None else str(record), field=fact.name),
        )
    wrong = not isinstance(value, KINDS[fact.type]) or (isinstance(value, bool) and fact.type is not Type.BOOLEAN)
    if wrong or isinstance(value, dt.datetime):
        raise BadFact(
            f"{fact.name} must be {fact.type.value}",
            remedy="dates as 2025-04-01, amounts as whole yen",
            where=Where(record=None if record is None else str(record), field=fact.name),
        )
    return value
