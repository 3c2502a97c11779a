"""The officer's desk on the real rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kiban.cases import (
    Case,
    CaseDesk,
    CaseState,
    Confirmation,
    Fault,
    Hand,
    Officer,
    Outcome,
    WorkQuery,
    claim,
    complete_step,
    confirm_decision,
    look_at,
    record_visit,
    release,
    review_decision,
    send_back,
    statistics,
    supply_facts,
    timeline,
    visit_of,
    work_list,
)
from kiban.cases.actions import advance
from kiban.cases.applicant import applicant_name, as_number
from kiban.cases.errors import CaseError, NotInThisState, OwnWork, UnknownCase
from kiban.cases.model import APPLICANT, ENDED, SYSTEM, CaseEvent, WorkItem
from kiban.cases.review import barrier
from kiban.procedures.model import MEMBER, FactState, FactValue, Reason
from kiban.procedures.plan import Origin
from kiban.procedures.values import counted
from kiban.shell.locale import formats, texts
from kiban.shell.ports import Submitted
from kiban.shell.principals import Principal
from kiban.shell.screens import Evidence, Figures, Moment, OfficeCase, Option, Problem, WorkLine, WorkPage
from kiban.shell.wiring.colleagues import CASES, Colleagues
from kiban.shell.wiring.missing import MissingFacts
from kiban.shell.wiring.my_cases import TONES, CaseWords, letter_of
from kiban.shell.wiring.words import Words, whose

SignIn = Callable[..., Principal]
OPEN = ("running", "waiting", "with_officer", "returned", "visit")


def officer_of(person: Principal) -> Officer:
    """The officer of a session."""
    return Officer(id=person.code, agency=person.agency, roles=frozenset(person.roles))


@dataclass(frozen=True, slots=True)
class OfficeDesk:
    """See `kiban.shell.ports.Offices`."""

    desk: CaseDesk
    words: Words
    said: CaseWords
    staff: SignIn
    colleagues: Colleagues

    def sign_in(self, *, account: str, password: str, code: str) -> Principal:
        return self.staff(account=account, password=password, code=code)

    def work(self, person: Principal, *, page: int, state: str, number: str = "") -> WorkPage:
        states = (state,) if state in {one.value for one in CaseState} else OPEN
        wanted = as_number(number) or number
        query = WorkQuery(agency=person.agency, states=states, number=wanted, page=page)
        found = work_list(self.desk, query, officer=officer_of(person))
        pages = -(-found.total // found.size)
        named = self._named((item.officer for item in found.items), person)
        lines = tuple(self._line(item, person, officer=named.get(item.officer, "")) for item in found.items)
        return WorkPage(lines, found.total, found.number, pages)

    def _named(self, accounts: Iterable[str], person: Principal) -> Mapping[str, str]:
        return self.colleagues.named(accounts, agency=person.agency, duties=CASES)

    def _line(self, item: WorkItem, person: Principal, *, officer: str) -> WorkLine:
        return WorkLine(
            id=item.case,
            title=self.words.of_pack(item.procedure, "title"),
            status=texts.said(f"state.{item.state.value}"),
            tone=TONES[item.state],
            step=self.words.of_pack(item.procedure, f"steps.{item.step}") if item.step else "",
            officer=officer,
            opened_at=item.opened_at,
            due=item.due,
            overdue=item.overdue,
            name=item.applicant,
            number=item.number,
            ready=item.state is CaseState.WITH_OFFICER and item.officer in ("", person.code),
        )

    def _case(self, case: str, person: Principal) -> Case:
        return self.desk.store.case(case, agency=person.agency)

    def case(self, case: str, *, person: Principal) -> OfficeCase:
        found = look_at(self.desk, case, officer=officer_of(person))
        events = timeline(self.desk, found)
        named = self._named((*(one.actor for one in events), found.proposed_by, found.officer), person)
        return OfficeCase(
            card=self.said.card(found),
            applicant=applicant_name(found),
            step=found.step,
            evidence=tuple(self._evidence(found)),
            timeline=tuple(self._moment(found, event, named=named) for event in events),
            drafted=self.said.decision(found, found.draft) if found.draft else None,
            decision=self.said.decision(found, found.decision) if found.decision else None,
            letters=self.said.letters(found),
            actions=self._actions(found, person),
            outcomes=self._outcomes(found),
            fields=self._fields(found),
            waiting=self.said.waiting(found),
            missing=self._missing().fields(found),
            proposed_by=named.get(found.proposed_by, ""),
            officer=named.get(found.officer, ""),
            version=found.version,
            four_eyes=self._waits_for_second(found),
            visit=self._visit(found),
            review=self._review(found, person),
        )

    def _waits_for_second(self, case: Case) -> bool:
        """Whether a decision of the present step is only a proposal until another officer confirms it."""
        return case.draft is not None and not case.proposed_by and self.desk.step(case).four_eyes

    def _visit(self, case: Case) -> str:
        held = visit_of(self.desk, case)
        return formats.as_appointment(held.starts_at) if held else ""

    def _review(self, case: Case, person: Principal) -> str:
        """Whether this officer may review the decision that was made by rule, or why not."""
        if case.decision is None or not case.decision.automatic:
            return ""
        barred = barrier(self.desk, case, officer=officer_of(person))
        return "yes" if barred is None else "own" if isinstance(barred, OwnWork) else "role"

    def _moment(self, case: Case, event: CaseEvent, *, named: Mapping[str, str]) -> Moment:
        itself = event.actor in {SYSTEM, APPLICANT}
        actor = texts.said(f"actor.{event.actor}") if itself else named.get(event.actor, "")
        return Moment(event.at, self.said.moment(event.kind, case=case, step=event.step), actor)

    def _outcomes(self, case: Case) -> tuple[Option, ...]:
        """The outcomes that the pack gives the present step: of a decision, or of what was left to an officer."""
        if case.draft is not None:
            offered = self.desk.step(case).outcomes
            return tuple(Option(o.value, texts.said(f"outcome.{o.value}")) for o in Outcome if o.value in offered)
        return tuple(Option(one, texts.said(f"office.done.{one}")) for one in self._finishes(case))

    def _finishes(self, case: Case) -> tuple[str, ...]:
        """How an officer can finish the step that was left to them; nothing where none was."""
        left = case.state is CaseState.WITH_OFFICER and case.draft is None
        return tuple(self.desk.step(case).outcomes) if left else ()

    def _evidence(self, case: Case) -> Iterator[Evidence]:
        """Each fact of the application, and beside it what an office answered in examination."""
        plan = self.desk.plan(case)
        for key, value in case.facts.items():
            fact_id = key.partition(MEMBER)[0]
            fact = plan.facts.get(fact_id)
            if fact is None:
                continue
            label = self.words.of_pack(plan.id, f"facts.{fact_id}") + whose(case, key)
            shown = self.words.fact(plan.id, fact=fact_id, kind=fact.type, value=value)
            source = self._source(value)
            if fact.when == "examination" and fact.origin is Origin.EXCHANGE:
                yield Evidence(label, "", "", shown, source)
            else:
                corrected = value.state is FactState.CORRECTED
                before = self.words.value(fact.type, value.before) if corrected else ""
                yield Evidence(
                    label, shown, source, before, texts.said("office.on_record") if before else "", corrected
                )

    def _source(self, value: FactValue) -> str:
        said = self.words.source(value.source)
        reason = f" {value.reason}" if value.reason else ""
        return (f"{said} {formats.as_time(value.as_of)}" if value.as_of else said) + reason

    def _fields(self, case: Case) -> tuple[Option, ...]:
        shown = [fact.id for fact in self.desk.plan(case).form_facts()]
        return tuple(Option(fact, self.words.of_pack(case.procedure, f"facts.{fact}")) for fact in dict.fromkeys(shown))

    def _actions(self, case: Case, person: Principal) -> frozenset[str]:
        """What this officer may do now; the room itself checks it again."""
        if case.state in ENDED or not case.step or (case.decision is not None and not self._finishes(case)):
            return frozenset()
        role = self.desk.step(case).role
        if role and role not in person.roles:
            return frozenset()
        if case.officer and case.officer != person.code:
            return frozenset()
        if case.state is CaseState.VISIT:
            return frozenset({"visited", "send_back"})
        if case.state is CaseState.WAITING:
            return frozenset({"retry"})
        return self._desk_actions(case, person) if case.state is CaseState.WITH_OFFICER else frozenset()

    def _desk_actions(self, case: Case, person: Principal) -> frozenset[str]:
        found = {"release" if case.officer == person.code else "claim"}
        if case.decision is None:
            found.add("send_back")
        if case.missing:
            found.add("supply")
        if self._finishes(case):
            found.add("complete")
        elif case.draft is not None and case.proposed_by:
            found |= {"confirm"} if case.proposed_by != person.code else set()
        elif case.draft is not None:
            found |= {"decide"}
        return frozenset(found)

    def act(self, case: str, *, person: Principal, action: str, sent: Submitted) -> tuple[Problem, ...]:
        found, hand = self._case(case, person), Hand(officer_of(person), sent.version)
        verbs: dict[str, Callable[[], object]] = {
            "claim": lambda: claim(self.desk, found, hand=hand),
            "release": lambda: release(self.desk, found, hand=hand),
            "visited": lambda: record_visit(self.desk, found, hand=hand, identified_by="card"),
            "retry": lambda: advance(self.desk, found.id, agency=found.agency),
            "decide": lambda: confirm_decision(self.desk, found, hand=hand, word=_word(found, sent)),
            "confirm": lambda: confirm_decision(self.desk, found, hand=hand, word=Confirmation()),
            "complete": lambda: complete_step(self.desk, found, hand=hand, outcome=sent.values["outcome"]),
            "review": lambda: review_decision(
                self.desk, found, hand=hand, agrees=sent.values["agrees"] == "yes", note=sent.values.get("note", "")
            ),
            "supply": lambda: supply_facts(self.desk, found, hand=hand, given=self._missing().given(found, sent)),
            "send_back": lambda: send_back(
                self.desk, found, hand=hand, faults=self._faults(found, sent), message=sent.values.get("message", "")
            ),
        }
        if action not in verbs:
            raise NotInThisState(f"there is no action {action[:20]!r}", remedy="use the buttons of the page")
        wrong = _incomplete(action, sent, finishes=self._finishes(found))
        if action == "supply":
            wrong = self._missing().problems(found, sent)
        return wrong or self._done(verbs[action], action)

    def _missing(self) -> MissingFacts:
        return MissingFacts(self.desk, self.words)

    def _done(self, verb: Callable[[], object], action: str) -> tuple[Problem, ...]:
        try:
            verb()
        except UnknownCase:
            raise
        except CaseError as error:
            key = f"problem.{error.code}"
            told = texts.said(key) if texts.has(key) else texts.said("problem.other", code=error.code)
            return (Problem(_beside(action, error.code), told),)
        return ()

    def _faults(self, case: Case, sent: Submitted) -> tuple[Fault, ...]:
        message, plan = sent.values.get("message", ""), self.desk.plan(case)
        keys = [key for key in case.facts if key.partition(MEMBER)[0] in sent.lists.get("fields", ())]
        return tuple(Fault(field=key, text=message[:200]) for key in keys if key.partition(MEMBER)[0] in plan.facts)

    def letter(self, case: str, *, person: Principal, letter: str) -> bytes:
        found = look_at(self.desk, case, officer=officer_of(person))
        return letter_of(self.desk, found, letter=letter)

    def figures(self, person: Principal) -> Figures:
        found = statistics(self.desk, person.agency)
        days = "―" if found.days_to_decision is None else f"{found.days_to_decision:.1f}"
        numbers: dict[str, int | str] = {
            "decided": found.decided,
            "automatic": found.automatic,
            "overdue": found.overdue,
            "days": days,
            "omitted": found.documents_omitted,
            "typed": found.typed_characters,
        }
        return Figures(
            tuple((texts.said(f"statistics.{name}"), counted(value)) for name, value in numbers.items()),
            tuple((self.words.of_pack(name, "title"), count) for name, count in found.by_procedure.items()),
            tuple((texts.said(f"state.{name}"), count) for name, count in found.by_state.items()),
        )


def _word(case: Case, sent: Submitted) -> Confirmation:
    """The officer's word: as drafted without one of their own, otherwise with the reasons they wrote."""
    reason, outcome = sent.values.get("reason", ""), Outcome(sent.values["outcome"])
    same = case.draft is not None and outcome is case.draft.outcome
    reasons = (Reason(text=reason),) if reason else ()
    return Confirmation(outcome=None if same else outcome, reasons=reasons)


def _beside(action: str, code: str) -> str:
    """The control that a refusal is told at."""
    if action == "review":
        return "note" if code == "CASES-010" else "review-button"
    return "reason" if action == "decide" and code == "CASES-010" else "act-button"


def _incomplete(action: str, sent: Submitted, *, finishes: tuple[str, ...]) -> tuple[Problem, ...]:
    if action == "complete" and sent.values.get("outcome") not in finishes:
        return (Problem("outcome", texts.said("problem.finish")),)
    if action == "decide" and sent.values.get("outcome") not in {one.value for one in Outcome}:
        return (Problem("outcome", texts.said("problem.outcome")),)
    if action == "review" and sent.values.get("agrees") not in {"yes", "no"}:
        return (Problem("agrees", texts.said("problem.review")),)
    if action != "send_back":
        return ()
    wanted = {"fields": sent.lists.get("fields", ()), "message": sent.values.get("message", "")}
    return tuple(Problem(name, texts.said(f"problem.{name}")) for name, value in wanted.items() if not value)
