"""How probable it is that two entries are one person: that person written twice, a stranger, or a family member.

The chance of a stranger is counted in the register itself: how many bear that name, were born on that day, live in that
place. How one person's two entries differ is an assumption (``verified: false``); so is how alike family members are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from kiban.linkage.comparing import levels, patterns
from kiban.linkage.model import Column

FAMILY_MEMBERS = 1.5
SAME_NAME, SAME_KANA_ONLY, NEARLY, GIVEN_ONLY, OTHERWISE = 0.90, 0.06, 0.02, 0.015, 0.005
"""One person's two entries: shares of those with the same name, the same reading only, nearly the same, the same given
name with another family name, and anything else."""
CHANCE = {"nearly": 0.0005, "given": 0.003, "birth_part": 0.007, "least_birth": 1 / 40_000}
FAMILY = {"name": 5e-4, "nearly": 0.05, "given": 1e-4, "birth": 0.004, "birth_part": 0.01}
SHARES_WITH_FAMILY, LEAST, MOST = 0.3, 1e-7, 0.05


ITEMS = ("name", "kana", "place", "birth")
DENSE_FROM = 1 << 24
"""From so many entries on a table of all cells takes less than a list of those that are used."""


@dataclass(slots=True)
class _Counts:
    """How many entries fall into each of some cells: those that are used in order, or all (``cells`` is empty)."""

    counts: Column
    cells: Column = field(default_factory=lambda: np.zeros(0, np.uint32))
    waiting: list[Column] = field(default_factory=list)
    times: tuple[int, int] = (0, 0)

    def add(self, cells: Column) -> None:
        if len(self.counts):
            np.add.at(self.counts, cells, 1)
        else:
            self.waiting.append(cells)

    def close(self) -> None:
        """Count; how many cells have one entry and how many have two is known from then on."""
        if sum(map(len, self.waiting)):
            every = np.concatenate(self.waiting)
            self.waiting = []
            every.sort()
            starts = np.flatnonzero(np.r_[True, every[1:] != every[:-1]]).astype(np.uint32)
            self.cells, self.counts = every[starts], np.diff(starts, append=len(every)).astype(np.int32)
        self.times = int((self.counts == 1).sum()), int((self.counts == 2).sum())

    def of(self, cells: Column) -> Column:
        found: Column = self.counts[np.searchsorted(self.cells, cells) if len(self.cells) else cells]
        return found


@dataclass(slots=True)
class Frequencies:
    """How many entries have each value of an item, by hash; small registers exactly, the nation nearly."""

    rows: int
    shift: int = 0
    counts: dict[str, _Counts] = field(default_factory=dict)

    @classmethod
    def of(cls, pieces: Iterable[Column], *, rows: int) -> Frequencies:
        """Count names, readings, places and birth dates of all entries."""
        bits = min(max(rows.bit_length() + 4, 16), 26)
        size = 1 << bits if rows >= DENSE_FROM else 0
        found = cls(rows, 32 - bits, {item: _Counts(np.zeros(size, np.int32)) for item in ITEMS})
        for people in pieces:
            for item, count in found.counts.items():
                count.add(found._cell(people[item]))
        for count in found.counts.values():
            count.close()
        return found

    def _cell(self, values: Column) -> Column:
        spread = values.astype(np.int64).astype(np.uint32) * np.uint32(2_654_435_769)
        return spread >> np.uint32(self.shift)

    def share(self, item: str, values: Column) -> Column:
        """The share of entries with each counted value, as the register without the two compared ones teaches it.

        A value that nobody else has is not impossible: how many more bearers such a value has is estimated from those
        that were seen once and twice (I. J. Good, Biometrika 40, 1953).
        """
        others = self.counts[item].of(self._cell(values)) - 2
        found: Column = (np.maximum(others, 0) + self._unseen(item)) / max(self.rows, 1)
        return found

    def _unseen(self, item: str) -> float:
        once, twice = self.counts[item].times
        return min(max(2 * twice / max(once, 1), 0.05), 1.0)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Per pair, shares of pairs with such items: entries of one person, strangers, members of one family."""

    same: Column
    stranger: Column
    family: Column
    pattern: Column
    rows: int

    def one_person(self, split_rate: float) -> Column:
        """Probability that two entries with different numbers are one person."""
        same = split_rate * self.same
        found: Column = same / (same + self.rows * self.stranger + FAMILY_MEMBERS * self.family)
        return found

    def of_one_number(self) -> Column:
        """Probability that two entries with the same number are one person."""
        others = (1 - SHARES_WITH_FAMILY) * self.stranger + SHARES_WITH_FAMILY * self.family
        found: Column = self.same / (self.same + others)
        return found

    def taught_rate(self) -> float:
        """The rate of split persons that this register itself makes most likely."""
        rate = 1e-4
        for _ in range(40):
            # Sorted, so that the order of rows cannot move the last digit.
            total = float(np.sort(self.one_person(rate)).sum())
            rate = min(max(total / max(self.rows, 1), LEAST), MOST)
        return rate


def weigh(first: Column, second: Column, *, frequencies: Frequencies) -> Weighed:
    """Weigh pairs of fingerprints, side by side."""
    pattern = patterns(first, second)
    name, kana, birth, sex, place = levels(pattern)
    same, stranger, family = _names(first, (name, kana), frequencies=frequencies)
    day = np.maximum(frequencies.share("birth", first["birth"]), CHANCE["least_birth"])
    same = same * np.choose(birth, [0.005, 0.025, 0.97, 1.0])
    stranger = stranger * np.select([birth == 2, birth == 1], [day, CHANCE["birth_part"]], 1.0)
    family = family * np.choose(birth, [1.0, FAMILY["birth_part"], FAMILY["birth"], 1.0])
    by_sex = np.choose(sex, [0.5, 0.5, 1.0])
    same, stranger, family = same * np.choose(sex, [0.001, 0.999, 1.0]), stranger * by_sex, family * by_sex
    town = frequencies.share("place", first["place"])
    same = same * np.choose(place, [0.45, 0.15, 0.4, 1.0])
    # Of a town's entries few live at one number: twenty is a household or a small house.
    stranger = stranger * np.select(
        [place == 2, place == 1], [np.minimum(town, 20 / max(frequencies.rows, 1)), town], 1.0
    )
    family = np.where(place == 2, family, 0.0)
    return Weighed(same, stranger, family, pattern, frequencies.rows)


def _names(first: Column, level: tuple[Column, Column], *, frequencies: Frequencies) -> tuple[Column, Column, Column]:
    name, kana = level
    named, read = name == 4, (name != 4) & (kana == 4)
    nearly = ~named & ~read & ((name == 2) | (kana == 2))
    given = ~named & ~read & ~nearly & ((name == 3) | (kana == 3))
    cases = [named, read, nearly, given]
    # The same characters with another reading are less likely to be one person.
    reading = np.where(named & (kana < 4), np.where(kana == 2, 0.5, 0.2), 1.0)
    same = np.select(cases, [SAME_NAME, SAME_KANA_ONLY, NEARLY, GIVEN_ONLY], OTHERWISE) * reading
    by_name, by_kana = frequencies.share("name", first["name"]), frequencies.share("kana", first["kana"])
    stranger = np.select(cases, [by_name, by_kana, CHANCE["nearly"], CHANCE["given"]], 1.0)
    family = np.select(cases, [FAMILY["name"], FAMILY["name"], FAMILY["nearly"], FAMILY["given"]], 1.0)
    return same, stranger, family
