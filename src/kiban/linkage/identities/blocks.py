"""Which entries are worth comparing: equal search keys inside partitions by birth date and by place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kiban.linkage.fingerprints import Partitions
from kiban.linkage.model import FINGERPRINT, Column
from kiban.linkage.pairing import keys_of, scatter

MOST_IN_BLOCK = 64
"""A search key that more entries share says nothing (a placeholder); it is left out and counted."""
BY_BIRTH, BY_PLACE = (0, 1, 2), (3,)
"""Columns of `keys_of` that hold the birth date, and those that hold the place."""

TURNED_BY = ("order", "birth", "name", "kana", "place", "numbers", "raw", "sex")


@dataclass(slots=True)
class Found:
    """Pairs of entries side by side; ``crowded`` is the number of entries under keys that too many share."""

    first: Column
    second: Column
    crowded: int = 0


def by_birth(people: Column) -> Column:
    """Partition hash: equal for equal birth dates."""
    return scatter(people["birth"].astype(np.int64))


def by_place(people: Column) -> Column:
    """Partition hash: equal for equal addresses."""
    return scatter((people["place"].astype(np.uint64) << np.uint64(32)) | people["numbers"].astype(np.uint64))


def redistribute(source: Partitions, target: Partitions, *, by: Callable[[Column], Column]) -> None:
    """Write the fingerprints of one set of partitions into another, by another hash."""
    shutil.rmtree(target.folder, ignore_errors=True)
    target.folder.mkdir(parents=True)
    for number in range(source.count):
        people = source.read(number)
        part = (by(people) >> np.uint64(32)) * np.uint64(target.count) >> np.uint64(32)
        order = np.argsort(part, kind="stable")
        edges = np.searchsorted(part[order], np.arange(target.count + 1))
        for place in range(target.count):
            if edges[place] < edges[place + 1]:
                with target.path(place).open("ab") as out:
                    people[order[edges[place] : edges[place + 1]]].tofile(out)


def same_number(people: Column) -> Found:
    """Pairs with the same link key in one partition by key."""
    return _oriented(_runs(people, people["order"], good=np.ones(len(people), dtype=bool)))


def alike(people: Column, *, lines: tuple[int, ...]) -> Found:
    """Pairs with different link keys that share a search key of these lines, each pair once."""
    keys = keys_of(people)
    found = [_runs(people, keys[:, line], good=keys[:, line] > 0) for line in lines]
    one, two = (np.concatenate([getattr(f, side) for f in found]) for side in ("first", "second"))
    apart = one["order"] != two["order"]
    one, two = one[apart], two[apart]
    return _oriented(Found(one, two, sum(f.crowded for f in found)))


def _oriented(found: Found) -> Found:
    """Each pair once and turned by its items, so that the order of rows cannot turn it."""
    one, two = found.first, found.second
    turn, level = np.zeros(len(one), dtype=bool), np.ones(len(one), dtype=bool)
    for item in TURNED_BY:
        turn |= level & (one[item] > two[item])
        level &= one[item] == two[item]
    first, second = np.where(turn, two, one), np.where(turn, one, two)
    rows = np.sort(np.stack([one["row"], two["row"]]).astype(np.uint64), axis=0)
    _, kept = np.unique(rows[0] << np.uint64(32) | rows[1], return_index=True)
    return Found(first[kept], second[kept], found.crowded)


def _runs(people: Column, keys: Column, *, good: Column) -> Found:
    at = np.flatnonzero(good)
    at = at[np.argsort(keys[at], kind="stable")]
    sorted_keys = keys[at]
    starts = np.flatnonzero(np.r_[True, sorted_keys[1:] != sorted_keys[:-1]]) if len(at) else np.zeros(0, np.int64)
    size = np.repeat(np.diff(np.r_[starts, len(at)]), np.diff(np.r_[starts, len(at)]))
    crowded = int((size > MOST_IN_BLOCK).sum())
    at, sorted_keys = at[size <= MOST_IN_BLOCK], sorted_keys[size <= MOST_IN_BLOCK]
    one, two = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for step in range(1, MOST_IN_BLOCK):
        same = np.flatnonzero(sorted_keys[step:] == sorted_keys[:-step])
        if not len(same):
            break
        one.append(at[same])
        two.append(at[same + step])
    return Found(people[np.concatenate(one)], people[np.concatenate(two)], crowded)


def empty() -> Found:
    """No pairs."""
    return Found(np.zeros(0, FINGERPRINT), np.zeros(0, FINGERPRINT))
