"""The queue on any database that Django knows: a lease is one conditional update, two workers cannot share it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F, Q

from kiban.jobs.model import Counts, Job, Json
from kiban.jobs.store.models import JobRow
from kiban.kernel.clock import Clock

CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class DatabaseQueue:
    """See :class:`kiban.jobs.ports.Queue`."""

    clock: Clock

    def put(
        self, kind: str, key: str, *, payload: Mapping[str, Json] | None = None, due: dt.datetime | None = None
    ) -> None:
        moment = due or self.clock.now()
        with transaction.atomic():
            fields = {"payload": dict(payload or {}), "due": moment}
            row, fresh = JobRow.objects.select_for_update().get_or_create(kind=kind, key=key, defaults=fields)
            if not fresh:
                anew = (
                    {"attempts": 0} if row.aside else {}
                )  # asked for again after it was set aside: all its tries again
                JobRow.objects.filter(pk=row.pk).update(
                    puts=F("puts") + 1, due=min(row.due, moment), aside=False, payload=dict(payload or {}), **anew
                )

    def lease(self, *, now: dt.datetime, hold: dt.timedelta, kinds: Collection[str]) -> Job | None:
        if not connection.in_atomic_block:  # a worker lives longer than the database's connections
            connection.close_if_unusable_or_obsolete()
        free = Q(lease="") | Q(lease_until__lt=now)
        token = uuid.uuid4().hex
        due = JobRow.objects.filter(free, aside=False, due__lte=now, kind__in=kinds).order_by("due", "id")
        for pk in list(due.values_list("pk", flat=True)[:CANDIDATES]):
            taken = JobRow.objects.filter(free, pk=pk, aside=False, due__lte=now).update(
                lease=token, lease_until=now + hold, attempts=F("attempts") + 1
            )
            if taken:
                return _job(JobRow.objects.get(pk=pk), token)
        return None

    def finish(self, job: Job) -> None:
        lease, puts = _parts(job)
        with transaction.atomic():
            mine = JobRow.objects.filter(pk=job.id, lease=lease)
            deleted, _ = mine.filter(puts=puts).delete()
            if not deleted:
                mine.update(lease="", lease_until=None, attempts=0, due=self.clock.now())

    def postpone(self, job: Job, *, due: dt.datetime) -> None:
        self._release(job, due=due, error="", attempts=0)

    def fail(self, job: Job, *, error: str, due: dt.datetime | None) -> None:
        if due is None:
            JobRow.objects.filter(pk=job.id, lease=_parts(job)[0]).update(
                lease="", lease_until=None, error=error[:400], aside=True
            )
        else:
            self._release(job, due=due, error=error, attempts=job.attempts)

    def counts(self, *, now: dt.datetime) -> Counts:
        leased = JobRow.objects.filter(aside=False, lease_until__gte=now).exclude(lease="").count()
        return Counts(
            waiting=JobRow.objects.filter(aside=False).count() - leased,
            leased=leased,
            aside=JobRow.objects.filter(aside=True).count(),
        )

    def _release(self, job: Job, *, due: dt.datetime, error: str, attempts: int) -> None:
        """Give the lease back; a job that was put again meanwhile is due at once."""
        lease, puts = _parts(job)
        with transaction.atomic():
            mine = JobRow.objects.filter(pk=job.id, lease=lease)
            free = {"lease": "", "lease_until": None, "error": error[:400], "attempts": attempts}
            if not mine.filter(puts=puts).update(**free, due=due):
                mine.update(**free, due=self.clock.now())


def _job(row: JobRow, token: str) -> Job:
    return Job(
        id=row.pk,
        kind=row.kind,
        key=row.key,
        payload=row.payload,
        due=row.due,
        attempts=row.attempts,
        lease=f"{token}:{row.puts}",
        error=row.error,
    )


def _parts(job: Job) -> tuple[str, int]:
    """The lease's token and how often the job had been put when it was leased."""
    token, _, puts = job.lease.partition(":")
    return token, int(puts)
