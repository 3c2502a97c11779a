"""Staggered difference-in-differences: the effect of each cohort at each time (Callaway & Sant'Anna 2021).

For cohort g at time t the change of its outcome since the base period is compared with the change of units that are
not treated: the never-treated, or also the not-yet-treated. The base period is the last before treatment (g − 1), and
for earlier times the period just before (varying) or always g − 1 (universal). With covariates the comparison is doubly
robust (Sant'Anna & Zhao 2020): right when either the outcome model or the propensity model is right. Every effect comes
with its influence function, so that any aggregate has a correct standard error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kiban.evidence.effects.panel import NEVER, Flags, Floats, Ints, Panel
from kiban.evidence.errors import BadStudy

Controls = Literal["never", "not_yet"]
NEWTON_STEPS = 25
EXTREME_PROPENSITY = 0.999


@dataclass(frozen=True, slots=True)
class Options:
    """What is compared with what."""

    controls: Controls = "never"
    covariates: tuple[str, ...] = ()
    base: Literal["varying", "universal"] = "varying"


DEFAULT = Options()


@dataclass(frozen=True, slots=True)
class GroupTime:
    """Effects by cohort and time.

    Attributes:
        group, time: length K.
        effect: average effect on the treated in the outcome's unit, length K.
        influence: shape (n, K).
        share: share of each cohort among the units, same order as ``group``.
        warnings: of the panel and of cells that could not be estimated.
    """

    panel: Panel
    group: Ints
    time: Ints
    effect: Floats
    influence: Floats
    share: Floats
    warnings: tuple[str, ...]

    def standard_errors(self) -> Floats:
        """Clustered when the panel has clusters; in the outcome's unit."""
        return standard_errors(self.influence, self.panel.cluster)


def standard_errors(influence: Floats, cluster: Ints | None) -> Floats:
    """Standard errors from influence functions of shape (n, K)."""
    n = influence.shape[0]
    summed = influence if cluster is None else cluster_sums(influence, cluster)
    errors: Floats = np.sqrt((summed**2).sum(axis=0)) / n
    return errors


def cluster_sums(influence: Floats, cluster: Ints) -> Floats:
    """Influence added up within clusters, shape (number of clusters, K)."""
    _, number = np.unique(cluster, return_inverse=True)
    sums = np.zeros((number.max() + 1, influence.shape[1]))
    np.add.at(sums, number, influence)
    return sums


def group_time_effects(panel: Panel, options: Options = DEFAULT) -> GroupTime:
    """Estimate every cohort–time effect.

    Raises:
        BadStudy: nobody is treated, or there is nobody to compare with.
    """
    if not panel.cohorts().size:
        raise BadStudy("no unit is treated within the observed times", remedy="check the column of first treatment")
    if options.controls == "never" and not (panel.cohort == NEVER).any():
        raise BadStudy("no unit is never treated", remedy="compare with the not-yet-treated (--controls not_yet)")
    cells, warnings = [], list(panel.warnings)
    for g in panel.cohorts():
        for column, t in enumerate(panel.times):
            cell = _cell(panel, options, g=int(g), column=column)
            if isinstance(cell, str):
                warnings.append(cell)
            elif cell is not None:
                cells.append((int(g), int(t), *cell))
    if not cells:
        raise BadStudy("no cohort and time can be compared", remedy="; ".join(warnings))
    groups, times, effects, influence = zip(*cells, strict=True)
    group = np.array(groups)
    share = np.array([(panel.cohort == g).mean() for g in group])
    return GroupTime(panel, group, np.array(times), np.array(effects), np.stack(influence).T, share, tuple(warnings))


