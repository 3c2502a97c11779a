"""The shell's own tables."""

from __future__ import annotations

from django.db import models


class RateWindow(models.Model):
    """How often one source tried one thing in one minute."""

    key = models.CharField(max_length=120, primary_key=True)
    minute = models.BigIntegerField(db_index=True)
    tries = models.PositiveIntegerField(default=0)


class HeardRow(models.Model):
    """When an agency's node last answered this portal."""

    agency = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()


class UnsentRow(models.Model):
    """What one person typed on one page and did not send, sealed; ``owner`` and ``key`` are hashes."""

    key = models.CharField(max_length=64, primary_key=True)
    owner = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(db_index=True)
    sealed = models.BinaryField()
