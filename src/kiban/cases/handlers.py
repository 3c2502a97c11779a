"""The queue's handlers of case work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from kiban.cases.actions import advance_job, open_job
from kiban.cases.desk import ADVANCE, OPEN, CaseDesk
from kiban.jobs import Handler, Queue
from kiban.procedures.model import Application


def handlers(desk: CaseDesk) -> Mapping[str, Handler]:
    """Kind of job → handler."""
    return {OPEN: partial(open_job, desk), ADVANCE: partial(advance_job, desk)}


@dataclass(frozen=True, slots=True)
class QueuedIntake:
    """Hands applications to case work as jobs of the submitting transaction."""

    queue: Queue

    def hand_over(self, application: Application) -> None:
        self.queue.put(OPEN, application.id, payload={"agency": application.agency})
