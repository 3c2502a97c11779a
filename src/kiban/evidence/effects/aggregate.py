"""Aggregates of cohort–time effects, with intervals that hold for all points at once (multiplier bootstrap)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kiban.evidence.effects.panel import Flags, Floats, Ints
from kiban.evidence.effects.staggered import GroupTime, cluster_sums, standard_errors

Singles = NDArray[np.float32]
Kind = Literal["simple", "group", "dynamic", "calendar"]
POINTWISE = 1.959963984540054  # 97.5 % quantile of the standard normal
NORMAL_IQR = 1.3489795003921634  # interquartile range of the standard normal


@dataclass(frozen=True, slots=True)
class Band:
    """Width of the intervals: how many standard errors, at which level, from how many draws."""

    critical: float
    level: float
    draws: int


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Effects by cohort, by time since treatment, or by calendar time, and their overall average.

    ``label`` is the cohort, the time since treatment or the calendar time; empty for the simple average.
    """

    kind: Kind
    overall: float
    overall_error: float
    label: Ints
    effect: Floats
    error: Floats
    band: Band
    warnings: tuple[str, ...]

    def interval(self) -> tuple[float, float]:
        """Pointwise 95 % interval of the overall effect."""
        return self.overall - POINTWISE * self.overall_error, self.overall + POINTWISE * self.overall_error

    def intervals(self) -> tuple[Floats, Floats]:
        """The uniform band: low and high for each label."""
        width = self.band.critical * self.error
        return self.effect - width, self.effect + width


def aggregate(cells: GroupTime, kind: Kind, *, draws: int = 999, seed: int = 20240621) -> Aggregate:
    """Aggregate cohort–time effects; weights are cohort sizes and their own uncertainty is accounted for.

    The band's critical value comes from ``draws`` Rademacher multiplier draws over clusters (0 draws: pointwise).
    """
    cluster = cells.panel.cluster
    if kind == "simple":
        value, influence = _weighted(cells, cells.time >= cells.group)
        none, nothing = np.array([], dtype=np.int64), np.array([])
        error = float(standard_errors(influence[:, None], cluster)[0])
        return Aggregate(kind, value, error, none, nothing, nothing, Band(POINTWISE, 0.95, 0), cells.warnings)
    labels, members = _members(cells, kind)
    parts = [_weighted(cells, member) for member in members]
    value, influence = _overall(cells, kind, labels=labels, parts=parts)
    error = float(standard_errors(influence[:, None], cluster)[0])
    band, errors = _band(np.stack([part for _, part in parts], axis=1), cluster, draws=draws, seed=seed)
    effects = np.array([effect for effect, _ in parts])
    return Aggregate(kind, value, error, labels, effects, errors, band, cells.warnings)


def _members(cells: GroupTime, kind: Kind) -> tuple[Ints, list[Flags]]:
    post = cells.time >= cells.group
    if kind == "dynamic":
        since = np.searchsorted(cells.panel.times, cells.time) - np.searchsorted(cells.panel.times, cells.group)
        labels = np.unique(since)
        return labels, [since == label for label in labels]
    key = cells.group if kind == "group" else cells.time
    labels = np.unique(key[post])
    return labels, [(key == label) & post for label in labels]


def _weighted(cells: GroupTime, member: Flags) -> tuple[float, Floats]:
    """Average over the member cells by cohort share, with the influence of the estimated shares."""
    share, effect = cells.share[member], cells.effect[member]
    total = share.sum()
    value = float(share @ effect / total)
    # derivative of sum(p·a)/sum(p) by the shares: (a − value) / sum(p); a unit adds to the cells of its own cohort
    slope = (effect - value) / total
    influence = cells.influence[:, member] @ (share / total) - share @ slope
    for cohort in np.unique(cells.group[member]):
        influence[cells.panel.cohort == cohort] += slope[cells.group[member] == cohort].sum()
    return value, influence


Part = tuple[float, Floats]


def _overall(cells: GroupTime, kind: Kind, *, labels: Ints, parts: list[Part]) -> Part:
    if kind == "group":
        share = np.array([(cells.panel.cohort == label).mean() for label in labels])
        values = np.array([value for value, _ in parts])
        total = share.sum()
        value = float(share @ values / total)
        belongs = (cells.panel.cohort[:, None] == labels).astype(np.float64) - share
        influence = np.stack([part for _, part in parts], axis=1) @ (share / total)
        return value, influence + belongs @ ((values - value) / total)
    kept = [part for label, part in zip(labels, parts, strict=True) if kind == "calendar" or label >= 0]
    mean_influence: Floats = np.mean([influence for _, influence in kept], axis=0)
    return float(np.mean([value for value, _ in kept])), mean_influence


def _band(influence: Floats, cluster: Ints | None, *, draws: int, seed: int) -> tuple[Band, Floats]:
    errors = standard_errors(influence, cluster)
    if not draws:
        return Band(POINTWISE, 0.95, 0), errors
    summed = influence if cluster is None else cluster_sums(influence, cluster)
    # in units of the analytic error, so that single precision is enough whatever the outcome's unit
    scale = np.where(errors > np.finfo(float).tiny, errors * influence.shape[0], 1.0)
    drawn = (_signs(draws, summed.shape[0], seed=seed) @ (summed / scale).astype(np.float32)).astype(np.float64)
    low, high = np.quantile(drawn, [0.25, 0.75], axis=0)
    spread = (high - low) / NORMAL_IQR
    usable = spread > np.finfo(np.float32).tiny
    largest = np.abs(drawn[:, usable] / spread[usable]).max(axis=1)
    return Band(float(np.quantile(largest, 0.95)), 0.95, draws), np.where(usable, spread * errors, errors)


@lru_cache(maxsize=2)
def _signs(draws: int, clusters: int, *, seed: int) -> Singles:
    """Rademacher multipliers (+1 or −1); the aggregates of one study share them."""
    bits = np.random.default_rng(seed).integers(0, 2, size=(draws, clusters), dtype=np.int8)
    return bits.astype(np.float32) * 2 - 1
