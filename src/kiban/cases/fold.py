"""A case is the fold of its events: each event makes the next value, and nothing else changes a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from kiban.cases.model import (
    Case,
    CaseEvent,
    CaseState,
    Decision,
    Enquired,
    Happening,
    Letter,
    SendBack,
    Waiting,
)
from kiban.procedures.model import Application, FactValue

T = TypeVar("T")
Fold = Callable[[Case, CaseEvent], Case]


def fold(events: Iterable[CaseEvent]) -> Case | None:
    """The case after these events, in order of ``seq``; None without events."""
    case: Case | None = None
    for event in events:
        case = apply(case, event)
    return case


def apply(case: Case | None, event: CaseEvent) -> Case:
    """The case after one more event; it waits for a holder in no state but `CaseState.WAITING`."""
    after = _opened(event) if case is None else FOLDS[event.kind](case, event)
    waiting = after.waiting if after.state is CaseState.WAITING else None
    missing = after.missing if after.state is CaseState.WITH_OFFICER else ()
    return replace(after, waiting=waiting, missing=missing, version=event.seq)


def _read(data: Mapping[str, Any], key: str, *, kind: type[T]) -> T:
    return msgspec.convert(data[key], kind)


def _opened(event: CaseEvent) -> Case:
    application = _read(event.data, "application", kind=Application)
    return Case(
        id=event.case,
        agency=application.agency,
        application=application.id,
        procedure=application.procedure,
        pack_version=application.pack_version,
        person=application.person,
        subject=application.subject,
        places=application.places,
        members=application.members,
        facts=application.facts,
        opened_at=event.at,
        basis_date=application.basis_date,
        receipt=application.receipt,
        number=event.data.get("number", ""),
        slot=application.slot,
        due=_due(event),
    )


def _entered(case: Case, event: CaseEvent) -> Case:
    done = (*case.done, case.step) if case.step else case.done
    return replace(case, step=event.step, step_due=_due(event), done=done, state=CaseState.RUNNING)


def _answered(case: Case, event: CaseEvent) -> Case:
    facts = {**case.facts, **_read(event.data, "facts", kind=dict[str, FactValue])}
    evidence = (*case.evidence, _read(event.data, "enquired", kind=Enquired))
    return replace(case, facts=facts, evidence=evidence, state=CaseState.RUNNING)


def _delayed(case: Case, event: CaseEvent) -> Case:
    return replace(case, waiting=_read(event.data, "waiting", kind=Waiting), state=CaseState.WAITING)


def _claimed(case: Case, event: CaseEvent) -> Case:
    return replace(case, officer=event.actor)


def _released(case: Case, _event: CaseEvent) -> Case:
    return replace(case, officer="")


def _returned(case: Case, event: CaseEvent) -> Case:
    return replace(case, returned=_read(event.data, "returned", kind=SendBack), state=CaseState.RETURNED)


def _corrected(case: Case, event: CaseEvent) -> Case:
    facts = {**case.facts, **_read(event.data, "facts", kind=dict[str, FactValue])}
    back = replace(case, facts=facts, returned=None, draft=None, proposed_by="", state=CaseState.RUNNING)
    return replace(back, step=event.step, step_due=_due(event), done=_before(case.done, event.step))


def _due(event: CaseEvent) -> dt.date | None:
    return _read(event.data, "due", kind=dt.date) if event.data.get("due") else None


def _before(done: tuple[str, ...], step: str) -> tuple[str, ...]:
    return done[: done.index(step)] if step in done else done


def _drafted(case: Case, event: CaseEvent) -> Case:
    draft = _read(event.data, "decision", kind=Decision)
    return replace(case, draft=draft, missing=_missing(event), state=CaseState.WITH_OFFICER)


def _missing(event: CaseEvent) -> tuple[str, ...]:
    return tuple(event.data.get("missing", ()))


def _supplied(case: Case, event: CaseEvent) -> Case:
    """The facts are known now, and the decision is drafted with them; one that was made without them is made again."""
    facts = {**case.facts, **_read(event.data, "facts", kind=dict[str, FactValue])}
    back = replace(case, facts=facts, draft=None, proposed_by="", decision=None, state=CaseState.RUNNING)
    return replace(back, step=event.step, step_due=_due(event), done=_before(case.done, event.step))


def _proposed(case: Case, event: CaseEvent) -> Case:
    draft = _read(event.data, "decision", kind=Decision)
    return replace(case, draft=draft, proposed_by=event.actor, officer="", state=CaseState.WITH_OFFICER)


def _decided(case: Case, event: CaseEvent) -> Case:
    decision = _read(event.data, "decision", kind=Decision)
    decided = replace(case, decision=decision, decisions=case.decisions + 1, state=CaseState.RUNNING)
    return replace(decided, draft=None, proposed_by="", officer="")


def _reviewed(case: Case, event: CaseEvent) -> Case:
    """An officer who disagrees with an automatic decision has it before them as a draft that is not exact."""
    if event.data["agrees"] or case.decision is None:
        return case
    draft = replace(case.decision, automatic=False, exact=False, by="", at=None)
    back = replace(case, decision=None, draft=draft, officer=event.actor, state=CaseState.WITH_OFFICER, closed_at=None)
    return replace(back, step=event.step, done=_before(case.done, event.step))


def _awaiting_officer(case: Case, event: CaseEvent) -> Case:
    return replace(case, missing=_missing(event), state=CaseState.WITH_OFFICER)


def _visit_awaited(case: Case, _event: CaseEvent) -> Case:
    return replace(case, state=CaseState.VISIT)


def _visit_moved(case: Case, event: CaseEvent) -> Case:
    return replace(case, slot=event.data["slot"])


def _visited(case: Case, _event: CaseEvent) -> Case:
    return replace(case, visited=True, state=CaseState.RUNNING)


def _lettered(case: Case, event: CaseEvent) -> Case:
    return replace(case, letters=(*case.letters, _read(event.data, "letter", kind=Letter)))


def _closed(case: Case, event: CaseEvent) -> Case:
    done = (*case.done, case.step) if case.step else case.done
    left = _without_visit(case)
    return replace(left, state=CaseState.CLOSED, step="", step_due=None, done=done, closed_at=event.at)


def _without_visit(case: Case) -> Case:
    """An ended case keeps no reservation, but that of the visit that was made."""
    return case if case.visited else replace(case, slot="")


def _withdrawn(case: Case, event: CaseEvent) -> Case:
    left = _without_visit(case)
    return replace(left, state=CaseState.WITHDRAWN, officer="", closed_at=event.at, returned=None)


def _surveyed(case: Case, _event: CaseEvent) -> Case:
    return replace(case, surveyed=True)


def _same(case: Case, _event: CaseEvent) -> Case:
    return case


FOLDS: dict[Happening, Fold] = {
    Happening.STEP_ENTERED: _entered,
    Happening.ENQUIRY_ANSWERED: _answered,
    Happening.ENQUIRY_DELAYED: _delayed,
    Happening.CLAIMED: _claimed,
    Happening.RELEASED: _released,
    Happening.RETURNED: _returned,
    Happening.CORRECTED: _corrected,
    Happening.DECISION_DRAFTED: _drafted,
    Happening.DECISION_PROPOSED: _proposed,
    Happening.DECIDED: _decided,
    Happening.DECISION_REVIEWED: _reviewed,
    Happening.OFFICER_AWAITED: _awaiting_officer,
    Happening.FACTS_SUPPLIED: _supplied,
    Happening.CHANGE_APPLIED: _same,
    Happening.ENTITLED: _same,
    Happening.LETTER_ISSUED: _lettered,
    Happening.NOTIFIED: _same,
    Happening.VISIT_AWAITED: _visit_awaited,
    Happening.VISIT_MOVED: _visit_moved,
    Happening.VISITED: _visited,
    Happening.DEADLINE_PASSED: _same,
    Happening.CLOSED: _closed,
    Happening.WITHDRAWN: _withdrawn,
    Happening.SURVEY_CLOSED: _surveyed,
}
