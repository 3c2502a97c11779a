"""Values of case work: a case is the fold of its events; nothing else is its truth. All frozen; no I/O."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec

from kiban.procedures.model import FactValue, Member, Places, Reason

SYSTEM, APPLICANT = "system", "applicant"
"""Actors that are no officer."""


class CaseState(StrEnum):
    """Where a case stands, as a worklist and the applicant see it."""

    RUNNING = "running"
    """Automatic steps are due; a worker will take them."""
    WAITING = "waiting"
    """A holder did not answer; the enquiry is repeated with growing intervals."""
    WITH_OFFICER = "with_officer"
    RETURNED = "returned"
    """Returned to the applicant for correction (補正) at named fields."""
    VISIT = "visit"
    """Waiting for the reserved visit."""
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({CaseState.CLOSED, CaseState.WITHDRAWN})
"""States in which nobody acts on a case any more."""


class Happening(StrEnum):
    """Kinds of events in a case's timeline; a closed set."""

    OPENED = "case_opened"
    STEP_ENTERED = "step_entered"
    ENQUIRY_ANSWERED = "enquiry_answered"
    ENQUIRY_DELAYED = "enquiry_delayed"
    CLAIMED = "case_claimed"
    RELEASED = "case_released"
    RETURNED = "case_returned"
    CORRECTED = "correction_received"
    DECISION_DRAFTED = "decision_drafted"
    DECISION_PROPOSED = "decision_proposed"
    DECIDED = "decision_made"
    DECISION_REVIEWED = "decision_reviewed"
    CHANGE_APPLIED = "register_changed"
    ENTITLED = "benefit_ordered"
    LETTER_ISSUED = "letter_issued"
    NOTIFIED = "applicant_notified"
    OFFICER_AWAITED = "officer_awaited"
    FACTS_SUPPLIED = "facts_supplied"
    VISIT_AWAITED = "visit_awaited"
    VISIT_MOVED = "visit_moved"
    VISITED = "visit_made"
    DEADLINE_PASSED = "deadline_passed"
    CLOSED = "case_closed"
    WITHDRAWN = "case_withdrawn"
    SURVEY_CLOSED = "survey_closed"
    """The question about satisfaction was answered or passed over; the answer itself is not kept with the case."""


class CaseEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a case: who did what at which step. ``seq`` counts from 1 without gaps."""

    case: str
    seq: int
    kind: Happening
    at: dt.datetime
    actor: str
    step: str = ""
    data: dict[str, Any] = {}


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A field that the office returns for correction, and what is wrong with it."""

    field: str
    text: str


class SendBack(msgspec.Struct, frozen=True, kw_only=True):
    """Returned for correction (補正の求め, 行政手続法7条): the exact fields and until when."""

    faults: tuple[Fault, ...]
    message: str
    until: dt.date
    by: str


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A holder that did not answer: which, what, how often it was asked, when it is asked again."""

    holder: str
    item: str
    attempts: int
    since: dt.datetime
    retry_at: dt.datetime


class Outcome(StrEnum):
    """How a case is decided."""

    GRANTED = "granted"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    """A notification (届出) was received in due form (行政手続法37条): nothing is granted."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision, or the draft of one, with its reasons (理由の提示, 行政手続法8条・14条) and results.

    ``exact`` is true when every fact that the rule reads is known, so that the outcome follows from the law alone;
    ``results`` are the rule's values (amounts in yen); ``appeal`` the instruction text (教示, 行政不服審査法82条).
    """

    outcome: Outcome
    reasons: tuple[Reason, ...]
    exact: bool
    results: dict[str, Any] = {}
    appeal: str = ""
    automatic: bool = False
    by: str = ""
    second_by: str = ""
    at: dt.datetime | None = None


class Enquired(msgspec.Struct, frozen=True, kw_only=True):
    """What a holder answered during examination: the evidence beside the facts."""

    holder: str
    item: str
    subject: str
    data: dict[str, Any]
    as_of: dt.datetime
    receipt: str = ""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that was issued: its kind in the pack, the digest of its PDF, when; ``decision``: under which decision.

    A case that is decided again after a review issues its letters again, and the new ones hold.
    """

    id: str
    kind: str
    sha256: str
    issued_at: dt.datetime
    decision: int = 0


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it stands after its events; ``version`` is the number of its last event.

    ``person`` is the agency's own code of the applicant, ``subject`` the portal's; ``due`` is the deadline of the
    whole case (標準処理期間 or the law's), ``step_due`` that of the present step.
    """

    id: str
    agency: str
    application: str
    procedure: str
    pack_version: str
    person: str
    subject: str
    places: Places
    members: tuple[Member, ...]
    facts: dict[str, FactValue]
    opened_at: dt.datetime
    basis_date: dt.date
    receipt: str = ""
    number: str = ""
    """The agency's own short number of the case (受付番号), as people say and write it: ``2026-000123``."""
    slot: str = ""
    """The reserved time; none any more once the case ended without the visit."""
    visited: bool = False
    state: CaseState = CaseState.RUNNING
    step: str = ""
    step_due: dt.date | None = None
    due: dt.date | None = None
    evidence: tuple[Enquired, ...] = ()
    waiting: Waiting | None = None
    missing: tuple[str, ...] = ()
    """Keys of the facts without which the amount is unknown, while an officer has the case for them."""
    returned: SendBack | None = None
    draft: Decision | None = None
    proposed_by: str = ""
    decision: Decision | None = None
    decisions: int = 0
    """How often it was decided: more than once after a review."""
    letters: tuple[Letter, ...] = ()
    officer: str = ""
    done: tuple[str, ...] = ()
    """Steps already finished, in order."""
    closed_at: dt.datetime | None = None
    surveyed: bool = False
    """Whether the question about satisfaction was answered or passed over: it is asked once."""
    version: int = 0


class Officer(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: an account's id with its agency and roles there."""

    id: str
    agency: str
    roles: frozenset[str]


class WorkItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a worklist; ``applicant`` is empty where the officer's role may not see the name."""

    case: str
    number: str
    applicant: str
    procedure: str
    state: CaseState
    step: str
    role: str
    officer: str
    opened_at: dt.datetime
    due: dt.date | None
    overdue: bool


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a worklist and how many lines there are in all."""

    items: tuple[WorkItem, ...]
    total: int
    number: int
    size: int


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of an agency's cases for the console and the indicators; no person is told by them."""

    by_state: dict[str, int]
    by_procedure: dict[str, int]
    decided: int
    automatic: int
    overdue: int
    days_to_decision: float | None
    documents_omitted: int
    typed_characters: int
