"""Verbs of case work by officers; roles, four eyes and the case's version are checked in each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from msgspec.structs import replace

from kiban.cases.appeals import competent, instruction
from kiban.cases.applicant import listed, may_see, viewed
from kiban.cases.desk import CaseDesk, New, grow, wake
from kiban.cases.errors import (
    AmountUnknown,
    BadSendBack,
    CaseChangedElsewhere,
    CaseTaken,
    NotInThisState,
    NotYourRole,
    SamePersonTwice,
    UndecidableCase,
)
from kiban.cases.model import (
    ENDED,
    Case,
    CaseState,
    Decision,
    Fault,
    Happening,
    Letter,
    Officer,
    Outcome,
    Page,
    SendBack,
    Statistics,
)
from kiban.cases.ports import WorkQuery
from kiban.cases.steps import decided_event
from kiban.cases.transitions import finish
from kiban.kernel.clock import today
from kiban.procedures.model import MEMBER, Reason

ACTIVE = frozenset({CaseState.WITH_OFFICER, CaseState.VISIT})
TO_CORRECT = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Hand:
    """An officer with the version of the case that their page showed."""

    officer: Officer
    version: int


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An officer's word on a drafted decision: as drafted, or another outcome with its own reasons."""

    outcome: Outcome | None = None
    reasons: tuple[Reason, ...] = ()


def work_list(desk: CaseDesk, query: WorkQuery, *, officer: Officer) -> Page:
    """A page of an agency's open cases, the most urgent first.

    It names the applicants to an officer of the agency with a role in the procedure; whom it named is in the audit.
    """
    found = desk.store.work(query, today=today(desk.clock))
    own = officer.agency == query.agency
    items = tuple(
        one if own and may_see(desk, one.procedure, officer=officer) else replace(one, applicant="")
        for one in found.items
    )
    listed(desk, officer, page="inbox", cases=tuple(one.case for one in items if one.applicant))
    return replace(found, items=items)


def look_at(desk: CaseDesk, case_id: str, *, officer: Officer) -> Case:
    """A case as an officer opens it; the look is in the audit before the case is shown.

    Raises: UnknownCase; NotYourRole for an officer without a role in the procedure.
    """
    case = desk.store.case(case_id, agency=officer.agency)
    if not may_see(desk, case.procedure, officer=officer):
        raise NotYourRole("this case is for other roles", remedy="ask who has a role in the procedure")
    viewed(desk, case, officer=officer)
    return case


def statistics(desk: CaseDesk, agency: str) -> Statistics:
    """Counts of an agency's cases."""
    return desk.store.statistics(agency, today=today(desk.clock))


def claim(desk: CaseDesk, case: Case, *, hand: Hand) -> Case:
    """Take a case in hand. Raises: CaseTaken, NotYourRole."""
    may_act(desk, case, hand=hand)
    if case.officer == hand.officer.id:
        return case
    if case.officer:
        raise CaseTaken(f"{case.officer} has this case in hand", remedy="choose another, or ask them to release it")
    return _grow(desk, case, hand=hand, kind=Happening.CLAIMED)


def release(desk: CaseDesk, case: Case, *, hand: Hand) -> Case:
    """Put a case back into the worklist."""
    may_act(desk, case, hand=hand)
    return _grow(desk, case, hand=hand, kind=Happening.RELEASED)


def confirm_decision(desk: CaseDesk, case: Case, *, hand: Hand, word: Confirmation) -> Case:
    """Confirm a drafted decision, or decide otherwise with reasons.

    With four eyes the first confirmation proposes and another officer's makes the decision.

    Raises: NotInThisState, SamePersonTwice, UndecidableCase (an inexact draft needs the officer's reasons);
        AmountUnknown of a grant.
    """
    may_act(desk, case, hand=hand)
    has_in_hand(case, hand=hand)
    if case.draft is None or case.state is not CaseState.WITH_OFFICER:
        raise NotInThisState("no decision is drafted", remedy="let the case come to its decision step")
    decision = _worded(desk, case, draft=case.draft, word=word)
    if desk.step(case).four_eyes and not case.proposed_by:
        proposed = replace(decision, by=hand.officer.id)
        return _grow(desk, case, hand=hand, kind=Happening.DECISION_PROPOSED, data={"decision": proposed})
    return _decide(desk, case, hand=hand, decision=decision)


def _decide(desk: CaseDesk, case: Case, *, hand: Hand, decision: Decision) -> Case:
    if case.proposed_by == hand.officer.id:
        raise SamePersonTwice("the second officer must be another one", remedy="let a colleague confirm")
    first = case.proposed_by or hand.officer.id
    second = hand.officer.id if case.proposed_by else ""
    made = replace(decision, by=first, second_by=second, at=desk.clock.now())
    event = decided_event(case, made, actor=hand.officer.id)
    return finish(desk, case, outcome=made.outcome.value, before=(event,), actor=hand.officer.id)


