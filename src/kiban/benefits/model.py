"""Values of benefits: who is entitled to what from when, and what is paid on which day. Money is integer yen."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec


class EntitlementState(StrEnum):
    """Running, or ended (受給事由消滅)."""

    RUNNING = "running"
    ENDED = "ended"


ONCE, REVOKED = "once", "decision_revoked"
"""Reasons of an end that are no event of the person's: owed one time only; its decision fell at a review."""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """The monthly amount from a month on (``YYYY-MM``), in yen, with why it is so."""

    month: str
    yen: int
    reason: str = ""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A bank account for payment (公金受取口座 when it came from the register).

    ``kind`` is 全銀's code: ``1`` ordinary, ``2`` current, ``4`` savings; kana as the bank holds it.
    """

    bank: str
    bank_name: str
    branch: str
    branch_name: str
    kind: str
    number: str
    holder_kana: str
    source: str = ""
    as_of: dt.datetime | None = None

    def __repr__(self) -> str:
        return f"Account(bank={self.bank!r}, branch={self.branch!r}, number=…{self.number[-2:]})"


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """A child that an allowance is counted for."""

    key: str
    birth_date: dt.date


class Entitlement(msgspec.Struct, frozen=True, kw_only=True):
    """A person's entitlement to a benefit at an agency (受給資格), by the decision it rests on.

    ``rates`` are in order of month and never rewritten for months already paid; ``ends`` is the last month
    (``YYYY-MM``) that is owed, empty while it runs.
    """

    id: str
    agency: str
    person: str
    benefit: str
    case: str
    first_month: str
    rates: tuple[Rate, ...]
    account: Account | None
    children: tuple[Child, ...] = ()
    ends: str = ""
    end_reason: str = ""
    state: EntitlementState = EntitlementState.RUNNING
    version: int = 1


class PaymentState(StrEnum):
    """Planned, handed to a payment run, paid, or come back from the bank."""

    PLANNED = "planned"
    ORDERED = "ordered"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """One payment of a schedule: the months it pays for, the day it is due, the sum in yen."""

    id: str
    agency: str
    entitlement: str
    months: tuple[str, ...]
    due_on: dt.date
    yen: int
    state: PaymentState = PaymentState.PLANNED
