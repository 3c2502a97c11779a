"""What case work needs from others, as Protocols; thin adapters over exchange, benefits and notices satisfy them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from kiban.cases.model import Case, CaseEvent, Letter, Page, Statistics
from kiban.procedures.model import Answer, Application, Slot


@dataclass(frozen=True, slots=True)
class Question:
    """One enquiry of an examination: who asks whom for what about whom, under which affair and idempotency key."""

    agency: str
    holder: str
    item: str
    subject: str
    affair: str
    key: str
    case: str


class OfficeData(Protocol):
    """The agency's own node, asking another agency's."""

    def ask(self, question: Question) -> Answer:
        """Raises HolderDown (repeat later with the same key), NotHeld, EnquiryRefused (of kiban.procedures.errors)."""
        ...


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """A change that a decision makes in the agency's own register; applied once per key."""

    agency: str
    kind: str
    person: str
    data: dict[str, Any]
    key: str
    case: str


class Registers(Protocol):
    """The agency's own register behind its node."""

    def apply(self, change: RegisterChange) -> str:
        """The ledger receipt's id. Raises HolderDown, EnquiryRefused."""
        ...


class Introductions(Protocol):
    """Opens an introduction at the agency's own node."""

    def open(self, link: str, *, agency: str) -> str:
        """The agency's own code. Raises HolderDown, EnquiryRefused."""
        ...


class Payments(Protocol):
    """Enters what a decision grants (or ends) into benefits, in the caller's transaction; once per case."""

    def order(self, case: Case) -> str:
        """The entitlement's id. Raises AmountUnknown (of kiban.cases.errors) with the facts that its rule lacks."""
        ...

    def revoke(self, case: Case) -> None:
        """Undo what the last decision ordered, as far as it was not paid yet."""
        ...


class Messages(Protocol):
    """Puts a notice about a case into the applicant's inbox, in the caller's transaction; once per key."""

    def tell(self, case: Case, *, notice: str, key: str) -> None: ...


class Letters(Protocol):
    """Renders a letter of the pack as PDF/UA-1."""

    def render(self, case: Case, *, letter: str) -> bytes: ...


class Applications(Protocol):
    """Applications as intake keeps them."""

    def application(self, application_id: str, *, agency: str) -> Application: ...

    def of_receipt(self, receipt: str, *, agency: str) -> tuple[Application, ...]:
        """The applications at an agency that were signed under one receipt."""
        ...


class Visits(Protocol):
    """Reserved visits (来庁予約) as intake keeps them: one place for all applications of one draft."""

    def slot(self, slot_id: str) -> Slot | None: ...

    def slots(self, agency: str, *, since: dt.datetime, until: dt.datetime) -> tuple[Slot, ...]: ...

    def take_slot(self, slot_id: str, *, draft: str) -> None:
        """Reserve one place in the caller's transaction and leave the one held before; raises SlotTaken."""
        ...

    def leave_slot(self, *, draft: str) -> None: ...

    def reserved(self, draft: str) -> str:
        """The slot that a draft's applications hold ("" for none), locked until the caller's transaction ends."""
        ...


@dataclass(frozen=True, slots=True)
class WorkQuery:
    """Which lines of a worklist: of these roles (all when empty), mine or anybody's, open ones or all.

    ``number`` asks for one case by its number, wherever it stands.
    """

    agency: str
    roles: Collection[str] = ()
    officer: str = ""
    procedure: str = ""
    states: Collection[str] = ()
    number: str = ""
    page: int = 1
    size: int = 25


class CaseStore(Protocol):
    """Cases, events and letters; every query is by agency, or by the applicant's portal code."""

    def atomic(self) -> AbstractContextManager[object]: ...

    def insert(self, case: Case, *, events: Sequence[CaseEvent], role: str) -> None: ...

    def next_number(self, agency: str, *, year: int) -> str:
        """The next number of an agency's cases (受付番号), given once; in the transaction that opens the case."""
        ...

    def append(self, case: Case, *, events: Sequence[CaseEvent], role: str) -> None:
        """Write events and the case after them; raises CaseChangedElsewhere when somebody was faster."""
        ...

    def case(self, case_id: str, *, agency: str) -> Case: ...

    def case_of(self, case_id: str, *, subject: str) -> Case: ...

    def cases_of(self, subject: str) -> tuple[Case, ...]: ...

    def numbers(self, cases: Collection[str], *, agency: str) -> Mapping[str, str]:
        """The number (受付番号) of each case by its id; those of other agencies are left out."""
        ...

    def by_application(self, application: str) -> Case | None: ...

    def events(self, case_id: str) -> tuple[CaseEvent, ...]: ...

    def visiting(self, agency: str, *, slots: Collection[str]) -> tuple[Case, ...]:
        """An agency's cases that hold one of these reserved times, by the time they were opened."""
        ...

    def work(self, query: WorkQuery, *, today: dt.date) -> Page: ...

    def overdue(self, agency: str, *, today: dt.date) -> tuple[str, ...]: ...

    def keep_letter(self, letter: Letter, *, case: str, pdf: bytes) -> None: ...

    def letter(self, letter_id: str, *, case: str) -> bytes: ...

    def statistics(self, agency: str, *, today: dt.date) -> Statistics: ...
