"""Dates and rounding as the law counts them; the oracle for the array and SQL forms of the same functions."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from fractions import Fraction

Number = int | Fraction


def age(birth: dt.date, on: dt.date) -> int:
    """満年齢: reached at the end of the day before the birthday (年齢計算ニ関スル法律; 民法143条).

    Born on 29 February: the day before is 28 February in every year.
    """
    reached = on + dt.timedelta(days=1)
    return reached.year - birth.year - ((reached.month, reached.day) < (birth.month, birth.day))


def years_after(day: dt.date, years: int) -> dt.date:
    """The corresponding day of a later year; 29 February becomes 28 February where there is none."""
    return months_after(day, years * 12)


def months_after(day: dt.date, months: int) -> dt.date:
    """The corresponding day of a later month, or its last day where there is none (民法143条2項)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def month_start(day: dt.date) -> dt.date:
    """月初."""
    return day.replace(day=1)


def month_end(day: dt.date) -> dt.date:
    """月末."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def fiscal_year(day: dt.date) -> int:
    """年度: April to March."""
    return day.year - (day.month < 4)


def fiscal_year_end(day: dt.date) -> dt.date:
    """年度末: the next 31 March, the day itself included."""
    return dt.date(fiscal_year(day) + 1, 3, 31)


def months_between(start: dt.date, end: dt.date) -> int:
    """月数: calendar months from the month of start to the month of end; 0 within one month."""
    return (end.year - start.year) * 12 + end.month - start.month


def round_down(value: Number, unit: Number) -> int:
    """切捨: to a multiple of the unit, toward zero."""
    if type(value) is int and type(unit) is int and value >= 0 and unit > 0:
        return value // unit * unit
    count = Fraction(value) / Fraction(unit)
    return int(math.trunc(count) * unit)


def round_up(value: Number, unit: Number) -> int:
    """切上: to a multiple of the unit, away from zero."""
    count = Fraction(value) / Fraction(unit)
    whole = math.trunc(count)
    return int((whole + (0 if count == whole else 1 if count > 0 else -1)) * unit)


def round_half_up(value: Number, unit: Number) -> int:
    """四捨五入: to the nearest multiple of the unit, half away from zero."""
    count = Fraction(value) / Fraction(unit)
    whole = math.floor(abs(count) + Fraction(1, 2))
    return int((whole if count >= 0 else -whole) * unit)
