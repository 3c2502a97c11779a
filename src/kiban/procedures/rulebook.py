"""The packs' rules as intake and case work ask them: facts by the pack's ids, answers with reasons and articles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiban.packs.model import LANGUAGES, RuleFact
from kiban.procedures.errors import UnknownPack
from kiban.procedures.model import Reason, Value
from kiban.procedures.plan import Judgment, at_path
from kiban.procedures.shelf import article
from kiban.rules import Determination, RuleSet, evaluate, explain
from kiban.rules.expression import names


@dataclass(frozen=True, slots=True)
class RuleBook:
    """See :class:`kiban.procedures.plan.Rules`.

    Attributes:
        sets: the rule set of each pack.
        facts: by pack, how a fact of the rule set follows from a fact of the pack that has another name.
        members: by pack and entity, who of the listed members belongs to it.
    """

    sets: Mapping[str, RuleSet]
    facts: Mapping[str, Mapping[str, RuleFact]] = field(default_factory=dict)
    members: Mapping[str, Mapping[str, RuleFact]] = field(default_factory=dict)

    def judge(self, pack: str, rule: str, *, facts: Mapping[str, Value], on: dt.date) -> Judgment:
        """The rule's answer on a day; unknown while a member it counts or a fact it reads is unknown.

        Raises: UnknownPack, also when the pack has no such rule; BadFact, NotInForce of kiban.rules.
        """
        rules = self.sets.get(pack)
        if rules is None or rule not in rules.variables:
            raise UnknownPack(f"the pack {pack} has no rule {rule}", remedy="run kiban pack check")
        named = self.facts.get(pack, {})
        given = _given(rules, {**facts, **_followed(named, facts)})
        _constants(rules, named, given=given)
        _chosen(self.members.get(pack, {}), facts, given=given)
        back = {name: follows.fact for name, follows in named.items() if follows.fact}
        absent = [
            name for name in needed(rules, rule, on=on) if rules.facts[name].of and rules.facts[name].of not in given
        ]
        if absent:
            return Judgment(None, (), tuple(back.get(name, name) for name in absent))
        found = evaluate(rules, given, on=on, outputs=(rule,))
        unknown = tuple(back.get(name, name) for name in found.unknown)
        return Judgment(_plain(found.outputs[rule]), tuple(_reasons(rules, found)), unknown)


def _reasons(rules: RuleSet, found: Determination) -> Iterator[Reason]:
    """The household's steps in every language; those of single members where there are no others, each once."""
    spoken = zip(*(explain(rules, found, language=language) for language in LANGUAGES), strict=True)
    steps = [dict(zip(LANGUAGES, one, strict=True)) for one in spoken]
    of_all = [one for one in steps if one["ja"].step.member is None]
    seen: set[str] = set()
    for one in of_all or steps:
        ja = one["ja"]
        if ja.text in seen:
            continue
        seen.add(ja.text)
        yield Reason(
            text=ja.text,
            rule=ja.step.name,
            law=ja.basis.title or ja.basis.law,
            article=article(ja.basis.article),
            words={language: said.text for language, said in one.items() if language != "ja"},
            address=ja.address,
        )


def _followed(named: Mapping[str, RuleFact], facts: Mapping[str, Value]) -> dict[str, Value]:
    """The facts of the rules that follow from facts of the pack; of members one by one."""
    return {
        name: _taken(how, [follow(how, one) for one in value]) if isinstance(value, list) else follow(how, value)
        for name, how in named.items()
        if how.fact and (value := facts.get(how.fact)) is not None
    }


def _taken(how: RuleFact, values: list[Value]) -> Value:
    """The members' values as one, where the pack takes one of them; unknown while one is unknown."""
    if not how.take:
        return values
    if how.take == "count":
        return len(values)
    if not values or None in values:
        return None
    known: list[Any] = values
    if how.take == "all":
        return all(known)
    one: Value = sum(known) if how.take == "sum" else max(known)
    return one


def _constants(rules: RuleSet, named: Mapping[str, RuleFact], *, given: dict[str, Any]) -> None:
    """What holds for every applicant of the procedure."""
    for name, how in named.items():
        fact = rules.facts.get(name)
        if how.fact or fact is None:
            continue
        for record in given.get(fact.of, []) if fact.of else [given]:
            record[name] = how.value


def _chosen(entities: Mapping[str, RuleFact], facts: Mapping[str, Value], *, given: dict[str, Any]) -> None:
    """Only those of the listed members who belong to an entity; while that is unknown of one, its members are."""
    for entity, how in entities.items():
        listed = facts.get(how.fact)
        belongs = [follow(how, one) for one in listed] if isinstance(listed, list) else [None]
        records = given.pop(entity, None)
        if records is not None and None not in belongs:
            given[entity] = [one for one, wanted in zip(records, belongs, strict=False) if wanted is True]


def follow(how: RuleFact, value: Value) -> Value:
    """What a fact of the rules is when the pack's fact has a value; unknown stays unknown."""
    value = at_path(value, how.path)
    if value is None:
        return None
    if how.one_of is not None:
        return value in how.one_of
    if how.none_of is not None:
        return value not in how.none_of
    if how.words:
        return how.words.get(str(value), value)
    return True if how.any else value


def _given(rules: RuleSet, facts: Mapping[str, Value]) -> dict[str, Any]:
    """Facts as the rules read them: those of members as one list of records per entity."""
    out: dict[str, Any] = {}
    for name, value in facts.items():
        fact = rules.facts.get(name)
        if fact is None:
            continue
        if not fact.of:
            out[name] = value
            continue
        listed = value if isinstance(value, list) else [value]
        members = out.setdefault(fact.of, [])
        members.extend({} for _ in range(len(listed) - len(members)))
        for member, one in zip(members, listed, strict=False):
            member[name] = one
    return out


def needed(rules: RuleSet, rule: str, *, on: dt.date) -> tuple[str, ...]:
    """The facts that a rule reads, directly or through other rules, on a day."""
    return tuple(dict.fromkeys(_needed(rules, rule, on=on, seen=set())))


def _needed(rules: RuleSet, rule: str, *, on: dt.date, seen: set[str]) -> Iterator[str]:
    version = rules.variables[rule].at(on, dt.date.max)
    if version is None or rule in seen:
        return
    seen.add(rule)
    for name in names(version.formula):
        if name in rules.facts:
            yield name
        elif name in rules.variables:
            yield from _needed(rules, name, on=on, seen=seen)


def _plain(value: Any) -> Value:
    """A result as a fact's value: days as ISO text, results of members as a list."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value
