"""Tables of notices."""

from __future__ import annotations

from django.db import models


class NoticeRow(models.Model):
    """One notice in an inbox; ``key`` makes sending it twice harmless."""

    id = models.CharField(primary_key=True, max_length=36)
    key = models.CharField(max_length=160, unique=True)
    person = models.CharField(max_length=80)
    agency = models.CharField(max_length=40)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    body = models.JSONField()

    class Meta:
        db_table = "notices_notice"
        indexes = [models.Index(fields=["person", "-sent_at"], name="notices_inbox")]


class OfferRow(models.Model):
    """One offer by post; ``key`` makes offering twice harmless, ``number`` stands on the letter."""

    id = models.CharField(primary_key=True, max_length=36)
    key = models.CharField(max_length=240, unique=True)
    number = models.CharField(max_length=12, unique=True)
    agency = models.CharField(max_length=40)
    state = models.CharField(max_length=12)
    body = models.JSONField()

    class Meta:
        db_table = "notices_offer"
        indexes = [models.Index(fields=["agency", "state"], name="notices_offers")]


class OutwardRow(models.Model):
    """One outward message of a notice and channel."""

    id = models.CharField(primary_key=True, max_length=36)
    notice = models.ForeignKey(NoticeRow, on_delete=models.CASCADE, related_name="outward")
    channel = models.CharField(max_length=20)
    state = models.CharField(max_length=12)
    body = models.JSONField()

    class Meta:
        db_table = "notices_outward"
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="notices_outward_once")]
