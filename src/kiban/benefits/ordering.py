"""From a decision to an entitlement: which months, how much in each by the pack's rule, to which account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kiban.benefits.actions import BenefitDesk, Order, change_rates, end, entitle, resume, revoke
from kiban.benefits.errors import NotPayable
from kiban.benefits.model import REVOKED, Account, Child, Entitlement, Rate
from kiban.benefits.months import first_month_owed, month_of, parts, shift, span
from kiban.benefits.schedule import GONE, amount_in, joined
from kiban.cases.decisions import facts_of
from kiban.cases.errors import AmountUnknown
from kiban.cases.model import Case
from kiban.kernel.clock import today
from kiban.procedures.form import is_child
from kiban.procedures.model import FactValue
from kiban.procedures.plan import BenefitPlan, Rules, Shelf

HORIZON = 24
"""The fewest months for which the monthly amount is worked out ahead: ages change it, so each is asked by itself."""
OLDEST_CHILD = 20
"""The last age that changes an allowance for children (特別児童扶養手当法2条1項)."""
MOVED_ON, HAPPENED_ON = "moved_on", "happened_on"
"""Facts that a benefit's pack gives: the day of the move, and the day of the event that changes the family."""


@dataclass(frozen=True, slots=True)
class BenefitOrders:
    """See :class:`kiban.cases.ports.Payments`."""

    desk: BenefitDesk
    shelf: Shelf
    rules: Rules

    def order(self, case: Case) -> str:
        """Enter the benefit that the pack names, change the running one, or end it; its id ("" when none ran).

        A person has one running entitlement to a benefit at an agency: a second claim changes its amount (額の改定).
        """
        benefit = self._benefit(case)
        if benefit.once:
            return self._once(case, benefit)
        running = self.desk.store.running(agency=case.agency, person=case.person, benefit=benefit.id)
        if benefit.ends:
            return self._end(case, running)
        if running is not None:
            return running.id if running.case == case.id else self._change(case, benefit, running=running)
        self._end_of_the_dead(case, benefit)
        since = _day(case, MOVED_ON) or max((one.died_on for one in case.members if one.died_on), default=None)
        first = first_month_owed(claimed_on=case.basis_date, moved_on=since)
        order = Order(
            agency=case.agency,
            person=case.person,
            benefit=benefit.id,
            case=case.id,
            first_month=first,
            rates=monthly_rates(self, case, benefit=benefit, first=first),
            account=account_of(case, benefit.account),
            children=tuple(children_of(case)),
        )
        return self._enter(order)

    def _end_of_the_dead(self, case: Case, benefit: BenefitPlan) -> None:
        """Nothing more goes to the account of one who died; what was not paid is claimed apart (児童手当法12条1項)."""
        for member in case.members:
            running = self.desk.store.running(agency=case.agency, person=member.link, benefit=benefit.id)
            if member.died_on is not None and running is not None:
                year, month = parts(last_month_paid(self.desk, running))
                end(self.desk, running, on=dt.date(year, month, 1), reason=case.procedure)

    def _enter(self, order: Order) -> str:
        """A new entitlement; or the one of an earlier decision of the case, so that no month is paid twice."""
        earlier = self.desk.store.of_case(order.case, agency=order.agency)
        revoked = next((one for one in earlier if one.end_reason == REVOKED and one.benefit == order.benefit), None)
        return (resume(self.desk, revoked, order=order) if revoked else entitle(self.desk, order)).id

    def _once(self, case: Case, benefit: BenefitPlan) -> str:
        """A benefit that is paid one time; who has it under another case gets it again only where each case counts."""
        had = self.desk.store.latest(agency=case.agency, person=case.person, benefit=benefit.id)
        if had is not None and had.case != case.id and not benefit.each_case:
            return had.id
        month, plan = month_of(today(self.desk.clock)), self.shelf.plan(case.procedure)
        on = plan.base_date or case.basis_date
        order = Order(
            agency=case.agency,
            person=case.person,
            benefit=benefit.id,
            case=case.id,
            first_month=month,
            rates=(_rate(self, case, benefit=benefit, month=month, on=on),),
            account=account_of(case, benefit.account),
            once=True,
        )
        return self._enter(order)

    def revoke(self, case: Case) -> None:
        """Take back what the case ordered: nothing of it is owed."""
        for entitlement in self.desk.store.of_case(case.id, agency=case.agency):
            if entitlement.end_reason != REVOKED:
                revoke(self.desk, entitlement)

    def _benefit(self, case: Case) -> BenefitPlan:
        benefit = self.shelf.plan(case.procedure).benefit
        if benefit is None:
            raise NotPayable(f"the pack {case.procedure} has no benefit", remedy="run kiban pack check")
        return benefit

    def _change(self, case: Case, benefit: BenefitPlan, *, running: Entitlement) -> str:
        """More is owed from the month after the claim, less from the month after the event (児童手当法9条1項・3項)."""
        claimed = next_month(running, on=case.basis_date)
        happened = next_month(running, on=_day(case, HAPPENED_ON) or case.basis_date)
        rates = monthly_rates(self, case, benefit=benefit, first=min(claimed, happened))
        less = amount_in(rates, month=happened) < amount_in(running.rates, month=happened)
        month = happened if less else claimed
        children = tuple(children_of(case))
        return change_rates(self.desk, running, month=month, rates=rates, children=children).id

    def _end(self, case: Case, running: Entitlement | None) -> str:
        if running is None:
            return ""
        on = _day(case, MOVED_ON) or today(self.desk.clock)
        return end(self.desk, running, on=on, reason=case.procedure).id


