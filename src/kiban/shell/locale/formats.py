"""Dates, times, money and counts as people write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kiban.kernel.clock import JST
from kiban.shell.locale.texts import language

WEEKDAYS = "月火水木金土日"


def as_day(value: dt.date | str | None) -> str:
    """A day that is not planned by, as a birth: 1988年4月12日, or 12 April 1988; an ISO text is read first."""
    if not value:
        return "―"
    day = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{day.day} {day:%B %Y}" if language() == "en" else f"{day.year}年{day.month}月{day.day}日"


def as_date(value: dt.date | str | None) -> str:
    """A day to come or to keep, with its weekday: 2026年11月21日(土), or Sat 21 November 2026."""
    if not value:
        return "―"
    day = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{day:%a} {as_day(day)}" if language() == "en" else f"{as_day(day)}({WEEKDAYS[day.weekday()]})"


def as_time(value: dt.datetime | str | None) -> str:
    """A moment that is past, to the minute in Japan's time."""
    return f"{as_day(_here(value).date())} {_here(value):%H:%M}" if value else "―"


def as_appointment(value: dt.datetime) -> str:
    """A moment to be there, with its weekday."""
    return f"{as_date(_here(value).date())} {_here(value):%H:%M}"


def _here(value: dt.datetime | str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(JST) if moment.tzinfo else moment


def as_month(value: str) -> str:
    """A month given as YYYY-MM: 2026年12月, or December 2026."""
    day = _first(value)
    return f"{day:%B %Y}" if language() == "en" else f"{day.year}年{day.month}月"


def as_months(values: Sequence[str]) -> str:
    """Months given as YYYY-MM that one payment is for; the year is said once: 2027年2月・3月, February, March 2027."""
    years: dict[str, list[str]] = {}
    for month in values:
        years.setdefault(month[:4], []).append(month)
    if language() == "en":
        return ", ".join(f"{', '.join(f'{_first(m):%B}' for m in months)} {year}" for year, months in years.items())
    return "、".join(f"{year}年{'・'.join(f'{_first(m).month}月' for m in months)}" for year, months in years.items())


def _first(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01")


def as_yen(value: int) -> str:
    """An amount: 10,000円, or ¥10,000."""
    return f"¥{value:,}" if language() == "en" else f"{value:,}円"
