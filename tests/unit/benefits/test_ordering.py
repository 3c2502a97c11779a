"""From decisions to entitlements: the amount for every month to come, and what a second decision of a case changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from kiban.benefits.actions import BenefitDesk, mark_payment
from kiban.benefits.model import Payment, PaymentState
from kiban.benefits.ordering import BenefitOrders
from kiban.benefits.schedule import owed
from kiban.cases.model import Case, Decision, Outcome
from kiban.procedures.model import Member, Places, Reason, Value
from kiban.procedures.plan import BenefitPlan, Judgment, Plan
from services.sample import NOON, B, SampleRules, SampleShelf, town

pytestmark = pytest.mark.django_db

NEWBORN = Member(key="m1", birth_date=dt.date(2026, 11, 1))
GRANT = BenefitPlan("grant", amount="monthly", once=True)


class ByAge(SampleRules):
    """15,000 yen up to the third birthday, 10,000 to the eighteenth, then nothing."""

    def judge(self, pack: str, rule: str, *, facts: Mapping[str, Value], on: dt.date) -> Judgment:
        age = on.year - 2026 - ((on.month, on.day) <= (11, 1))
        return Judgment(15_000 if age < 3 else 10_000 if age < 18 else 0)


def decided(case: str = "c1", *, times: int = 1) -> Case:
    decision = Decision(outcome=Outcome.GRANTED, reasons=(Reason(text="要件を満たす"),), exact=True)
    return Case(
        id=case, agency=B, application=case, procedure="allowance", pack_version="1", person="p", subject="s",
        places=Places(destination=B), members=(NEWBORN,), facts={}, opened_at=NOON, basis_date=NOON.date(),
        decision=decision, decisions=times,
    )  # fmt: skip


def orders(desk: BenefitDesk, *, benefit: BenefitPlan | None = None) -> BenefitOrders:
    shelf = SampleShelf()
    if benefit is not None:
        shelf.plans["allowance"] = Plan(id="allowance", version="1", benefit=benefit)
    return BenefitOrders(desk, shelf, ByAge() if benefit is None else SampleRules())


@pytest.fixture
def desk() -> BenefitDesk:
    return town().benefits


def planned(desk: BenefitDesk, entitlement: str) -> list[Payment]:
    kept = desk.store.payments(entitlement, agency=B)
    return [one for one in kept if one.state is PaymentState.PLANNED]


def paid(desk: BenefitDesk, entitlement: str) -> Payment:
    first = planned(desk, entitlement)[0]
    for state in (PaymentState.ORDERED, PaymentState.PAID):
        mark_payment(desk, first, state=state)
    return first


def test_a_newborns_amount_is_known_for_every_month_until_nothing_is_owed(desk: BenefitDesk) -> None:
    entitlement = desk.store.entitlement(orders(desk).order(decided()), agency=B)

    assert [owed(entitlement, month) for month in ("2029-11", "2029-12", "2044-11", "2044-12", "2060-01")] == [
        15_000, 10_000, 10_000, 0, 0
    ]  # fmt: skip


def test_a_second_decision_of_a_case_sets_off_what_the_first_paid(desk: BenefitDesk) -> None:
    pay = orders(desk)
    first = pay.order(decided())
    had = paid(desk, first)
    pay.revoke(decided())
    assert planned(desk, first) == []

    assert pay.order(decided(times=2)) == first
    pay.order(decided(times=2))

    again = desk.store.entitlement(first, agency=B)
    months = {month for one in planned(desk, first) for month in one.months}
    assert sum(one.yen for one in planned(desk, first)) == sum(owed(again, month) for month in months)
    assert not months & set(had.months)


def test_a_benefit_owed_once_is_not_paid_after_its_decision_fell(desk: BenefitDesk) -> None:
    pay = orders(desk, benefit=GRANT)
    first = pay.order(decided())
    assert [one.yen for one in planned(desk, first)] == [20_000]

    pay.revoke(decided())

    assert planned(desk, first) == []
    assert pay.order(decided("c2")) != first  # under another case it is owed again
    assert [one.yen for one in planned(desk, pay.order(decided("c2")))] == [20_000]


def test_a_benefit_owed_once_and_paid_is_not_paid_again_by_a_second_decision(desk: BenefitDesk) -> None:
    pay = orders(desk, benefit=GRANT)
    first = pay.order(decided())
    paid(desk, first)
    pay.revoke(decided())

    assert pay.order(decided(times=2)) == first
    assert planned(desk, first) == []
    assert pay.order(replace(decided("c2"), decisions=1)) == first


def test_a_grant_for_each_death_is_paid_for_the_second_death_too(desk: BenefitDesk) -> None:
    pay = orders(desk, benefit=BenefitPlan("grant", amount="monthly", once=True, each_case=True))
    first = pay.order(decided())
    paid(desk, first)

    second = pay.order(decided("c2"))

    assert second != first
    assert [one.yen for one in planned(desk, second)] == [20_000]
    assert pay.order(decided("c2")) == second, "and once for each"


def test_when_the_recipient_died_nothing_more_goes_to_their_account(desk: BenefitDesk) -> None:
    pay = orders(desk)
    old = pay.order(decided())
    had = paid(desk, old)
    dead = Member(key="d1", link="p", died_on=dt.date(2026, 11, 18))

    new = pay.order(replace(decided("c2"), person="q", members=(NEWBORN, dead)))

    assert planned(desk, old) == []
    assert desk.store.entitlement(old, agency=B).ends == had.months[-1]
    assert desk.store.entitlement(new, agency=B).person == "q"


@pytest.mark.parametrize(("claimed", "first"), [(14, "2026-11"), (15, "2026-11"), (16, "2026-12")])
def test_a_claim_within_15_days_of_the_death_is_owed_from_the_month_after_the_death(
    desk: BenefitDesk, claimed: int, first: str
) -> None:
    dead = Member(key="d1", link="p", died_on=dt.date(2026, 10, 31))
    claim = replace(decided(), person="q", members=(NEWBORN, dead), basis_date=dt.date(2026, 11, claimed))

    new = orders(desk).order(claim)

    assert desk.store.entitlement(new, agency=B).first_month == first