def _worded(desk: CaseDesk, case: Case, *, draft: Decision, word: Confirmation) -> Decision:
    """The decision in the officer's words; the rule's reasons stand when they confirm it."""
    outcome = word.outcome or draft.outcome
    if not word.reasons and (outcome is not draft.outcome or not draft.reasons):
        raise UndecidableCase("a decision other than drafted needs its reasons", remedy="write the reasons and article")
    if outcome is Outcome.GRANTED and case.missing:
        raise AmountUnknown("the amount is not known", unknown=case.missing)
    appeal = instruction(outcome, by=competent(desk.shelf, case))
    return replace(draft, outcome=outcome, reasons=word.reasons or draft.reasons, appeal=appeal)


def complete_step(desk: CaseDesk, case: Case, *, hand: Hand, outcome: str) -> Case:
    """Finish a step that was left to an officer, with one of the outcomes that the pack names."""
    may_act(desk, case, hand=hand)
    has_in_hand(case, hand=hand)
    if case.state is not CaseState.WITH_OFFICER or case.draft is not None:
        raise NotInThisState("this step is not an officer's to finish", remedy="see where the case stands")
    return finish(desk, case, outcome=outcome, actor=hand.officer.id)


def record_visit(desk: CaseDesk, case: Case, *, hand: Hand, identified_by: str) -> Case:
    """The applicant came (対面): ``identified_by`` names how they were identified, e.g. ``card``; never a number."""
    may_act(desk, case, hand=hand)
    if case.state is not CaseState.VISIT:
        raise NotInThisState("the case awaits no visit", remedy="see where the case stands")
    done = New(
        Happening.VISITED,
        actor=hand.officer.id,
        data={"identified_by": identified_by},
        audit={"identified_by": identified_by},
    )
    return finish(desk, case, outcome="made", before=(done,), actor=hand.officer.id)


def send_back(desk: CaseDesk, case: Case, *, hand: Hand, faults: tuple[Fault, ...], message: str) -> Case:
    """Return an application for correction at the exact fields (補正の求め, 行政手続法7条).

    Raises: BadSendBack when no field is named, or one that the application does not have.
    """
    may_act(desk, case, hand=hand)
    has_in_hand(case, hand=hand)
    if case.state not in ACTIVE or case.decision is not None:
        raise NotInThisState("a case that is decided or runs cannot be returned", remedy="see where the case stands")
    unknown = [one.field for one in faults if one.field.partition(MEMBER)[0] not in desk.plan(case).facts]
    if not faults or unknown:
        raise BadSendBack(f"no such field: {', '.join(unknown) or 'none named'}", remedy="name fields of the form")
    returned = SendBack(faults=faults, message=message[:400], until=today(desk.clock) + TO_CORRECT, by=hand.officer.id)
    new = New(Happening.RETURNED, actor=hand.officer.id, data={"returned": returned}, audit={"fields": len(faults)})
    with desk.store.atomic():
        after = grow(desk, case, case_id=case.id, news=(new,))
        desk.outside.messages.tell(after, notice="returned", key=f"{case.id}:returned:{after.version}")
    return after


def letter(desk: CaseDesk, case: Case, *, kind: str) -> tuple[Letter, bytes]:
    """An issued letter with its PDF, by its id, or the newest of a kind. Raises: NotInThisState when there is none."""
    found = next((one for one in reversed(case.letters) if kind in {one.kind, one.id}), None)
    if found is None:
        raise NotInThisState("this letter was not issued", remedy="see the case's timeline")
    return found, desk.store.letter(found.id, case=case.id)


def _same_agency(case: Case, *, hand: Hand) -> None:
    if hand.officer.agency != case.agency:
        raise NotYourRole("the case is another agency's", remedy="use your own worklist")


def may_act(desk: CaseDesk, case: Case, *, hand: Hand) -> None:
    """The officer is of this agency, has the step's role, and saw the case as it is."""
    _same_agency(case, hand=hand)
    if case.state in ENDED:
        raise NotInThisState("the case is closed", remedy="open a new one")
    role = desk.step(case).role
    if role and role not in hand.officer.roles:
        raise NotYourRole(f"this step is for the role {role}", remedy="ask who has it")
    if hand.version != case.version:
        raise CaseChangedElsewhere("the case was changed meanwhile", remedy="reload the page")


def has_in_hand(case: Case, *, hand: Hand) -> None:
    """No other officer has the case in hand. Raises: CaseTaken."""
    if case.officer and case.officer != hand.officer.id:
        raise CaseTaken(f"{case.officer} has this case in hand", remedy="choose another, or ask them to release it")


def _grow(desk: CaseDesk, case: Case, *, hand: Hand, kind: Happening, data: dict[str, object] | None = None) -> Case:
    with desk.store.atomic():
        after = grow(desk, case, case_id=case.id, news=(New(kind, actor=hand.officer.id, data=dict(data or {})),))
        wake(desk, after)
    return after
