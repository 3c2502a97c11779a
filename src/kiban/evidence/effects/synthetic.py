"""Synthetic control and synthetic difference-in-differences (Arkhangelsky et al. 2021), with placebo tests.

A weighted mixture of untreated units is fitted to the treated ones before the policy; the difference afterwards is the
effect. The weights are the exact optimum of a quadratic programme on the simplex (active set), not an early stop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kiban.evidence.effects.panel import NEVER, Flags, Floats, Panel
from kiban.evidence.errors import BadStudy

TINY_RIDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Synthetic:
    """The effect per treated unit and time, the weights, and the two paths for the picture."""

    effect: float
    unit_weights: dict[str, float]
    time_weights: dict[int, float]
    treated_path: Floats
    synthetic_path: Floats
    fit: float


@dataclass(frozen=True, slots=True)
class _Block:
    """Controls and treated, before and after; one treatment time."""

    controls: Floats
    treated: Floats
    names: tuple[str, ...]
    before: int

    @property
    def noise(self) -> float:
        """Standard deviation of the controls' first differences before the policy."""
        return float(np.diff(self.controls[:, : self.before], axis=1).std(ddof=1))


def _block(panel: Panel) -> _Block:
    cohorts = panel.cohorts()
    if len(cohorts) != 1:
        raise BadStudy(
            f"synthetic control needs one treatment time, there are {len(cohorts)}",
            remedy="use the staggered estimator, or study one cohort at a time",
        )
    never = panel.cohort == NEVER
    if never.sum() < 2:
        raise BadStudy("fewer than two untreated units: nothing to mix")
    return _Block(
        panel.outcome[never], panel.outcome[~never], tuple(np.asarray(panel.units)[never]), panel.at(int(cohorts[0]))
    )


def simplex_least_squares(a: Floats, b: Floats, *, ridge: float = 0.0) -> Floats:
    """Minimise ‖a·w − b‖² + ridge·‖w‖² over w ≥ 0 with sum 1, exactly (primal active set).

    Args:
        a: shape (m, k).
        b: shape (m,).
        ridge: weight of the squared norm; must be positive when the columns are dependent.
    """
    hessian = a.T @ a + ridge * np.eye(a.shape[1])
    linear = a.T @ b
    weights = np.zeros(a.shape[1])
    weights[int(np.argmin(np.diag(hessian) - 2 * linear))] = 1.0
    free = weights > 0
    for _ in range(50 * a.shape[1]):
        target, multiplier = _on_face(hessian, linear, free=free)
        blocked = free & (target < 0)
        if blocked.any():
            step = np.min(weights[blocked] / (weights[blocked] - target[blocked]))
            weights = weights + step * (target - weights)
            free &= weights > 1e-14
            weights = np.where(free, weights, 0.0)
            continue
        weights = target
        gradient = hessian @ weights - linear - multiplier
        gradient[free] = 0.0
        worst = int(np.argmin(gradient))
        if gradient[worst] > -1e-10 * max(1.0, float(np.abs(linear).max())):
            return weights
        free[worst] = True
    return weights


def _on_face(hessian: Floats, linear: Floats, *, free: Flags) -> tuple[Floats, float]:
    """The optimum with the sum fixed and only the free weights; and the multiplier of the sum."""
    k = int(free.sum())
    system = np.zeros((k + 1, k + 1))
    system[:k, :k] = hessian[np.ix_(free, free)]
    system[:k, k], system[k, :k] = -1.0, 1.0
    solution = np.linalg.lstsq(system, np.append(linear[free], 1.0), rcond=None)[0]
    target = np.zeros(len(linear))
    target[free] = solution[:k]
    return target, float(solution[k])


