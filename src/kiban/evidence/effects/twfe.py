"""Two-way fixed effects: the number that a quick regression gives, shown beside with a note where it is biased."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kiban.evidence.effects.panel import NEVER, Panel
from kiban.evidence.effects.staggered import cluster_sums


@dataclass(frozen=True, slots=True)
class TwoWay:
    """The coefficient of "treated now", its clustered standard error, and a note for the reader."""

    effect: float
    error: float
    note: str


def two_way_fixed_effects(panel: Panel) -> TwoWay:
    """Regress the outcome on unit and time effects and a treatment dummy; errors clustered by unit or cluster."""
    cohort = panel.cohort[:, None]
    treated = ((cohort != NEVER) & (panel.times >= cohort)).astype(np.float64)
    within = [
        values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
        for values in (panel.outcome, treated)
    ]
    slope = float((within[0] * within[1]).sum() / (within[1] ** 2).sum())
    score = (within[1] * (within[0] - slope * within[1])).sum(axis=1)[:, None]
    summed = score if panel.cluster is None else cluster_sums(score, panel.cluster)
    groups = len(summed)
    n, t = panel.outcome.shape
    scale = groups / (groups - 1) * (n * t - 1) / (n * t - t - 1)
    error = float(np.sqrt(scale * (summed**2).sum()) / (within[1] ** 2).sum())
    staggered = len(panel.cohorts()) > 1
    note = (
        "treated earlier units serve as controls for later ones: with effects that grow or differ this is biased"
        if staggered
        else "one cohort only: equal to the difference in differences over the two periods"
    )
    return TwoWay(slope, error, note)
