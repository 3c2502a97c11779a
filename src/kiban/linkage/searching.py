"""The search for the right person of a doubtful link: four ways to find a candidate, and the odds of each."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kiban.linkage.comparing import Weights, levels, patterns
from kiban.linkage.fingerprints import Partitions, scatter
from kiban.linkage.model import Cause, Column, Rules
from kiban.linkage.reading import MISSING

CAUSES = (Cause.TWO_ITEM_LOOKUP, Cause.FAMILY_MIX_UP, Cause.WRONG_NUMBER, Cause.UNKNOWN)
SHARES = (0.4, 0.3, 0.3)
"""Share of each cause among wrong links before looking; no source gives it (``verified: false``)."""
BITS = 27


def block_keys(found: Column) -> tuple[Column, Column]:
    """Four search keys per fingerprint, shape (4, n), and which of them exist."""
    name, kana, birth = (found[c].astype(np.uint64) for c in ("name", "kana", "birth"))
    place = (found["place"].astype(np.uint64) << np.uint64(32)) | found["numbers"].astype(np.uint64)
    home = scatter(place)
    has = {c: found[c] != 0 for c in ("name", "kana", "place")} | {"birth": found["birth"] > MISSING + 1}
    high = np.uint64(32)
    day = birth & np.uint64(0xFFFFFFFF)
    keys = np.stack([
        scatter((kana << high) | day), scatter((name << high) | day) + np.uint64(1),
        scatter(home ^ day) + np.uint64(2), scatter(home ^ (name << high)) + np.uint64(3),
    ])  # fmt: skip
    good = np.stack([
        has["kana"] & has["birth"], has["name"] & has["birth"], has["place"] & has["birth"], has["place"] & has["name"],
    ])  # fmt: skip
    return keys, good


class _Index:
    """Search keys of the doubtful records, with a bitmap in front that turns nearly all strangers away."""

    def __init__(self, records: Column) -> None:
        keys, good = block_keys(records)
        number = np.tile(np.arange(len(records)), (4, 1))
        flat, owner = keys[good], number[good]
        order = np.argsort(flat, kind="stable")
        self.keys, self.owner = flat[order], owner[order]
        self._seen = np.zeros(1 << BITS, dtype=bool) if len(flat) > 100_000 else np.zeros(1 << 20, dtype=bool)
        self._shift = np.uint64(64 - int(math.log2(len(self._seen))))
        self._seen[(self.keys >> self._shift).astype(np.int64)] = True

    def matches(self, people: Column) -> tuple[Column, Column]:
        """(record, person) pairs that share a search key, each pair once."""
        keys, good = block_keys(people)
        pairs = []
        for line in range(4):
            near = good[line] & self._seen[(keys[line] >> self._shift).astype(np.int64)]
            person = np.flatnonzero(near)
            low = np.searchsorted(self.keys, keys[line][person], side="left")
            count = np.searchsorted(self.keys, keys[line][person], side="right") - low
            total = int(count.sum())
            start = np.repeat(low - (np.cumsum(count) - count), count) + np.arange(total)
            pairs.append(self.owner[start] * len(people) + np.repeat(person, count))
        every = np.unique(np.concatenate(pairs))
        return every // max(len(people), 1), every % max(len(people), 1)


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates: the doubtful record's number, the person's fingerprint row, odds in bits, cause and pattern."""

    record: Column
    row: Column
    order: Column
    odds: Column
    cause: Column
    pattern: Column

    def ordered(self) -> Found:
        """By record and falling odds; equal odds by the scattered key."""
        by = np.lexsort((self.order, -self.odds, self.record))
        columns = (self.record, self.row, self.order, self.odds, self.cause, self.pattern)
        return Found(*(column[by] for column in columns))