def synthetic_control(panel: Panel) -> Synthetic:
    """Synthetic control on outcomes alone; the effect is the mean gap after the policy."""
    block = _block(panel)
    a, b = block.controls[:, : block.before].T, block.treated[:, : block.before].mean(axis=0)
    weights = simplex_least_squares(a, b, ridge=len(b) * (TINY_RIDGE * block.noise) ** 2)
    treated, mixed = block.treated.mean(axis=0), weights @ block.controls
    gap = treated - mixed
    return _result(
        panel,
        block,
        weights=weights,
        effect=float(gap[block.before :].mean()),
        paths=(treated, mixed, np.zeros(block.before)),
    )


def synthetic_did(panel: Panel) -> Synthetic:
    """Synthetic difference-in-differences: weights for units and for times, intercepts free."""
    block = _block(panel)
    after = block.controls.shape[1] - block.before
    zeta = (len(block.treated) * after) ** 0.25 * block.noise
    a, b = block.controls[:, : block.before].T, block.treated[:, : block.before].mean(axis=0)
    units = simplex_least_squares(a - a.mean(axis=0), b - b.mean(), ridge=len(b) * zeta**2)
    c, d = block.controls[:, : block.before], block.controls[:, block.before :].mean(axis=1)
    times = simplex_least_squares(c - c.mean(axis=0), d - d.mean(), ridge=len(d) * (TINY_RIDGE * block.noise) ** 2)
    treated, mixed = block.treated.mean(axis=0), units @ block.controls
    gap = treated - mixed
    effect = float(gap[block.before :].mean() - times @ gap[: block.before])
    return _result(panel, block, weights=units, effect=effect, paths=(treated, mixed, times))


def _result(
    panel: Panel, block: _Block, *, weights: Floats, effect: float, paths: tuple[Floats, Floats, Floats]
) -> Synthetic:
    treated, mixed, times = paths
    named = {name: float(w) for name, w in zip(block.names, weights, strict=True) if w > 1e-9}
    dated = {int(t): float(w) for t, w in zip(panel.times, times, strict=False) if w > 1e-9}
    gap = (treated - mixed)[: block.before]
    return Synthetic(effect, named, dated, treated, mixed, float(np.sqrt((gap**2).mean())))


def placebo_effects(panel: Panel, *, method: Callable[[Panel], Synthetic]) -> Floats:
    """The effect that ``method`` finds when each untreated unit in turn is taken for treated; the truth is zero.

    Their standard deviation is the placebo standard error (Arkhangelsky et al. 2021, algorithm 4, one treated unit).
    """
    block = _block(panel)
    first = panel.times[block.before]
    untreated = np.flatnonzero(panel.cohort == NEVER)
    found = []
    for number in range(len(untreated)):
        cohort = np.where(np.arange(len(untreated)) == number, first, NEVER)
        found.append(method(Panel(block.names, panel.times, panel.outcome[untreated], cohort)).effect)
    return np.array(found)


def placebo_rank(panel: Panel) -> tuple[int, int]:
    """Rank of the treated unit's post/pre mean squared error among all units when each is treated in turn.

    Returns:
        (rank, number of units): 1 of 39 would be the strongest evidence. The rank depends on the specification.

    Raises:
        BadStudy: there are several treated units.
    """
    block = _block(panel)
    if len(block.treated) != 1:
        raise BadStudy("the placebo test by ratio needs one treated unit")
    everyone = np.vstack([block.treated, block.controls])
    ratios = []
    for i in range(len(everyone)):
        others = np.delete(everyone, i, axis=0) if i == 0 else np.delete(everyone, [0, i], axis=0)
        ratios.append(_ratio(everyone[i], others, before=block.before))
    return int(sum(ratio >= ratios[0] for ratio in ratios)), len(everyone)


def _ratio(own: Floats, others: Floats, *, before: int) -> float:
    noise = float(np.diff(others[:, :before], axis=1).std(ddof=1))
    weights = simplex_least_squares(others[:, :before].T, own[:before], ridge=before * (TINY_RIDGE * noise) ** 2)
    gap = own - weights @ others
    return float((gap[before:] ** 2).mean() / (gap[:before] ** 2).mean())
