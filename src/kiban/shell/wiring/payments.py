"""Payment runs of an agency for its officers' pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from kiban.benefits.errors import BenefitError
from kiban.benefits.payments import actions
from kiban.benefits.payments.actions import CHECKER, MAKER, PaymentDesk
from kiban.benefits.payments.errors import NotInThisRunState, PaymentError, UnknownRun
from kiban.benefits.payments.model import TransferKind
from kiban.benefits.payments.reconcile import account
from kiban.benefits.payments.runs import Held, Run, RunLine, RunState, Work
from kiban.cases.ports import CaseStore
from kiban.shell.console.payment_screens import PayLine, PaymentsPage, RunCard, RunPage, WorkCard
from kiban.shell.errors import NotThere
from kiban.shell.locale import formats, texts
from kiban.shell.ports import Submitted
from kiban.shell.principals import Principal
from kiban.shell.requests import whole
from kiban.shell.screens import Option, Problem
from kiban.shell.wiring.colleagues import PAYMENTS, Colleagues
from kiban.shell.wiring.offices import officer_of

TONES = {RunState.FROZEN: "warn", RunState.SETTLED: "good", RunState.REJECTED: "bad"}
LINES = 200
KINDS = {kind.value: kind for kind in TransferKind}


@dataclass(frozen=True, slots=True)
class PaymentPages:
    """See `kiban.shell.ports.PaymentOffice`."""

    desk: PaymentDesk
    cases: CaseStore
    colleagues: Colleagues

    def page(self, person: Principal) -> PaymentsPage:
        days: list[Option] = []
        held: list[tuple[dt.date, Held]] = []
        for day in self.desk.benefits.store.due_days(person.agency):
            due = actions.due(self.desk, person.agency, on=day)
            told = texts.said("payments.of_day", date=formats.as_date(day), n=len(due.ready), yen=f"{due.yen:,}")
            days += [Option(day.isoformat(), told)] if due.ready else []
            held += [(day, one) for one in due.held]
        runs, work = self.desk.runs.runs(person.agency), self.desk.runs.work(person.agency)
        n_held, held = len(held), held[:LINES]
        of = self._cases((*(one.payment for _, one in held), *(w.payment for w in work if w.payment)), person)
        return PaymentsPage(
            tuple(days),
            tuple((day, _held(one, of)) for day, one in held),
            tuple(map(_card, runs)),
            tuple(_work(one, of) for one in work),
            MAKER in person.roles,
            tuple(Option(kind.value, texts.said(f"payments.kind.{kind.value}")) for kind in TransferKind),
            self._payer(person),
            n_held,
        )

    def _cases(self, payments: Collection[str], person: Principal) -> Mapping[str, tuple[str, str]]:
        """The case that each payment rests on, and its number."""
        rests = self.desk.benefits.store.cases_of(set(payments), agency=person.agency)
        numbers = self.cases.numbers(set(rests.values()), agency=person.agency)
        return {payment: (case, numbers[case]) for payment, case in rests.items() if case in numbers}

    def _payer(self, person: Principal) -> str:
        """The account from which the agency pays; its number only by the last two digits."""
        payer = self.desk.runs.payer(person.agency)
        if payer is None:
            return ""
        named = f"{payer.name} {payer.bank} {payer.bank_name} {payer.branch} {payer.branch_name}"
        return f"{named} …{payer.number[-2:]}（{payer.code}）"

    def act(self, person: Principal, *, sent: Submitted) -> tuple[Problem, ...]:
        officer, action = officer_of(person), sent.values.get("do", "")
        if action == "freeze":
            day = _day(sent.values.get("day", ""))
            if day is None:
                return (Problem("day", texts.said("problem.payment_day")),)
            kind = KINDS.get(sent.values.get("kind", ""), TransferKind.GENERAL)
            return _done(lambda: actions.freeze(self.desk, officer, on=day, kind=kind), "day")
        if action == "results":
            data = sent.files.get("results", ("", b""))[1]
            return _done(lambda: actions.take_results(self.desk, officer, data=data), "results")
        return _done(lambda: actions.close_work(self.desk, officer, work=whole(sent.values.get("work"))), "work")

    def _run(self, number: int, person: Principal) -> Run:
        try:
            return self.desk.runs.run(number, agency=person.agency)
        except UnknownRun as error:
            raise NotThere("there is no such payment run") from error

    def run(self, number: int, *, person: Principal) -> RunPage:
        run = self._run(number, person)
        lines = self.desk.runs.lines(number, agency=person.agency)
        named = self.colleagues.named((run.made_by, run.approved_by), agency=person.agency, duties=PAYMENTS)
        of = self._cases([one.payment for one in lines[:LINES]], person)
        sums = account(lines)
        yens = {name: getattr(sums, name) for name in ("ordered", "paid", "returned", "open", "dropped")}
        yens |= {} if run.debited is None else {"debited": run.debited}
        return RunPage(
            _card(run),
            texts.said(f"payments.kind.{run.kind.value}"),
            named.get(run.made_by, ""),
            named.get(run.approved_by, ""),
            run.digest,
            tuple((texts.said(f"payments.sum.{name}"), yen) for name, yen in yens.items()),
            tuple(_paid(one, of) for one in lines[:LINES]),
            _actions(run, person),
        )

    def act_on(self, number: int, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]:
        run, officer, reason = self._run(number, person), officer_of(person), sent.values.get("reason", "")
        verbs: dict[str, Callable[[], object]] = {
            "approve": lambda: actions.approve(self.desk, run, officer=officer),
            "reject": lambda: actions.reject(self.desk, run, officer=officer, reason=reason[:200]),
            "settle": lambda: actions.settle(self.desk, run, officer=officer),
        }
        action = sent.values.get("do", "")
        if action == "reject" and not reason:
            return (Problem("reason", texts.said("problem.payment_reason")),)
        if action not in verbs:
            raise NotInThisRunState("there is no such action", remedy="use the buttons of the page")
        return _done(verbs[action], "act-button")

    def file(self, number: int, *, person: Principal, iso: bool = False) -> bytes:
        verb = actions.send_pain001 if iso else actions.send
        return verb(self.desk, self._run(number, person), officer=officer_of(person))


def _actions(run: Run, person: Principal) -> frozenset[str]:
    """What this officer may do now; the room itself checks it again."""
    found: set[str] = set()
    if run.state is RunState.FROZEN and CHECKER in person.roles:
        found |= {"reject"} | ({"approve"} if person.code != run.made_by else set())
    if run.state in {RunState.APPROVED, RunState.SENT, RunState.SETTLED}:
        found.add("file")
    return frozenset(found | ({"settle"} if run.state is RunState.SENT else set()))


def _paid(line: RunLine, of: Mapping[str, tuple[str, str]]) -> PayLine:
    case, number = of.get(line.payment, ("", ""))
    status = texts.said(f"payments.line.{line.state.value}")
    return PayLine(case, number, status, line.transfer.yen, line.transfer.key)


def _held(one: Held, of: Mapping[str, tuple[str, str]]) -> PayLine:
    case, number = of.get(one.payment, ("", ""))
    return PayLine(case, number, texts.said(f"problem.payment.{one.reason}"), one.yen)


def _work(one: Work, of: Mapping[str, tuple[str, str]]) -> WorkCard:
    case, number = of.get(one.payment, ("", ""))
    return WorkCard(one.id, texts.said(f"payments.reason.{one.reason.value}"), one.key, one.yen, case, number)


def _card(run: Run) -> RunCard:
    status = texts.said(f"payments.state.{run.state.value}")
    return RunCard(run.number, run.pay_on, run.count, run.yen, TONES.get(run.state, "info"), status)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _done(verb: Callable[[], object], field: str) -> tuple[Problem, ...]:
    try:
        verb()
    except PaymentError as error:
        place = f" {error.where}" if error.reason == "file" else ""
        return (Problem(field, texts.said(f"problem.payment.{error.reason}") + place),)
    except BenefitError as error:
        return (Problem(field, texts.said("problem.other", code=error.code)),)
    return ()
