"""What is found: heirs with exact shares and reasons, who is none and why, what is not known, which registers lack."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from kiban.heirs.model import Capacity, Family
from kiban.heirs.worlds import Question
from kiban.kernel.values import PartialDate
from kiban.rules import Basis


class Status(StrEnum):
    """How far an answer can be relied on."""

    DETERMINED = "determined"
    INCOMPLETE = "incomplete"
    OPEN = "open"


class Reason(Struct, frozen=True):
    """Why, as a key of the texts, the articles, and what is filled in: ids of persons, shares, words."""

    key: str
    bases: tuple[Basis, ...] = ()
    about: str = ""
    of: str = ""
    share: Fraction | None = None
    others: tuple[str, ...] = ()


class Stake(Struct, frozen=True):
    """One title to a share: as what, in whose place (the nearest to the decedent first), how much, and why."""

    capacity: Capacity
    share: Fraction
    represents: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


class Heir(Struct, frozen=True):
    """An heir; several stakes are added (二重資格)."""

    person: str
    share: Fraction
    stakes: tuple[Stake, ...]


class Excluded(Struct, frozen=True):
    """Somebody who is no heir, and why."""

    person: str
    reason: Reason


class Succession(Struct, frozen=True):
    """One succession: whose, on which day, who takes what. Shares add to 1; no heirs means that there are none."""

    decedent: str
    day: PartialDate
    rank: Capacity | None
    heirs: tuple[Heir, ...]
    excluded: tuple[Excluded, ...]
    remarks: tuple[Reason, ...] = ()

    def shares(self) -> dict[str, Fraction]:
        """Person to share."""
        return {heir.person: heir.share for heir in self.heirs}


class Extent(StrEnum):
    """Which part of a person's registers must be seen, or which other paper or fact is needed."""

    WHOLE = "whole"
    AFTER_DEATH = "after_death"
    DEATH = "death"
    CERTIFICATE = "certificate"
    PARENT = "parent"


class Need(Struct, frozen=True):
    """A register, paper or fact that the answer rests on, whether it was seen, and what of it lacks.

    ``gaps`` are spans of days (from, to) of which no register was seen; an open side is ``None``.
    """

    person: str
    extent: Extent
    reason: Reason
    seen: bool
    gaps: tuple[tuple[PartialDate | None, PartialDate | None], ...] = ()


class Alternative(Struct, frozen=True):
    """Another answer, and what would have to be so: each question with the value it would have."""

    when: tuple[tuple[Question, bool], ...]
    heirs: dict[str, Fraction]
    final: dict[str, Fraction]


class Found(Struct, frozen=True):
    """The whole answer.

    ``first`` is the succession asked for, ``later`` those of heirs who died since, in order (数次相続), ``final`` who
    holds the decedent's property after all of them. ``questions`` are the unknown facts that change the answer;
    ``family`` is what was given, its events in an order of their own, to which questions of events refer by number.
    """

    status: Status
    first: Succession
    later: tuple[Succession, ...]
    final: dict[str, Fraction]
    alternatives: tuple[Alternative, ...]
    questions: tuple[Question, ...]
    needs: tuple[Need, ...]
    family: Family

    @property
    def heirs(self) -> tuple[Heir, ...]:
        """The heirs of the succession asked for."""
        return self.first.heirs

    @property
    def lacking(self) -> tuple[Need, ...]:
        """What must still be seen."""
        return tuple(need for need in self.needs if not need.seen)
