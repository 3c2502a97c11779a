"""The search for the right person of a doubtful link: four ways to find a candidate, and the odds of each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kiban.linkage.comparing import Weights, levels, patterns
from kiban.linkage.fingerprints import Partitions
from kiban.linkage.model import Cause, Column, Rules
from kiban.linkage.pairing import NARROW, WIDE, Index
from kiban.linkage.threads import ahead

CAUSES = (Cause.TWO_ITEM_LOOKUP, Cause.FAMILY_MIX_UP, Cause.WRONG_NUMBER, Cause.UNKNOWN)
SHARES = (0.4, 0.3, 0.3)
"""Share of each cause among wrong links before looking; no source gives it (``verified: false``)."""

LITTLE = 4.0
"""Bits: who fits the linked person less is searched by more keys."""
ROUNDS, MOST_WRONG = 4, 0.2
RATE_LINKS, ABSENT_LINKS = 10_000, 50
"""The assumed rates weigh beside what a file teaches as if so many links, so many wrong ones had been seen."""


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


@dataclass(frozen=True, slots=True)
class Way:
    """How rows are compared, pair by pair, and by how many keys those are sought that fit the linked person little."""

    compare: Callable[[Column, Column], Column]
    keys: int


OPEN = Way(patterns, WIDE)


def search(
    register: Partitions, pairs: tuple[Column, Column], *, weights: Weights, rules: Rules, way: Way = OPEN
) -> Found:
    """All candidates for the records of ``pairs`` (records, linked persons), with the log2 odds of each.

    The odds compare "the candidate is the right person and the link went wrong in this way" with the data alone; the
    same scale holds for the linked person (`own_odds`) and for nobody (`nobody_odds`). Records that fit the linked
    person so little that anybody may be the right one are searched by more keys.
    """
    fit = weights.bits[way.compare(*pairs) & 2047]
    near, far = np.flatnonzero(fit >= LITTLE), np.flatnonzero(fit < LITTLE)
    indexes = [(own, Index(pairs[0][own], ways=ways)) for own, ways in ((near, NARROW), (far, way.keys)) if len(own)]

    def one(number: int) -> tuple[int, tuple[Column, ...]]:
        people = register.read(number)
        matches = [(own, *index.matches(people)) for own, index in indexes]
        record = np.concatenate([own[record] for own, record, _ in matches])
        theirs = people[np.concatenate([person for _, _, person in matches])]
        fits = (way.compare(side[record], theirs) for side in pairs)
        return len(people), (record, theirs, *fits)

    found = list(ahead(one, range(register.count))) if indexes else []
    size = np.log2(max(sum(count for count, _ in found), 2))
    return _joined([_scored(piece, (size, weights, rules)) for _, piece in found])


def _scored(piece: tuple[Any, ...], reach: tuple[float, Weights, Rules]) -> Found:
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
    """Per doubtful record: probability that its link is wrong, that nobody fits, its best candidate or -1."""

    wrong: Column
    nobody: Column
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
    return Verdicts((others + none) / total, none / total, best, likely)


def taught(found: Found, fit: Column, *, links: int, by: tuple[Weights, Rules]) -> tuple[Found, Rules]:
    """Candidates and rules with the rates of wrong links, and of absent right persons, that the file itself shows.

    Args:
        found: the candidates, with odds under the assumed rates.
        fit: pattern of each doubtful record with its linked person.
        links: number of links judged.
        by: weights, and what is assumed before looking.
    """
    weights, assumed = by
    rules, moved = assumed, found
    for _ in range(ROUNDS):
        seen = verdicts(moved, fit, weights=weights, rules=rules)
        wrong, nobody = float(seen.wrong.sum()), float(seen.nobody.sum())
        rate = (RATE_LINKS * assumed.wrong_rate + wrong) / (RATE_LINKS + links)
        absent = (ABSENT_LINKS * assumed.unregistered + nobody) / (ABSENT_LINKS + wrong)
        rules = replace(assumed, wrong_rate=min(rate, MOST_WRONG), unregistered=absent)
        moved = replace(found, odds=found.odds + math.log2(rules.wrong_rate / assumed.wrong_rate))
    return moved, rules
