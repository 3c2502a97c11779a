"""Pays what a trial decided, to the end: frozen, approved by another, file checked, statement read back, settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from kiban.benefits import BenefitDesk
from kiban.benefits.payments import Payer, check
from kiban.benefits.payments.actions import PaymentDesk, approve, freeze, send, set_payer, settle, take_results
from kiban.benefits.payments.runs import LineState, Run
from kiban.benefits.store.repository import DatabaseBenefits
from kiban.benefits.store.runs import DatabaseRuns
from kiban.cases.model import Officer
from kiban.jobs.store.outbox import Outbox
from kiban.jobs.store.queue import DatabaseQueue
from kiban.kernel.clock import JST, FixedClock
from kiban.shell.wiring.library import Library
from kiban.simulators import bank

PAYER = Payer(
    code="9999999999", name="ｼｹﾝ", bank="9999", bank_name="ﾀﾒｼ", branch="001", branch_name="ﾎﾝﾃﾝ", kind="1",
    number="0000001",
)  # fmt: skip
"""An unassigned bank code: no bank takes a file of a trial."""
BANK_OPENS = dt.time(9)


@dataclass(frozen=True, slots=True)
class Paid:
    """One run of a payday: the bank file and what became of it."""

    agency: str
    day: dt.date
    count: int
    yen: int
    findings: int
    paid: int
    returned: int
    body: bytes


def pay_out(library: Library, agency: str, *, paydays: int = 1, returned: Collection[int] = ()) -> Iterator[Paid]:
    """Pay the next paydays of an agency, each as on its day; ``returned`` lines of the first file come back."""
    days = DatabaseBenefits().due_days(agency, limit=1)
    for number in range(paydays):
        if not days:
            return
        yield from _payday(library, agency, day=days[0], returned=() if number else returned)
        days = DatabaseBenefits().due_days(agency, limit=1)


def _payday(library: Library, agency: str, *, day: dt.date, returned: Collection[int]) -> Iterator[Paid]:
    clock = FixedClock(dt.datetime.combine(day, BANK_OPENS, JST))
    benefits = BenefitDesk(DatabaseBenefits(), Outbox(DatabaseQueue(clock)), clock, library.calendars)
    desk = PaymentDesk(benefits, DatabaseRuns())
    set_payer(desk, agency, payer=PAYER)
    maker, checker = (Officer(id=name, agency=agency, roles=frozenset({role}))
                      for name, role in (("trial-maker", "payments"), ("trial-checker", "approver")))  # fmt: skip
    for run in freeze(desk, maker, on=day):
        body = send(desk, approve(desk, run, officer=checker), officer=maker)
        take_results(desk, maker, data=bank.answered(body, returned=returned))
        settle(desk, desk.runs.run(run.number, agency=agency), officer=maker)
        yield _paid(desk, run, body=body)


def _paid(desk: PaymentDesk, run: Run, *, body: bytes) -> Paid:
    lines = desk.runs.lines(run.number, agency=run.agency)
    came = {state: sum(line.transfer.yen for line in lines if line.state is state) for state in LineState}
    findings = sum(1 for _ in check(body))
    return Paid(run.agency, run.pay_on, run.count, run.yen, findings, came[LineState.PAID], came[LineState.RETURNED],
                body)  # fmt: skip
