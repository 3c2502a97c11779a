"""Work that comes back by itself: a job that is never finished, only put off to its next time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from kiban.jobs.model import Job, Later
from kiban.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Recurring:
    """A handler that does ``work`` for the job's key and comes back after ``every``."""

    work: Callable[[str], object]
    every: dt.timedelta
    clock: Clock

    def __call__(self, job: Job) -> Later:
        self.work(job.key)
        return Later(self.clock.now() + self.every)
