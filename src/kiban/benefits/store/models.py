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