def search(register: Partitions, pairs: tuple[Column, Column], *, weights: Weights, rules: Rules) -> Found:
    """All candidates for the records of ``pairs`` (records, linked persons), with the log2 odds of each.

    The odds compare "the candidate is the right person and the link went wrong in this way" with the data alone; the
    same scale holds for the linked person (`own_odds`) and for nobody (`nobody_odds`).
    """
    index, size = _Index(pairs[0]), 0
    pieces = []
    for people in _parts(register):
        size += len(people)
        record, person = index.matches(people)
        other = people["key"][person] != pairs[1]["key"][record]
        record, person = record[other], person[other]
        fit = patterns(pairs[0][record], people[person])
        linked = pairs[1][record]
        pieces.append((record, people[person], fit, patterns(linked, people[person])))
    reach = np.log2(np.maximum(size, 2)), weights, rules
    return _joined([_scored(piece, reach) for piece in pieces])


def _parts(register: Partitions) -> Iterator[Column]:
    for number in range(register.count):
        people = register.read(number)
        if len(people):
            yield people


def _scored(piece: tuple[Column, ...], reach: tuple[float, Weights, Rules]) -> Found:
    record, people, fit, relation = piece
    size, weights, rules = reach
    cause, way = _ways(relation, size=size, weights=weights)
    odds = weights.bits[fit & 2047] + way + math.log2(rules.wrong_rate)
    kept = weights.bits[fit & 2047] > 0
    return Found(record[kept], people["row"][kept], people["order"][kept], odds[kept], cause[kept], fit[kept])


def _ways(relation: Column, *, size: float, weights: Weights) -> tuple[Column, Column]:
    """How an office that meant one person came to the other: the likeliest cause and log2 of its chance."""
    name, kana, birth, sex, place = levels(relation)
    named = (name == 4) | (kana == 4)
    alike = np.where(
        named & (birth == 2), 0.0, np.where(named & (sex == 1), size + math.log2(weights.namesakes / 2), np.inf)
    )
    lookup = np.where(np.isfinite(alike), math.log2(SHARES[0]) - 1 - np.maximum(alike, 0), -np.inf)
    family = np.where(place == 2, math.log2(SHARES[1]) - 2, -np.inf)
    number = np.full(len(relation), math.log2(SHARES[2]) - size)
    ways = np.stack([lookup, family, number])
    return ways.argmax(axis=0), ways.max(axis=0)


def _joined(found: list[Found]) -> Found:
    columns = ("record", "row", "order", "odds", "cause", "pattern")
    if not found:
        return Found(*(np.zeros(0, np.int64) for _ in columns))
    record, row, order, odds, cause, pattern = (np.concatenate([getattr(f, c) for f in found]) for c in columns)
    return Found(record, row, order, odds, cause, pattern).ordered()


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Per doubtful record: probability that its link is wrong, and its best candidates (-1: none)."""

    wrong: Column
    best: Column
    best_probability: Column


def verdicts(found: Found, fit: Column, *, weights: Weights, rules: Rules) -> Verdicts:
    """Weigh the linked person, every candidate and nobody against each other.

    Args:
        found: the candidates, by record and falling odds.
        fit: pattern of each record with its linked person.
        weights: what patterns say.
        rules: what is assumed before looking.
    """
    count = len(fit)
    own = weights.bits[fit & 2047] + math.log2(1 - rules.wrong_rate)
    nobody = np.full(count, math.log2(rules.wrong_rate * rules.unregistered))
    first = np.searchsorted(found.record, np.arange(count))
    last = np.searchsorted(found.record, np.arange(count), side="right")
    has = last > first
    top = np.maximum(own, nobody)
    top[has] = np.maximum(top[has], found.odds[first[has]])
    others = np.zeros(count)
    np.add.at(others, found.record, np.exp2(np.maximum(found.odds - top[found.record], -1000)))
    mine, none = np.exp2(np.maximum(own - top, -1000)), np.exp2(np.maximum(nobody - top, -1000))
    total = mine + none + others
    best = np.where(has, first, -1)
    likely = np.zeros(count)
    likely[has] = np.exp2(np.maximum(found.odds[first[has]] - top[has], -1000)) / total[has]
    return Verdicts((others + none) / total, best, likely)
