"""Questions one by one: of which member, in which form, until nothing unknown can change the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kiban.rules.errors import BadFact
from kiban.rules.model import Fact, RuleSet, Type
from kiban.rules.questions import next_question
from kiban.rules.scalar import Facts, check_facts, evaluate

FORMS = {Type.DATE: "2025-04-01", Type.BOOLEAN: "はい/いいえ", Type.TEXT: "文字"}
YES, NO = {"はい", "yes", "y", "true", "1"}, {"いいえ", "no", "n", "false", "0"}


@dataclass(frozen=True, slots=True)
class Question:
    """A fact of the household or of one member; without a fact, how many members an entity has."""

    fact: Fact | None
    entity: str = ""
    member: int | None = None

    def __str__(self) -> str:
        if self.fact is None:
            return f"{self.entity}の人数 (0, 1, 2 …)"
        member = "" if self.member is None else f"{self.entity}{self.member + 1}の"
        return f"{member}{self.fact.name} ({FORMS.get(self.fact.type, '整数')})"


def next_open(rules: RuleSet, facts: Facts, *, on: dt.date, outputs: Sequence[str] = ()) -> Question | None:
    """The next question, or None when the answer stands."""
    found = evaluate(rules, facts, on=on, outputs=outputs)
    fact = next_question(rules, facts, on=on, outputs=outputs)
    if fact is None:
        return next((Question(None, name) for name in found.unknown if name in rules.entities), None)
    if not fact.of:
        return Question(fact)
    members = facts.get(fact.of) or ()
    missing = next(i for i, member in enumerate(members) if member.get(fact.name) is None)
    return Question(fact, fact.of, missing)


def answered(rules: RuleSet, facts: Facts, *, question: Question, text: str) -> dict[str, Any]:
    """The facts with one answer more.

    Raises:
        BadFact: the text is no answer to the question.
    """
    if question.fact is None:
        if not text.isdigit() or int(text) > 99:
            raise BadFact("a number of persons is needed", remedy="0 when there is none")
        return {**facts, question.entity: [{} for _ in range(int(text))]}
    value = _read(question.fact, text)
    if question.member is None:
        made = {**facts, question.fact.name: value}
    else:
        members = [dict(member) for member in facts[question.entity]]
        members[question.member][question.fact.name] = value
        made = {**facts, question.entity: members}
    check_facts(rules, made)
    return made


def _read(fact: Fact, text: str) -> Any:
    if fact.type is Type.BOOLEAN:
        if text.lower() not in YES | NO:
            raise BadFact(f"{fact.name} is yes or no", remedy="はい or いいえ")
        return text.lower() in YES
    if fact.type in {Type.INTEGER, Type.NUMBER}:
        try:
            return int(text.replace(",", ""))
        except ValueError:
            raise BadFact(f"{fact.name} is a whole number", remedy="yen without decimals") from None
    return text
