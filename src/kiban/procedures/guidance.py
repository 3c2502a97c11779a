"""Which procedures of a life event concern a household (手続ナビ): three-valued, with reasons, never a closed door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from kiban.procedures.model import Recommendation, Value, Verdict
from kiban.procedures.plan import Judgment, Plan, QuestionPlan, Rules, Shelf

MOST_QUESTIONS = 5


def guide(
    shelf: Shelf, rules: Rules, *, bundle: str, facts: Mapping[str, Value], on: dt.date
) -> tuple[Recommendation, ...]:
    """One recommendation per procedure of the bundle, in its order.

    ``facts`` are what offices know and what was answered; a fact that is absent is unknown, and a verdict that needs it
    is ``unknown``: the procedure is then offered with the question that would settle it.
    """
    plan = shelf.plan(bundle)
    if not plan.members:
        return (Recommendation(procedure=plan.id, verdict=Verdict.YES),)
    return tuple(
        _recommend(plan, member.procedure, judgment=_judge(rules, plan, rule=member.applies, facts=facts, on=on))
        for member in plan.members
    )


def _judge(rules: Rules, plan: Plan, *, rule: str, facts: Mapping[str, Value], on: dt.date) -> Judgment:
    return rules.judge(plan.id, rule, facts=facts, on=on) if rule else Judgment(True)


def _recommend(plan: Plan, procedure: str, *, judgment: Judgment) -> Recommendation:
    verdict = Verdict.UNKNOWN if judgment.value is None else Verdict.YES if judgment.value else Verdict.NO
    asks = tuple(question.id for question in plan.questions if question.fact in judgment.unknown)
    return Recommendation(procedure=procedure, verdict=verdict, reasons=judgment.reasons, asks=asks)


def questions(plan: Plan, recommendations: tuple[Recommendation, ...]) -> tuple[QuestionPlan, ...]:
    """The plain questions that still matter, at most five; none when the offices know."""
    asked = {name for one in recommendations if one.verdict is Verdict.UNKNOWN for name in one.asks}
    return tuple(question for question in plan.questions if question.id in asked)[:MOST_QUESTIONS]
