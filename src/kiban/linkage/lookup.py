"""Four-attribute lookup (4情報照会): all four the same after lawful folding, one answer; anything less, none.

Since December 2023 the network answers no lookup that states fewer than name, birth date, sex and address. Folding is
lawful where it changes no identity: width, forms of one character, notation of an address. An officer's assisted
search is another action with a purpose, and it answers with several persons.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa

from kiban.kernel.errors import Where
from kiban.kernel.whole import whole
from kiban.linkage import reading
from kiban.linkage.comparing import levels, patterns
from kiban.linkage.errors import NoPurpose, NotFourAttributes, NotTwoItems
from kiban.linkage.fingerprints import Source, addresses, fingerprint, put_kana, put_names
from kiban.linkage.model import FINGERPRINT, Column, Person
from kiban.linkage.pairing import keys_of
from kiban.linkage.store.results import persons

ITEMS = ("name", "birth_date", "sex", "address")
TEXTS = (*ITEMS, "kana")
MOST = 10


class Outcome(StrEnum):
    """How a lookup ended."""

    FOUND = "found"
    NONE = "none"
    SEVERAL = "several"


class Asked(msgspec.Struct, frozen=True):
    """A log entry: who asked, when, for what purpose, how it ended, how many persons were shown. No items."""

    at: str
    officer: str
    action: str
    purpose: str
    outcome: Outcome
    shown: int


Log = Callable[[Asked], None]


@dataclass(frozen=True, slots=True)
class Enquirer:
    """Who asks, for which purpose, and where that is written down before an answer leaves."""

    officer: str
    purpose: str
    log: Log

    @classmethod
    def named(cls, officer: str, purpose: str, *, log: Log) -> Enquirer:
        """Raises: NoPurpose; BadInput when one has half a character, for it is to be written down."""
        whole(officer, field="officer")
        whole(purpose, field="purpose")
        if not officer.strip() or not purpose.strip():
            raise NoPurpose("a question to the register says who asks and what for", remedy="name both")
        return cls(officer.strip(), purpose.strip(), log)


@dataclass(slots=True)
class Register:
    """A register opened for lookups: its fingerprints in memory, its items on disk."""

    source: Source
    fingerprints: Column = field(default_factory=lambda: np.zeros(0, FINGERPRINT))

    @classmethod
    def open(cls, folder: Path) -> Register:
        """Raises: BadFile."""
        source, first, pieces = Source.of(folder), 0, []
        for _, form, piece in source.pieces():
            pieces.append(fingerprint(piece, form, first=first))
            first += len(piece)
        return cls(source, np.concatenate(pieces) if pieces else np.zeros(0, FINGERPRINT))

    def lookup(self, asked: Person, *, by: Enquirer) -> Person | None:
        """The one person with these four attributes, or None; several persons are no answer either.

        Raises:
            NotFourAttributes: an item is missing or cannot be read.
            BadInput: an item has half a character.
        """
        wanted = _exact(asked)
        all_four = np.ones(len(self.fingerprints), dtype=bool)
        for item in ("name", "birth", "sex", "place", "numbers"):
            all_four &= self.fingerprints[item] == wanted[item]
        rows = self.fingerprints["row"][all_four]
        outcome = Outcome.FOUND if len(rows) == 1 else Outcome.SEVERAL if len(rows) else Outcome.NONE
        _note(by, "lookup", outcome=outcome, shown=int(len(rows) == 1))
        return persons(self.source, rows)[int(rows[0])] if len(rows) == 1 else None

    def search(self, asked: Person, *, by: Enquirer) -> list[Person]:
        """Assisted search (補助検索) by an officer: at most ten persons who share two items, the best first.

        Raises:
            NotTwoItems: no two of name or reading, birth date and address can be read; or the birth date cannot.
        """
        wanted = np.repeat(read_person(asked), 1)
        keys = keys_of(wanted)
        if wanted["birth"][0] == reading.BAD:
            raise NotTwoItems("the birth date is no day of the calendar", where=Where(field="birth_date"))
        if not (keys > 0).any():
            raise NotTwoItems(
                "an assisted search states two items", where=Where(field="name"),
                remedy="two of name (or reading), birth date and address; not name and reading alone",
            )  # fmt: skip
        near = ((keys_of(self.fingerprints) == keys) & (keys > 0)).any(axis=1)
        people = self.fingerprints[near]
        name, kana, birth, sex, place = levels(patterns(np.repeat(wanted, len(people)), people))
        fit = (name == 4) * 4 + (kana == 4) * 3 + (birth == 2) * 4 + (sex == 1) + (place == 2) * 4 + (place == 1)
        best = people["row"][np.lexsort((people["order"], -fit))][:MOST]
        _note(by, "search", outcome=Outcome.SEVERAL if len(best) else Outcome.NONE, shown=len(best))
        found = persons(self.source, best)
        return [found[int(row)] for row in best]


def _note(by: Enquirer, action: str, *, outcome: Outcome, shown: int) -> None:
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    by.log(Asked(at, by.officer, action, by.purpose, outcome, shown))


def read_person(asked: Person) -> Column:
    """The fingerprint of one person's items, shape (1,); it has no link key. Raises: BadInput for half a character."""
    for item in TEXTS:
        whole(getattr(asked, item), field=item)
    found = np.zeros(1, dtype=FINGERPRINT)
    put_names(found, pa.array([asked.name]))
    put_kana(found, pa.array([asked.kana]))
    found["place"], found["numbers"] = addresses(pa.array([asked.address]))
    found["birth"], found["sex"] = reading.day(asked.birth_date), reading.sex(asked.sex)
    return found


def _exact(asked: Person) -> Column:
    found: Column = read_person(asked)[0]
    stated = {
        "name": found["name"] != 0,
        "birth_date": found["birth"] > reading.BAD,
        "sex": found["sex"] > 0,
        "address": found["place"] != 0,
    }
    missing = [item for item in ITEMS if not stated[item]]
    if missing:
        raise NotFourAttributes(
            "a lookup states name, birth date, sex and address",
            where=Where(field=", ".join(missing)),
            remedy="state all four in full; or use the officer's assisted search",
        )
    return found
