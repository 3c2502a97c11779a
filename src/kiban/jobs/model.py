"""Values of the queue: a job waits, is leased by a worker, and is done, tried again, or set aside for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

Json = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Job:
    """Something that must happen after a transaction, at least once.

    Attributes:
        kind: names the handler, e.g. ``advance_case``.
        key: what it is about; one waiting job per kind and key exists, so that asking twice is asking once.
        payload: flat JSON; codes only, no personal data.
        due: not before this moment.
        attempts: how often it was begun.
    """

    id: int
    kind: str
    key: str
    payload: Mapping[str, Json]
    due: dt.datetime
    attempts: int = 0
    lease: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Growing intervals: ``first`` doubled per attempt up to ``longest``; ``limit`` attempts, then a person looks."""

    first: dt.timedelta = dt.timedelta(seconds=2)
    longest: dt.timedelta = dt.timedelta(minutes=30)
    limit: int = 400

    def after(self, attempts: int) -> dt.timedelta:
        """The pause after this many attempts (1 or more)."""
        return min(self.first * (1 << min(attempts - 1, 30)), self.longest)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many jobs wait, are in work, and were set aside."""

    waiting: int = 0
    leased: int = 0
    aside: int = 0


@dataclass(frozen=True, slots=True)
class Later:
    """A handler's answer that the job is not done and should be run again at ``at``; no failure is counted."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event as the outbox holds it: ``id`` is unique for ever, so that a receiver can drop a repetition."""

    id: str
    kind: str
    occurred_at: dt.datetime
    agency: str
    subject: str
    data: Mapping[str, Json] = field(default_factory=dict)
