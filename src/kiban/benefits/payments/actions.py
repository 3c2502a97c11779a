"""Verbs of payment runs: what is due is frozen by one officer, approved by another, sent, read back, settled."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from kiban.benefits.actions import BenefitDesk, mark_payment, reschedule
from kiban.benefits.model import Account, Payment, PaymentState
from kiban.benefits.payments import directory, kana
from kiban.benefits.payments.debits import run_debits
from kiban.benefits.payments.errors import (
    AlreadyTaken,
    FrozenBatchChanged,
    NoPayer,
    NoRole,
    NotBankKana,
    NothingDue,
    NotInThisRunState,
    PaymentError,
    SamePerson,
    YenUnaccounted,
)
from kiban.benefits.payments.keys import key_of, run_key
from kiban.benefits.payments.model import MOST, Payer, Transfer, TransferKind
from kiban.benefits.payments.pain001 import Message, export
from kiban.benefits.payments.ports import RunStore
from kiban.benefits.payments.reconcile import Reconciled, account, reconcile
from kiban.benefits.payments.results import Entry, read_any
from kiban.benefits.payments.runs import Held, LineState, Run, RunLine, RunState, Work, WorkReason, batch_of
from kiban.benefits.payments.writer import write
from kiban.cases.model import Officer
from kiban.kernel.clock import today
from kiban.kernel.events import Event, Scalar

MAKER, CHECKER = "payments", "approver"
RECENT = 200


@dataclass(frozen=True, slots=True)
class PaymentDesk:
    """What payment runs need."""

    benefits: BenefitDesk
    runs: RunStore


@dataclass(frozen=True, slots=True)
class Due:
    """What is due on a day: what can go to the bank (payment and transfer without its key), and what is held."""

    ready: tuple[tuple[Payment, Transfer], ...]
    held: tuple[Held, ...]

    @property
    def yen(self) -> int:
        return sum(payment.yen for payment, _ in self.ready)


def due(desk: PaymentDesk, agency: str, *, on: dt.date, kind: TransferKind = TransferKind.GENERAL) -> Due:
    """The planned payments of a day; each is either ready or held with its reason."""
    ready: list[tuple[Payment, Transfer]] = []
    held: list[Held] = []
    for payment, entitlement in desk.benefits.store.due(agency, on=on):
        try:
            ready.append((payment, _transfer(payment, entitlement.account, salary=kind.salary)))
        except PaymentError as error:
            held.append(Held(payment=payment.id, yen=payment.yen, reason=error.reason))
    return Due(tuple(ready), tuple(held))


def _transfer(payment: Payment, holding: Account | None, *, salary: bool) -> Transfer:
    if holding is None:
        raise NothingDue("the entitlement has no account", remedy="ask the person for the account")
    if directory.known(holding.bank):
        bank_name, branch_name = directory.names(holding.bank, holding.branch)
    else:  # not in the directory (9998 and 9999 are unassigned): the register's own names
        bank_name, branch_name = (_own_name(name) for name in (holding.bank_name, holding.branch_name))
    return Transfer(
        bank=holding.bank,
        bank_name=bank_name,
        branch=holding.branch,
        branch_name=branch_name,
        kind=holding.kind,
        number=holding.number,
        holder=kana.party(holding.holder_kana, salary=salary),
        yen=payment.yen,
        key="",
    )


def _own_name(name: str) -> str:
    """A bank's name as a register has it; the field stays empty where that is no kana: the code alone decides."""
    try:
        return kana.clip(kana.narrow(name), 15)
    except NotBankKana:
        return ""


def set_payer(desk: PaymentDesk, agency: str, *, payer: Payer) -> None:
    """Tell from which account an agency pays."""
    with desk.runs.atomic():
        desk.runs.set_payer(agency, payer)
        moment = desk.benefits.clock.now()
        desk.benefits.events.emit(Event(kind="payer_set", occurred_at=moment, agency=agency, subject=agency))


def freeze(
    desk: PaymentDesk, officer: Officer, *, on: dt.date, kind: TransferKind = TransferKind.GENERAL
) -> tuple[Run, ...]:
    """Freeze what is due on a day into runs of at most 999,999 payments; the amounts do not change any more.

    As salary or bonus (給与・賞与) a name with a sign or a letter is held: banks take none there.

    Raises: NoRole, NoPayer, NothingDue, NotPayable when somebody else ordered a payment meanwhile.
    """
    _must_have(officer, MAKER)
    payer = desk.runs.payer(officer.agency)
    if payer is None:
        raise NoPayer("the agency's own account is not known", remedy="kiban payments payer")
    with desk.runs.atomic():
        ready = due(desk, officer.agency, on=on, kind=kind).ready
        if not ready:
            raise NothingDue(f"no payment is ready for {on}", remedy="look at those that are held")
        parts = (ready[at : at + MOST] for at in range(0, len(ready), MOST))
        made = Making(payer, on, kind)
        return tuple(_freeze(desk, officer, made=made, ready=part) for part in parts)


