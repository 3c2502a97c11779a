"""The resident's procedures on the real rooms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from kiban.benefits import BenefitDesk, PaymentState
from kiban.cases import (
    Case,
    CaseDesk,
    CaseState,
    Decision,
    Happening,
    Satisfaction,
    answer_send_back,
    close_survey,
    may_be_asked,
    move_visit,
    other_times,
    public_timeline,
    visit_of,
    withdraw,
)
from kiban.cases import letter as issued_letter
from kiban.cases.actions import case_id_of
from kiban.cases.decisions import Result, results_of
from kiban.cases.errors import CaseChangedElsewhere, NotInThisState
from kiban.cases.model import Fault
from kiban.procedures import Change
from kiban.procedures.errors import BadValue, SlotTaken
from kiban.procedures.model import ApplicationRef, FactValue, Receipt
from kiban.procedures.plan import FactPlan
from kiban.procedures.values import full_name, read
from kiban.shell.errors import NotThere
from kiban.shell.locale import formats, texts
from kiban.shell.ports import Submitted
from kiban.shell.principals import Principal
from kiban.shell.screens import (
    CaseCard,
    CaseView,
    DecisionView,
    FormField,
    LetterCard,
    Moment,
    Option,
    Problem,
    Tone,
    VisitView,
)
from kiban.shell.wiring.forms import bare, chosen, control, heir, heirs, living, member_of, raw_of, slot_option
from kiban.shell.wiring.words import Words, missing, whose, yes_or_no

TONES: dict[CaseState, Tone] = {
    CaseState.RUNNING: "info",
    CaseState.WAITING: "warn",
    CaseState.WITH_OFFICER: "info",
    CaseState.RETURNED: "warn",
    CaseState.VISIT: "info",
    CaseState.CLOSED: "good",
    CaseState.WITHDRAWN: "plain",
}
PAYMENTS_SHOWN = 12
OUTCOMES: dict[str, Tone] = {"granted": "good", "accepted": "good", "refused": "bad"}


@dataclass(frozen=True, slots=True)
class CaseWords:
    """Says how a case stands."""

    words: Words

    def card(self, case: Case) -> CaseCard:
        """A case in a list: decided ones by their outcome, others by where they stand."""
        outcome = case.decision.outcome.value if case.decision else ""
        tone = OUTCOMES[outcome] if outcome else TONES[case.state]
        status = texts.said(f"decided.{outcome}" if outcome else f"state.{case.state.value}")
        due = None if case.closed_at else case.due
        return CaseCard(case.id, self.words.of_pack(case.procedure, "title"), self.words.agency(case.agency), status,
                        tone, self.waiting(case), due, case.number)  # fmt: skip

    def waiting(self, case: Case) -> str:
        """For which office the case waits."""
        if case.waiting is None:
            return ""
        wait = case.waiting
        said = {"holder": self.words.agency(wait.holder), "attempts": wait.attempts}
        return texts.said("office.waiting_body", **said, time=formats.as_appointment(wait.retry_at))

    def decision(self, case: Case, decision: Decision) -> DecisionView:
        """A decision with its reasons, and what it fixes for whom."""
        outcome = decision.outcome.value
        results = tuple(self._result(case, one) for one in results_of(case, decision))
        return DecisionView(
            title=texts.said(f"{'decided' if decision == case.decision else 'outcome'}.{outcome}"),
            tone=OUTCOMES[outcome],
            reasons=tuple(self.words.reason(reason) for reason in decision.reasons),
            results=results,
            appeal=decision.appeal,
            automatic=decision.automatic,
            at=decision.at,
        )

    def _result(self, case: Case, one: Result) -> tuple[str, str]:
        label, value = self.words.result(case.procedure, rule=one.rule, value=one.value)
        return (f"{label}（{full_name(one.member.name)}）" if one.member else label), value

    def letters(self, case: Case) -> tuple[LetterCard, ...]:
        """The letters of a case."""
        return tuple(
            LetterCard(one.id, self.words.of_pack(case.procedure, f"letters.{one.kind}.title"), one.issued_at)
            for one in case.letters
        )

    def moment(self, kind: Happening, *, case: Case, step: str) -> str:
        """One line of a timeline."""
        said = texts.said(f"happening.{kind.value}")
        return (
            f"{said}（{self.words.of_pack(case.procedure, f'steps.{step}')}）"
            if kind is Happening.STEP_ENTERED
            else said
        )


@dataclass(frozen=True, slots=True)
class Procedures:
    """See `kiban.shell.ports.MyCases`."""

    desk: CaseDesk
    benefits: BenefitDesk
    words: Words
    said: CaseWords
    receipts: Callable[[str], tuple[Receipt, ...]]

    def cases(self, person: Principal) -> tuple[CaseCard, ...]:
        """Every application: those that the offices opened, and before them those only just received."""
        opened = self.desk.store.cases_of(person.code)
        known = {case.application for case in opened}
        waiting = (one for receipt in self.receipts(person.code) for one in receipt.applications)
        fresh = tuple(self.of_application(one) for one in waiting if one.id not in known)
        return (*fresh, *(self.said.card(case) for case in opened))

    def of_application(self, one: ApplicationRef) -> CaseCard:
        """The case of an application, or what can be said before the office has opened it."""
        case = self.desk.store.by_application(one.id)
        if case is not None:
            return self.said.card(case)
        title, office = self.words.of_pack(one.procedure, "title"), self.words.agency(one.agency)
        return CaseCard(case_id_of(one.id), title, office, texts.said("happening.received"), "info")

    def case(self, case: str, *, person: Principal) -> CaseView:
        found = self.desk.store.case_of(case, subject=person.code)
        back = found.returned if found.state is CaseState.RETURNED else None
        return CaseView(
            card=self.said.card(found),
            steps=self._steps(found),
            timeline=tuple(
                Moment(e.at, self.said.moment(e.kind, case=found, step=e.step))
                for e in public_timeline(self.desk, found)
            ),
            decision=self.said.decision(found, found.decision) if found.decision else None,
            letters=self.said.letters(found),
            payments=self._payments(found),
            returned=tuple(self._returned(found, fault) for fault in back.faults) if back else (),
            returned_message=back.message if back else "",
            returned_until=back.until if back else None,
            can_withdraw=found.decision is None and found.closed_at is None,
            version=found.version,
            visit=self._visit(found),
            survey=_answers() if may_be_asked(found) else (),
            surveyed=found.surveyed,
        )

    def _visit(self, case: Case) -> VisitView | None:
        """The reserved visit; of a case that ended before it, that it fell away."""
        if not self.desk.plan(case).visit:
            return None
        held = visit_of(self.desk, case)
        if held is None:
            return VisitView("") if case.closed_at else None
        others = tuple(slot_option(one) for one in other_times(self.desk, case))
        return VisitView(f"{formats.as_appointment(held.starts_at)} {self.words.agency(held.agency)}", case.visited,
                         others)  # fmt: skip

    def move_visit(self, case: str, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]:
        found = self.desk.store.case_of(case, subject=person.code)
        wanted = sent.values.get("slot", "")
        if found.version != sent.version:
            raise _moved(found)
        if not wanted:
            return (missing("slot", texts.said("plan.slot_label"), kind="choice"),)
        try:
            move_visit(self.desk, found, slot=wanted)
        except SlotTaken as error:
            return (Problem("slot", texts.said(f"problem.{error.code}")),)
        return ()

    def _steps(self, case: Case) -> tuple[tuple[str, str], ...]:
        ended = case.closed_at is not None
        return tuple(
            (
                self.words.of_pack(case.procedure, f"steps.{step.id}"),
                "done" if ended or step.id in case.done else "now" if step.id == case.step else "next",
            )
            for step in self.desk.plan(case).steps
        )

    def _payments(self, case: Case) -> tuple[tuple[dt.date, str, str], ...]:
        """The newest payments, the coming ones among them; what came back is in a later one."""
        rows = [
            (one.due_on, one)
            for entitlement in self.benefits.store.of_case(case.id, agency=case.agency)
            for one in self.benefits.store.payments(entitlement.id, agency=case.agency)
            if one.state not in {PaymentState.FAILED, PaymentState.CANCELLED}
        ]
        return tuple(
            (day, formats.as_months(one.months), formats.as_yen(one.yen))
            for day, one in sorted(rows, key=lambda row: row[0])[-PAYMENTS_SHOWN:]
        )

    def _fact(self, case: Case, key: str) -> FactPlan:
        return self.desk.plan(case).facts[bare(key)]

    def _returned(self, case: Case, fault: Fault) -> FormField:
        fact = self._fact(case, fault.field)
        named = tuple(Option(c, self.words.of_pack(case.procedure, f"choices.{fact.id}.{c}")) for c in fact.choices)
        if fact.type == "heir":
            named = heirs(case.facts, member_of(fault.field))
        options = yes_or_no() if fact.type == "boolean" else living(case.members) if fact.type == "member" else named
        value = case.facts.get(fault.field, FactValue())
        label = self.words.of_pack(case.procedure, f"facts.{fact.id}") + whose(case, fault.field)
        kind = "text" if fact.type == "address" else fact.type
        return FormField(control(fault.field), fault.field, label, kind, "ask", raw=raw_of(fact.type, value.value),
                         hint=fault.text, options=options)  # fmt: skip

    def answer(self, case: str, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]:
        found = self.desk.store.case_of(case, subject=person.code)
        fields = [self._returned(found, fault) for fault in (found.returned.faults if found.returned else ())]
        empty = [f for f in fields if not sent.values.get(f.name)]
        if empty:
            return tuple(missing(f.name, f.label, kind=f.kind) for f in empty)
        changes = {f.key: self._change(found, f, given=sent.values[f.name]) for f in fields}
        wrong = tuple(f for f in fields if not self._readable(found, f, given=changes[f.key]))
        if wrong:
            return tuple(Problem(f.name, texts.said("problem.value", label=f.label)) for f in wrong)
        answer_send_back(self.desk, found, changes=changes)
        return ()

    def _readable(self, case: Case, field: FormField, *, given: Change) -> bool:
        try:
            read(self._fact(case, field.key), given.value)
        except BadValue:
            return False
        return True

    def _change(self, case: Case, field: FormField, *, given: str) -> Change:
        if field.kind == "member":
            return Change(value=chosen(case.members, given))
        if field.kind == "heir":
            return Change(value=heir(case.facts, given, member=member_of(field.key)))
        record = self._fact(case, field.key).type in {"address", "account", "school", "person_name"}
        return Change(value={"text": given} if record else given)

    def survey(self, case: str, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]:
        found = self.desk.store.case_of(case, subject=person.code)
        passed, given = sent.values.get("do") == "pass", sent.values.get("satisfaction", "")
        if not may_be_asked(found):  # sent twice: the first counts
            return ()
        if not passed and given not in set(Satisfaction):
            return (Problem("satisfaction", texts.said("survey.problem")),)
        close_survey(self.desk, found, answer=None if passed else Satisfaction(given))
        return ()

    def withdraw(self, case: str, *, person: Principal, version: int) -> None:
        found = self.desk.store.case_of(case, subject=person.code)
        if found.version != version:
            raise _moved(found)
        withdraw(self.desk, found)

    def letter(self, case: str, *, person: Principal, letter: str) -> bytes:
        found = self.desk.store.case_of(case, subject=person.code)
        return letter_of(self.desk, found, letter=letter)


def _answers() -> tuple[Option, ...]:
    return tuple(Option(one.value, texts.said(f"survey.{one.value}")) for one in Satisfaction)


def letter_of(desk: CaseDesk, case: Case, *, letter: str) -> bytes:
    """A letter of the case, by its id or its kind. Raises: NotThere."""
    try:
        return issued_letter(desk, case, kind=letter)[1]
    except NotInThisState as error:
        raise NotThere(error.what, remedy="open the case") from error


def _moved(case: Case) -> CaseChangedElsewhere:
    return CaseChangedElsewhere(f"the case is at version {case.version}", remedy="reload the page")
