"""Regression discontinuity: the jump at a threshold that decides who gets the benefit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kiban.evidence.effects.panel import Floats
from kiban.evidence.errors import BadStudy

MIN_SIDE = 20


@dataclass(frozen=True, slots=True)
class Discontinuity:
    """Jump at the threshold, its robust error, the bandwidth used, and the jump at half and double bandwidth."""

    effect: float
    error: float
    bandwidth: float
    observations: int
    sensitivity: dict[str, float]
    density_ratio: float


def discontinuity(
    running: Floats, outcome: Floats, *, threshold: float, bandwidth: float | None = None
) -> Discontinuity:
    """Local linear estimate with a triangular kernel on both sides of ``threshold`` (at or above: treated).

    Without a bandwidth the one of Imbens & Kalyanaraman (2012) is used. ``density_ratio`` is the number of
    observations just above over just below; far from 1, people may have chosen their side.

    Raises:
        BadStudy: fewer than 20 observations on a side.
    """
    seen = np.isfinite(running) & np.isfinite(outcome)
    x, y = running[seen] - threshold, outcome[seen]
    if min((x >= 0).sum(), (x < 0).sum()) < MIN_SIDE:
        raise BadStudy(
            f"fewer than {MIN_SIDE} observations on one side of the threshold",
            remedy="widen the data or choose another design",
        )
    width = bandwidth if bandwidth is not None else optimal_bandwidth(x, y)
    effect, error, used = _jump(x, y, width=width)
    sensitivity = {f"{factor}x": _jump(x, y, width=width * factor)[0] for factor in (0.5, 2.0)}
    near = np.abs(x) <= width
    below = max(1, int((near & (x < 0)).sum()))
    return Discontinuity(effect, error, width, used, sensitivity, float((near & (x >= 0)).sum() / below))


def _jump(x: Floats, y: Floats, *, width: float) -> tuple[float, float, int]:
    right, left = (_intercept(x[side], y[side], width=width) for side in (x >= 0, x < 0))
    return right[0] - left[0], float(np.sqrt(right[1] + left[1])), right[2] + left[2]


def _intercept(x: Floats, y: Floats, *, width: float) -> tuple[float, float, int]:
    """Value at the threshold, its robust (HC1) variance, and the number of observations with weight."""
    weight = np.maximum(0.0, 1 - np.abs(x) / width)
    inside = weight > 0
    x, y, weight = x[inside], y[inside], weight[inside]
    design = np.column_stack([np.ones_like(x), x])
    bread = np.linalg.pinv((design.T * weight) @ design)
    beta = bread @ (design.T @ (weight * y))
    residual = weight * (y - design @ beta)
    count = len(x)
    meat = (design.T * residual**2) @ design * count / max(1, count - 2)
    return float(beta[0]), float((bread @ meat @ bread)[0, 0]), count


def optimal_bandwidth(x: Floats, y: Floats) -> float:
    """Imbens & Kalyanaraman (2012) bandwidth for the triangular kernel; ``x`` is centred on the threshold."""
    n = len(x)
    pilot = 1.84 * x.std(ddof=1) * n ** (-1 / 5)
    near = {sign: (np.sign(x + 1e-300) == sign) & (np.abs(x) <= pilot) for sign in (1.0, -1.0)}
    density = sum(int(inside.sum()) for inside in near.values()) / (2 * n * pilot)
    variance = np.mean([y[inside].var(ddof=1) for inside in near.values()])
    cubic = np.column_stack([np.ones(n), x >= 0, x, x**2, x**3]).astype(np.float64)
    third = 6 * np.linalg.lstsq(cubic, y, rcond=None)[0][4]
    curvature, penalty = {}, 0.0
    for side, inside in ((1.0, x >= 0), (-1.0, x < 0)):
        count = int(inside.sum())
        wide = 3.56 * (variance / (density * max(third**2, 0.01))) ** (1 / 7) * count ** (-1 / 7)
        use = inside & (np.abs(x) <= wide)
        quadratic = np.column_stack([np.ones(int(use.sum())), x[use], x[use] ** 2])
        curvature[side] = 2 * np.linalg.lstsq(quadratic, y[use], rcond=None)[0][2]
        penalty += 2160 * variance / (int(use.sum()) * wide**4)
    gap = (curvature[1.0] - curvature[-1.0]) ** 2 + penalty
    return float(3.4375 * (2 * variance / (density * gap)) ** (1 / 5) * n ** (-1 / 5))
