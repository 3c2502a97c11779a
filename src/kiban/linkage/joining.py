"""The keyed join: each link beside the person its key names, the pattern of each pair, and who needs a search."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np

from kiban.linkage.comparing import PATTERNS, WRITTEN, Weights, learn, levels
from kiban.linkage.fingerprints import Partitions
from kiban.linkage.model import FINGERPRINT, Column
from kiban.linkage.pairing import DOUBLE, UNKNOWN, paired, stranger_counts
from kiban.linkage.threads import ahead

RECORDS, PERSONS, SPAN = 62_500, 125_000, 32
"""About so many records and persons, chosen by their scattered key, and with how many persons each of these records is
paired: 2,000,000 pairs of strangers. A share of 1 in 100,000 has a standard error of 22 % (0.3 bits)."""
FEWEST = 5
"""Fewer persons teach nothing about strangers."""
LOW = np.uint64(0xFFFFFFFF)
NO_PATTERN, UNKNOWN_KEY, DOUBLE_KEY = 0xFFFF, 0xFFFE, 0xFFFD
UNJOINED = {UNKNOWN_KEY: "the link key is not in the register", DOUBLE_KEY: "the register has the link key twice"}
"""Instead of a pattern: set aside while reading; the key is not in the register; it is there more than once."""


@dataclass(slots=True)
class Joined:
    """What the join found.

    ``pattern`` has one entry per row of the agency's files, in their order. ``records`` and ``linked`` are the
    fingerprints of the pairs that need a search, side by side, by the record's scattered key. ``repeated``: rows whose
    key stands in another row of the agency too.
    """

    pattern: Column
    linked_counts: Column = field(default_factory=lambda: np.zeros(PATTERNS, np.int64))
    stranger_counts: Column = field(default_factory=lambda: np.zeros(PATTERNS, np.int64))
    records: Column = field(default_factory=lambda: np.zeros(0, FINGERPRINT))
    linked: Column = field(default_factory=lambda: np.zeros(0, FINGERPRINT))
    repeated: Column = field(default_factory=lambda: np.zeros(0, np.int64))

    def weights(self) -> Weights:
        """The weights these links teach."""
        return learn(self.linked_counts, self.stranger_counts)


def doubtful(pattern: Column) -> Column:
    """Pairs with a difference in an item that both sides have."""
    name, kana, birth, sex, place = levels(pattern)
    found: Column = (name < 4) | (kana < 4) | (birth < 2) | (sex == 0) | (place < 2)
    return found


@dataclass(frozen=True, slots=True)
class _Partition:
    """What one partition gives; ``chosen`` are persons and records to be paired with strangers."""

    linked_counts: Column
    chosen: tuple[Column, Column]
    records: Column
    linked: Column
    repeated: Column


def join(register: Partitions, links: Partitions, *, rows: int) -> Joined:
    """Join all partitions; ``rows`` is the number of rows of the agency's files."""
    found = Joined(np.full(rows, NO_PATTERN, dtype=np.uint16))
    shares = PERSONS / max(register.rows(), 1), RECORDS / max(rows, 1)
    records, linked, repeated, chosen = [], [], [], []

    def one(number: int) -> _Partition:
        return _partition(register.read(number), links.read(number), pattern=found.pattern, shares=shares)

    for part in ahead(one, range(register.count)):
        found.linked_counts += part.linked_counts
        chosen.append(part.chosen)
        records.append(part.records)
        linked.append(part.linked)
        repeated.append(part.repeated)
    people, ours = (np.concatenate(side) for side in zip(*chosen, strict=True))
    if len(people) > FEWEST:
        span = max(SPAN, min(len(people), RECORDS * SPAN // max(len(ours), 1)))
        found.stranger_counts += stranger_counts((people, ours), span=span, size=PATTERNS)
    found.repeated = np.concatenate(repeated).astype(np.int64)
    found.records, found.linked = _ordered(np.concatenate(records), np.concatenate(linked))
    return found


def _ordered(records: Column, linked: Column) -> tuple[Column, Column]:
    """By the scattered key, so that files may come in any order; records of one key by their items."""
    by = np.argsort(records["order"], kind="stable")
    order = records["order"][by]
    if (order[1:] == order[:-1]).any():
        by = np.lexsort([records[item] for item in ("numbers", "place", "birth", "kana", "raw", "order")])
    return records[by], linked[by]


def _partition(people: Column, ours: Column, *, pattern: Column, shares: tuple[float, float]) -> _Partition:
    pairs = paired(people, ours)
    who, levels_of, repeated = pairs.who, pairs.pattern, ours["row"][pairs.repeated]
    pattern[ours["row"][who == UNKNOWN]] = UNKNOWN_KEY
    pattern[ours["row"][who == DOUBLE]] = DOUBLE_KEY
    if not (who >= 0).all():
        ours, levels_of, who = ours[who >= 0], levels_of[who >= 0], who[who >= 0]
    pattern[ours["row"]] = levels_of
    unsure = _unsure()[levels_of]
    chosen = _chosen(people, shares[0]), _chosen(ours, shares[1])
    return _Partition(_counted(levels_of), chosen, ours[unsure], people[who[unsure]], repeated)


@cache
def _unsure() -> Column:
    """For every pattern whether it is doubtful."""
    every = np.arange(2 * WRITTEN)
    return doubtful(every % WRITTEN % PATTERNS)


def _counted(found: Column) -> Column:
    counts: Column = np.bincount(found & (WRITTEN - 1), minlength=PATTERNS)[:PATTERNS]
    return counts


def _chosen(side: Column, share: float) -> Column:
    """A share of a side, by its scattered keys: the same rows however files and partitions are cut."""
    if share >= 1:
        return side
    found: Column = side[(side["order"] & LOW) >= np.uint64((1 << 32) - int(share * (1 << 32)))]
    return found
