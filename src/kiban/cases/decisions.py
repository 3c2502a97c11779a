"""Drafts a decision from the rules: outcome, reasons with their articles, results; pure but for the rules asked."""

from __future__ import annotations

from kiban.cases.model import Case, Decision, Outcome
from kiban.procedures.model import MEMBER, Reason, Value
from kiban.procedures.plan import Judgment, Plan, Rules, StepPlan

APPEAL = (
    "この処分に不服があるときは、この処分があったことを知った日の翌日から起算して3か月以内に、{agency}に対して"
    "審査請求をすることができます（この処分の日の翌日から起算して1年を経過したときは、審査請求をすることができません。）。"
    "また、この処分の取消しの訴えは、この処分があったことを知った日の翌日から起算して6か月以内に、{defendant}を被告として"
    "提起することができます（この処分の日の翌日から起算して1年を経過したときは、提起することができません。）。"
    "審査請求をした場合は、その裁決があったことを知った日の翌日から起算して6か月以内に、提起することができます。"
)
"""教示: 行政不服審査法 (平成26年法律第68号) 82条1項, 18条1項・2項; 行政事件訴訟法 (昭和37年法律第139号) 46条1項, 14条.

Both articles concern dispositions (処分); the receipt of a notification (届出) is none and carries no such text.
"""


def facts_of(case: Case) -> dict[str, Value]:
    """A case's facts as rules read them: by fact id, facts of members as lists in the members' order."""
    out: dict[str, Value] = {}
    order = {member.key: at for at, member in enumerate(case.members)}
    listed: dict[str, dict[int, Value]] = {}
    for key, fact in case.facts.items():
        name, _, member = key.partition(MEMBER)
        if member:
            listed.setdefault(name, {})[order.get(member, len(order))] = fact.value
        elif fact.value is not None:
            out[name] = fact.value
    for name, values in listed.items():
        out[name] = [values[at] for at in sorted(values)]
    return out


def draft_decision(case: Case, plan: Plan, *, step: StepPlan, rules: Rules, appeal_to: str) -> Decision:
    """The decision that the law gives on the facts of the case.

    Without a rule at the step the draft is to accept what was filed, and it is not exact: an officer decides.
    """
    if not step.auto:
        outcome = Outcome.GRANTED if "granted" in step.outcomes else Outcome.ACCEPTED
        return _decision(outcome, reasons=plan.law, exact=False, appeal_to=appeal_to)
    judgment = rules.judge(plan.id, step.auto, facts=facts_of(case), on=case.basis_date)
    return _judged(judgment, step=step, law=plan.law, appeal_to=appeal_to)


def _judged(judgment: Judgment, *, step: StepPlan, law: tuple[Reason, ...], appeal_to: str) -> Decision:
    is_grant = "granted" in step.outcomes or "refused" in step.outcomes
    positive = Outcome.GRANTED if is_grant else Outcome.ACCEPTED
    outcome = Outcome.REFUSED if judgment.value is False else positive
    exact = judgment.value is not None
    reasons = judgment.reasons or law
    return _decision(outcome, reasons=reasons, exact=exact, appeal_to=appeal_to)


def _decision(outcome: Outcome, *, reasons: tuple[Reason, ...], exact: bool, appeal_to: str) -> Decision:
    return Decision(outcome=outcome, reasons=reasons, exact=exact, appeal=instruction(outcome, appeal_to=appeal_to))


def instruction(outcome: Outcome, *, appeal_to: str) -> str:
    """The appeal text (教示) that a decision must carry; none for a notification that was accepted."""
    if outcome is Outcome.ACCEPTED:
        return ""
    return APPEAL.format(agency=appeal_to, defendant=appeal_to)


def results(case: Case, plan: Plan, *, step: StepPlan, rules: Rules) -> dict[str, Value]:
    """What a decision fixes beside its outcome: the benefit's amount in yen and the step's results, as far as known."""
    named = (*((plan.benefit.amount,) if plan.benefit and plan.benefit.amount else ()), *step.results)
    judged = {rule: rules.judge(plan.id, rule, facts=facts_of(case), on=case.basis_date).value for rule in named}
    return {rule: value for rule, value in judged.items() if value is not None}