def _cell(panel: Panel, options: Options, *, g: int, column: int) -> tuple[float, Floats] | str | None:
    base = _base_column(panel, options, g=g, column=column)
    if base is None:
        return None
    treated = panel.cohort == g
    controls = panel.cohort == NEVER
    if options.controls == "not_yet":
        controls |= (panel.cohort > panel.times[max(column, base)]) & ~treated
    if not controls.any():
        return f"cohort {g} at {panel.times[column]}: nobody is untreated any more"
    if base == column:
        return 0.0, np.zeros(len(panel.units))
    change = panel.outcome[:, column] - panel.outcome[:, base]
    if not options.covariates:
        return _unconditional(change, treated=treated, controls=controls)
    return _doubly_robust(
        _design(panel, options, column=base), change, treated=treated, controls=controls, name=f"cohort {g}"
    )


def _base_column(panel: Panel, options: Options, *, g: int, column: int) -> int | None:
    before = panel.at(g) - 1
    if options.base == "universal":
        return before
    if panel.times[column] >= g:
        return before
    return column - 1 if column > 0 else None


def _design(panel: Panel, options: Options, *, column: int) -> Floats:
    ones = np.ones(len(panel.units))
    return np.column_stack([ones, *(panel.covariates[name][:, column] for name in options.covariates)])


def _unconditional(change: Floats, *, treated: Flags, controls: Flags) -> tuple[float, Floats]:
    n = len(change)
    mean_treated, mean_controls = change[treated].mean(), change[controls].mean()
    influence = np.zeros(n)
    influence[treated] = (change[treated] - mean_treated) * n / treated.sum()
    influence[controls] -= (change[controls] - mean_controls) * n / controls.sum()
    return float(mean_treated - mean_controls), influence


def _doubly_robust(
    design: Floats,
    change: Floats,
    *,
    treated: Flags,
    controls: Flags,
    name: str,
) -> tuple[float, Floats] | str:
    inside = treated | controls
    x, y, d = design[inside], change[inside], treated[inside].astype(np.float64)
    if min(d.sum(), (1 - d).sum()) < x.shape[1] + 1:
        return f"{name}: too few units for {x.shape[1] - 1} covariates"
    propensity = _logit(x, d)
    if propensity is None:
        return f"{name}: the covariates separate treated and untreated completely"
    effect, part = _dr_estimate(x, y, d=d, propensity=propensity)
    influence = np.zeros(len(change))
    influence[inside] = part * len(change) / inside.sum()
    return effect, influence


def _logit(x: Floats, d: Floats) -> Floats | None:
    beta = np.zeros(x.shape[1])
    for _ in range(NEWTON_STEPS):
        p = 1 / (1 + np.exp(-x @ beta))
        step = np.linalg.lstsq((x.T * (p * (1 - p))) @ x, x.T @ (d - p), rcond=None)[0]
        beta += step
        if np.abs(step).max() < 1e-12:
            break
    p = 1 / (1 + np.exp(-x @ beta))
    return None if p.max() > EXTREME_PROPENSITY else p


def _dr_estimate(x: Floats, y: Floats, *, d: Floats, propensity: Floats) -> tuple[float, Floats]:
    """Effect and influence function of Sant'Anna & Zhao (2020), eq. 3.1, with parametric first steps."""
    n = len(y)
    weight_controls = propensity * (1 - d) / (1 - propensity)
    gram = np.linalg.pinv((x.T * (1 - d)) @ x / n)
    residual = y - x @ (gram @ (x.T @ ((1 - d) * y) / n))
    treated = d * residual
    controls = weight_controls * residual
    eta_treated, eta_controls = treated.mean() / d.mean(), controls.mean() / weight_controls.mean()
    line_outcome = ((1 - d) * residual)[:, None] * x @ gram
    hessian = np.linalg.pinv((x.T * (propensity * (1 - propensity))) @ x / n)
    line_propensity = (d - propensity)[:, None] * x @ hessian
    part_treated = treated - d * eta_treated - line_outcome @ (d[:, None] * x).mean(axis=0)
    slope = ((weight_controls * (residual - eta_controls))[:, None] * x).mean(axis=0)
    part_controls = (
        controls
        - weight_controls * eta_controls
        + line_propensity @ slope
        - line_outcome @ (weight_controls[:, None] * x).mean(axis=0)
    )
    influence = part_treated / d.mean() - part_controls / weight_controls.mean()
    return float(eta_treated - eta_controls), influence
