"""Tables of the queue and the outbox."""

from __future__ import annotations

from django.db import models


class JobRow(models.Model):
    """One waiting, leased or set-aside job; a finished one is deleted."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    due = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    puts = models.PositiveIntegerField(default=1)
    lease = models.CharField(max_length=64, default="", blank=True)
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=400, default="", blank=True)
    aside = models.BooleanField(default=False)

    class Meta:
        db_table = "jobs_job"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="jobs_one_per_key")]
        indexes = [models.Index(fields=["aside", "due"], name="jobs_due")]


class EventRow(models.Model):
    """One event of the outbox; forwarded ones stay until they are tidied away."""

    event = models.CharField(max_length=36, unique=True)
    kind = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    agency = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    data = models.JSONField(default=dict)
    forwarded = models.BooleanField(default=False)

    class Meta:
        db_table = "jobs_event"
        indexes = [models.Index(fields=["agency", "forwarded", "id"], name="jobs_event_open")]
