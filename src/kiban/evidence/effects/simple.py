"""The two-period comparison: means, differences, and differences of differences, with robust standard errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kiban.evidence.effects.panel import Floats
from kiban.evidence.errors import BadStudy


@dataclass(frozen=True, slots=True)
class Difference:
    """An estimate with its standard error, in the outcome's unit, and the four (or two) means it rests on."""

    effect: float
    error: float
    means: dict[str, float]
    observations: int


def mean_difference(treated: Floats, controls: Floats) -> Difference:
    """Difference of two means (Neyman's variance); what a randomised trial needs."""
    _enough(treated, controls)
    effect = float(treated.mean() - controls.mean())
    error = float(np.sqrt(treated.var(ddof=1) / len(treated) + controls.var(ddof=1) / len(controls)))
    return Difference(
        effect,
        error,
        {"treated": float(treated.mean()), "controls": float(controls.mean())},
        len(treated) + len(controls),
    )


def difference_in_differences(before: tuple[Floats, Floats], after: tuple[Floats, Floats]) -> Difference:
    """Two groups, two times; each pair is (treated, controls) and may miss values (not a number) on one side.

    The four means use every value there is, and the variance allows the values of one unit to move together, as
    Card & Krueger (1994, table 3) do with their unbalanced survey.
    """
    groups = {}
    for name, first, second in (("treated", before[0], after[0]), ("controls", before[1], after[1])):
        seen_first, seen_second = first[np.isfinite(first)], second[np.isfinite(second)]
        _enough(seen_first, seen_second)
        groups[name] = (float(seen_second.mean() - seen_first.mean()), _variance(first, second))
    means = {
        "treated_before": float(np.nanmean(before[0])),
        "treated_after": float(np.nanmean(after[0])),
        "controls_before": float(np.nanmean(before[1])),
        "controls_after": float(np.nanmean(after[1])),
    }
    effect = groups["treated"][0] - groups["controls"][0]
    error = float(np.sqrt(groups["treated"][1] + groups["controls"][1]))
    return Difference(effect, error, means, sum(int(np.isfinite(x).sum()) for x in (*before, *after)))


def _variance(first: Floats, second: Floats) -> float:
    """Variance of the change of means, units matched where seen twice."""
    one, two = np.isfinite(first), np.isfinite(second)
    deviation = np.where(two, (second - np.nanmean(second)) / two.sum(), 0.0)
    deviation -= np.where(one, (first - np.nanmean(first)) / one.sum(), 0.0)
    return float((deviation**2).sum())


def _enough(*samples: Floats) -> None:
    if min(len(sample) for sample in samples) < 2:
        raise BadStudy("a group has fewer than two observations", remedy="widen the groups or the period")
