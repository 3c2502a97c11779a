"""Which facts are missing, without which a benefit's amount cannot be worked out; pure but for the rules asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kiban.cases.decisions import facts_of
from kiban.cases.model import Case
from kiban.cases.register import subjects
from kiban.procedures.model import FactValue, fact_key
from kiban.procedures.plan import Plan, Rules


def amount_missing(case: Case, plan: Plan, *, rules: Rules) -> tuple[str, ...]:
    """Keys of the facts without which the benefit's amount is unknown; none when it is known or there is none."""
    amount = plan.benefit.amount if plan.benefit else ""
    if not amount:
        return ()
    judgment = rules.judge(plan.id, amount, facts=facts_of(case, plan), on=plan.base_date or case.basis_date)
    return missing_keys(case, plan, unknown=judgment.unknown) if judgment.value is None else ()


def missing_keys(case: Case, plan: Plan, *, unknown: Iterable[str]) -> tuple[str, ...]:
    """The keys in the case of facts that a rule lacks: of each member of whom nothing is known."""
    return tuple(dict.fromkeys(key for name in unknown for key in _keys(case, plan, name=name)))


def _keys(case: Case, plan: Plan, *, name: str) -> Iterator[str]:
    fact = plan.facts.get(name)
    for member in subjects(case, each=fact.each) if fact else ():
        key = fact_key(name, member=member.key if member else "")
        if case.facts.get(key, FactValue()).value is None:
            yield key
