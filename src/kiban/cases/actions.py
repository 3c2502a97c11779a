"""Verbs of case work by the system and the applicant; each is one transaction with event and audit inside."""

from __future__ import annotations

import datetime as dt
import uuid

from msgspec.structs import replace

from kiban.cases.desk import CaseDesk, New, grow, wake
from kiban.cases.errors import BadSendBack, CaseChangedElsewhere, NotInThisState
from kiban.cases.model import APPLICANT, ENDED, Case, CaseEvent, CaseState, Happening
from kiban.cases.steps import await_officer, run_step
from kiban.cases.transitions import due_of, entered
from kiban.cases.visits import leave_visit
from kiban.jobs import Job, Later
from kiban.kernel.clock import today
from kiban.kernel.events import Scalar
from kiban.procedures.errors import HolderDown
from kiban.procedures.model import MEMBER, OWN, Application, Changes, FactState, FactValue
from kiban.procedures.plan import Plan
from kiban.procedures.values import read

CASE_SPACE = uuid.UUID("5f6d5c52-55f3-5d8e-9d4e-0f5a9c4b7a10")
MOST_STEPS = 200


def case_id_of(application: str) -> str:
    """The case's id follows from the application's, so that opening it twice opens it once."""
    return str(uuid.uuid5(CASE_SPACE, application))


def open_case(desk: CaseDesk, application: Application) -> Case:
    """Open the case of an application at its agency; an open one is given back.

    The introductions are opened by the agency's own node: the agency's codes never pass the portal.

    Raises: HolderDown when the own node is down; the job is then repeated.
    """
    known = desk.store.by_application(application.id)
    if known is not None:
        return known
    plan = desk.shelf.plan(application.procedure)
    own = _own_codes(desk, application)
    first = entered(desk, plan, following=plan.steps[0].id, actor=APPLICANT, outcome="submitted")
    try:
        with desk.store.atomic():
            news = (_opening(desk, own, plan=plan), first)
            case = grow(desk, None, case_id=case_id_of(application.id), news=news)
            wake(desk, case)
    except CaseChangedElsewhere:
        raced = desk.store.by_application(application.id)
        if raced is None:
            raise
        return raced
    return case


def _opening(desk: CaseDesk, application: Application, *, plan: Plan) -> New:
    """The first event: the application with the visit as it is reserved now, the deadline, and the case's number."""
    if application.slot:  # it may have been moved by a case that was opened before this one
        held = desk.outside.visits.reserved(application.draft)
        application = replace(application, slot=held or application.slot)
    due = _due(plan, since=application.basis_date)
    number = desk.store.next_number(application.agency, year=today(desk.clock).year)
    return New(
        Happening.OPENED,
        actor=APPLICANT,
        data={"application": application, "due": due.isoformat() if due else None, "number": number},
        audit={"typed_characters": application.typed},
    )


def _own_codes(desk: CaseDesk, application: Application) -> Application:
    """The application with the agency's own codes of its persons instead of introductions."""
    opened: dict[str, str] = {"": ""}
    for link in (application.person, *(member.link for member in application.members)):
        if link not in opened:
            own = link.removeprefix(OWN) if link.startswith(OWN) else ""
            opened[link] = own or desk.outside.introductions.open(link, agency=application.agency)
    members = tuple(replace(member, link=opened[member.link]) for member in application.members)
    return replace(application, person=opened[application.person], members=members)


def _due(plan: Plan, *, since: dt.date) -> dt.date | None:
    """The deadline of the whole case: the sum of its steps' (標準処理期間, 行政手続法6条)."""
    days = sum(step.days or 0 for step in plan.steps)
    return since + dt.timedelta(days=days) if days else None


def advance(desk: CaseDesk, case_id: str, *, agency: str) -> Case:
    """Run automatic steps until the case must wait for a holder, an officer, the applicant, a visit, or ends.

    A pack whose steps lead in a ring would never come to an end: an officer then gets the case.
    """
    case = desk.store.case(case_id, agency=agency)
    for _ in range(MOST_STEPS):
        is_due = case.waiting is not None and case.waiting.retry_at <= desk.clock.now()
        if not (case.state is CaseState.RUNNING or (case.state is CaseState.WAITING and is_due)):
            return case
        case = run_step(desk, case)
    return await_officer(desk, case, why="too_many_steps")


