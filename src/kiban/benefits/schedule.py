"""When what is paid (支払期月): pure; what was already paid is never rewritten but settled with what follows."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiban.benefits.model import Entitlement, Payment, PaymentState, Rate
from kiban.benefits.months import month_of, parts, shift, span
from kiban.kernel.workdays import workday_on_or_before

EVEN_MONTHS = (2, 4, 6, 8, 10, 12)
EVERY_MONTH = tuple(range(1, 13))
GONE = frozenset({PaymentState.CANCELLED, PaymentState.FAILED, PaymentState.PLANNED})


@dataclass(frozen=True, slots=True)
class Calendar:
    """Months of payment and the day in them; in a month that has no such day, its last one.

    児童手当法8条4項: even months, each for the months before it up to the previous one; in force from 2024-10-01.
    The day is the agency's own (usually the 10th); on a day of rest it moves to the workday before.
    """

    months: tuple[int, ...] = EVEN_MONTHS
    day: int = 10

    def due(self, month: str) -> dt.date:
        """The day of payment in a month."""
        year, number = parts(month)
        return workday_on_or_before(dt.date(year, number, min(self.day, monthrange(year, number)[1])))

    def next(self, month: str) -> str:
        """The first month of payment at or after this one."""
        while parts(month)[1] not in self.months:
            month = shift(month, 1)
        return month


CHILD_ALLOWANCE = Calendar()


def owed(entitlement: Entitlement, month: str) -> int:
    """What is owed for one month, in yen."""
    if month < entitlement.first_month or (entitlement.ends and month > entitlement.ends):
        return 0
    return amount_in(entitlement.rates, month=month)


def amount_in(rates: Sequence[Rate], *, month: str) -> int:
    """The monthly amount in a month, in yen."""
    return next((rate.yen for rate in reversed(rates) if rate.month <= month), 0)


def plan(
    entitlement: Entitlement, calendar: Calendar, *, spent: Iterable[Payment], today: dt.date, periods: int = 6
) -> tuple[Payment, ...]:
    """The coming payments of an entitlement, at most ``periods``, each for every month not paid yet before it.

    ``spent`` are its earlier payments; those ordered or paid stand. What was paid too much is set off against what
    follows (内払), what was paid too little is added to the next payment. An ended entitlement's last months are paid
    at the next possible payday even when it is no month of payment (8条4項ただし書).
    """
    spent = tuple(spent)
    standing = [payment for payment in spent if payment.state not in GONE]
    balance = -sum(payment.yen for payment in standing)
    taken = {payment.due_on for payment in spent if payment.state is not PaymentState.PLANNED}
    settled = max((payment.months[-1] for payment in standing if payment.months), default="")
    start = shift(settled, 1) if settled else entitlement.first_month
    balance += sum(owed(entitlement, month) for month in span(entitlement.first_month, shift(start, -1)))
    coming: list[Payment] = []
    unpaid: tuple[str, ...] = ()
    for month in _paydays(entitlement, calendar, today=today, periods=periods):
        due = calendar.due(month)
        fresh = tuple(m for m in span(start, shift(month, -1)) if not entitlement.ends or m <= entitlement.ends)
        balance += sum(owed(entitlement, m) for m in fresh)
        start, unpaid = max(start, month), (*unpaid, *fresh)
        if due in taken or balance <= 0:
            continue
        coming.append(_payment(entitlement, due=due, months=unpaid or (shift(month, -1),), yen=balance))
        balance, unpaid = 0, ()
    return tuple(coming)


def _paydays(entitlement: Entitlement, calendar: Calendar, *, today: dt.date, periods: int) -> Sequence[str]:
    """Months of payment from now on whose payday is still to come."""
    month = max(month_of(today), shift(entitlement.first_month, 1))
    month = month if calendar.due(month) > today else shift(month, 1)
    if entitlement.ends:
        last = max(month, shift(entitlement.ends, 1))
        regular = calendar.next(month)
        return [last] if last <= regular else [m for m in span(regular, last) if calendar.next(m) == m or m == last]
    found: list[str] = []
    while len(found) < periods:
        month = calendar.next(month)
        found.append(month)
        month = shift(month, 1)
    return found


def _payment(entitlement: Entitlement, *, due: dt.date, months: tuple[str, ...], yen: int) -> Payment:
    return Payment(
        id=f"{entitlement.id}-{due:%Y%m%d}",
        agency=entitlement.agency,
        entitlement=entitlement.id,
        months=months,
        due_on=due,
        yen=yen,
    )


def rates_from(old: Sequence[Rate], new: Sequence[Rate], *, month: str) -> tuple[Rate, ...]:
    """Old rates before ``month``, new ones from it on; equal neighbours are joined."""
    kept = [rate for rate in old if rate.month < month]
    at = next((rate for rate in reversed(new) if rate.month <= month), None)
    start = [Rate(month=month, yen=at.yen, reason=at.reason)] if at else []
    return joined([*kept, *start, *(rate for rate in new if rate.month > month)])


def joined(rates: Iterable[Rate]) -> tuple[Rate, ...]:
    """Rates without those that change nothing."""
    out: list[Rate] = []
    for rate in rates:
        if not out or out[-1].yen != rate.yen:
            out.append(rate)
    return tuple(out)
