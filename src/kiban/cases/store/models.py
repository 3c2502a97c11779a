"""Tables of case work. The events are the truth; the row of a case is their fold, kept for searching."""

from __future__ import annotations

from django.db import models


class CaseRow(models.Model):
    """One case as it stands after event ``version``."""

    id = models.CharField(primary_key=True, max_length=36)
    agency = models.CharField(max_length=40)
    application = models.CharField(max_length=36, unique=True)
    procedure = models.CharField(max_length=80)
    number = models.CharField(max_length=20)
    subject = models.CharField(max_length=80, db_index=True)
    state = models.CharField(max_length=16)
    step = models.CharField(max_length=60)
    role = models.CharField(max_length=60, default="", blank=True)
    officer = models.CharField(max_length=80, default="", blank=True)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    automatic = models.BooleanField(default=False)
    due = models.DateField(null=True)
    slot = models.CharField(max_length=60, default="", blank=True)
    documents_omitted = models.PositiveIntegerField(default=0)
    typed = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField()
    body = models.JSONField()

    class Meta:
        db_table = "cases_case"
        indexes = [
            models.Index(fields=["agency", "state", "due"], name="cases_worklist"),
            models.Index(fields=["agency", "procedure"], name="cases_procedure"),
            models.Index(fields=["agency", "slot"], name="cases_visits"),
        ]
        constraints = [models.UniqueConstraint(fields=["agency", "number"], name="cases_number_once")]


class CaseCounterRow(models.Model):
    """The last number that an agency gave in a year."""

    agency = models.CharField(max_length=40)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "cases_counter"
        constraints = [models.UniqueConstraint(fields=["agency", "year"], name="cases_counter_once")]


class CaseEventRow(models.Model):
    """One event; the unique pair is the optimistic lock of the case."""

    case = models.ForeignKey(CaseRow, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    step = models.CharField(max_length=60, default="", blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        db_table = "cases_event"
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="cases_event_once")]


class LetterRow(models.Model):
    """One issued letter as PDF; each decision of a case has its own."""

    id = models.CharField(primary_key=True, max_length=36)
    case = models.ForeignKey(CaseRow, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=60)
    decision = models.PositiveIntegerField(default=0)
    pdf = models.BinaryField()

    class Meta:
        db_table = "cases_letter"
        constraints = [models.UniqueConstraint(fields=["case", "kind", "decision"], name="cases_letter_once")]
