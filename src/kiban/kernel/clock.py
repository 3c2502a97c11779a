"""Time as the platform sees it: aware, Asia/Tokyo at the edges, and replaceable in tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from kiban.kernel.errors import BadInput, Where

JST = ZoneInfo("Asia/Tokyo")


class Clock(Protocol):
    """Tells the present moment."""

    def now(self) -> dt.datetime:
        """The present moment, aware, in Asia/Tokyo."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(JST)


@dataclass(slots=True)
class FixedClock:
    """A clock that stands until it is moved; for tests and for replaying a past day."""

    moment: dt.datetime

    def now(self) -> dt.datetime:
        return self.moment.astimezone(JST)

    def advance(self, by: dt.timedelta) -> None:
        self.moment += by


def moment_of(milliseconds: int) -> dt.datetime:
    """The moment of milliseconds since 1970 (UTC).

    Raises:
        BadInput: it is beyond the calendar.
    """
    try:
        return dt.datetime.fromtimestamp(milliseconds / 1000, JST)
    except (ValueError, OverflowError, OSError):
        raise BadInput("a moment beyond the calendar", where=Where(field="time"), remedy="ask its sender") from None


def today(clock: Clock) -> dt.date:
    """The calendar day in Japan."""
    return clock.now().astimezone(JST).date()
