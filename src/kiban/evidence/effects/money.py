"""An effect in yen: effect × exposed population × unit value, with its interval, ready to be written to a sheet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class YenEffect:
    """Yearly value of an effect in yen with its 95 % interval, and the three numbers it comes from."""

    yen: int
    low: int
    high: int
    effect: float
    population: int
    unit_yen: int


def in_yen(effect: float, interval: tuple[float, float], *, population: int, unit_yen: int) -> YenEffect:
    """Multiply an effect per exposed person (or office) by how many are exposed and what one unit is worth.

    A negative unit value (a cost saved per unit) turns the interval around, so that low ≤ high always.
    """
    values = sorted(round(edge * population * unit_yen) for edge in interval)
    return YenEffect(round(effect * population * unit_yen), values[0], values[1], effect, population, unit_yen)