@dataclass(frozen=True, slots=True)
class Making:
    """What the runs of one freezing have in common."""

    payer: Payer
    on: dt.date
    kind: TransferKind


def _freeze(desk: PaymentDesk, officer: Officer, *, made: Making, ready: tuple[tuple[Payment, Transfer], ...]) -> Run:
    number = desk.runs.reserve(officer.agency)
    lines = tuple(
        RunLine(number=line, payment=payment.id, transfer=replace(transfer, key=key_of(number, line)))
        for line, (payment, transfer) in enumerate(ready, 1)
    )
    fresh = Run(
        number=number,
        agency=officer.agency,
        pay_on=made.on,
        payer=made.payer,
        kind=made.kind,
        count=len(lines),
        yen=sum(line.transfer.yen for line in lines),
        digest="",
        made_by=officer.id,
        made_at=desk.benefits.clock.now(),
    )
    run = replace(fresh, digest=digest_of(write(batch_of(fresh, lines))))
    desk.runs.freeze(run, lines)
    for payment, _ in ready:
        mark_payment(desk.benefits, payment, state=PaymentState.ORDERED)
    _tell(desk, run, kind="payment_run_frozen", by=officer)
    return run


def approve(desk: PaymentDesk, run: Run, *, officer: Officer) -> Run:
    """Release a frozen run. Raises: NoRole, SamePerson, NotInThisRunState, FrozenBatchChanged."""
    _must_have(officer, CHECKER)
    _must_be(run, RunState.FROZEN)
    if officer.id == run.made_by:
        raise SamePerson("the maker of a run cannot approve it", remedy="ask another officer")
    with desk.runs.atomic():
        _file(desk, run)
        moment = desk.benefits.clock.now()
        kept = desk.runs.update(replace(run, state=RunState.APPROVED, approved_by=officer.id, approved_at=moment))
        _tell(desk, kept, kind="payment_run_approved", by=officer)
    return kept


def reject(desk: PaymentDesk, run: Run, *, officer: Officer, reason: str) -> Run:
    """Give a frozen run back: its payments are planned again, as they are owed today while their day is to come.

    Raises: NoRole, NotInThisRunState.
    """
    _must_have(officer, CHECKER)
    _must_be(run, RunState.FROZEN)
    with desk.runs.atomic():
        kept = desk.runs.update(replace(run, state=RunState.REJECTED, reason=reason))
        lines = desk.runs.lines(run.number, agency=run.agency)
        desk.runs.mark(run.agency, tuple(line.transfer.key for line in lines), state=LineState.DROPPED)
        for line in lines:
            _give_back(desk, run, payment=line.payment)
        _tell(desk, kept, kind="payment_run_rejected", by=officer)
    return kept


def _give_back(desk: PaymentDesk, run: Run, *, payment: str) -> None:
    store, agency = desk.benefits.store, run.agency
    store.mark(payment, agency=agency, before=PaymentState.ORDERED, after=PaymentState.PLANNED)
    if run.pay_on > today(desk.benefits.clock):  # on its day it stays as it was, or it would be put off
        reschedule(desk.benefits, store.entitlement(store.payment(payment, agency=agency).entitlement, agency=agency))


def send(desk: PaymentDesk, run: Run, *, officer: Officer) -> bytes:
    """The bank file of an approved run, the same bytes each time. Raises: NoRole, NotInThisRunState."""
    _must_have(officer, MAKER, CHECKER)
    _must_be(run, RunState.APPROVED, RunState.SENT, RunState.SETTLED)
    with desk.runs.atomic():
        body = _file(desk, run)
        kept = desk.runs.update(replace(run, state=RunState.SENT)) if run.state is RunState.APPROVED else run
        _tell(desk, kept, kind="payment_file_taken", by=officer)
    return body


def send_pain001(desk: PaymentDesk, run: Run, *, officer: Officer) -> bytes:
    """The same run as pain.001, in place of the bank file; the same bytes each time. Raises: as `send`."""
    send(desk, run, officer=officer)
    batch = batch_of(run, desk.runs.lines(run.number, agency=run.agency))
    return export(batch, Message(f"KIBAN-{run.number:09d}", run.made_at, run.pay_on))


def _file(desk: PaymentDesk, run: Run) -> bytes:
    body = write(batch_of(run, desk.runs.lines(run.number, agency=run.agency)))
    if digest_of(body) != run.digest:
        raise FrozenBatchChanged("the frozen lines are not those that were frozen", remedy="reject the run")
    return body


