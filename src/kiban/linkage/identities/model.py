"""Values of the search for duplicates: what two entries are to each other, and the summary of a run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from kiban.linkage.errors import BadRules
from kiban.linkage.model import Person, Threshold


class Kind(StrEnum):
    """What two entries of one register are to each other."""

    SPLIT_PERSON = "two_numbers_one_person"
    SHARED_NUMBER = "one_number_two_persons"
    ENTERED_TWICE = "entered_twice"


@dataclass(frozen=True)
class Prior:
    """What is assumed before looking, and from which probability a pair is listed and called sure.

    ``split_rate`` is the expected share of persons with a second number; 0 lets the file teach it. No source gives one
    (``verified: false``).
    """

    split_rate: float = 0.0
    sure_from: float = 0.9
    listed_from: float = 0.05
    partitions: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.split_rate < 1 or not 0 < self.listed_from <= self.sure_from <= 1:
            raise BadRules(
                f"a split rate of {self.split_rate}", remedy="give a share from 0 (taught by the file) below 1"
            )


class Pair(msgspec.Struct, frozen=True):
    """Two entries that are one person, or two persons with one number. The link key is not among the items.

    ``group`` is the same for all entries of one person. ``by_chance``: how many other persons would fit the first entry
    so well by chance.
    """

    number: str
    kind: Kind
    sure: bool
    probability: float
    group: int
    first: Person
    second: Person
    fits: tuple[str, ...]
    differs: tuple[str, ...]
    by_chance: float
    says: dict[str, str]


class Report(msgspec.Struct, frozen=True):
    """A run in numbers: pairs by kind, called sure and only possible."""

    rows: int
    sure: dict[str, int]
    possible: dict[str, int]
    set_aside: dict[str, int]
    crowded: int
    split_rate: float
    thresholds: tuple[Threshold, ...]
