"""The outbox: an action's event is a row of its own transaction; a job hands the rows on, in order, at least once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from kiban.jobs.model import Delivery, Job
from kiban.jobs.ports import Deliver, Queue
from kiban.jobs.store.models import EventRow
from kiban.kernel.events import Event

FORWARD = "forward_events"
BATCH = 200


@dataclass(frozen=True, slots=True)
class Outbox:
    """An event sink that commits or fails with the action that emits."""

    queue: Queue

    def emit(self, event: Event) -> None:
        EventRow.objects.create(
            event=str(uuid.uuid4()),
            kind=event.kind,
            occurred_at=event.occurred_at,
            agency=event.agency,
            subject=event.subject,
            data=dict(event.data),
        )
        self.queue.put(FORWARD, event.agency)


@dataclass(frozen=True, slots=True)
class Forwarder:
    """The handler of ``forward_events``: one agency's events to every receiver, oldest first."""

    receivers: tuple[Deliver, ...]

    def __call__(self, job: Job) -> None:
        while batch := pending(job.key):
            for row in batch:
                for receiver in self.receivers:
                    receiver(_delivery(row))
                EventRow.objects.filter(pk=row.pk).update(forwarded=True)


def pending(agency: str) -> Sequence[EventRow]:
    """Events of an agency that were not handed on yet, oldest first."""
    return list(EventRow.objects.filter(agency=agency, forwarded=False).order_by("id")[:BATCH])


def _delivery(row: EventRow) -> Delivery:
    return Delivery(
        id=row.event,
        kind=row.kind,
        occurred_at=row.occurred_at,
        agency=row.agency,
        subject=row.subject,
        data=row.data,
    )
