"""The platform's own indicators: events of its database counted into the evidence store, by a job that comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from kiban.evidence.refresh import refresh
from kiban.evidence.store.warehouse import replaced
from kiban.jobs import Worker
from kiban.jobs.recurring import Recurring
from kiban.jobs.store.models import EventRow
from kiban.kernel.clock import SystemClock, today
from kiban.kernel.events import Event
from kiban.packs import load_packs

REFRESH = "refresh_indicators"


def told() -> Iterator[Event]:
    """Every event that the database holds, oldest first."""
    for row in EventRow.objects.order_by("id").iterator():
        yield Event(row.kind, row.occurred_at, row.agency, row.subject, row.data)


def titles(folder: Path) -> Callable[[str], str]:
    """How the packs of a folder are called in Japanese; the id of one that is not there."""
    known = {one.pack.id: one.texts for one in load_packs(folder).loaded.values()}
    return lambda pack: known[pack].say("title", lang="ja") if pack in known else pack


def refresh_store(folder: Path) -> int:
    """Bring the indicators of a store up to date; how many figures are new or changed."""
    named = titles(settings.PACKS)
    with replaced(folder) as warehouse:
        return refresh(warehouse, told(), as_of=today(SystemClock()), title_of=named)


def with_indicators(worker: Worker, folder: Path) -> Worker:
    """The worker, which also keeps the indicators of a store up to date, every hour unless set otherwise."""
    clock = SystemClock()
    worker.queue.put(REFRESH, "")
    job = Recurring(lambda _: refresh_store(folder), dt.timedelta(seconds=settings.INDICATOR_SECONDS), clock)
    return replace(worker, handlers={**worker.handlers, REFRESH: job})
