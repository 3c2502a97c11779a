"""Dates, times, money and counts as people write them."""

from __future__ import annotations

import datetime as dt

from kiban.kernel.clock import JST
from kiban.shell.locale.texts import language

WEEKDAYS = "月火水木金土日"


def as_date(value: dt.date | str | None) -> str:
    """A day: 2026年11月21日(土), or 21 November 2026; an ISO text is read first."""
    if not value:
        return "―"
    day = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    if language() == "en":
        return f"{day.day} {day:%B %Y}"
    return f"{day.year}年{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})"


def as_time(value: dt.datetime | str | None) -> str:
    """A moment to the minute in Japan's time."""
    if not value:
        return "―"
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    here = moment.astimezone(JST) if moment.tzinfo else moment
    return f"{as_date(here.date())} {here:%H:%M}"


def as_month(value: str) -> str:
    """A month given as YYYY-MM: 2026年12月, or December 2026."""
    day = dt.date.fromisoformat(f"{value}-01")
    return f"{day:%B %Y}" if language() == "en" else f"{day.year}年{day.month}月"


def as_yen(value: int) -> str:
    """An amount: 10,000円, or ¥10,000."""
    return f"¥{value:,}" if language() == "en" else f"{value:,}円"