def take_results(desk: PaymentDesk, officer: Officer, *, data: bytes) -> Reconciled:
    """Read a statement back: what came back is planned again, and a person gets it on the work list.

    Raises: NoRole, BadPaymentFile, AlreadyTaken, YenUnaccounted.
    """
    _must_have(officer, MAKER, CHECKER)
    entries = read_any(data)
    with desk.runs.atomic():
        if not desk.runs.take(officer.agency, digest_of(data)):
            raise AlreadyTaken("these results were taken before", remedy="choose the next file")
        keys = tuple({entry.key for entry in entries if entry.incoming and entry.key.strip()})
        found = reconcile(desk.runs.lines_by_key(officer.agency, keys), entries)
        if not found.holds:
            raise YenUnaccounted("the results do not add up", remedy="report this with the file")
        for payment in _payments(desk, found.returned, agency=officer.agency):
            mark_payment(desk.benefits, payment, state=PaymentState.FAILED)
        desk.runs.mark(officer.agency, tuple(line.transfer.key for line in found.returned), state=LineState.RETURNED)
        desk.runs.add_work(officer.agency, found.work)
        _take_debits(desk, officer.agency, entries=entries)
        _tell_results(desk, officer, found=found)
    return found


def _take_debits(desk: PaymentDesk, agency: str, *, entries: tuple[Entry, ...]) -> None:
    gone = (RunState.SENT, RunState.SETTLED)
    runs = tuple(run for run in desk.runs.runs(agency, limit=RECENT) if run.state in gone)
    for run, yen in run_debits(runs, entries):
        if run.debited == yen:
            continue
        desk.runs.update(replace(run, debited=yen))
        if yen != run.yen:
            desk.runs.add_work(agency, (Work(reason=WorkReason.DEBIT, key=run_key(run.number), yen=yen),))


def settle(desk: PaymentDesk, run: Run, *, officer: Officer) -> Run:
    """Close a sent run after its day: what has not come back is paid; a later return is still taken.

    When a statement told another debit than the file's sum, a person must have taken it off the work list.
    Raises: NoRole, NotInThisRunState, YenUnaccounted.
    """
    _must_have(officer, MAKER, CHECKER)
    _must_be(run, RunState.SENT)
    if today(desk.benefits.clock) < run.pay_on:
        raise NotInThisRunState(f"the bank pays on {run.pay_on}", remedy="settle on that day or later")
    with desk.runs.atomic():
        if run.debited not in {None, run.yen} and desk.runs.open_work(run.agency, key=run_key(run.number)):
            raise YenUnaccounted("the bank debited another sum than the file's", remedy="look at the work list")
        kept = desk.runs.update(replace(run, state=RunState.SETTLED))
        lines = desk.runs.lines(run.number, agency=run.agency)
        paid = tuple(line for line in lines if line.state is LineState.OPEN)
        desk.runs.mark(run.agency, tuple(line.transfer.key for line in paid), state=LineState.PAID)
        for payment in _payments(desk, paid, agency=run.agency):
            mark_payment(desk.benefits, payment, state=PaymentState.PAID)
        sums = account(desk.runs.lines(run.number, agency=run.agency))
        if not (sums.holds and sums.ordered == run.yen and not sums.open):
            raise YenUnaccounted(
                "paid and returned do not add up to what was ordered", remedy="look at the run's lines"
            )
        _tell(desk, kept, kind="payment_run_settled", by=officer)
    return kept


def close_work(desk: PaymentDesk, officer: Officer, *, work: int) -> None:
    """Take a line off the work list. Raises: NoRole, NotInThisRunState when it is not there any more."""
    _must_have(officer, MAKER, CHECKER)
    with desk.runs.atomic():
        if not desk.runs.close_work(work, agency=officer.agency, by=officer.id):
            raise NotInThisRunState("the line is done already", remedy="read the list again")
        moment = desk.benefits.clock.now()
        event = Event(kind="payment_work_done", occurred_at=moment, agency=officer.agency, subject=str(work))
        desk.benefits.events.emit(event)


def digest_of(body: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(body).hexdigest()


def _payments(desk: PaymentDesk, lines: tuple[RunLine, ...], *, agency: str) -> Iterator[Payment]:
    for line in lines:
        yield desk.benefits.store.payment(line.payment, agency=agency)


def _must_have(officer: Officer, *roles: str) -> None:
    if not officer.roles & set(roles):
        raise NoRole(f"this needs the role {' or '.join(roles)}", remedy="ask an officer who has it")


def _must_be(run: Run, *states: RunState) -> None:
    if run.state not in states:
        raise NotInThisRunState(f"the run {run.number} is {run.state.value}", remedy="read its present state")


def _tell(desk: PaymentDesk, run: Run, *, kind: str, by: Officer) -> None:
    data: dict[str, Scalar] = {"count": run.count, "yen": run.yen, "digest": run.digest, "by": by.id}
    moment = desk.benefits.clock.now()
    desk.benefits.events.emit(
        Event(kind=kind, occurred_at=moment, agency=run.agency, subject=str(run.number), data=data)
    )


def _tell_results(desk: PaymentDesk, officer: Officer, *, found: Reconciled) -> None:
    data: dict[str, Scalar] = {
        "returned": len(found.returned),
        "work": len(found.work),
        "yen": found.incoming,
        "by": officer.id,
    }
    moment = desk.benefits.clock.now()
    desk.benefits.events.emit(
        Event(kind="payment_results_taken", occurred_at=moment, agency=officer.agency, subject="results", data=data)
    )
