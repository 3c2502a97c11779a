"""The law's date functions over arrays of days since 1970: computed once per day of the range met, then looked up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from kiban.rules.columns import Array, Column, both_known, number
from kiban.rules.evaluation import CALLS

EPOCH = dt.date(1970, 1, 1)
DATES = {"年後", "月後", "日後", "月初", "月末", "年度末"}
MOST_DAYS = 400_000


def days(date: dt.date) -> int:
    """Days since 1970-01-01."""
    return (date - EPOCH).days


def _parts(day: Array) -> tuple[Array, Array, Array]:
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    index = month.astype(np.int64)
    of_month = (date - month.astype("datetime64[D]")).astype(np.int64) + 1
    return index // 12 + 1970, index % 12 + 1, of_month


def _first(year: Array, month: Array) -> Array:
    """Days since 1970 of the first of a month; months beyond 12 count on."""
    index = (year - 1970) * 12 + month - 1
    return np.asarray(index).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def age(birth: Array, on: Array) -> Array:
    """満年齢."""
    (year, month, day), (then, late, last) = _parts(birth), _parts(on + 1)
    return np.asarray(then - year - ((late * 32 + last) < (month * 32 + day)))


def months_after(day: Array, months: Array) -> Array:
    """月後."""
    year, month, of_month = _parts(day)
    first, following = _first(year, month + months), _first(year, month + months + 1)
    return np.asarray(first + np.minimum(of_month, following - first) - 1)


def _month_end(day: Array) -> Array:
    year, month, _ = _parts(day)
    return _first(year, month + 1) - 1


def _fiscal_year(day: Array) -> Array:
    year, month, _ = _parts(day)
    return year - (month < 4)


def _months_between(start: Array, end: Array) -> Array:
    one, other = _parts(start), _parts(end)
    return (other[0] - one[0]) * 12 + other[1] - one[1]


VECTOR: Mapping[str, Callable[..., Array]] = {
    "満年齢": age, "年後": lambda day, years: months_after(day, years * 12), "月後": months_after,
    "日後": lambda day, count: day + count, "月初": lambda day: day - _parts(day)[2] + 1, "月末": _month_end,
    "年度末": lambda day: _first(_fiscal_year(day) + 1, np.full_like(day, 4)) - 1, "年度": _fiscal_year,
    "年": lambda day: _parts(day)[0], "月": lambda day: _parts(day)[1], "月数": _months_between,
    "日数": lambda start, end: end - start,
}  # fmt: skip


def called(name: str, arguments: list[Column]) -> Column:
    """A date function over columns."""
    known: Array | None = None
    for argument in arguments:
        known = both_known(known, argument.known)
    kind = "date" if name in DATES else "integer"
    if any(argument.kind == "unknown" for argument in arguments):
        return Column(kind, np.asarray(0), np.asarray(False))
    arrays = [argument.values for argument in arguments]
    long = [i for i, array in enumerate(arrays) if array.ndim]
    found = _looked_up(name, arrays, which=long[0]) if len(long) == 1 else None
    if found is None:
        found = VECTOR[name](*(np.asarray(array, dtype=np.int64) for array in arrays))
    return number(np.asarray(found, dtype=np.int64), known, kind=kind)


def _looked_up(name: str, arrays: list[Array], *, which: int) -> Array | None:
    """By a table over the days met, when that is shorter than the column."""
    column = arrays[which]
    if not column.size:
        return None
    low, high = int(column.min()), int(column.max())
    if high - low > MOST_DAYS or high - low >= column.size:
        return None
    table: list[Any] = [np.asarray(array, dtype=np.int64) for array in arrays]
    table[which] = np.arange(low, high + 1, dtype=np.int64)
    answers = np.asarray(VECTOR[name](*table), dtype=np.int64)
    found: Array = answers[column - low]
    return found


def uncovered() -> set[str]:
    """Functions of the closed list that no array form stands for; empty in a complete build."""
    others = {"切捨", "切上", "四捨五入", "小さい方", "大きい方", "分かる"}
    return set(CALLS) - set(VECTOR) - others
