"""Only what can still change the answer is asked, of every programme: each question has two values that differ."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

import pytest

from kiban.rules import RuleSet, evaluate, read_rules
from kiban.rules.domains import Domains
from kiban.rules.errors import BadFact
from kiban.rules.interview import answered
from kiban.rules.questions import Question, next_question, standing
from packs_rules_files import FILES, NAMES, PACKS, rules_of

DAYS = {"jido-teate-2024-09": dt.date(2024, 9, 1)}
DAY = dt.date(2026, 11, 1)
MOST = 60


def told(facts: dict[str, Any], question: Question, truth: dict[str, Any]) -> dict[str, Any]:
    """The facts with what is true in the place of the question."""
    if question.fact is None:
        return {**facts, question.entity: [{} for _ in truth[question.entity]]}
    name = question.fact.name
    if question.member is None:
        return {**facts, name: truth[name]}
    members = [dict(one) for one in facts[question.entity]]
    members[question.member][name] = truth[question.entity][question.member][name]
    return {**facts, question.entity: members}


def agrees(facts: dict[str, Any], household: Any, entities: tuple[str, ...]) -> bool:
    """Whether a household has every fact that is known."""
    for name, value in facts.items():
        if name in entities:
            pairs = zip(value, household[name], strict=True)
            if not all(two[key] == one[key] for one, two in pairs for key in one if one[key] is not None):
                return False
        elif household[name] != value:
            return False
    return True


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_question_can_change_the_answer_and_the_interview_ends_with_the_right_one(path: Any) -> None:
    rules, day = rules_of(str(path.parent.relative_to(PACKS))), DAYS.get(path.parent.name, DAY)
    domains, chance = Domains(rules, day), Random(20261121)
    asked, open_facts = 0, 0
    for _ in range(2):
        truth, facts = domains.completed({}, chance), dict[str, Any]()
        for _ in range(MOST):
            stands = standing(rules, facts, on=day)
            if stands.question is None:
                break
            witness = stands.question.witness
            assert witness is not None
            one, other = (evaluate(rules, household, on=day).outputs for household in witness.households)
            assert one != other, f"{stands.question} is asked, but changes nothing"
            assert (one, other) == witness.outcomes
            if stands.question.fact is not None:  # of members only those of the one number asked can agree
                assert all(agrees(facts, household, rules.entities) for household in witness.households)
            facts, asked = told(facts, stands.question, truth), asked + 1
        else:
            pytest.fail("the questions do not end")
        assert stands.outputs == evaluate(rules, truth, on=day).outputs
        open_facts += len(rules.facts) - len(facts)
        others = [evaluate(rules, domains.completed(facts, chance), on=day).outputs for _ in range(40)]
        assert all(other == stands.outputs for other in others), "an unknown fact could still change the answer"
    assert asked > 0


SMALL = """
id: t
title: t
law: {id: 346AC0000000073}
facts: {甲: {type: boolean}, 乙: {type: boolean, source: tax.income}, 額: {}}
variables:
  丙: {type: boolean, article: '1', formula: FORMULA}
outputs: [丙]
"""


def small(formula: str) -> RuleSet:
    return read_rules(SMALL.replace("FORMULA", formula), file="t.yaml")


@pytest.mark.parametrize(
    ("formula", "asked"),
    [
        ("甲 AND 乙", "乙"),
        ("甲 OR NOT 甲", None),
        ("(甲 AND 乙) OR (甲 AND NOT 乙)", "甲"),
        ("CASE WHEN 甲 THEN 額 > 5 ELSE 額 > 5 END", "額"),
        ("額 > 5 OR 額 <= 5", None),
        ("甲 AND NOT 甲 AND 乙", None),
    ],
)
def test_what_cannot_change_the_answer_is_not_asked_and_the_cheapest_comes_first(
    formula: str, asked: str | None
) -> None:
    question = next_question(small(formula), {}, on=DAY)
    assert (question.name if question else None) == asked


def test_without_a_question_the_answer_is_given_though_logic_alone_leaves_it_open() -> None:
    rules = small("甲 OR NOT 甲")
    assert evaluate(rules, {}, on=DAY).outputs == {"丙": None}
    stands = standing(rules, {}, on=DAY)
    assert (stands.question, stands.outputs) == (None, {"丙": True})


def test_the_same_facts_give_the_same_question() -> None:
    rules = rules_of("jido-fuyo-teate")
    one, two = (standing(rules, {}, on=DAY).question for _ in range(2))
    assert one == two
    assert one is not None


@pytest.mark.parametrize("text", ["²", "一人", "-1", "100", ""])
def test_a_number_of_persons_that_is_none_is_asked_again(text: str) -> None:
    with pytest.raises(BadFact):
        answered(small("甲"), {}, question=Question(None, "子"), text=text)
