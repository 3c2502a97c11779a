"""Values of the office's desk: findings as work, decisions, corrections. The link key is in none of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from kiban.linkage.model import Cause, Judgement, Person

WORKER, SEARCHER, OVERSEER = "linkage", "searcher", "inspector"
"""Roles: works on the list; searches the register; sees the counts of all agencies."""


class How(StrEnum):
    """How one item of a person differs from the agency's record."""

    SAME = "same"
    VARIANT = "variant"
    NEAR = "near"
    FAMILY = "family_differs"
    GIVEN = "given_differs"
    PART = "part"
    TOWN = "same_town"
    DIFFERENT = "different"
    MISSING = "missing"


class Line(msgspec.Struct, frozen=True):
    """One item beside the agency's record."""

    item: str
    how: How


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the register beside the record; ``share`` is the probability by the check, None when searched."""

    person: Person
    lines: tuple[Line, ...]
    share: float | None = None


class State(StrEnum):
    """Where a finding stands. A decision is proposed by one officer and confirmed by another."""

    OPEN = "open"
    ENQUIRING = "enquiring"
    PROPOSED_RIGHT = "proposed_right"
    PROPOSED_WRONG = "proposed_wrong"
    RIGHT = "right"
    WRONG = "wrong"
    CORRECTED = "corrected"
    INFORMED = "informed"


PROPOSED = (State.PROPOSED_RIGHT, State.PROPOSED_WRONG)
UNDECIDED = (State.OPEN, State.ENQUIRING, *PROPOSED)
FOUND_WRONG = (State.WRONG, State.CORRECTED, State.INFORMED)


class Verdict(StrEnum):
    """What an officer says of a link."""

    RIGHT = "right"
    WRONG = "wrong"
    ENQUIRE = "enquire"


REASONS: dict[Verdict, tuple[str, ...]] = {
    Verdict.RIGHT: ("moved", "name_changed", "variant", "typing", "same_person"),
    Verdict.WRONG: ("attributes", "form", "person_said"),
    Verdict.ENQUIRE: ("ask_person", "ask_municipality", "ask_form"),
}
"""Reasons that fit each verdict."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with its reason; ``right`` is the record number of the right person, empty when nobody is known."""

    verdict: Verdict
    reason: str
    right: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Officer:
    """Who acts, at which office, with which roles there."""

    id: str
    agency: str
    roles: frozenset[str]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a finding's history."""

    at: dt.datetime
    by: str
    what: str
    note: str = ""


class Told(msgspec.Struct, frozen=True):
    """Who was told (``right`` or ``linked``), and how: by the inbox of the portal, or by letter."""

    who: str
    channel: str


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as work of one office.

    Attributes:
        id: number in this office's list, given by the store.
        record: the agency's record; ``linked`` the person whose key it carries; ``choices`` who may be the right one.
        says: the finding in plain words, by language.
        right: record number of the right person, once decided; empty: nobody known, the link is taken away.
        checked, seen: number of the check that found it, and of the last one that saw it.
        corrected: number of the newest check when it was corrected; 0 before.
    """

    agency: str
    affair: str
    record: Person
    linked: Choice
    choices: tuple[Choice, ...]
    judgement: Judgement
    cause: Cause
    probability: float
    says: dict[str, str]
    id: int = 0
    state: State = State.OPEN
    verdict: Verdict | None = None
    reason: str = ""
    right: str = ""
    note: str = ""
    proposed_by: str = ""
    confirmed_by: str = ""
    told: tuple[Told, ...] = ()
    history: tuple[Step, ...] = ()
    checked: int = 0
    seen: int = 0
    corrected: int = 0
    version: int = 1

    def choice(self, record: str) -> Choice | None:
        """The person of this record number among those who may be the right one."""
        return next((one for one in self.choices if one.person.record == record), None)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A finished check as the store takes it: whose, of which clerical work, its numbers, its findings.

    ``digest`` names the check: taking the same one twice is taking it once.
    """

    agency: str
    affair: str
    digest: str
    links: int
    judged: dict[str, int]
    items: tuple[Item, ...]


def took_effect(*, corrected: int, seen: int, newest: int) -> bool:
    """Whether a check later than a correction no longer found the link; the three are numbers of checks."""
    return 0 < corrected < newest and seen < newest


class Outcome(StrEnum):
    """What became of a correction at the office's own exchange node (機関別符号への反映)."""

    WAITS = "waits"
    MOVED = "moved"
    NOTHING = "nothing"
    UNKNOWN = "unknown"


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """One corrected link: ``record`` belonged to ``before`` and belongs to ``after`` (empty: to nobody yet).

    ``outcome`` is that at the exchange node, None where the office has no node here; ``receipt`` its ledger's.
    """

    item: int
    agency: str
    affair: str
    record: str
    before: str
    after: str
    at: dt.datetime
    outcome: Outcome | None = None
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """Which findings of an office; empty conditions take all."""

    agency: str
    states: tuple[str, ...] = ()
    judgement: str = ""
    cause: str = ""
    affair: str = ""
    page: int = 1
    size: int = 25


@dataclass(frozen=True, slots=True)
class Page:
    """A page of findings with the number of all that fit."""

    items: tuple[Item, ...]
    total: int
    number: int
    pages: int


PURPOSES = ("finding", "application", "person_asked", "registration")
"""What a look into the register may be for."""


@dataclass(frozen=True, slots=True)
class Question:
    """What an officer asks of the register: the items, what for, and which finding it is about (0: none)."""

    person: Person
    purpose: str
    item: int = 0
