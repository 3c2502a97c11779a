"""Schedules by law: even months, from the right month, settled against what was paid; pure and property-tested."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiban.benefits.errors import BadMonth
from kiban.benefits.model import Entitlement, Payment, PaymentState, Rate
from kiban.benefits.months import first_month_owed, parts, shift, span
from kiban.benefits.schedule import CHILD_ALLOWANCE, Calendar, owed, plan, rates_from

MONTHS = st.integers(2024 * 12, 2030 * 12).map(lambda n: f"{n // 12:04d}-{n % 12 + 1:02d}")


def entitlement(first: str = "2026-12", yen: int = 20_000, **about: object) -> Entitlement:
    return Entitlement(
        id="e", agency="302015", person="p", benefit="child_allowance", case="c", first_month=first,
        rates=(Rate(month=first, yen=yen),), account=None, **about,  # type: ignore[arg-type]  # a stand-in, or wrong on purpose
    )  # fmt: skip


def paid(payment: Payment) -> Payment:
    return replace(payment, state=PaymentState.PAID)


def test_a_day_that_a_month_does_not_have_is_its_last_one() -> None:
    calendar = Calendar(months=(2, 4, 12), day=31)

    assert [calendar.due(month).isoformat() for month in ("2028-02", "2027-04", "2026-12")] == [
        "2028-02-29", "2027-04-30", "2026-12-28"  # offices are closed from the 29th of December
    ]  # fmt: skip


def test_paid_in_even_months_for_the_months_before() -> None:
    coming = plan(entitlement(), CHILD_ALLOWANCE, spent=(), today=dt.date(2026, 11, 20))

    assert [(p.due_on.isoformat(), p.months, p.yen) for p in coming[:3]] == [
        ("2027-02-10", ("2026-12", "2027-01"), 40_000),
        ("2027-04-09", ("2027-02", "2027-03"), 40_000),  # the 10th is a Saturday
        ("2027-06-10", ("2027-04", "2027-05"), 40_000),
    ]


@pytest.mark.parametrize(
    ("claimed", "moved", "first"),
    [
        ("2026-11-20", None, "2026-12"),
        ("2026-12-03", "2026-11-25", "2026-12"),  # within 15 days of the move: from the month after the move
        ("2026-12-10", "2026-11-25", "2026-12"),
        ("2026-12-11", "2026-11-25", "2027-01"),  # the sixteenth day
        ("2026-11-20", "2026-11-25", "2026-12"),  # a move to come changes nothing
    ],
)
def test_no_month_is_lost_by_a_move_claimed_in_time(claimed: str, moved: str | None, first: str) -> None:
    move = dt.date.fromisoformat(moved) if moved else None

    assert first_month_owed(claimed_on=dt.date.fromisoformat(claimed), moved_on=move) == first


def test_a_change_counts_from_its_month_and_what_was_paid_too_much_is_set_off() -> None:
    before = entitlement(first="2026-10")
    first, second = plan(before, CHILD_ALLOWANCE, spent=(), today=dt.date(2026, 9, 1))[:2]
    less = replace(before, rates=rates_from(before.rates, (Rate(month="2026-11", yen=10_000),), month="2026-11"))

    coming = plan(less, CHILD_ALLOWANCE, spent=[paid(first), paid(second)], today=dt.date(2027, 2, 20))

    assert (first.yen, second.yen) == (40_000, 40_000)  # October to January at the old rate
    assert coming[0].months == ("2027-02", "2027-03", "2027-04", "2027-05")
    assert coming[0].yen == 4 * 10_000 - 3 * 10_000


def test_set_off_to_the_yen() -> None:
    before = entitlement(first="2026-10")
    first = paid(plan(before, CHILD_ALLOWANCE, spent=(), today=dt.date(2026, 9, 1))[0])
    less = replace(before, rates=rates_from(before.rates, (Rate(month="2026-11", yen=15_000),), month="2026-11"))

    coming = plan(less, CHILD_ALLOWANCE, spent=[first], today=dt.date(2026, 12, 20))

    assert [p.yen for p in coming[:2]] == [30_000 - 5_000, 30_000]


def test_an_ended_entitlement_pays_its_last_months_without_waiting_for_an_even_month() -> None:
    ended = entitlement(first="2026-10", ends="2026-12")
    spent = [paid(plan(ended, CHILD_ALLOWANCE, spent=(), today=dt.date(2026, 9, 1))[0])]

    (last,) = plan(ended, CHILD_ALLOWANCE, spent=spent, today=dt.date(2026, 12, 28))

    assert (last.due_on, last.months, last.yen) == (dt.date(2027, 1, 8), ("2026-12",), 20_000)


def test_a_payment_that_came_back_is_paid_with_the_next() -> None:
    one = entitlement(first="2026-10")
    first = replace(plan(one, CHILD_ALLOWANCE, spent=(), today=dt.date(2026, 9, 1))[0], state=PaymentState.FAILED)

    coming = plan(one, CHILD_ALLOWANCE, spent=[first], today=dt.date(2026, 12, 20))

    assert coming[0].yen == 80_000
    assert coming[0].months[0] == "2026-10"


def test_months_are_written_one_way() -> None:
    for bad in ("2026-13", "2026-1", "26-01", "2026/01", ""):
        with pytest.raises(BadMonth):
            parts(bad)


@given(MONTHS, st.integers(-100, 100))
def test_shifting_there_and_back(month: str, by: int) -> None:
    assert shift(shift(month, by), -by) == month


@given(
    first=MONTHS,
    rates=st.lists(st.integers(0, 60_000), min_size=1, max_size=5),
    changes=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60_000)), max_size=4),
    ends=st.none() | st.integers(0, 30),
)
def test_in_the_end_exactly_what_is_owed_is_paid(
    first: str, rates: list[int], changes: list[tuple[int, int]], ends: int | None
) -> None:
    """Play three years: change rates as they come, pay every payday; the sum paid follows the sum owed to the yen."""
    steady = tuple(Rate(month=shift(first, 6 * i), yen=yen) for i, yen in enumerate(rates))
    one = replace(entitlement(first=first), rates=steady)
    spent: list[Payment] = []
    for month in span(shift(first, -1), shift(first, 48)):
        year, number = parts(month)
        for at, yen in changes:
            if shift(first, at) == month:
                one = replace(one, rates=rates_from(one.rates, (Rate(month=month, yen=yen),), month=month))
        for payment in plan(one, CHILD_ALLOWANCE, spent=spent, today=dt.date(year, number, 1)):
            if payment.due_on.strftime("%Y-%m") == month:
                spent.append(paid(payment))
    total = sum(payment.yen for payment in spent)
    through = max(shift(payment.due_on.strftime("%Y-%m"), -1) for payment in spent) if spent else first
    assert len({payment.id for payment in spent}) == len(spent)
    assert total == sum(owed(one, month) for month in span(first, through)) or not spent
    if ends is not None:
        closed = replace(one, ends=shift(first, ends))
        assert owed(closed, shift(first, ends + 1)) == 0


def test_another_calendar() -> None:
    yearly = Calendar(months=(3,), day=31)

    assert [p.due_on for p in plan(entitlement(), yearly, spent=(), today=dt.date(2026, 11, 1), periods=2)] == [
        dt.date(2027, 3, 31),
        dt.date(2028, 3, 31),
    ]
