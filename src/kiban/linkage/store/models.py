"""Tables of the link check's desk."""

from __future__ import annotations

from django.db import models


class CheckRow(models.Model):
    """One check that was taken; ``digest`` names it, so that it is taken once."""

    agency = models.CharField(max_length=40)
    affair = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    taken_at = models.DateTimeField()
    links = models.PositiveBigIntegerField()
    judged = models.PositiveBigIntegerField()

    class Meta:
        db_table = "linkage_check"
        constraints = [models.UniqueConstraint(fields=["agency", "affair", "digest"], name="linkage_check_once")]


class FindingRow(models.Model):
    """One finding of an office: a record and the person whose key it carries; found again, it is the same one."""

    agency = models.CharField(max_length=40)
    affair = models.CharField(max_length=60)
    record = models.CharField(max_length=80)
    linked = models.CharField(max_length=80)
    state = models.CharField(max_length=16)
    judgement = models.CharField(max_length=12)
    cause = models.CharField(max_length=24)
    probability = models.FloatField()
    seen = models.PositiveBigIntegerField()
    corrected = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField()
    body = models.JSONField()

    class Meta:
        db_table = "linkage_finding"
        constraints = [
            models.UniqueConstraint(fields=["agency", "affair", "record", "linked"], name="linkage_finding_once")
        ]
        indexes = [
            models.Index(fields=["agency", "state"], name="linkage_work"),
            models.Index(fields=["agency", "-probability", "id"], name="linkage_order"),
        ]


class CorrectionRow(models.Model):
    """The link of a record as the office corrected it: one per finding."""

    finding = models.OneToOneField(FindingRow, on_delete=models.PROTECT, related_name="correction")
    agency = models.CharField(max_length=40)
    affair = models.CharField(max_length=60)
    record = models.CharField(max_length=80)
    before = models.CharField(max_length=80)
    after = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, blank=True, default="")
    receipt = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        db_table = "linkage_correction"
        indexes = [models.Index(fields=["agency", "id"], name="linkage_corrections")]


class InboxRow(models.Model):
    """Where in the portal an office reaches a person of its register."""

    agency = models.CharField(max_length=40)
    record = models.CharField(max_length=80)
    person = models.CharField(max_length=80)

    class Meta:
        db_table = "linkage_inbox"
        constraints = [models.UniqueConstraint(fields=["agency", "record"], name="linkage_inbox_once")]
