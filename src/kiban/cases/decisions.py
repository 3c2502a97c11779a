"""Drafts a decision from the rules: outcome, reasons with their articles, results; pure but for the rules asked."""

from __future__ import annotations

from kiban.cases.appeals import Competent, instruction
from kiban.cases.model import Case, Decision, Outcome
from kiban.procedures.model import MEMBER, Reason, Value
from kiban.procedures.plan import Judgment, Plan, Rules, StepPlan


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


def draft_decision(case: Case, plan: Plan, *, step: StepPlan, rules: Rules, by: Competent) -> Decision:
    """The decision that the law gives on the facts of the case.

    Without a rule at the step the draft is to accept what was filed, and it is not exact: an officer decides.
    """
    if not step.auto:
        outcome = Outcome.GRANTED if "granted" in step.outcomes else Outcome.ACCEPTED
        return _decision(outcome, reasons=plan.law, exact=False, by=by)
    judgment = rules.judge(plan.id, step.auto, facts=facts_of(case), on=case.basis_date)
    return _judged(judgment, step=step, law=plan.law, by=by)


def _judged(judgment: Judgment, *, step: StepPlan, law: tuple[Reason, ...], by: Competent) -> Decision:
    positive = Outcome.GRANTED if "granted" in step.outcomes else Outcome.ACCEPTED
    outcome = Outcome.REFUSED if judgment.value is False else positive
    exact = judgment.value is not None
    reasons = judgment.reasons or law
    return _decision(outcome, reasons=reasons, exact=exact, by=by)


def _decision(outcome: Outcome, *, reasons: tuple[Reason, ...], exact: bool, by: Competent) -> Decision:
    return Decision(outcome=outcome, reasons=reasons, exact=exact, appeal=instruction(outcome, by=by))


def results(case: Case, plan: Plan, *, step: StepPlan, rules: Rules) -> dict[str, Value]:
    """What a decision fixes beside its outcome: the benefit's amount in yen and the step's results, as far as known."""
    named = (*((plan.benefit.amount,) if plan.benefit and plan.benefit.amount else ()), *step.results)
    judged = {rule: rules.judge(plan.id, rule, facts=facts_of(case), on=case.basis_date).value for rule in named}
    return {rule: value for rule, value in judged.items() if value is not None}
