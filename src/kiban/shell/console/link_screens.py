"""What the pages of the link check's work list show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kiban.shell.screens import Moment, Option, Problem, Tone


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One finding in the list; no name of a person."""

    id: int
    affair: str
    judgement: str
    judgement_tone: Tone
    cause: str
    differs: str
    status: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition of the list with its choices, each with its count where it is known."""

    name: str
    options: tuple[Option, ...]
    value: str


@dataclass(frozen=True, slots=True)
class LinkList:
    """A page of the list; ``query`` is the filter as part of an address."""

    lines: tuple[LinkLine, ...]
    total: int
    number: int
    pages: int
    filters: tuple[Filter, ...]
    query: str
    counts: tuple[tuple[str, int], ...]
    corrections: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One item of one person beside the agency's record; ``how`` says in words how it differs."""

    text: str
    how: str = ""
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """All persons side by side: heads of the columns, rows of items."""

    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class LinkView:
    """One finding as an officer works on it; ``actions`` names what this officer may do now."""

    id: int
    affair: str
    judgement: str
    judgement_tone: Tone
    status: str
    tone: Tone
    says: str
    beside: Beside
    explained: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    timeline: tuple[Moment, ...]
    actions: frozenset[str]
    verdicts: tuple[Option, ...]
    people: tuple[Option, ...]
    reasons: tuple[Option, ...]
    letters: tuple[tuple[str, str], ...]
    version: int
    waiting: str = ""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person of the register as an answer shows them."""

    record: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The two ways to ask the register, and what it answered; ``way`` is lookup or search, empty before."""

    item: int
    purposes: tuple[Option, ...]
    sexes: tuple[Option, ...]
    may_search: bool
    way: str = ""
    found: tuple[FoundPerson, ...] = ()
    may_choose: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """The inspection's table: rows of texts by clerical work with their sum, by agency in pages, and the picture.

    ``heads`` are those of the numbers; ``affair`` narrows the agencies' table to one clerical work.
    """

    heads: tuple[str, ...]
    works: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    agencies: tuple[tuple[str, ...], ...]
    number: int
    pages: int
    affair: str
    affairs: tuple[Option, ...]
    svg: str
    sentence: str
    as_of: dt.datetime | None
    waiting: tuple[str, ...]
    past: tuple[tuple[str, ...], ...]
