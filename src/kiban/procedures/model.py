"""Values of intake: recommendations, drafts with sourced facts, applications, receipts. All frozen; no I/O.

A *draft* holds the answers of one life event (bundle) for one household. Every fact in it says where its value comes
from, as of when, and whether the applicant confirmed, corrected or added it. A submitted draft becomes one
*application* per procedure at its competent agency, all under one signature.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

Value: TypeAlias = str | int | bool | list[Any] | dict[str, Any] | None
"""A fact's value as JSON: text, integer, yes/no, unknown, list, or a GIF-shaped record."""

MEMBER = "@"
"""Separates a fact's name from the member it is about: ``birth_date@m2``."""


class Verdict(StrEnum):
    """Does a procedure concern this household: yes, no, or not known yet."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a verdict or decision came out: a plain sentence and the article it rests on.

    ``text`` is Japanese, as letters have it; ``words`` the same in the other languages; ``address`` where the article
    can be read.
    """

    text: str
    rule: str = ""
    law: str = ""
    article: str = ""
    words: dict[str, str] = {}
    address: str = ""


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """One procedure of a bundle as guidance sees it for this household.

    ``asks`` names the plain questions whose answer could still change the verdict; empty when it is known.
    """

    procedure: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    asks: tuple[str, ...] = ()


class FactState(StrEnum):
    """Where a fact of a draft stands."""

    KNOWN = "known"
    CORRECTED = "corrected"
    ADDED = "added"
    MISSING = "missing"
    PENDING = "pending"
    """The holder did not answer yet; the office will ask again, the applicant need not."""


class FactValue(msgspec.Struct, frozen=True, kw_only=True):
    """The value of one fact with its origin.

    ``source`` is readable: ``card``, ``rule:NAME``, ``applicant``, or ``AGENCY/ITEM`` for an enquiry; ``receipt`` the
    ledger receipt's id of that enquiry; ``reason`` the applicant's words for a correction; ``before`` the value known
    before the correction.
    """

    value: Value = None
    source: str = ""
    as_of: dt.datetime | None = None
    state: FactState = FactState.MISSING
    reason: str = ""
    receipt: str = ""
    before: Value = None


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One member of the household in a draft; ``key`` is stable in the draft, ``link`` readable only by the asker.

    ``died_on`` is set for a person whose death removed them from the household (除票).
    """

    key: str
    link: str = ""
    relation: str = ""
    name: dict[str, str] = {}
    birth_date: dt.date | None = None
    sex: str = ""
    moves: bool = True
    died_on: dt.date | None = None


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A document that the law still demands: type and size were checked, metadata removed."""

    key: str
    name: str
    media_type: str
    size: int
    sha256: str
    basis: str


class DraftState(StrEnum):
    """Open until it is submitted or discarded."""

    OPEN = "open"
    SUBMITTED = "submitted"
    DISCARDED = "discarded"


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Agency ids that a bundle's roles stand for in one draft: the old and the new municipality."""

    origin: str = ""
    destination: str = ""


OF_NOTICE = "notice:"
"""How the idempotency key of a draft begins that was opened from a notice; the notice's id follows."""
BY_POST = "post:"
"""Subject of an application that an officer entered from paper: it is in nobody's portal."""
OWN = "own:"
"""In place of an introduction: the competent agency's own code, where its officer entered the application."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An unfinished application for a bundle; ``version`` counts its changes (optimistic locking).

    ``facts`` is keyed by fact id, with ``@member`` behind it for a fact asked of each member; a fact of one procedure
    has the procedure's id and a colon before it. ``typed`` counts the characters that were typed (goal: none).
    """

    id: str
    person: str
    bundle: str
    idempotency_key: str
    places: Places = Places()
    procedures: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    facts: dict[str, FactValue] = {}
    answers: dict[str, Value] = {}
    attachments: tuple[Attachment, ...] = ()
    slot: str = ""
    state: DraftState = DraftState.OPEN
    version: int = 1
    typed: int = 0
    officer: str = ""
    created_at: dt.datetime
    updated_at: dt.datetime
    receipt: str = ""


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature over the exact content shown: algorithm and certificate are the card's affair."""

    content: bytes
    value: bytes
    certificate: bytes


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed, from the verified 署名用電子証明書: its serial and the time of verification."""

    certificate_serial: str
    verified_at: dt.datetime


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """One procedure's application at its competent agency.

    ``person`` and the members' ``link`` are introductions that only that agency's node can open into its own codes;
    ``subject`` is the portal's code. ``facts`` are the procedure's own and the shared ones, with their sources;
    ``receipt`` is that under which all applications were signed.
    """

    id: str
    draft: str
    bundle: str
    procedure: str
    pack_version: str
    agency: str
    person: str
    subject: str
    places: Places
    members: tuple[Member, ...]
    facts: dict[str, FactValue]
    attachments: tuple[Attachment, ...] = ()
    slot: str = ""
    receipt: str
    received_at: dt.datetime
    basis_date: dt.date
    typed: int = 0


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the applicant keeps (受付票): what was signed, when it was received, which applications came of it.

    It carries the content, the signature and the certificate, so that anyone can verify it offline.
    """

    id: str
    draft: str
    person: str
    received_at: dt.datetime
    signature: Signature
    signer: Signer
    applications: tuple[ApplicationRef, ...]


class ApplicationRef(msgspec.Struct, frozen=True, kw_only=True):
    """An application as its receipt names it."""

    id: str
    procedure: str
    agency: str


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A time at a counter that can be reserved (来庁予約): ``free`` of ``capacity`` places are left."""

    id: str
    agency: str
    starts_at: dt.datetime
    minutes: int
    capacity: int
    free: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a holder answered to one enquiry: the item's record, its moment, the ledger receipt's id."""

    data: dict[str, Any]
    as_of: dt.datetime
    receipt: str = ""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What an applicant changes in a draft: a new value, and why when a known one is corrected."""

    value: Value
    reason: str = ""


Changes: TypeAlias = Mapping[str, Change]


def fact_key(fact: str, *, procedure: str = "", member: str = "") -> str:
    """The key of a fact in a draft: ``[procedure:]fact[@member]``."""
    return (f"{procedure}:" if procedure else "") + fact + (f"{MEMBER}{member}" if member else "")
