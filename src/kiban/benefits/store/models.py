"""Tables of benefits."""

from __future__ import annotations

from django.db import models


class EntitlementRow(models.Model):
    """One entitlement; one per person, benefit and case."""

    id = models.CharField(primary_key=True, max_length=36)
    agency = models.CharField(max_length=40)
    person = models.CharField(max_length=80)
    benefit = models.CharField(max_length=80)
    case = models.CharField(max_length=48)
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    body = models.JSONField()

    class Meta:
        db_table = "benefits_entitlement"
        constraints = [
            models.UniqueConstraint(fields=["case", "benefit"], name="benefits_entitlement_once"),
            models.UniqueConstraint(
                fields=["agency", "person", "benefit"],
                condition=models.Q(state="running"),
                name="benefits_one_running",
            ),
        ]
        indexes = [models.Index(fields=["agency", "person", "benefit"], name="benefits_person")]


class PaymentRow(models.Model):
    """One payment: a month of an entitlement is paid by one payment that is not cancelled."""

    id = models.CharField(primary_key=True, max_length=80)
    agency = models.CharField(max_length=40)
    entitlement = models.ForeignKey(EntitlementRow, on_delete=models.PROTECT, related_name="payments")
    due_on = models.DateField()
    yen = models.PositiveBigIntegerField()
    months = models.JSONField()
    state = models.CharField(max_length=12)

    class Meta:
        db_table = "benefits_payment"
        indexes = [models.Index(fields=["agency", "due_on", "state"], name="benefits_run")]


class PayerRow(models.Model):
    """The account from which an agency pays."""

    agency = models.CharField(primary_key=True, max_length=40)
    body = models.JSONField()

    class Meta:
        db_table = "benefits_payer"


class RunRow(models.Model):
    """One payment run; the number is given by the database and never twice."""

    number = models.BigAutoField(primary_key=True)
    agency = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=0)
    body = models.JSONField(default=dict)

    class Meta:
        db_table = "benefits_payment_run"
        indexes = [models.Index(fields=["agency", "-number"], name="benefits_runs")]


class RunLineRow(models.Model):
    """One frozen payment of a run; only its state changes."""

    key = models.CharField(primary_key=True, max_length=20)
    run = models.ForeignKey(RunRow, on_delete=models.PROTECT, related_name="lines")
    agency = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    payment = models.CharField(max_length=80)
    body = models.JSONField()
    state = models.CharField(max_length=12)

    class Meta:
        db_table = "benefits_payment_run_line"
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="benefits_line_once")]


class ResultFileRow(models.Model):
    """A file of results that was taken, by its digest: none is taken twice."""

    agency = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "benefits_result_file"
        constraints = [models.UniqueConstraint(fields=["agency", "digest"], name="benefits_results_once")]


class WorkRow(models.Model):
    """One line of the work list of an agency's payments."""

    agency = models.CharField(max_length=40)
    reason = models.CharField(max_length=20)
    key = models.CharField(max_length=20)
    yen = models.PositiveBigIntegerField()
    payment = models.CharField(max_length=80, blank=True)
    done_by = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "benefits_work"
        indexes = [models.Index(fields=["agency", "done_by"], name="benefits_work_open")]
