"""The desk of case work, and how a case grows: events and their case are one transaction with the audit events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from kiban.cases.errors import BrokenPack, UnknownCase
from kiban.cases.fold import apply
from kiban.cases.model import SYSTEM, Case, CaseEvent, Happening
from kiban.cases.ports import (
    Applications,
    CaseStore,
    Introductions,
    Letters,
    Messages,
    OfficeData,
    Payments,
    Registers,
    Visits,
)
from kiban.jobs import Queue, Retry
from kiban.kernel.clock import Clock
from kiban.kernel.events import Event, EventSink, Scalar
from kiban.procedures.plan import Plan, Rules, Shelf, StepPlan

ADVANCE, OPEN = "advance_case", "open_case"


@dataclass(frozen=True, slots=True)
class Outside:
    """What a case touches outside its own tables."""

    offices: OfficeData
    registers: Registers
    introductions: Introductions
    payments: Payments
    messages: Messages
    letters: Letters
    applications: Applications
    visits: Visits


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """What every action of this room needs; ``retry`` says how an enquiry is repeated while a holder is down."""

    store: CaseStore
    shelf: Shelf
    rules: Rules
    outside: Outside
    queue: Queue
    events: EventSink
    clock: Clock
    retry: Retry = field(default_factory=Retry)

    def plan(self, case: Case) -> Plan:
        return self.shelf.plan(case.procedure)

    def step(self, case: Case) -> StepPlan:
        found = self.plan(case).step(case.step)
        if found is None:
            raise BrokenPack(f"the pack {case.procedure} has no step {case.step}", remedy="restore the pack's version")
        return found

    def tell(self, kind: str, *, agency: str, subject: str, data: Mapping[str, Scalar]) -> None:
        """An audit event of this moment, for what changes no case: a look, a refusal."""
        self.events.emit(Event(kind=kind, occurred_at=self.clock.now(), agency=agency, subject=subject, data=data))


@dataclass(frozen=True, slots=True)
class New:
    """An event to come."""

    kind: Happening
    actor: str = SYSTEM
    step: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    audit: dict[str, Scalar] = field(default_factory=dict)
    """What the audit event says beside the case: codes and counts, nothing personal."""


def grow(desk: CaseDesk, case: Case | None, *, case_id: str, news: tuple[New, ...]) -> Case:
    """Append events to a case: its rows, its fold and the audit in one transaction.

    Raises: CaseChangedElsewhere when the case is not what it was.
    """
    moment = desk.clock.now()
    first, events, after = (case.version if case else 0) + 1, [], case
    for seq, new in enumerate(news, start=first):
        step = new.step or (after.step if after else "")
        data = msgspec.to_builtins(new.data)
        event = CaseEvent(case=case_id, seq=seq, kind=new.kind, at=moment, actor=new.actor, step=step, data=data)
        after = apply(after, event)
        events.append(event)
    if after is None:
        raise UnknownCase("a case begins with an event", remedy="open it by its application")
    with desk.store.atomic():
        write = desk.store.append if case else desk.store.insert
        write(after, events=events, role=_role(desk, after))
        for new in news:
            _audit(desk, after, new=new, moment=moment)
    return after


def _role(desk: CaseDesk, case: Case) -> str:
    step = desk.plan(case).step(case.step)
    return step.role if step else ""


def _audit(desk: CaseDesk, case: Case, *, new: New, moment: dt.datetime) -> None:
    data: dict[str, Scalar] = {
        "procedure": case.procedure,
        "step": new.step or case.step,
        "actor": new.actor,
        **new.audit,
    }
    desk.events.emit(Event(kind=new.kind.value, occurred_at=moment, agency=case.agency, subject=case.id, data=data))


def wake(desk: CaseDesk, case: Case) -> None:
    """Ask a worker to go on with the case; in the caller's transaction."""
    desk.queue.put(ADVANCE, case.id, payload={"agency": case.agency})
