"""What others see of the queue and the outbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Protocol

from kiban.jobs.model import Counts, Delivery, Job, Json


class Queue(Protocol):
    """A durable queue: what was put is run at least once, also after kill -9; at most one worker holds a lease."""

    def put(
        self, kind: str, key: str, *, payload: Mapping[str, Json] | None = None, due: dt.datetime | None = None
    ) -> None:
        """Ask for a run inside the caller's transaction; a waiting job of the same kind and key is the same job."""
        ...

    def lease(self, *, now: dt.datetime, hold: dt.timedelta, kinds: Collection[str]) -> Job | None:
        """The next due job of these kinds, held for this worker; None when nothing is due."""
        ...

    def finish(self, job: Job) -> None:
        """Done; if the same job was put again meanwhile, it stays and runs again."""
        ...

    def postpone(self, job: Job, *, due: dt.datetime) -> None:
        """Not done yet, nothing wrong: run again at ``due``."""
        ...

    def fail(self, job: Job, *, error: str, due: dt.datetime | None) -> None:
        """Failed: again at ``due``, or set aside for a person when ``due`` is None."""
        ...

    def counts(self, *, now: dt.datetime) -> Counts: ...


class Deliver(Protocol):
    """Takes one event of the outbox; may see the same id twice and must then do nothing."""

    def __call__(self, delivery: Delivery) -> None: ...
