"""What the pages show: flat values that a template only has to lay out. Texts of packs come translated."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

Edit = Literal["fixed", "confirm", "correct", "ask"]
Tone = Literal["plain", "info", "good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence with the article that it rests on, and where that can be read."""

    text: str
    article: str = ""
    address: str = ""

    def __str__(self) -> str:
        return f"{self.text}（{self.article}）" if self.article else self.text


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a choice."""

    value: str
    text: str
    hint: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: the control that it is about and what is wrong, in the person's language."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One fact of a draft as the plan page shows it.

    Attributes:
        name: name of its control; ``key`` is the fact's key in the draft.
        title: the label without the member that the fact is about, whose name is ``whose``.
        kind: text, date, integer, money, boolean, choice, address, account or file.
        shown: the known value in words; empty when nothing is known.
        raw: the value as a control holds it.
        source: who said so, in words; ``as_of`` when.
        before: what the office had before the applicant's correction.
    """

    name: str
    key: str
    label: str
    kind: str
    edit: Edit
    title: str = ""
    whose: str = ""
    shown: str = ""
    raw: str = ""
    hint: str = ""
    source: str = ""
    as_of: dt.datetime | None = None
    state: str = "known"
    reason: str = ""
    before: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    picked: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class FormSection:
    """A group of facts under one heading."""

    id: str
    title: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class Mover:
    """A member of the household as the plan page lists them."""

    key: str
    name: str
    note: str
    moves: bool
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Included:
    """A procedure that the bundle carries out, or why it does not."""

    id: str
    title: str
    office: str
    verdict: Literal["yes", "no", "unknown"]
    reasons: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The one page that is checked and confirmed."""

    draft: str
    version: int
    bundle: str
    title: str
    summary: str
    sections: tuple[FormSection, ...]
    movers: tuple[Mover, ...] = ()
    included: tuple[Included, ...] = ()
    slots: tuple[Option, ...] = ()
    slot: str = ""
    questions: tuple[FormField, ...] = ()
    typed: int = 0
    saved_at: dt.datetime | None = None
    delayed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BundleCard:
    """What can be begun: a life event, or one procedure by itself."""

    id: str
    title: str
    summary: str
    draft: str = ""
    event: bool = True


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What the applicant keeps (受付票)."""

    id: str
    title: str
    received_at: dt.datetime
    content: str
    certificate_serial: str
    parts: tuple[CaseCard, ...]
    slot: str = ""


@dataclass(frozen=True, slots=True)
class CaseCard:
    """A case in a list."""

    id: str
    title: str
    office: str
    status: str
    tone: Tone
    note: str = ""
    due: dt.date | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline."""

    at: dt.datetime
    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision with its reasons and the instruction on appeal."""

    title: str
    tone: Tone
    reasons: tuple[Cited, ...]
    results: tuple[tuple[str, str], ...] = ()
    appeal: str = ""
    automatic: bool = False
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class LetterCard:
    """A letter that can be opened as PDF."""

    id: str
    title: str
    issued_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class VisitView:
    """The reserved visit of a case: when and where, to which times it can be moved; no ``at`` once it fell away."""

    at: str
    made: bool = False
    others: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as its applicant sees it."""

    card: CaseCard
    steps: tuple[tuple[str, str], ...]
    timeline: tuple[Moment, ...]
    decision: DecisionView | None = None
    letters: tuple[LetterCard, ...] = ()
    payments: tuple[tuple[dt.date, str, str], ...] = ()
    returned: tuple[FormField, ...] = ()
    returned_message: str = ""
    returned_until: dt.date | None = None
    can_withdraw: bool = False
    version: int = 0
    visit: VisitView | None = None
    survey: tuple[Option, ...] = ()
    """The answers to the question about satisfaction; empty when it is not asked."""
    surveyed: bool = False


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice in the person's inbox."""

    id: str
    office: str
    title: str
    body: str
    sent_at: dt.datetime
    read: bool
    case: str = ""
    letter: str = ""
    bundle: str = ""
    bundle_title: str = ""
    answer_by: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the person's data, with what its proof says.

    ``proven`` is true when the inclusion proof was checked against a signed checkpoint just now; otherwise ``fault``
    tells what did not hold. Entries of one ``enquiry`` stand in the ledgers of both ends; ``ledger`` is whose this is.
    """

    id: str
    at: dt.datetime
    asker: str
    holder: str
    affair: str
    items: tuple[str, ...]
    law: str
    proven: bool
    leaf: int = 0
    tree_size: int = 0
    checkpoint: str = ""
    fault: str = ""
    own: bool = False
    enquiry: str = ""
    ledger: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """An item that an office holds on the person and that the person can ask for."""

    holder: str
    item: str
    office: str
    title: str


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """The answer of one office about the person."""

    office: str
    title: str
    rows: tuple[tuple[str, str], ...]
    as_of: dt.datetime


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A case in an officer's inbox."""

    id: str
    title: str
    status: str
    tone: Tone
    step: str
    officer: str
    opened_at: dt.datetime
    due: dt.date | None
    overdue: bool
    name: str = ""
    number: str = ""
    ready: bool = False
    """Whether this officer could take it up now: it waits for an officer, and no other has it."""


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A page of an inbox."""

    lines: tuple[WorkLine, ...]
    total: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact of the application beside what an office said in examination."""

    label: str
    applied: str
    source: str
    found: str = ""
    found_source: str = ""
    differs: bool = False


@dataclass(frozen=True, slots=True)
class OfficeCase:
    """A case as an officer works on it; ``actions`` names what this officer may do now."""

    card: CaseCard
    applicant: str
    step: str
    evidence: tuple[Evidence, ...]
    timeline: tuple[Moment, ...]
    drafted: DecisionView | None
    decision: DecisionView | None
    letters: tuple[LetterCard, ...]
    actions: frozenset[str]
    outcomes: tuple[Option, ...] = ()
    fields: tuple[Option, ...] = ()
    waiting: str = ""
    missing: tuple[FormField, ...] = ()
    proposed_by: str = ""
    officer: str = ""
    version: int = 0
    visit: str = ""
    review: str = ""
    """Of a decision by rule: ``yes`` when this officer may review it, else ``role`` or ``own``: why not."""
    four_eyes: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """An office's numbers; no person is told by them."""

    figures: tuple[tuple[str, str], ...]
    by_procedure: tuple[tuple[str, int], ...]
    by_state: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PackCard:
    """A pack in the studio's list."""

    id: str
    title: str
    office: str
    kind: str
    faults: int


@dataclass(frozen=True, slots=True)
class PackView:
    """A pack as the studio shows it: what the checks say, what the form will look like."""

    card: PackCard
    summary: str
    faults: tuple[str, ...]
    sections: tuple[FormSection, ...]
    steps: tuple[tuple[str, str, str], ...]
    laws: tuple[Cited, ...]
    letters: tuple[LetterCard, ...] = ()
    members: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Proved:
    """What a receipt says and whether it holds; ``why`` tells what does not."""

    valid: bool
    why: str = ""
    at: dt.datetime | None = None
    content: str = ""
    serial: str = ""
