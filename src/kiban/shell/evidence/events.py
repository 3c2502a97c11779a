"""The platform's own indicators: events of its database counted into the evidence store, by a job that comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kiban.evidence.refresh import refresh
from kiban.evidence.store.warehouse import replaced
from kiban.jobs import Worker
from kiban.jobs.recurring import Recurring
from kiban.jobs.store.models import EventRow
from kiban.kernel.clock import SystemClock, today
from kiban.kernel.events import Event

REFRESH = "refresh_indicators"
EVERY = dt.timedelta(hours=1)


def told() -> Iterator[Event]:
    """Every event that the database holds, oldest first."""
    for row in EventRow.objects.order_by("id").iterator():
        yield Event(row.kind, row.occurred_at, row.agency, row.subject, row.data)


def refresh_store(folder: Path) -> int:
    """Bring the indicators of a store up to date; how many figures are new or changed."""
    with replaced(folder) as warehouse:
        return refresh(warehouse, told(), as_of=today(SystemClock()))


def with_indicators(worker: Worker, folder: Path) -> Worker:
    """The worker, which also keeps the indicators of a store up to date every hour."""
    clock = SystemClock()
    worker.queue.put(REFRESH, "")
    job = Recurring(lambda _: refresh_store(folder), EVERY, clock)
    return replace(worker, handlers={**worker.handlers, REFRESH: job})
