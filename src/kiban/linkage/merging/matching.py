"""The same person in several registers of a merger: by number, and by items under another number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kiban.linkage.comparing import levels
from kiban.linkage.fingerprints import Partitions
from kiban.linkage.identities import blocks
from kiban.linkage.identities.model import Prior
from kiban.linkage.identities.scoring import Frequencies, Weighed, weigh
from kiban.linkage.merging.model import Decision, Matter
from kiban.linkage.merging.store.shelf import Shelf
from kiban.linkage.model import Column
from kiban.linkage.reading import MISSING, births


@dataclass(slots=True)
class Match:
    """Two rows, what they are to each other, which one goes (-1: both stay), and whether an officer said so.

    A row is its place in the order of the result, so ``first`` is the one that comes first there.
    """

    first: int
    second: int
    matter: Matter
    probability: float
    pattern: int
    gone: int = -1
    decided: bool = False


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Weighed pairs: rows, whether they are of two registers, and the weights."""

    first: Column
    second: Column
    cross: Column
    weighed: Weighed

    @classmethod
    def of(cls, found: blocks.Found, *, sides: Column, frequencies: Frequencies) -> _Pairs:
        weighed = weigh(found.first, found.second, frequencies=frequencies)
        rows = np.sort(np.stack([found.first["row"], found.second["row"]]).astype(np.int64), axis=0)
        return cls(rows[0], rows[1], sides[rows[0]] != sides[rows[1]], weighed)

    @classmethod
    def all(cls, found: list[_Pairs]) -> _Pairs:
        """All in one, each pair once, by their rows."""
        first, second, cross = (np.concatenate([getattr(f, c) for f in found]) for c in ("first", "second", "cross"))
        _, kept = np.unique(first.astype(np.uint64) << np.uint64(32) | second.astype(np.uint64), return_index=True)
        columns = [np.concatenate([getattr(f.weighed, c) for f in found])[kept]
                   for c in ("same", "stranger", "family", "pattern")]  # fmt: skip
        same, stranger, family, pattern = columns
        weighed = Weighed(same, stranger, family, pattern, found[0].weighed.rows)
        return cls(first[kept], second[kept], cross[kept], weighed)


def matches(shelf: Shelf, *, work: Path, prior: Prior) -> list[Match]:
    """All pairs that mean something, in the order of their rows; in memory are a partition and the pairs."""
    by_key, other = Partitions(work / "key", shelf.parts), Partitions(work / "other", shelf.parts)
    frequencies = Frequencies.of(_filed(shelf, by_key), rows=shelf.rows)
    sides = shelf.sides()

    def weighed(found: Iterator[blocks.Found]) -> list[_Pairs]:
        return [_Pairs.of(one, sides=sides, frequencies=frequencies) for one in found]

    numbered = weighed(blocks.same_number(by_key.read(number)) for number in range(by_key.count))
    found = _by_number(_Pairs.all(numbered), shelf=shelf)
    alike = list[_Pairs]()
    for by, lines in ((blocks.by_birth, blocks.BY_BIRTH), (blocks.by_place, blocks.BY_PLACE)):
        blocks.redistribute(by_key, other, by=by)
        alike += weighed(blocks.alike(other.read(number), lines=lines) for number in range(other.count))
    return [*found, *_by_items(_Pairs.all(alike), prior=prior)]


def _filed(shelf: Shelf, by_key: Partitions) -> Iterator[Column]:
    """All fingerprints, put into partitions on the way."""
    by_key.clear()
    for prints in shelf.prints():
        by_key.add(prints)
        yield prints


def _by_number(pairs: _Pairs, *, shelf: Shelf) -> list[Match]:
    found = []
    likely, alone = pairs.weighed.of_one_number(), _alone(pairs)
    since = _since(shelf, np.union1d(pairs.first, pairs.second))
    for at, pattern in enumerate(pairs.weighed.pattern.tolist()):
        rows = int(pairs.first[at]), int(pairs.second[at])
        found.append(_numbered(rows, likely=float(likely[at]), pattern=pattern))
        if found[-1].matter is Matter.JOINED:
            _join(found[-1], since=since, alone=alone)
    return found


def _by_items(pairs: _Pairs, *, prior: Prior) -> list[Match]:
    likely = pairs.weighed.one_person(prior.split_rate or pairs.weighed.taught_rate())
    return [
        Match(int(pairs.first[at]), int(pairs.second[at]), Matter.TWO_NUMBERS, float(likely[at]),
              int(pairs.weighed.pattern[at]))
        for at in np.flatnonzero(pairs.cross & (likely >= prior.listed_from))
    ]  # fmt: skip


def _numbered(rows: tuple[int, int], *, likely: float, pattern: int) -> Match:
    first, second = rows
    name, kana, birth, sex, _ = (int(level) for level in levels(np.array(pattern)))
    plain = name >= 4 and kana >= 4 and birth >= 2 and sex >= 1
    if likely < 0.5:
        return Match(first, second, Matter.NUMBER_OF_TWO, 1 - likely, pattern)
    return Match(first, second, Matter.JOINED if plain else Matter.DIFFERS, likely, pattern)


def _alone(pairs: _Pairs) -> set[int]:
    """Rows whose number stands in just one other row, and that in another register."""
    rows, counts = np.unique(np.concatenate([pairs.first, pairs.second]), return_counts=True)
    across = np.concatenate([pairs.first[pairs.cross], pairs.second[pairs.cross]])
    return set(np.intersect1d(rows[counts == 1], across).tolist())


def _join(match: Match, *, since: dict[int, int], alone: set[int]) -> None:
    """The later entry stays (住民となった年月日); where that does not tell, an officer decides."""
    one, two = since[match.first], since[match.second]
    if not {match.first, match.second} <= alone or one == two or MISSING in (one, two):
        match.matter = Matter.UNCLEAR
    else:
        match.gone = match.first if one < two else match.second


def _since(shelf: Shelf, rows: Column) -> dict[int, int]:
    name = shelf.form.columns.get("since")
    days = births(shelf.take(rows, [name])[name]) if name else np.full(len(rows), MISSING, dtype=np.int64)
    return dict(zip(rows.tolist(), days.tolist(), strict=True))


def decide(match: Match, decision: Decision) -> None:
    """An officer's decision on two entries."""
    match.decided = True
    match.gone = {Decision.FIRST: match.second, Decision.SECOND: match.first, Decision.BOTH: -1}[decision]
