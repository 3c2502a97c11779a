"""Verbs of benefits; each is one transaction with its event inside."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from kiban.benefits.errors import BadMonth, EntitlementEnded, NotPayable
from kiban.benefits.model import (
    ONCE,
    REVOKED,
    Account,
    Child,
    Entitlement,
    EntitlementState,
    Payment,
    PaymentState,
    Rate,
)
from kiban.benefits.months import month_of, shift
from kiban.benefits.ports import BenefitStore
from kiban.benefits.schedule import CHILD_ALLOWANCE, Calendar, joined, plan, rates_from
from kiban.kernel.clock import Clock, today
from kiban.kernel.events import Event, EventSink, Scalar


@dataclass(frozen=True, slots=True)
class BenefitDesk:
    """What every action of this room needs; ``calendars`` are by benefit, even months otherwise."""

    store: BenefitStore
    events: EventSink
    clock: Clock
    calendars: Mapping[str, Calendar] = field(default_factory=dict)

    def calendar(self, benefit: str) -> Calendar:
        return self.calendars.get(benefit, CHILD_ALLOWANCE)


@dataclass(frozen=True, slots=True)
class Order:
    """What a decision orders: a benefit for a person from a month on, at these monthly rates."""

    agency: str
    person: str
    benefit: str
    case: str
    first_month: str
    rates: tuple[Rate, ...]
    account: Account | None = None
    children: tuple[Child, ...] = ()
    once: bool = False
    """Owed one time: for the first month and no other."""


def entitle(desk: BenefitDesk, order: Order) -> Entitlement:
    """Enter an entitlement and its schedule; ordering twice for the same case gives the same one."""
    new = _ordered(order)
    with desk.store.atomic():
        kept = desk.store.insert(new)
        if kept.id == new.id:
            reschedule(desk, kept)
            _tell(desk, kept, kind="benefit_entitled", data={"first_month": kept.first_month})
    return kept


def _ordered(order: Order) -> Entitlement:
    new = Entitlement(
        id=str(uuid.uuid4()),
        agency=order.agency,
        person=order.person,
        benefit=order.benefit,
        case=order.case,
        first_month=order.first_month,
        rates=joined(order.rates),
        account=order.account,
        children=order.children,
    )
    return replace(new, ends=order.first_month, end_reason=ONCE, state=EntitlementState.ENDED) if order.once else new


def revoke(desk: BenefitDesk, entitlement: Entitlement) -> Entitlement:
    """Take back an entitlement whose decision fell (取消し): nothing of it is owed, and what is planned is dropped.

    What the bank has already stands in its balance, should a new decision take it up again (`resume`).
    """
    last = shift(entitlement.first_month, -1)
    return _end(desk, entitlement, last=last, reason=REVOKED)


def resume(desk: BenefitDesk, revoked: Entitlement, *, order: Order) -> Entitlement:
    """Take up again, as ordered now, what was revoked: what was paid under the first decision is set off (内払)."""
    new = replace(_ordered(order), id=revoked.id, version=revoked.version)
    with desk.store.atomic():
        kept = desk.store.update(new)
        reschedule(desk, kept)
        _tell(desk, kept, kind="benefit_changed", data={"from_month": kept.first_month})
    return kept


def change_rates(
    desk: BenefitDesk, entitlement: Entitlement, *, month: str, rates: tuple[Rate, ...], children: tuple[Child, ...]
) -> Entitlement:
    """Change the monthly amount from a month on (額の改定, 児童手当法9条) and the schedule with it.

    More is owed from the month after the claim, less from the month after the event: the caller names that month.
    """
    _still_running(entitlement)
    if month < entitlement.first_month:
        raise BadMonth("a change cannot lie before the first month owed", remedy="end the entitlement instead")
    new = replace(entitlement, rates=rates_from(entitlement.rates, rates, month=month), children=children)
    with desk.store.atomic():
        kept = desk.store.update(new)
        reschedule(desk, kept)
        _tell(desk, kept, kind="benefit_changed", data={"from_month": month})
    return kept


def end(desk: BenefitDesk, entitlement: Entitlement, *, on: dt.date, reason: str) -> Entitlement:
    """End an entitlement (受給事由消滅): the month of the event is the last one owed (8条2項)."""
    _still_running(entitlement)
    last = max(month_of(on), shift(entitlement.first_month, -1))
    return _end(desk, entitlement, last=last, reason=reason)


def _end(desk: BenefitDesk, entitlement: Entitlement, *, last: str, reason: str) -> Entitlement:
    new = replace(entitlement, ends=last, end_reason=reason, state=EntitlementState.ENDED)
    with desk.store.atomic():
        kept = desk.store.update(new)
        reschedule(desk, kept)
        _tell(desk, kept, kind="benefit_ended", data={"last_month": last})
    return kept


def change_account(desk: BenefitDesk, entitlement: Entitlement, *, account: Account) -> Entitlement:
    """Pay to another account from the next payment on."""
    with desk.store.atomic():
        kept = desk.store.update(replace(entitlement, account=account))
        _tell(desk, kept, kind="benefit_account_changed", data={})
    return kept


def extend_schedules(desk: BenefitDesk, agency: str, *, batch: int = 500) -> int:
    """Plan the coming payments of every running entitlement; to be run once a month. How many were looked at."""
    seen, after = 0, ""
    while page := desk.store.all_running(agency, after=after, limit=batch):
        for entitlement in page:
            with desk.store.atomic():
                reschedule(desk, entitlement)
                _tell(desk, entitlement, kind="benefit_scheduled", data={})
        seen, after = seen + len(page), page[-1].id
    return seen


NEXT = {
    PaymentState.ORDERED: (PaymentState.PLANNED,),
    PaymentState.PAID: (PaymentState.ORDERED,),
    PaymentState.FAILED: (PaymentState.ORDERED, PaymentState.PAID),
}


def mark_payment(desk: BenefitDesk, payment: Payment, *, state: PaymentState) -> None:
    """Record that a payment was ordered at the bank, paid, or came back.

    A payment that came back, also after it was taken for paid, is planned again with the next one, by the balance.

    Raises: NotPayable, also when somebody else was faster.
    """
    with desk.store.atomic():
        tried = (
            desk.store.mark(payment.id, agency=payment.agency, before=before, after=state)
            for before in NEXT.get(state, ())
        )
        if not any(tried):
            raise NotPayable(f"the payment {payment.id} cannot become {state.value}", remedy="read its present state")
        entitlement = desk.store.entitlement(payment.entitlement, agency=payment.agency)
        if state is PaymentState.FAILED:
            reschedule(desk, entitlement)
        _tell(desk, entitlement, kind=f"payment_{state.value}", data={"yen": payment.yen})


def _still_running(entitlement: Entitlement) -> None:
    if entitlement.state is EntitlementState.ENDED:
        raise EntitlementEnded(f"the entitlement ended with {entitlement.ends}", remedy="enter a new one")


def reschedule(desk: BenefitDesk, entitlement: Entitlement) -> None:
    """Plan the coming payments anew from what is owed today and what the bank already has."""
    spent = desk.store.payments(entitlement.id, agency=entitlement.agency)
    payments = plan(entitlement, desk.calendar(entitlement.benefit), spent=spent, today=today(desk.clock))
    desk.store.replace_planned(entitlement, payments=payments)


def _tell(desk: BenefitDesk, entitlement: Entitlement, *, kind: str, data: dict[str, Scalar]) -> None:
    facts: dict[str, Scalar] = {"benefit": entitlement.benefit, "case": entitlement.case, **data}
    moment = desk.clock.now()
    desk.events.emit(
        Event(kind=kind, occurred_at=moment, agency=entitlement.agency, subject=entitlement.id, data=facts)
    )
