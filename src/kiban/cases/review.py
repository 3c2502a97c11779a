"""The review of an automatic decision (職権による見直し): by the decision's role, and by nobody who led to it."""

from __future__ import annotations

from kiban.cases.desk import CaseDesk, New, grow
from kiban.cases.errors import CaseChangedElsewhere, CaseError, NotInThisState, NotYourRole, OwnWork, UndecidableCase
from kiban.cases.model import APPLICANT, SYSTEM, Case, Happening, Officer
from kiban.cases.officers import Hand

IN_PASSING = frozenset({Happening.CLAIMED, Happening.RELEASED, Happening.DECISION_REVIEWED})
"""What an officer does with a case without leading it to a decision."""


def review_decision(desk: CaseDesk, case: Case, *, hand: Hand, agrees: bool, note: str) -> Case:
    """Review an automatic decision. Who disagrees reopens the case at its decision step.

    A refusal for the officer's role or own work is in the audit.

    Raises: NotInThisState, NotYourRole, OwnWork, CaseChangedElsewhere, UndecidableCase (a disagreement without words).
    """
    if case.decision is None or not case.decision.automatic:
        raise NotInThisState("there is no automatic decision to review", remedy="choose a case decided by rule")
    refusal = barrier(desk, case, officer=hand.officer)
    if refusal is not None:
        data = {"procedure": case.procedure, "actor": hand.officer.id, "code": refusal.code}
        desk.tell("review_refused", agency=case.agency, subject=case.id, data=data)
        raise refusal
    if hand.version != case.version:
        raise CaseChangedElsewhere("the case was changed meanwhile", remedy="reload the page")
    if not agrees and not note.strip():
        raise UndecidableCase("a disagreement needs its reason", remedy="write why")
    new = New(
        Happening.DECISION_REVIEWED,
        actor=hand.officer.id,
        step=desk.plan(case).deciding.id,
        data={"agrees": agrees, "note": note[:400]},
        audit={"agrees": agrees},
    )
    with desk.store.atomic():
        if not agrees:
            desk.outside.payments.revoke(case)
        return grow(desk, case, case_id=case.id, news=(new,))


def barrier(desk: CaseDesk, case: Case, *, officer: Officer) -> CaseError | None:
    """What keeps an officer from reviewing the decision of a case; None when they may."""
    role = desk.plan(case).deciding.role
    if officer.agency != case.agency:
        return NotYourRole("the case is another agency's", remedy="use your own worklist")
    if role and role not in officer.roles:
        return NotYourRole(f"this decision is reviewed by the role {role}", remedy="ask who has it")
    if officer.id in _led_to_it(desk, case):
        return OwnWork("who worked on the case does not review its decision", remedy="let a colleague review it")
    return None


def _led_to_it(desk: CaseDesk, case: Case) -> set[str]:
    """The officers whose work the decision rests on: a visit, a step finished by hand, a return for correction."""
    actors = {event.actor for event in desk.store.events(case.id) if event.kind not in IN_PASSING}
    return actors - {SYSTEM, APPLICANT}
