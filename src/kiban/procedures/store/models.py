"""Tables of intake. A row's ``body`` is the whole value as JSON; the columns beside it are what is searched by."""

from __future__ import annotations

from django.db import models


class DraftRow(models.Model):
    """One draft; ``version`` guards against two windows."""

    id = models.CharField(primary_key=True, max_length=36)
    person = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    bundle = models.CharField(max_length=80)
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    updated_at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        db_table = "procedures_draft"
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="procedures_draft_once")]
        indexes = [models.Index(fields=["person", "-updated_at"], name="procedures_draft_person")]


class ReceiptRow(models.Model):
    """One receipt per submitted draft: the unique draft is what makes a double submit harmless."""

    id = models.CharField(primary_key=True, max_length=36)
    draft = models.CharField(max_length=36, unique=True)
    person = models.CharField(max_length=80, db_index=True)
    received_at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        db_table = "procedures_receipt"


class ApplicationRow(models.Model):
    """One application at one agency."""

    id = models.CharField(primary_key=True, max_length=36)
    agency = models.CharField(max_length=40)
    procedure = models.CharField(max_length=80)
    receipt = models.CharField(max_length=36, db_index=True)
    received_at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        db_table = "procedures_application"
        indexes = [models.Index(fields=["agency", "-received_at"], name="procedures_app_agency")]


class FileRow(models.Model):
    """The bytes of one attachment, as cleaned."""

    draft = models.CharField(max_length=36)
    key = models.CharField(max_length=80)
    body = models.BinaryField()

    class Meta:
        db_table = "procedures_file"
        constraints = [models.UniqueConstraint(fields=["draft", "key"], name="procedures_file_once")]


class SlotRow(models.Model):
    """One time at a counter; ``taken`` never exceeds ``capacity``."""

    id = models.CharField(primary_key=True, max_length=60)
    agency = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    capacity = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "procedures_slot"
        constraints = [
            models.CheckConstraint(condition=models.Q(taken__lte=models.F("capacity")), name="procedures_slot_full")
        ]
        indexes = [models.Index(fields=["agency", "starts_at"], name="procedures_slot_agency")]


class SlotTakenRow(models.Model):
    """A draft's place in a slot; a draft has at most one."""

    slot = models.ForeignKey(SlotRow, on_delete=models.CASCADE)
    draft = models.CharField(max_length=36, unique=True)

    class Meta:
        db_table = "procedures_slot_taken"