def last_month_paid(desk: BenefitDesk, entitlement: Entitlement) -> str:
    """The last month that the bank has; the one before the first when it has none."""
    payments = desk.store.payments(entitlement.id, agency=entitlement.agency)
    months = [one.months[-1] for one in payments if one.months and one.state not in GONE]
    return max(months, default=shift(entitlement.first_month, -1))


def monthly_rates(orders: BenefitOrders, case: Case, *, benefit: BenefitPlan, first: str) -> tuple[Rate, ...]:
    """The monthly amount for each month ahead, by the pack's rule on the first day of that month."""
    rates = []
    for month in span(first, last_month_ahead(case, first=first)):
        year, number = parts(month)
        rates.append(_rate(orders, case, benefit=benefit, month=month, on=dt.date(year, number, 1)))
    return joined(rates)


def last_month_ahead(case: Case, *, first: str) -> str:
    """The month after the youngest member's 20th birthday, from which no age changes the amount any more."""
    born = max((member.birth_date for member in case.members if member.birth_date is not None), default=None)
    least = shift(first, HORIZON - 1)
    return least if born is None else max(least, shift(month_of(born), OLDEST_CHILD * 12 + 1))


def _rate(orders: BenefitOrders, case: Case, *, benefit: BenefitPlan, month: str, on: dt.date) -> Rate:
    """The amount of a month by the pack's rule on a day."""
    facts = facts_of(case, orders.shelf.plan(case.procedure))
    judgment = orders.rules.judge(case.procedure, benefit.amount, facts=facts, on=on)
    if not isinstance(judgment.value, int) or isinstance(judgment.value, bool) or judgment.value < 0:
        raise AmountUnknown(f"the amount for {month} is not known", unknown=judgment.unknown)
    reason = "; ".join(f"{one.law} {one.article}".strip() for one in judgment.reasons)
    return Rate(month=month, yen=judgment.value, reason=reason[:200])


def account_of(case: Case, fact: str) -> Account | None:
    """The account that the register of public accounts (公金受取口座) gave, or the applicant named; None if neither."""
    given = case.facts.get(fact, FactValue())
    return _account(given) if isinstance(given.value, dict) and "bank_code" in given.value else None


def _account(given: FactValue) -> Account:
    data: dict[str, Any] = given.value if isinstance(given.value, dict) else {}
    return Account(
        bank=data["bank_code"],
        bank_name=data.get("bank", ""),
        branch=data["branch_code"],
        branch_name=data.get("branch", ""),
        kind=str(data.get("type", "1")),
        number=data["number"],
        holder_kana=data["holder_kana"],
        source=given.source,
        as_of=given.as_of,
    )


def children_of(case: Case) -> Iterator[Child]:
    """The household's children (児童) on the day of the claim."""
    for member in case.members:
        if member.birth_date is not None and member.died_on is None and is_child(member, on=case.basis_date):
            yield Child(key=member.link or member.key, birth_date=member.birth_date)


def _day(case: Case, fact: str) -> dt.date | None:
    given = case.facts.get(fact, FactValue()).value
    return dt.date.fromisoformat(given) if isinstance(given, str) else None


def next_month(entitlement: Entitlement, *, on: dt.date) -> str:
    """The month from which a change counts that happened on a day (額の改定, 児童手当法9条): the one after it."""
    return max(shift(month_of(on), 1), entitlement.first_month)