def advance_job(desk: CaseDesk, job: Job) -> Later | None:
    """The handler of ``advance_case``: a case that waits for a holder comes back when it is to be asked again."""
    try:
        case = advance(desk, job.key, agency=str(job.payload["agency"]))
    except CaseChangedElsewhere:  # an officer acted at this moment: look again
        return Later(desk.clock.now())
    if case.state is CaseState.WAITING and case.waiting is not None:
        return Later(case.waiting.retry_at)
    return None


def open_job(desk: CaseDesk, job: Job) -> Later | None:
    """The handler of ``open_case``."""
    application = desk.outside.applications.application(job.key, agency=str(job.payload["agency"]))
    try:
        open_case(desk, application)
    except HolderDown:
        return Later(desk.clock.now() + desk.retry.first)
    return None


def answer_send_back(desk: CaseDesk, case: Case, *, changes: Changes) -> Case:
    """The applicant's correction (補正) of exactly the fields that were returned.

    Raises: NotInThisState; BadSendBack for another field or one left out.
    """
    if case.returned is None or case.state is not CaseState.RETURNED:
        raise NotInThisState("nothing was returned for correction", remedy="see the case's timeline")
    asked = {fault.field for fault in case.returned.faults}
    if set(changes) != asked:
        raise BadSendBack("exactly the returned fields can be corrected", remedy=f"correct {', '.join(sorted(asked))}")
    plan = desk.plan(case)
    facts = {}
    for key, change in changes.items():
        before = case.facts.get(key, FactValue())
        value = read(plan.facts[key.partition(MEMBER)[0]], change.value)
        facts[key] = FactValue(
            value=value, before=before.value, reason=change.reason, source="applicant", state=FactState.CORRECTED
        )
    back = plan.steps[0]
    data = {"facts": facts, "due": due_of(desk, back)}
    new = New(Happening.CORRECTED, actor=APPLICANT, step=back.id, data=data, audit={"fields": len(facts)})
    with desk.store.atomic():
        after = grow(desk, case, case_id=case.id, news=(new,))
        wake(desk, after)
    return after


def withdraw(desk: CaseDesk, case: Case, *, reason: str = "") -> Case:
    """The applicant withdraws (取下げ); possible until it is decided. The reserved visit is free again with it."""
    if case.state in ENDED or case.decision is not None:
        raise NotInThisState("a decided or closed case cannot be withdrawn", remedy="ask the office about an appeal")
    with desk.store.atomic():
        freed = leave_visit(desk, case)
        audit: dict[str, Scalar] = {"visit_freed": freed}
        new = New(Happening.WITHDRAWN, actor=APPLICANT, data={"reason": reason[:200]}, audit=audit)
        return grow(desk, case, case_id=case.id, news=(new,))


def timeline(desk: CaseDesk, case: Case) -> tuple[CaseEvent, ...]:
    """The events of a case, oldest first."""
    return desk.store.events(case.id)


def public_timeline(desk: CaseDesk, case: Case) -> tuple[CaseEvent, ...]:
    """The timeline as the applicant may see it: what happened and when, officers as their office, no drafts."""
    hidden = {Happening.DECISION_DRAFTED, Happening.DECISION_PROPOSED, Happening.CLAIMED, Happening.RELEASED,
              Happening.SURVEY_CLOSED}  # fmt: skip
    shown = (event for event in desk.store.events(case.id) if event.kind not in hidden)
    return tuple(
        replace(event, actor=event.actor if event.actor == APPLICANT else case.agency, data={}) for event in shown
    )


def pass_deadlines(desk: CaseDesk, agency: str) -> int:
    """Record the deadlines that passed, once per step; how many."""
    told = 0
    for case_id in desk.store.overdue(agency, today=today(desk.clock)):
        case = desk.store.case(case_id, agency=agency)
        known = {event.step for event in desk.store.events(case_id) if event.kind is Happening.DEADLINE_PASSED}
        if case.step not in known and case.state not in ENDED:
            new = New(Happening.DEADLINE_PASSED, audit={"days": (today(desk.clock) - _late(case)).days})
            grow(desk, case, case_id=case.id, news=(new,))
            told += 1
    return told


def _late(case: Case) -> dt.date:
    return case.step_due or case.due or case.basis_date
