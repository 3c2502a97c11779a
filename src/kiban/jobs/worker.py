"""The worker's loop: lease, run, finish; whatever kills it, the lease runs out and another takes the job."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from kiban.jobs.model import Job, Later, Retry
from kiban.jobs.ports import Queue
from kiban.kernel.clock import Clock
from kiban.kernel.errors import KibanError

log = logging.getLogger("kiban.jobs")
Handler: TypeAlias = Callable[[Job], Later | None]


@dataclass(frozen=True, slots=True)
class Worker:
    """Runs jobs of one queue with the handlers it was given; jobs of other kinds are left to other workers."""

    queue: Queue
    handlers: Mapping[str, Handler]
    clock: Clock
    retry: Retry = field(default_factory=Retry)
    hold: dt.timedelta = dt.timedelta(seconds=60)

    def run_one(self) -> bool:
        """Run the next due job; False when nothing is due."""
        job = self.queue.lease(now=self.clock.now(), hold=self.hold, kinds=tuple(self.handlers))
        if job is None:
            return False
        try:
            answer = self.handlers[job.kind](job)
        except KibanError as error:
            self._failed(job, f"{error.code} {error.what}")
        except (
            Exception
        ) as error:  # a defect in one job must not stop the others; its text may hold data: keep the type
            self._failed(job, type(error).__name__)
        else:
            if answer is None:
                self.queue.finish(job)
            else:
                self.queue.postpone(job, due=answer.at)
        return True

    def run_until_idle(self, *, most: int = 10_000) -> int:
        """Run what is due now, at most ``most`` jobs; how many were run."""
        done = 0
        while done < most and self.run_one():
            done += 1
        return done

    def run(self, *, stopped: Callable[[], bool], pause: float = 0.2) -> None:
        """Run until ``stopped()``; sleeps ``pause`` seconds when nothing is due.

        A database that is away, locked or full ends no worker: it tries again; the lease of a job under way runs out.
        """
        while not stopped():
            try:
                if self.run_one():
                    continue
            except Exception as error:  # the queue's own; its text may hold data: keep the type
                log.warning("the queue cannot be used: %s", type(error).__name__)
            time.sleep(pause)

    def _failed(self, job: Job, error: str) -> None:
        spent = job.attempts >= self.retry.limit
        due = None if spent else self.clock.now() + self.retry.after(job.attempts)
        self.queue.fail(job, error=error, due=due)
