"""Calendar months as ``YYYY-MM``: benefits are counted by month (月を単位として支給, 児童手当法8条1項)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kiban.benefits.errors import BadMonth


def month_of(day: dt.date) -> str:
    """The month a day lies in."""
    return f"{day.year:04d}-{day.month:02d}"


def parts(month: str) -> tuple[int, int]:
    """Year and month number. Raises: BadMonth."""
    year, dash, number = month.partition("-")
    right = dash and len(year) == 4 and len(number) == 2 and (year + number).isascii() and (year + number).isdigit()
    if not right or not 1 <= int(number) <= 12:
        raise BadMonth(f"{month!r} is not a month", remedy="write YYYY-MM")
    return int(year), int(number)


def shift(month: str, by: int) -> str:
    """The month ``by`` months later (earlier when negative)."""
    year, number = parts(month)
    years, rest = divmod(year * 12 + number - 1 + by, 12)
    return f"{years:04d}-{rest + 1:02d}"


def span(first: str, last: str) -> Iterator[str]:
    """All months from first to last, both included; none when first is after last."""
    month = first
    while month <= last:
        yield month
        month = shift(month, 1)


def first_month_owed(*, claimed_on: dt.date, moved_on: dt.date | None = None) -> str:
    """The first month of 児童手当.

    The month after the claim (8条2項); after a change of address claimed within 15 days, the month after the day of
    the move (8条3項), so that no month is lost between two municipalities. Municipalities take it
    the same way after the recipient's death (やむを得ない理由, 8条3項; not compared with the ministry's guide).
    """
    if moved_on is not None and moved_on <= claimed_on <= moved_on + dt.timedelta(days=15):
        return shift(month_of(moved_on), 1)
    return shift(month_of(claimed_on), 1)
