"""Payment runs over the database: two officers, frozen amounts, returns planned again, no yen lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from msgspec.structs import replace

from kiban.benefits import Account, BenefitDesk, Order, PaymentState, Rate, end, entitle
from kiban.benefits.payments import read
from kiban.benefits.payments.actions import (
    PaymentDesk,
    approve,
    close_work,
    due,
    freeze,
    reject,
    send,
    set_payer,
    settle,
    take_results,
)
from kiban.benefits.payments.errors import (
    AlreadyTaken,
    FrozenBatchChanged,
    NoPayer,
    NoRole,
    NothingDue,
    NotInThisRunState,
    SamePerson,
    UnknownRun,
    YenUnaccounted,
)
from kiban.benefits.payments.reconcile import account
from kiban.benefits.payments.results import Entry
from kiban.benefits.payments.runs import LineState, Run, RunState, WorkReason
from kiban.benefits.store.models import RunLineRow
from kiban.benefits.store.runs import DatabaseRuns
from kiban.cases.model import Officer
from kiban.kernel.clock import JST, FixedClock
from services.sample import A, B, town
from unit.payments.sample import statement
from unit.payments.test_codec import PAYER

pytestmark = pytest.mark.django_db
MAKER = Officer(id="o1", agency=B, roles=frozenset({"payments", "approver"}))
CHECKER = Officer(id="o2", agency=B, roles=frozenset({"approver"}))
CLERK = Officer(id="o3", agency=B, roles=frozenset({"officer"}))
DAY = dt.date(2027, 2, 10)
GOOD = Account(
    bank="0001", bank_name="", branch="001", branch_name="", kind="1", number="7654321", holder_kana="カイナン　ハナコ"
)


@pytest.fixture
def desk() -> PaymentDesk:
    made = town()
    desk = PaymentDesk(made.benefits, DatabaseRuns())
    set_payer(desk, B, payer=PAYER)
    for case, holding in (("c1", GOOD), ("c2", GOOD), ("c3", None), ("c4", replace(GOOD, holder_kana="花子"))):
        entitled(made.benefits, case, holding)
    return desk


def entitled(desk: BenefitDesk, case: str, holding: Account | None) -> None:
    order = Order(
        agency=B, person=f"p-{case}", benefit="child_allowance", case=case, first_month="2026-12",
        rates=(Rate(month="2026-12", yen=10_000),), account=holding,
    )  # fmt: skip
    entitle(desk, order)


def sent(desk: PaymentDesk) -> Run:
    (run,) = freeze(desk, MAKER, on=DAY)
    approved = approve(desk, run, officer=CHECKER)
    send(desk, approved, officer=MAKER)
    return desk.runs.run(run.number, agency=B)


def on_the_day(desk: PaymentDesk) -> PaymentDesk:
    later = FixedClock(dt.datetime(2027, 2, 12, 9, tzinfo=JST))
    return replace_clock(desk, later)


def replace_clock(desk: PaymentDesk, clock: FixedClock) -> PaymentDesk:
    old = desk.benefits
    return PaymentDesk(BenefitDesk(old.store, old.events, clock, old.calendars), desk.runs)


def test_what_is_due_is_ready_or_held_with_its_reason(desk: PaymentDesk) -> None:
    found = due(desk, B, on=DAY)
    assert [payment.yen for payment, _ in found.ready] == [20_000, 20_000]
    assert sorted(held.reason for held in found.held) == ["kana", "nothing_due"]
    assert due(desk, A, on=DAY) == type(found)((), ())
    assert DAY in desk.benefits.store.due_days(B)


def test_a_payday_of_many_takes_one_question_to_the_database(
    desk: PaymentDesk, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    with django_assert_num_queries(1):
        assert len(due(desk, B, on=DAY).ready) == 2


def test_maker_and_checker_are_two_persons_and_the_bytes_are_those_that_were_frozen(desk: PaymentDesk) -> None:
    (run,) = freeze(desk, MAKER, on=DAY)
    with pytest.raises(SamePerson):
        approve(desk, run, officer=MAKER)
    with pytest.raises(NoRole):
        approve(desk, run, officer=CLERK)
    with pytest.raises(NotInThisRunState):
        send(desk, run, officer=MAKER)
    approved = approve(desk, run, officer=CHECKER)
    body = send(desk, approved, officer=MAKER)
    again = send(desk, desk.runs.run(run.number, agency=B), officer=CHECKER)
    (batch,) = read(body)
    assert body == again
    assert (batch.yen, batch.day, batch.transfers[0].holder) == (40_000, "0210", "ｶｲﾅﾝ ﾊﾅｺ")
    with pytest.raises(NotInThisRunState):
        approve(desk, run, officer=CHECKER)


def test_a_payment_is_in_one_run_only(desk: PaymentDesk) -> None:
    freeze(desk, MAKER, on=DAY)
    with pytest.raises(NothingDue):
        freeze(desk, MAKER, on=DAY)
    with pytest.raises(NoRole):
        freeze(desk, CHECKER, on=DAY)
    with pytest.raises(NoPayer):
        freeze(desk, replace(MAKER, agency=A), on=DAY)


def test_a_rejected_run_gives_its_payments_back(desk: PaymentDesk) -> None:
    (run,) = freeze(desk, MAKER, on=DAY)
    rejected = reject(desk, run, officer=CHECKER, reason="wrong day")
    assert rejected.state is RunState.REJECTED
    assert len(due(desk, B, on=DAY).ready) == 2
    sums = account(desk.runs.lines(run.number, agency=B))
    assert (sums.holds, sums.dropped) == (True, 40_000)
    with pytest.raises(NotInThisRunState):
        approve(desk, rejected, officer=CHECKER)


def test_what_ended_while_its_run_was_frozen_is_not_paid_from_the_next(desk: PaymentDesk) -> None:
    (run,) = freeze(desk, MAKER, on=DAY)
    (one,) = desk.benefits.store.of_case("c1", agency=B)
    end(desk.benefits, one, on=dt.date(2026, 12, 3), reason="moved_out")

    reject(desk, run, officer=CHECKER, reason="an end came in")

    planned = {p.entitlement: p.yen for p, _ in desk.benefits.store.due(B, on=DAY)}
    assert (planned.get(one.id), sorted(planned.values())) == (None, [20_000, 20_000, 20_000])
    left = [p.yen for p in desk.benefits.store.payments(one.id, agency=B)]
    assert left == [10_000]


def test_a_changed_line_stops_the_file(desk: PaymentDesk) -> None:
    (run,) = freeze(desk, MAKER, on=DAY)
    row = RunLineRow.objects.filter(run=run.number).order_by("number")[0]
    row.body["yen"] += 1
    row.save()
    with pytest.raises(FrozenBatchChanged):
        approve(desk, run, officer=CHECKER)


def test_another_agency_does_not_see_a_run(desk: PaymentDesk) -> None:
    (run,) = freeze(desk, MAKER, on=DAY)
    with pytest.raises(UnknownRun):
        desk.runs.run(run.number, agency=A)
    assert desk.runs.runs(A) == ()
    assert desk.runs.lines(run.number, agency=A) == ()


def test_what_came_back_is_planned_again_and_every_yen_is_accounted_for(desk: PaymentDesk) -> None:
    run = sent(desk)
    first, second = desk.runs.lines(run.number, agency=B)
    back = Entry(key=first.transfer.key, yen=20_000, incoming=True, booked_on="")
    odd = Entry(key="00000000000000000000", yen=5, incoming=True, booked_on="")
    with pytest.raises(NotInThisRunState):
        settle(desk, run, officer=MAKER)
    later = on_the_day(desk)
    found = take_results(later, MAKER, data=statement((back, odd)))
    assert [line.payment for line in found.returned] == [first.payment]
    with pytest.raises(AlreadyTaken):
        take_results(later, MAKER, data=statement((back, odd)))
    settled = settle(later, run, officer=MAKER)
    sums = account(later.runs.lines(run.number, agency=B))
    assert (sums.paid, sums.returned, sums.open, sums.ordered) == (20_000, 20_000, 0, settled.yen)
    store = later.benefits.store
    assert store.payment(first.payment, agency=B).state is PaymentState.FAILED
    assert store.payment(second.payment, agency=B).state is PaymentState.PAID
    entitlement = store.payment(first.payment, agency=B).entitlement
    next_one = next(p for p in store.payments(entitlement, agency=B) if p.state is PaymentState.PLANNED)
    assert next_one.yen == 40_000
    assert [one.reason for one in later.runs.work(B)] == [WorkReason.RETURNED, WorkReason.UNKNOWN_KEY]


def test_a_late_return_of_a_settled_run_is_still_taken(desk: PaymentDesk) -> None:
    run, later = sent(desk), on_the_day(desk)
    settle(later, run, officer=MAKER)
    line = later.runs.lines(run.number, agency=B)[0]
    take_results(later, MAKER, data=statement((Entry(key=line.transfer.key, yen=20_000, incoming=True),)))
    after = later.runs.lines(run.number, agency=B)
    assert [one.state for one in after] == [LineState.RETURNED, LineState.PAID]
    assert account(after).holds


def went(yen: int, booked_on: str = "090210") -> Entry:
    return Entry(key="", yen=yen, incoming=False, booked_on=booked_on)


@pytest.mark.parametrize("booked_on", ["090210", "270210"])
def test_the_debit_of_the_run_is_the_sum_of_its_file(desk: PaymentDesk, booked_on: str) -> None:
    run, later = sent(desk), on_the_day(desk)
    take_results(later, MAKER, data=statement((went(330, booked_on), went(40_000, booked_on))))
    told = later.runs.run(run.number, agency=B)
    assert (told.debited, later.runs.work(B)) == (40_000, ())
    assert settle(later, told, officer=MAKER).debited == 40_000


def test_another_debit_stops_the_settlement_until_a_person_looked(desk: PaymentDesk) -> None:
    run, later = sent(desk), on_the_day(desk)
    take_results(later, MAKER, data=statement((went(40_330), went(7, "090209"))))
    told = later.runs.run(run.number, agency=B)
    (work,) = later.runs.work(B)
    assert (told.debited, work.reason, work.yen) == (40_330, WorkReason.DEBIT, 40_330)
    with pytest.raises(YenUnaccounted):
        settle(later, told, officer=MAKER)
    with pytest.raises(NotInThisRunState):
        settle(later, run, officer=MAKER)
    close_work(later, MAKER, work=work.id)
    assert settle(later, told, officer=MAKER).state is RunState.SETTLED


def test_a_statement_that_corrects_the_debit_releases_the_settlement(desk: PaymentDesk) -> None:
    run, later = sent(desk), on_the_day(desk)
    for yen in (40_330, 40_000, 5):
        take_results(later, MAKER, data=statement((went(yen),)))
    told = later.runs.run(run.number, agency=B)
    assert settle(later, told, officer=MAKER).debited == 40_000


def test_bookings_that_could_be_anything_are_not_compared(desk: PaymentDesk) -> None:
    run, later = sent(desk), on_the_day(desk)
    take_results(later, MAKER, data=statement((went(330), went(7))))
    assert later.runs.run(run.number, agency=B) == run
    assert settle(later, run, officer=MAKER).debited is None


def test_the_work_list_is_done_once(desk: PaymentDesk) -> None:
    sent(desk)
    odd = Entry(key="00000000000000000000", yen=5, incoming=True)
    take_results(desk, MAKER, data=statement((odd,)))
    (work,) = desk.runs.work(B)
    with pytest.raises(NotInThisRunState):
        close_work(desk, replace(MAKER, agency=A), work=work.id)
    close_work(desk, MAKER, work=work.id)
    assert desk.runs.work(B) == ()
    with pytest.raises(NotInThisRunState):
        close_work(desk, MAKER, work=work.id)
