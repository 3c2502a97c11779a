"""What benefits needs from others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from kiban.benefits.model import Entitlement, Payment, PaymentState


class BenefitStore(Protocol):
    """Entitlements and payments; every query is by agency."""

    def atomic(self) -> AbstractContextManager[object]: ...

    def insert(self, entitlement: Entitlement) -> Entitlement:
        """Keep a new one; the one already kept for the same case and benefit wins.

        Raises: EntitlementChangedElsewhere when the person's benefit already runs under another case.
        """
        ...

    def update(self, entitlement: Entitlement) -> Entitlement:
        """Write the next version; raises EntitlementChangedElsewhere."""
        ...

    def entitlement(self, entitlement_id: str, *, agency: str) -> Entitlement: ...

    def running(self, *, agency: str, person: str, benefit: str) -> Entitlement | None: ...

    def latest(self, *, agency: str, person: str, benefit: str) -> Entitlement | None:
        """The person's latest entitlement to a benefit, running or ended; none whose decision was revoked."""
        ...

    def of_case(self, case: str, *, agency: str) -> tuple[Entitlement, ...]: ...

    def all_running(self, agency: str, *, after: str, limit: int) -> tuple[Entitlement, ...]: ...

    def payments(self, entitlement_id: str, *, agency: str) -> tuple[Payment, ...]: ...

    def payment(self, payment_id: str, *, agency: str) -> Payment:
        """Raises: NotPayable when there is none."""
        ...

    def cases_of(self, payments: Collection[str], *, agency: str) -> Mapping[str, str]:
        """The case that each payment rests on, by the payment's id; unknown ones are left out."""
        ...

    def due_days(self, agency: str, *, limit: int = 6) -> tuple[dt.date, ...]:
        """The next days on which payments are planned."""
        ...

    def replace_planned(self, entitlement: Entitlement, *, payments: tuple[Payment, ...]) -> None:
        """Drop the planned payments of an entitlement and keep these instead."""
        ...

    def due(self, agency: str, *, on: dt.date) -> tuple[tuple[Payment, Entitlement], ...]:
        """The planned payments of a day, each with the entitlement that it pays."""
        ...

    def mark(self, payment_id: str, *, agency: str, before: PaymentState, after: PaymentState) -> bool:
        """Change a payment's state if it still is ``before``."""
        ...
