"""The next question: which unknown fact can still change the answer, the cheapest source first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kiban.rules.model import Fact, RuleSet
from kiban.rules.scalar import Facts, evaluate


def next_question(rules: RuleSet, facts: Facts, *, on: dt.date, outputs: Sequence[str] = ()) -> Fact | None:
    """The fact to get next, or None when the answer no longer depends on anything unknown.

    Facts that an office can supply come before facts that the person must be asked. Only facts met on the way to an
    open answer are candidates, so that nothing is asked that cannot matter.
    """
    found = evaluate(rules, facts, on=on, outputs=outputs)
    candidates = [rules.facts[name] for name in found.unknown if name in rules.facts]
    return min(candidates, key=lambda fact: fact.cost, default=None)
