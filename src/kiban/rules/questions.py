"""The next question: an unknown fact that can still change the answer, the cheapest source first.

A fact is asked only with two values in hand that give different answers for one and the same household (a *witness*).
Households are made of the values that the rules tell apart (:mod:`kiban.rules.domains`), the known facts kept as they
are. When no fact has a witness nothing is asked, and the answer is that of every household that was tried.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from kiban.rules.domains import Domains
from kiban.rules.errors import NotInForce
from kiban.rules.evaluation import Facts
from kiban.rules.model import Fact, RuleSet, Type, Value
from kiban.rules.scalar import check_facts, evaluate

FORMS = {Type.DATE: "2025-04-01", Type.BOOLEAN: "はい/いいえ", Type.TEXT: "文字"}
TRIES, MORE_TRIES, CLIMB, WIDTH = 24, 240, 60, 16
ASK = 2


@dataclass(frozen=True, slots=True)
class Witness:
    """Two values of a fact that give different answers for the same household; it is complete with either."""

    one: Value | int
    other: Value | int
    outcomes: tuple[Mapping[str, Any], Mapping[str, Any]]
    households: tuple[Facts, Facts]


@dataclass(frozen=True, slots=True)
class Question:
    """A fact of the household or of one member; without a fact, how many members an entity has."""

    fact: Fact | None
    entity: str = ""
    member: int | None = None
    witness: Witness | None = None

    def __str__(self) -> str:
        if self.fact is None:
            return f"{self.entity}の人数 (0, 1, 2 …)"
        member = "" if self.member is None else f"{self.entity}{self.member + 1}の"
        return f"{member}{self.fact.name} ({FORMS.get(self.fact.type, '整数')})"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an interview stands: the question to ask, or none and the answer."""

    question: Question | None
    outputs: Mapping[str, Any]


def next_question(rules: RuleSet, facts: Facts, *, on: dt.date, outputs: Sequence[str] = ()) -> Fact | None:
    """The fact to get next, or None when the answer no longer depends on anything unknown."""
    question = standing(rules, facts, on=on, outputs=outputs).question
    return question.fact if question else None


def standing(rules: RuleSet, facts: Facts, *, on: dt.date, outputs: Sequence[str] = ()) -> Standing:
    """The next question with its witness, or the answer when nothing unknown can change it.

    Facts that an office can supply come before facts that the person must be asked. The same facts give the same
    question.
    """
    checked = dict(check_facts(rules, facts))
    found = evaluate(rules, checked, on=on, outputs=outputs)
    if not found.unknown:
        return Standing(None, found.outputs)
    search = _Search(rules, checked, on=on, outputs=tuple(outputs))
    candidates = sorted(_candidates(rules, checked, unknown=found.unknown), key=lambda one: _cost(rules, one))
    for tries in (TRIES, MORE_TRIES):
        for candidate in candidates:
            witness = search.witness(candidate, tries=tries)
            if witness is not None:
                asked = Question(candidate.fact, candidate.entity, candidate.member, witness)
                return Standing(asked, found.outputs)
    return Standing(None, search.outcome(search.household()) or found.outputs)


def _candidates(rules: RuleSet, facts: Facts, *, unknown: Sequence[str]) -> Iterator[Question]:
    """Each unknown place that was met on the way to an open answer."""
    for name in unknown:
        fact = rules.facts.get(name)
        if fact is None:
            yield Question(None, name)
        elif not fact.of:
            yield Question(fact)
        else:
            members = facts.get(fact.of) or ()
            yield from (Question(fact, fact.of, i) for i, one in enumerate(members) if one.get(name) is None)


def _cost(rules: RuleSet, question: Question) -> tuple[int, bool]:
    """Of a fact its own; of the members of an entity that of their cheapest fact."""
    if question.fact is not None:
        return question.fact.cost, False
    return min((fact.cost for fact in rules.facts.values() if fact.of == question.entity), default=ASK), True


class _Search:
    """Households that agree with what is known, led towards those with a full answer, where facts matter."""

    def __init__(self, rules: RuleSet, facts: dict[str, Any], *, on: dt.date, outputs: tuple[str, ...]) -> None:
        self.rules, self.facts, self.on, self.outputs = rules, facts, on, outputs
        self.domains = Domains(rules, on)
        self.chance = Random(0)
        self.lively: list[dict[str, Any]] = []

    def household(self) -> dict[str, Any]:
        """A complete household at random."""
        return self.domains.completed(self.facts, self.chance)

    def outcome(self, household: Facts) -> Mapping[str, Any] | None:
        """Its answer; None where the law has none for it on that day."""
        try:
            return evaluate(self.rules, household, on=self.on, outputs=self.outputs).outputs
        except NotInForce:
            return None

    def witness(self, place: Question, *, tries: int) -> Witness | None:
        """Two values of a place that give different answers."""
        for number in range(tries):
            base = self._lively(number) if number % 2 else self.household()
            first: tuple[Value | int, Facts, Mapping[str, Any]] | None = None
            for value in self._values(place):
                made = self._with(base, place, value=value)
                found = self.outcome(made)
                if found is None:
                    continue
                if first is not None and found != first[2]:
                    return Witness(first[0], value, (first[2], found), (first[1], made))
                first = first or (value, made, found)
        return None

    def _values(self, place: Question) -> Sequence[Value | int]:
        if place.fact is None:
            return (0, 1, 2, 3)
        values = self.domains.values(place.fact)
        return values if len(values) <= WIDTH else self.chance.sample(values, WIDTH)

    def _with(self, base: dict[str, Any], place: Question, *, value: Value | int) -> dict[str, Any]:
        if place.fact is None:
            members = base[place.entity] or [self.domains.member(place.entity, self.chance)]
            count = value if isinstance(value, int) else 0
            return {**base, place.entity: [dict(members[i % len(members)]) for i in range(count)]}
        if place.member is None:
            return {**base, place.fact.name: value}
        members = [dict(one) for one in base[place.entity]]
        members[place.member][place.fact.name] = value
        return {**base, place.entity: members}

    def _lively(self, number: int) -> dict[str, Any]:
        """A household with as many results other than no and nothing as a short climb finds."""
        if len(self.lively) * 4 <= number:
            self.lively.append(self._climbed())
        return self.lively[number % len(self.lively)]

    def _climbed(self) -> dict[str, Any]:
        best = self.household()
        most = self._life(best)
        for _ in range(CLIMB):
            other = self._mixed(best, self.household())
            life = self._life(other)
            if life >= most:
                best, most = other, life
        return best

    def _life(self, household: Facts) -> int:
        """How many steps on the way to the answer hold or count."""
        try:
            found = evaluate(self.rules, household, on=self.on, outputs=self.outputs)
        except NotInForce:
            return -1
        return 100 * sum(bool(v) for v in found.outputs.values()) + sum(bool(step.value) for step in found.steps)

    def _mixed(self, base: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
        """The one with a few places of the other."""
        name = self.chance.choice(list(other))
        if name not in self.rules.entities or self.facts.get(name) is None:
            return {**base, name: other[name]}
        pairs = zip(base[name], other[name], strict=True)
        return {**base, name: [{**one, **self._some(two)} for one, two in pairs]}

    def _some(self, member: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in member.items() if self.chance.random() < 1 / len(member)}
