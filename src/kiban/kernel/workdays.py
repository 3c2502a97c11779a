"""Days on which offices and banks work: no weekend, no national holiday (国民の祝日に関する法律)."""

from __future__ import annotations

import datetime as dt

import jpholiday

SATURDAY = 5


def is_workday(day: dt.date) -> bool:
    """Whether offices are open (行政機関の休日に関する法律 1条1項: also closed from 29 December to 3 January)."""
    year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < SATURDAY and not year_end and not jpholiday.is_holiday(day)


def workday_on_or_before(day: dt.date) -> dt.date:
    """The last workday that is not after a day."""
    while not is_workday(day):
        day -= dt.timedelta(days=1)
    return day
