"""What the pages of payment runs show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kiban.shell.screens import Option


@dataclass(frozen=True, slots=True)
class RunCard:
    """A payment run in a list."""

    number: int
    pay_on: dt.date
    count: int
    yen: int
    tone: str
    status: str


@dataclass(frozen=True, slots=True)
class PayLine:
    """One payment: the case that it rests on with its number (empty where it rests on none of ours)."""

    case: str
    number: str
    text: str
    yen: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class WorkCard:
    """One line of the work list."""

    id: int
    reason: str
    key: str
    yen: int
    case: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class PaymentsPage:
    """What is due, what is held and why, the runs, the work list; kinds of transfer, and who pays."""

    days: tuple[Option, ...]
    held: tuple[tuple[dt.date, PayLine], ...]
    runs: tuple[RunCard, ...]
    work: tuple[WorkCard, ...]
    may_make: bool
    kinds: tuple[Option, ...] = ()
    payer: str = ""
    n_held: int = 0


@dataclass(frozen=True, slots=True)
class RunPage:
    """One run: its sums, its digest, who made and approved it, and what may be done now."""

    card: RunCard
    kind: str
    made_by: str
    approved_by: str
    digest: str
    sums: tuple[tuple[str, int], ...]
    lines: tuple[PayLine, ...]
    actions: frozenset[str]
