"""Drafts a decision from the rules: outcome, reasons with their articles, results; pure but for the rules asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from kiban.cases.appeals import Competent, instruction
from kiban.cases.model import Case, Decision, Outcome
from kiban.procedures.form import concerned
from kiban.procedures.model import MEMBER, Member, Reason, Value
from kiban.procedures.plan import Judgment, Plan, Rules, StepPlan


def facts_of(case: Case, plan: Plan | None = None) -> dict[str, Value]:
    """A case's facts as rules read them: by fact id, facts of members as lists in the members' order.

    With its plan, a household that is known to have no child has none: an empty list, not an unknown one.
    """
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
    if plan is not None and case.members and not concerned(case.members, each="child", on=case.basis_date):
        out |= {one.id: [] for one in plan.facts.values() if one.each == "child" and one.id not in out}
    return out


def draft_decision(case: Case, plan: Plan, *, step: StepPlan, rules: Rules, by: Competent) -> Decision:
    """The decision that the law gives on the facts of the case.

    Without a rule at the step the draft is to accept what was filed, and it is not exact: an officer decides.
    """
    if not step.auto:
        outcome = Outcome.GRANTED if "granted" in step.outcomes else Outcome.ACCEPTED
        return _decision(outcome, reasons=plan.law, exact=False, by=by)
    judgment = rules.judge(plan.id, step.auto, facts=facts_of(case, plan), on=plan.base_date or case.basis_date)
    return _judged(judgment, step=step, law=plan.law, by=by)


def _judged(judgment: Judgment, *, step: StepPlan, law: tuple[Reason, ...], by: Competent) -> Decision:
    positive = Outcome.GRANTED if "granted" in step.outcomes else Outcome.ACCEPTED
    # an amount of nothing is a refusal as a no is
    outcome = Outcome.REFUSED if judgment.value in (False, 0) else positive
    exact = judgment.value is not None
    reasons = judgment.reasons or law
    return _decision(outcome, reasons=reasons, exact=exact, by=by)


def _decision(outcome: Outcome, *, reasons: tuple[Reason, ...], exact: bool, by: Competent) -> Decision:
    return Decision(outcome=outcome, reasons=reasons, exact=exact, appeal=instruction(outcome, by=by))


def with_results(decision: Decision, case: Case, *, plan: Plan, step: StepPlan, rules: Rules) -> Decision:
    """The decision with what it fixes beside its outcome, as far as known: amount (yen) with reasons, results."""
    amount = plan.benefit.amount if plan.benefit else ""
    judged = {
        rule: rules.judge(plan.id, rule, facts=facts_of(case, plan), on=plan.base_date or case.basis_date)
        for rule in (*((amount,) if amount else ()), *step.results)
    }
    results: dict[str, Value] = {rule: one.value for rule, one in judged.items() if one.value is not None}
    granted = amount in results and decision.outcome is Outcome.GRANTED
    known = {reason.text for reason in decision.reasons}
    more = tuple(reason for reason in judged[amount].reasons if reason.text not in known) if granted else ()
    return replace(decision, results=_for_whom(results, step.only), reasons=(*decision.reasons, *more))


def _for_whom(results: dict[str, Value], only: str) -> dict[str, Value]:
    """Values of members for whom the step's ``only`` is so; nothing is fixed for the others."""
    chosen = results.get(only)
    if not isinstance(chosen, list):
        return results
    return {
        rule: [one if yes is True else None for one, yes in zip(value, chosen, strict=True)]
        if isinstance(value, list) and len(value) == len(chosen)  # of the same members
        else value
        for rule, value in results.items()
    }


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that a decision fixes: the rule, its value, and the member it is about (none: the household)."""

    rule: str
    value: Value
    member: Member | None = None


def results_of(case: Case, decision: Decision) -> Iterator[Result]:
    """What a decision fixes, one by one: a list holds one value for each member, or for each child.

    Nothing is fixed for a member whose value is none.
    """
    for rule, value in decision.results.items():
        if not isinstance(value, list):
            yield Result(rule, value)
            continue
        living, children = (concerned(case.members, each=each, on=case.basis_date) for each in ("member", "child"))
        pairs = zip(value, living if len(value) == len(living) else children, strict=False)
        yield from (Result(rule, one, member) for one, member in pairs if one is not None)
