"""Checks before an estimate is believed: did the groups move alike before, and were they alike?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kiban.evidence.effects.aggregate import Aggregate
from kiban.evidence.effects.panel import NEVER, Panel
from kiban.evidence.errors import BadStudy

ACCEPTABLE_DIFFERENCE = 0.25


@dataclass(frozen=True, slots=True)
class PreTrend:
    """The largest deviation before treatment in standard errors, what chance alone would allow, and the verdict."""

    largest: float
    allowed: float
    parallel: bool


def pre_trend(dynamic: Aggregate) -> PreTrend:
    """Whether any effect before treatment leaves the uniform band around zero.

    Raises:
        BadStudy: the aggregate is not by time since treatment, or nothing was observed before.
    """
    before = (dynamic.label < 0) & (dynamic.error > 0)
    if dynamic.kind != "dynamic" or not before.any():
        raise BadStudy(
            "no period before treatment was observed", remedy="widen the panel by at least two earlier times"
        )
    largest = float(np.abs(dynamic.effect[before] / dynamic.error[before]).max())
    return PreTrend(largest, dynamic.band.critical, largest <= dynamic.band.critical)


def balance(panel: Panel) -> dict[str, float]:
    """Standardised difference of treated and never-treated units in the first period, by covariate and outcome.

    Above 0.25 standard deviations the groups differ enough that the comparison should use the covariate.
    """
    treated = panel.cohort != NEVER
    if treated.all() or not treated.any():
        raise BadStudy("balance compares treated with never-treated units; one of them is missing")
    found = {}
    for name, values in {"outcome": panel.outcome, **panel.covariates}.items():
        one, two = values[treated, 0], values[~treated, 0]
        pooled = float(np.sqrt((one.var(ddof=1) + two.var(ddof=1)) / 2)) or 1.0
        found[name] = float(one.mean() - two.mean()) / pooled
    return found


def unbalanced(panel: Panel) -> list[str]:
    """The names whose difference is larger than acceptable."""
    return [name for name, difference in balance(panel).items() if abs(difference) > ACCEPTABLE_DIFFERENCE]
