"""The keyed join: each link beside the person its key names, the pattern of each pair, and who needs a search."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kiban.linkage.comparing import PATTERNS, WRITTEN, Weights, learn, levels, patterns
from kiban.linkage.fingerprints import Partitions
from kiban.linkage.model import FINGERPRINT, Column

SHIFTS = (1, 2, 3, 5)
NO_PATTERN, UNKNOWN_KEY, DOUBLE_KEY = 0xFFFF, 0xFFFE, 0xFFFD
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


def join(register: Partitions, links: Partitions, *, rows: int) -> Joined:
    """Join all partitions; ``rows`` is the number of rows of the agency's files."""
    found = Joined(np.full(rows, NO_PATTERN, dtype=np.uint16))
    records, linked, repeated = [], [], [np.zeros(0, np.int64)]
    for number in range(register.count):
        people, ours = register.read(number), links.read(number)
        if not len(ours):
            continue
        again = ours["order"][1:] == ours["order"][:-1]
        repeated.append(ours["row"][np.r_[again, False] | np.r_[False, again]].astype(np.int64))
        pairs = _pair(people, ours, pattern=found.pattern)
        _strangers(people, pairs[0], counts=found.stranger_counts)
        pattern = patterns(*pairs)
        found.pattern[pairs[0]["row"]] = pattern
        found.linked_counts += np.bincount(pattern & (WRITTEN - 1), minlength=PATTERNS)[:PATTERNS]
        unsure = doubtful(pattern)
        records.append(pairs[0][unsure])
        linked.append(pairs[1][unsure])
    found.repeated = np.concatenate(repeated)
    if records:
        found.records, found.linked = np.concatenate(records), np.concatenate(linked)
    return found


def _pair(people: Column, ours: Column, *, pattern: Column) -> tuple[Column, Column]:
    if not len(people):
        pattern[ours["row"]] = UNKNOWN_KEY
        return ours[:0], ours[:0]
    first = np.searchsorted(people["order"], ours["order"])
    at = np.minimum(first, len(people) - 1)
    known = people["order"][at] == ours["order"]
    double = known & (people["order"][np.minimum(at + 1, len(people) - 1)] == ours["order"]) & (at + 1 < len(people))
    pattern[ours["row"][~known]] = UNKNOWN_KEY
    pattern[ours["row"][double]] = DOUBLE_KEY
    good = known & ~double
    return ours[good], people[at[good]]


def _strangers(people: Column, ours: Column, *, counts: Column) -> None:
    """Pair each record with a few unrelated persons: the next ones in scattered order."""
    at = np.searchsorted(people["order"], ours["order"])
    for shift in SHIFTS if len(people) > max(SHIFTS) else ():
        other = people[(at + shift) % len(people)]
        counts += np.bincount(patterns(ours, other) & (WRITTEN - 1), minlength=PATTERNS)[:PATTERNS]
