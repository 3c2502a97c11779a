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
    """

    sets: Mapping[str, RuleSet]
    facts: Mapping[str, Mapping[str, RuleFact]] = field(default_factory=dict)

    def judge(self, pack: str, rule: str, *, facts: Mapping[str, Value], on: dt.date) -> Judgment:
        """The rule's answer on a day; unknown while a member it counts or a fact it reads is unknown.

        Raises: UnknownPack, also when the pack has no such rule; BadFact, NotInForce of kiban.rules.
        """
        rules = self.sets.get(pack)
        if rules is None or rule not in rules.variables:
            raise UnknownPack(f"the pack {pack} has no rule {rule}", remedy="run kiban pack check")
        named = self.facts.get(pack, {})
        given = _given(rules, {**facts, **_followed(named, facts)})
        back = {name: follows.fact for name, follows in named.items()}
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
        name: [follow(how, one) for one in value] if isinstance(value, list) else follow(how, value)
        for name, how in named.items()
        if (value := facts.get(how.fact)) is not None
    }


def follow(how: RuleFact, value: Value) -> Value:
    """What a fact of the rules is when the pack's fact has a value; unknown stays unknown."""
    value = at_path(value, how.path)
    if value is None:
        return None
    if how.one_of is not None:
        return value in how.one_of
    if how.none_of is not None:
        return value not in how.none_of
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
