"""The report of a release in words: what was done, by which number of 規則62条, what is lost and what risk is left."""

from __future__ import annotations

from collections.abc import Iterator

from kiban.disclosure.releasing import Outcome, Step


def told(outcome: Outcome) -> str:
    """The report, one thing a line."""
    return "\n".join(_lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    share = outcome.left_out / outcome.rows if outcome.rows else 0
    yield f"{outcome.rows:,} rows, {outcome.released:,} released, {outcome.left_out:,} left out ({share:.2%})"
    asked = ", ".join(outcome.requirements)
    yield f"{outcome.classes:,} classes, the smallest of {outcome.smallest} rows; asked: {asked}"
    yield (
        f"chance to find a row's person by these columns: at worst {outcome.worst_risk:.2%}, "
        f"mean {outcome.mean_risk:.2%} (before: {outcome.unique_before:,} combinations of one row)"
    )
    yield from map(_step, outcome.steps)
    yield f"規則62条1号・2号・3号: left out wholly: {', '.join(outcome.dropped) or 'no column'}"
    yield f"規則62条4号: rows left out as too rare: {outcome.left_out:,}"
    yield "規則62条5号: the steps above; rows sorted, so that nothing tells where one stood"
    yield from (f"warning: {one}" for one in outcome.warnings)


def _step(step: Step) -> str:
    told_at = f"step {step.level} of {step.height} (as {step.example})" if step.level else "as it is"
    why = "" if step.finer is None else f"; one step finer {step.finer:,} rows would fail"
    return f"  {step.column}: {told_at}, {step.lost:.0%} of its information lost{why}"
