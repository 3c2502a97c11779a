"""Verbs of benefits over the database: once per case, by agency, schedule follows every change."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from kiban.benefits import Order, PaymentState, Rate, change_account, change_rates, end, entitle, extend_schedules
from kiban.benefits.actions import BenefitDesk, mark_payment
from kiban.benefits.errors import (
    BadMonth,
    EntitlementChangedElsewhere,
    EntitlementEnded,
    NotPayable,
    UnknownEntitlement,
)
from kiban.benefits.model import Account, Child, Entitlement
from services.sample import B, town

pytestmark = pytest.mark.django_db
ACCOUNT = Account(bank="0001", bank_name="", branch="001", branch_name="", kind="1", number="7654321", holder_kana="ﾔ")


@pytest.fixture
def desk() -> BenefitDesk:
    return town().benefits


def ordered(desk: BenefitDesk, case: str = "c1") -> Entitlement:
    child = Child(key="k", birth_date=dt.date(2021, 6, 10))
    order = Order(
        agency=B, person="p", benefit="child_allowance", case=case, first_month="2026-12",
        rates=(Rate(month="2026-12", yen=10_000),), account=ACCOUNT, children=(child,),
    )  # fmt: skip
    return entitle(desk, order)


def test_ordering_twice_for_a_case_is_ordering_once(desk: BenefitDesk) -> None:
    assert ordered(desk) == ordered(desk)
    assert len(desk.store.payments(ordered(desk).id, agency=B)) == 6


def test_a_newborn_raises_the_amount_from_its_month(desk: BenefitDesk) -> None:
    more = change_rates(desk, ordered(desk), month="2027-01", rates=(Rate(month="2027-01", yen=25_000),), children=())

    assert [p.yen for p in desk.store.payments(more.id, agency=B)[:2]] == [35_000, 50_000]
    with pytest.raises(BadMonth):
        change_rates(desk, more, month="2026-11", rates=(), children=())


def test_the_end_leaves_only_what_is_owed(desk: BenefitDesk) -> None:
    ended = end(desk, ordered(desk), on=dt.date(2027, 1, 15), reason="moved_out")

    assert [(p.due_on.isoformat(), p.yen) for p in desk.store.payments(ended.id, agency=B)] == [("2027-02-10", 20_000)]
    with pytest.raises(EntitlementEnded):
        end(desk, ended, on=dt.date(2027, 2, 1), reason="")


def test_two_changes_at_once_one_wins(desk: BenefitDesk) -> None:
    stale = ordered(desk)
    change_account(desk, stale, account=ACCOUNT)

    with pytest.raises(EntitlementChangedElsewhere):
        change_account(desk, stale, account=ACCOUNT)


def test_a_second_claim_cannot_run_beside_the_first(desk: BenefitDesk) -> None:
    ordered(desk)

    with pytest.raises(EntitlementChangedElsewhere), transaction.atomic():
        ordered(desk, "c2")


def test_another_agency_sees_nothing(desk: BenefitDesk) -> None:
    with pytest.raises(UnknownEntitlement):
        desk.store.entitlement(ordered(desk).id, agency="302023")


def test_a_payment_goes_its_way_once_and_comes_back_into_the_next(desk: BenefitDesk) -> None:
    one = ordered(desk)
    first = desk.store.payments(one.id, agency=B)[0]
    with pytest.raises(NotPayable):
        mark_payment(desk, first, state=PaymentState.PAID)
    mark_payment(desk, first, state=PaymentState.ORDERED)
    with pytest.raises(NotPayable):
        mark_payment(desk, first, state=PaymentState.ORDERED)

    mark_payment(desk, first, state=PaymentState.FAILED)

    failed, following = desk.store.payments(one.id, agency=B)[:2]
    assert failed.state is PaymentState.FAILED
    assert following.yen == 40_000


def test_schedules_are_extended_and_nothing_is_doubled(desk: BenefitDesk) -> None:
    one = ordered(desk)

    assert extend_schedules(desk, B, batch=1) == 1
    assert len(desk.store.payments(one.id, agency=B)) == 6


def test_an_account_number_never_shows_in_a_repr() -> None:
    assert "7654321" not in repr(ACCOUNT)
