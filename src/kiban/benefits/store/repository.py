"""Entitlements and payments in the database; every query names the agency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager

import msgspec
from django.db import IntegrityError, transaction

from kiban.benefits.errors import EntitlementChangedElsewhere, NotPayable, UnknownEntitlement
from kiban.benefits.model import REVOKED, Entitlement, EntitlementState, Payment, PaymentState
from kiban.benefits.store.models import EntitlementRow, PaymentRow


class DatabaseBenefits:
    """See :class:`kiban.benefits.ports.BenefitStore`."""

    def atomic(self) -> AbstractContextManager[object]:
        return transaction.atomic()

    def insert(self, entitlement: Entitlement) -> Entitlement:
        fields = {
            "id": entitlement.id,
            "agency": entitlement.agency,
            "person": entitlement.person,
            **_columns(entitlement),
        }
        try:
            with transaction.atomic():
                row, _ = EntitlementRow.objects.get_or_create(
                    case=entitlement.case, benefit=entitlement.benefit, defaults=fields
                )
        except IntegrityError as error:  # another worker was faster, or another claim of the same person
            found = EntitlementRow.objects.filter(case=entitlement.case, benefit=entitlement.benefit).first()
            if found is None:
                raise EntitlementChangedElsewhere("this benefit already runs", remedy="change it instead") from error
            row = found
        return _entitlement(row)

    def update(self, entitlement: Entitlement) -> Entitlement:
        after = msgspec.structs.replace(entitlement, version=entitlement.version + 1)
        mine = EntitlementRow.objects.filter(pk=entitlement.id, agency=entitlement.agency, version=entitlement.version)
        if not mine.update(**_columns(after)):
            raise EntitlementChangedElsewhere("the entitlement was changed meanwhile", remedy="read it again")
        return after

    def entitlement(self, entitlement_id: str, *, agency: str) -> Entitlement:
        row = EntitlementRow.objects.filter(pk=entitlement_id, agency=agency).first()
        if row is None:
            raise UnknownEntitlement("no such entitlement at this agency", remedy="look it up by its case")
        return _entitlement(row)

    def running(self, *, agency: str, person: str, benefit: str) -> Entitlement | None:
        mine = EntitlementRow.objects.filter(agency=agency, person=person, benefit=benefit)
        row = mine.filter(state=EntitlementState.RUNNING.value).order_by("-id").first()
        return _entitlement(row) if row else None

    def latest(self, *, agency: str, person: str, benefit: str) -> Entitlement | None:
        mine = EntitlementRow.objects.filter(agency=agency, person=person, benefit=benefit)
        standing = (one for one in map(_entitlement, mine) if one.end_reason != REVOKED)
        return max(standing, key=lambda one: (one.first_month, one.id), default=None)

    def of_case(self, case: str, *, agency: str) -> tuple[Entitlement, ...]:
        return tuple(_entitlement(row) for row in EntitlementRow.objects.filter(case=case, agency=agency))

    def all_running(self, agency: str, *, after: str, limit: int) -> tuple[Entitlement, ...]:
        rows = EntitlementRow.objects.filter(agency=agency, state=EntitlementState.RUNNING.value, id__gt=after)
        return tuple(_entitlement(row) for row in rows.order_by("id")[:limit])

    def payments(self, entitlement_id: str, *, agency: str) -> tuple[Payment, ...]:
        rows = PaymentRow.objects.filter(entitlement_id=entitlement_id, agency=agency).order_by("due_on", "id")
        return tuple(_payment(row) for row in rows)

    def payment(self, payment_id: str, *, agency: str) -> Payment:
        row = PaymentRow.objects.filter(pk=payment_id, agency=agency).first()
        if row is None:
            raise NotPayable("no such payment at this agency", remedy="read the run again")
        return _payment(row)

    def cases_of(self, payments: Collection[str], *, agency: str) -> Mapping[str, str]:
        rows = PaymentRow.objects.filter(agency=agency, pk__in=payments)
        return dict(rows.values_list("pk", "entitlement__case"))

    def due_days(self, agency: str, *, limit: int = 6) -> tuple[dt.date, ...]:
        rows = PaymentRow.objects.filter(agency=agency, state=PaymentState.PLANNED.value)
        return tuple(rows.order_by("due_on").values_list("due_on", flat=True).distinct()[:limit])

    def replace_planned(self, entitlement: Entitlement, *, payments: tuple[Payment, ...]) -> None:
        mine = PaymentRow.objects.filter(entitlement_id=entitlement.id, agency=entitlement.agency)
        mine.filter(state=PaymentState.PLANNED.value).delete()
        PaymentRow.objects.bulk_create(_payment_row(payment) for payment in payments)

    def due(self, agency: str, *, on: dt.date) -> tuple[tuple[Payment, Entitlement], ...]:
        rows = PaymentRow.objects.filter(agency=agency, due_on=on, state=PaymentState.PLANNED.value)
        with_rights = rows.select_related("entitlement").order_by("id")
        return tuple((_payment(row), _entitlement(row.entitlement)) for row in with_rights)

    def mark(self, payment_id: str, *, agency: str, before: PaymentState, after: PaymentState) -> bool:
        mine = PaymentRow.objects.filter(pk=payment_id, agency=agency, state=before.value)
        return bool(mine.update(state=after.value))


def _columns(entitlement: Entitlement) -> dict[str, object]:
    return {
        "state": entitlement.state.value,
        "version": entitlement.version,
        "body": msgspec.to_builtins(entitlement),
    }


def _entitlement(row: EntitlementRow) -> Entitlement:
    return msgspec.convert(row.body, Entitlement)


def _payment(row: PaymentRow) -> Payment:
    return Payment(
        id=row.pk,
        agency=row.agency,
        entitlement=row.entitlement_id,
        months=tuple(row.months),
        due_on=row.due_on,
        yen=row.yen,
        state=PaymentState(row.state),
    )


def _payment_row(payment: Payment) -> PaymentRow:
    return PaymentRow(
        id=payment.id,
        agency=payment.agency,
        entitlement_id=payment.entitlement,
        due_on=payment.due_on,
        yen=payment.yen,
        months=list(payment.months),
        state=payment.state.value,
    )
