"""What the page of the counter's day shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kiban.shell.screens import Tone


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody who has reserved a time; ``name`` is empty where the officer's role may not see it."""

    case: str
    number: str
    title: str
    name: str
    status: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Hour:
    """One time of the day: its free places, and who is expected."""

    time: str
    free: int
    capacity: int
    expected: tuple[Expected, ...]

    @property
    def people(self) -> int:
        """How many are expected."""
        return len(self.expected)


@dataclass(frozen=True, slots=True)
class VisitDay:
    """A day at the counter, with the days before and after it."""

    day: dt.date
    hours: tuple[Hour, ...]
    before: dt.date
    after: dt.date
    today: bool
