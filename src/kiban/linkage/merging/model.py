"""Values of a merger: the new municipality, what an officer decides, and the counts that prove nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from kiban.kernel.values.codes import MunicipalityCode
from kiban.linkage.model import Person


@dataclass(frozen=True, slots=True)
class Successor:
    """The municipality after the merger (新設合併, 編入合併): code and name.

    Raises: BadValue for a code that is none.
    """

    code: str
    name: str

    def __post_init__(self) -> None:
        MunicipalityCode(self.code)


class Matter(StrEnum):
    """What is told of an entry or of two; the first is settled, all others wait for an officer."""

    JOINED = "joined"
    UNCLEAR = "same_person_unclear"
    DIFFERS = "same_person_differs"
    NUMBER_OF_TWO = "number_of_two"
    TWO_NUMBERS = "two_numbers"
    NO_HEAD = "no_head"
    TOWN_NAME = "town_name"
    BAD_NUMBER = "bad_number"
    BAD_DAY = "bad_day"
    BAD_CODE = "bad_code"
    RECORD_TWICE = "record_twice"


class Decision(StrEnum):
    """What an officer decided of two entries: which one stays, or both."""

    FIRST = "first"
    SECOND = "second"
    BOTH = "both"


class Conflict(msgspec.Struct, frozen=True):
    """One entry of the work list (or of the joins), without the link key; ``records`` are the new ones."""

    number: str
    matter: Matter
    probability: float
    records: tuple[int, ...]
    first: Person
    second: Person
    fits: tuple[str, ...]
    differs: tuple[str, ...]
    says: dict[str, str]


class Balance(msgspec.Struct, frozen=True):
    """One former municipality in numbers: ``rows`` = ``kept`` + ``joined``; and its households.

    ``digest`` is the sum of hashes of all its entries' old numbers, found again in the map of the merger.
    """

    municipality: str
    rows: int
    kept: int
    joined: int
    households: int
    households_kept: int
    digest: str


class Merged(msgspec.Struct, frozen=True):
    """A merger in numbers; ``set_aside`` rows could not be read and are in no register."""

    into: str
    name: str
    rows: int
    households: int
    balances: tuple[Balance, ...]
    matters: dict[str, int]
    decided: int
    set_aside: int
    town_ids_to_assign: int
