"""Columns of exact values with unknowns: whole yen and fractions as integers over integers, never floating point.

A column holds one value per row, or one for all rows (a number of the law). Integers are 64 bits wide as long as the
largest possible value fits, and Python integers beyond, so that no sum wraps around in silence.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
WIDEST = 2**62


@dataclass(frozen=True, slots=True)
class Column:
    """Values of one kind (integer, boolean, date as days since 1970, text, unknown).

    ``known`` is None when every row is known; values of unknown rows mean nothing. ``den`` is the denominator of a
    number, positive, one for all rows or one per row. ``bound`` is a number no smaller than any absolute value.
    With ``words``, the values of a text are places among them (`spelled` writes them out).
    """

    kind: str
    values: Array
    known: Array | None = None
    den: int | Array = 1
    bound: int = 0
    words: Array | None = None

    def take(self, rows: Array) -> Column:
        """The column with these rows; a value for all rows stays one."""
        values = self.values[rows] if self.values.ndim else self.values
        known = self.known[rows] if self.known is not None and self.known.ndim else self.known
        den = self.den[rows] if isinstance(self.den, np.ndarray) and self.den.ndim else self.den
        return Column(self.kind, values, known, den, self.bound, self.words)


def spelled(column: Column) -> Column:
    """A text column with its words written out."""
    if column.words is None:
        return column
    values = column.words[column.values] if len(column.words) else np.full(column.values.shape, "", dtype=object)
    return Column(column.kind, values, column.known)


def number(values: Array, known: Array | None = None, *, den: int | Array = 1, kind: str = "integer") -> Column:
    """A column of numbers with the bound taken from the values."""
    return Column(kind, values, known, den, _largest(values))


def _largest(values: Array) -> int:
    return max(abs(int(values.max())), abs(int(values.min()))) if values.size else 0


def both_known(one: Array | None, other: Array | None) -> Array | None:
    """Rows known on both sides."""
    return other if one is None else one if other is None else one & other


def _wide(column: Array) -> Array:
    return column.astype(object)


def _fitting(one: Column, other: Column, *, combine: Callable[[int, int], int]) -> tuple[Array, Array, int]:
    """The two value arrays, as Python integers when the result might not fit 64 bits, and the new bound."""
    bound = combine(one.bound, other.bound)
    if bound < WIDEST:
        return one.values, other.values, bound
    bound = combine(_largest(one.values), _largest(other.values))
    if bound < WIDEST:
        return one.values, other.values, bound
    return _wide(one.values), _wide(other.values), bound


def multiplied(one: Column, other: Column) -> Column:
    """One × other."""
    left, right, bound = _fitting(one, other, combine=lambda a, b: a * b)
    den = _times(one.den, other.den)
    return Column("integer", left * right, both_known(one.known, other.known), den, bound)


def _times(one: int | Array, other: int | Array) -> int | Array:
    if isinstance(one, int) and isinstance(other, int):
        return one * other
    return np.asarray(np.asarray(one, dtype=object) * np.asarray(other, dtype=object))


def scaled(column: Column, factor: int | Array) -> Column:
    """The same values written with numerator and denominator times a factor."""
    if isinstance(factor, int) and factor == 1:
        return column
    by = number(np.asarray(factor, dtype=object if not isinstance(factor, int) or factor >= WIDEST else np.int64))
    wide = multiplied(Column(column.kind, column.values, column.known, 1, column.bound), by)
    return Column(column.kind, wide.values, wide.known, _times(column.den, factor), wide.bound)


def aligned(one: Column, other: Column) -> tuple[Column, Column]:
    """Both with the same denominator."""
    if isinstance(one.den, int) and isinstance(other.den, int):
        common = math.lcm(one.den, other.den)
        return scaled(one, common // one.den), scaled(other, common // other.den)
    return scaled(one, other.den), scaled(other, one.den)


def added(one: Column, other: Column, *, sign: int = 1) -> Column:
    """One + other, or one − other with sign −1."""
    first, second = aligned(one, other)
    left, right, bound = _fitting(first, second, combine=lambda a, b: a + b)
    values = left + right if sign > 0 else left - right
    return Column("integer", values, both_known(one.known, other.known), first.den, bound)


def divided(one: Column, other: Column) -> Column:
    """One ÷ other, exact; unknown where the divisor is zero."""
    flipped = np.where(other.values < 0, -1, 1) if other.values.ndim else (-1 if other.values < 0 else 1)
    size = np.abs(other.values)
    known = both_known(one.known, other.known)
    if not size.ndim:
        if not size:
            return Column("integer", one.values, np.zeros(one.values.shape, dtype=bool), one.den, one.bound)
        upper = multiplied(
            Column("integer", one.values, known, 1, one.bound), _as_number(_times(other.den, int(flipped)))
        )
        return Column("integer", upper.values, known, _times(one.den, int(size)), upper.bound)
    upper = multiplied(Column("integer", one.values, known, 1, one.bound), _as_number(_times(other.den, flipped)))
    den = _times(one.den, np.where(size == 0, 1, size))
    return Column("integer", upper.values, both_known(known, size != 0), den, upper.bound)


def _as_number(value: int | Array) -> Column:
    return number(np.asarray(value))


def rounded(column: Column, unit: Column, *, way: str) -> Column:
    """切捨 (toward zero), 切上 (away from zero) or 四捨五入 (half away from zero) to multiples of a unit."""
    count = divided(column, unit)
    upper, lower = np.abs(count.values), count.den
    if way == "切捨":
        whole = upper // lower
    elif way == "切上":
        whole = -(-upper // lower)
    else:
        wide = _wide(upper) if count.bound * 2 + _top(lower) * 2 >= WIDEST else upper
        whole = (2 * wide + lower) // (2 * lower)
    signed = np.where(count.values < 0, -whole, whole)
    back = multiplied(number(_narrow(signed), count.known), unit)
    if isinstance(back.den, int) and back.den == 1:
        return back
    sign = np.where(back.values < 0, -1, 1)
    return number(_narrow(np.abs(back.values) // back.den * sign), back.known)


def _top(den: int | Array) -> int:
    return den if isinstance(den, int) else _largest(den)


def _narrow(values: Array) -> Array:
    """Python integers as 64 bit ones when they fit."""
    if values.dtype == object and _largest(values) < WIDEST:
        return values.astype(np.int64)
    return values


COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": np.equal, "<>": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


def compared(one: Column, other: Column, *, op: str) -> Column:
    """A comparison, unknown where a side is."""
    known = both_known(one.known, other.known)
    if "unknown" in {one.kind, other.kind}:
        return Column("boolean", np.asarray(False), known)
    first, second = aligned(one, other) if one.kind == "integer" else (one, other)
    found = np.asarray(COMPARE[op](first.values, second.values))
    return Column("boolean", found.astype(bool, copy=False), known)


def extreme(one: Column, other: Column, *, smaller: bool) -> Column:
    """小さい方 or 大きい方."""
    first, second = aligned(one, other) if one.kind == "integer" else (one, other)
    values = np.asarray((np.minimum if smaller else np.maximum)(first.values, second.values))
    return Column(one.kind, values, both_known(one.known, other.known), first.den, max(first.bound, second.bound))


def selected(where: Array, one: Column, *, other: Column) -> Column:
    """``one`` where the condition holds, else ``other``."""
    if one.kind == "unknown" or other.kind == "unknown":
        return _selected_unknown(where, one, other=other)
    first, second = aligned(one, other) if one.kind == "integer" else (one, other)
    values = np.where(where, first.values, second.values)
    den: int | Array = first.den
    if isinstance(den, np.ndarray) and den.ndim:
        den = np.broadcast_to(den, values.shape)
    known = None
    if first.known is not None or second.known is not None:
        yes = np.asarray(True)
        known = np.where(
            where, yes if first.known is None else first.known, yes if second.known is None else second.known
        )
    return Column(one.kind, values, known, den, max(first.bound, second.bound))


def _sure(column: Column) -> Array:
    return np.asarray(True) if column.known is None else column.known


def _selected_unknown(where: Array, one: Column, *, other: Column) -> Column:
    real, chosen = (other, ~where) if one.kind == "unknown" else (one, where)
    if real.kind == "unknown":
        return real
    known = np.asarray(chosen if real.known is None else chosen & real.known)
    values = np.broadcast_to(real.values, np.broadcast_shapes(real.values.shape, known.shape))
    return Column(real.kind, values, known, real.den, real.bound)


def same(one: Column, other: Column) -> Array:
    """Rows where both are known and equal."""
    found = compared(one, other, op="=")
    return found.values if found.known is None else found.values & found.known


def holds(column: Column) -> Array:
    """Rows where a condition is known to hold."""
    return column.values if column.known is None else column.values & column.known


def open_rows(column: Column) -> Array | None:
    """Rows that are unknown; None when there is none by construction."""
    return None if column.known is None else ~column.known
