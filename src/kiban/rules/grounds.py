"""What an answer rests on: facts, whose they are and who supplied each; and what of the law was not checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from kiban.rules.expression import names
from kiban.rules.model import Basis, Determination, Fact, RuleSet, Step

NAMED_BY = "氏名"
"""The fact that names a member to people; it is no fact of the rules and changes no answer."""


class Ground(Struct, frozen=True):
    """A fact that was used. ``member`` is the place in ``fact.of`` (from 0), ``value`` as it was given."""

    fact: Fact
    member: int | None
    value: Any


def grounds(
    rules: RuleSet, found: Determination, *, facts: Mapping[str, Any], on: dt.date, known: dt.date | None = None
) -> tuple[Ground, ...]:
    """Each fact that a step read and that is known, once, in the order of reasoning.

    A step that looks over the members of an entity rests on the fact of every one of them.
    """
    seen: dict[tuple[str, int | None], Ground] = {}
    for step in found.steps:
        for fact in _read(rules, step, on=on, known=known or dt.date.max):
            for member, value in _values(rules, step, fact=fact, facts=facts):
                if value is not None:
                    seen.setdefault((fact.name, member), Ground(fact, member, value))
    return tuple(seen.values())


def _read(rules: RuleSet, step: Step, *, on: dt.date, known: dt.date) -> Iterator[Fact]:
    version = rules.variables[step.name].at(on, known)
    for name in names(version.formula) if version else ():
        if name in rules.facts:
            yield rules.facts[name]


def _values(rules: RuleSet, step: Step, *, fact: Fact, facts: Mapping[str, Any]) -> Iterator[tuple[int | None, Any]]:
    if not fact.of:
        yield None, facts.get(fact.name)
        return
    members: Sequence[Mapping[str, Any]] = facts.get(fact.of) or ()
    own = step.member is not None and rules.variables[step.name].of == fact.of
    for place, record in enumerate(members):
        if not own or place == step.member:
            yield place, record.get(fact.name)


def whose(entity: str, member: int | None, *, facts: Mapping[str, Any]) -> str:
    """How a member is called: 子1 (架空 花子); nothing for the household."""
    if member is None:
        return ""
    members: Sequence[Mapping[str, Any]] = facts.get(entity) or ()
    name = members[member].get(NAMED_BY) if member < len(members) else None
    return f"{entity}{member + 1} ({name})" if name else f"{entity}{member + 1}"


class Doubt(Struct, frozen=True):
    """A number, formula or table that was used and not compared with the law's text, and why."""

    name: str
    basis: Basis
    why: str


def doubts(rules: RuleSet, found: Determination, *, on: dt.date, known: dt.date | None = None) -> tuple[Doubt, ...]:
    """What the steps used that is marked ``verified: false``, once each, in the order of reasoning."""
    seen: dict[str, Doubt] = {}
    for step in found.steps:
        version = rules.variables[step.name].at(on, known or dt.date.max)
        if version is None:
            continue
        used = (rules.parameters[name] for name in names(version.formula) if name in rules.parameters)
        values = [(one.name, one.at(on, known or dt.date.max)) for one in used]
        for name, dated in ((step.name, version), *values):
            if dated is not None and not dated.verified:
                seen.setdefault(name, Doubt(name, dated.basis, dated.why))
    return tuple(seen.values())
