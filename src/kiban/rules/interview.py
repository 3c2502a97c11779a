"""Questions one by one: of which member, in which form, until nothing unknown can change the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from kiban.rules.errors import BadFact
from kiban.rules.evaluation import Facts
from kiban.rules.model import Fact, RuleSet, Type
from kiban.rules.questions import FORMS, Question, standing
from kiban.rules.scalar import check_facts

YES, NO = {"はい", "yes", "y", "true", "1"}, {"いいえ", "no", "n", "false", "0"}


def next_open(rules: RuleSet, facts: Facts, *, on: dt.date, outputs: Sequence[str] = ()) -> Question | None:
    """The next question, or None when the answer stands."""
    return standing(rules, facts, on=on, outputs=outputs).question


def answered(rules: RuleSet, facts: Facts, *, question: Question, text: str) -> dict[str, Any]:
    """The facts with one answer more.

    Raises:
        BadFact: the text is no answer to the question.
    """
    if question.fact is None:
        if not (text.isdecimal() and len(text) <= 2):
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


__all__ = ["FORMS", "Question", "answered", "next_open"]
