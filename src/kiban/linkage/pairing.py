"""Loops over fingerprints, compiled by numba: sort into partitions, pair by key, find who shares a search key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np

from kiban.linkage.comparing import civil, one_pattern
from kiban.linkage.model import FINGERPRINT, Column

_jit: Callable[..., Any] = numba.njit(cache=True, nogil=True)
UNKNOWN, DOUBLE = -1, -2
WORDS = FINGERPRINT.itemsize // 8
START_BITS, SEEN_MORE = (8, 22), 6
"""Least and most places of the list of where search keys begin, and how much larger the bitmap in front of it is, as
powers of two: both follow the number of keys, so that they stay in the processor's cache where they can."""


def _scatter(key: Any) -> Any:
    value = np.uint64(key) + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


scatter_one = _jit(_scatter)


def _scatter_all(keys: Any, out: Any) -> None:
    for i in range(len(keys)):
        out[i] = scatter_one(np.uint64(keys[i]))


_scattered = _jit(_scatter_all)


def scatter(keys: Column) -> Column:
    """A fixed permutation of 64-bit keys (splitmix64), so that neighbours in order are strangers."""
    out = np.empty(len(keys), dtype=np.uint64)
    _scattered(keys, out)
    return out


def _fill(columns: Any, found: Any) -> None:
    """Fingerprints from the columns of their items, row by row."""
    key, (name, name_bits), (kana, kana_bits), place, birth, sex, first = columns
    for i in range(len(found)):
        here = found[i]
        here.order = scatter_one(np.uint64(key[i])) if key[i] >= 0 else np.uint64(0)
        here.name_bits, here.kana_bits, here.row = name_bits[i], kana_bits[i], np.uint32(first + i)
        here.name, here.raw, here.family, here.given = name[0, i], name[1, i], name[2, i], name[3, i]
        here.kana, here.kana_given = kana[0, i], kana[3, i]
        here.place, here.numbers, here.birth, here.sex = place[0, i], place[1, i], birth[i], np.int64(sex[i])


fill = _jit(_fill)


def _into(rows: Any, target: Any) -> None:
    """Rows into the order of their partitions (rows without a key, order 0, are left out); edges as counts before."""
    (order, words), (out, edges) = rows, target
    count = np.uint64(len(edges) - 1)
    for i in range(len(order)):
        if order[i]:
            edges[np.int64((order[i] >> np.uint64(32)) * count >> np.uint64(32)) + 1] += 1
    for part in range(len(edges) - 1):
        edges[part + 1] += edges[part]
    at = edges.copy()
    for i in range(len(order)):
        if order[i]:
            own = np.int64((order[i] >> np.uint64(32)) * count >> np.uint64(32))
            for word in range(words.shape[1]):
                out[at[own], word] = words[i, word]
            at[own] += 1


_sorted_into = _jit(_into)


def into_partitions(found: Column, count: int) -> tuple[Column, Column]:
    """The fingerprints with a key, partition by partition, and where each partition begins: shape (count + 1,)."""
    edges = np.zeros(count + 1, dtype=np.int64)
    out = np.empty(len(found), dtype=FINGERPRINT)
    words = found.view(np.uint64).reshape(-1, WORDS)
    order = np.ascontiguousarray(found["order"])
    _sorted_into((order, words), (out.view(np.uint64).reshape(-1, WORDS), edges))
    return out, edges


def _table(people: Any, table: Any) -> None:
    slots, doubles = table
    mask = np.uint64(len(slots) - 1)
    for i in range(len(people)):
        at = people[i].order & mask
        while slots[at] >= 0 and people[slots[at]].order != people[i].order:
            at = (at + np.uint64(1)) & mask
        if slots[at] >= 0:
            doubles[slots[at]] = True
        else:
            slots[at] = i


fill_table = _jit(_table)


def _pair(sides: Any, into: Any) -> None:
    (people, ours), (slots, doubles, who, pattern, repeated, first) = sides, into
    mask = np.uint64(len(slots) - 1)
    for i in range(len(ours)):
        at = ours[i].order & mask
        while slots[at] >= 0 and people[slots[at]].order != ours[i].order:
            at = (at + np.uint64(1)) & mask
        found = slots[at]
        if found < 0:
            who[i] = -1
            continue
        if first[found] >= 0:
            repeated[i] = repeated[first[found]] = True
        first[found] = i
        if doubles[found]:
            who[i] = -2
        else:
            who[i], pattern[i] = found, one_pattern(ours[i], people[found])


pair = _jit(_pair)


@dataclass(frozen=True, slots=True)
class Pairs:
    """For each of ours the place of the person with its key (UNKNOWN, DOUBLE), the pattern, whether another has it."""

    who: Column
    pattern: Column
    repeated: Column


def paired(people: Column, ours: Column) -> Pairs:
    """Join two sides of a partition by the scattered key."""
    size = 1 << max(4, int(2 * len(people)).bit_length())
    slots, doubles = np.full(size, -1, dtype=np.int32), np.zeros(len(people), dtype=np.bool_)
    fill_table(people, (slots, doubles))
    found = Pairs(np.empty(len(ours), np.int32), np.zeros(len(ours), np.uint16), np.zeros(len(ours), np.bool_))
    first = np.full(len(people), -1, dtype=np.int32)
    pair((people, ours), (slots, doubles, found.who, found.pattern, found.repeated, first))
    unknown: Column = np.flatnonzero(found.who == UNKNOWN)
    if len(unknown):
        _, place, count = np.unique(ours["order"][unknown], return_inverse=True, return_counts=True)
        found.repeated[unknown] = count[place] > 1
    return found


def _count_strangers(sides: Any, places: Any) -> None:
    (people, ours), (starts, counts, span) = sides, places
    for i in range(len(ours)):
        other = starts[i] % len(people)
        for _ in range(span):
            if people[other].order != ours[i].order:
                counts[one_pattern(ours[i], people[other]) & 2047] += 1
            other = other + 1 if other + 1 < len(people) else 0


count_strangers = _jit(_count_strangers)


def stranger_counts(sides: tuple[Column, Column], *, span: int, size: int) -> Column:
    """Counts of patterns of records with the persons behind them in the order of scattered keys, their own left out.

    Args:
        sides: persons and records, in any order; the counts are the same.
        span: with how many persons each record is paired.
        size: number of patterns.
    """
    counts, people = np.zeros(2048, np.int64), sides[0][np.argsort(sides[0]["order"])]
    order = np.ascontiguousarray(people["order"])
    again = order[1:] == order[:-1]
    alone = ~(np.r_[again, False] | np.r_[False, again])
    people, order = people[alone], order[alone]
    starts = np.searchsorted(order, sides[1]["order"])
    count_strangers((people, sides[1]), (starts, counts, min(span, len(people))))
    return counts[:size]


def _search_keys(a: Any, keys: Any) -> None:
    """Four search keys; 0 where an item is missing: reading and birth, name and birth, home and birth, home and name.

    Each is a permutation of two hashes, and each way has its own, so that ways do not meet.
    """
    high = np.uint64(32)
    day = np.uint64(np.int64(a.birth)) & np.uint64(0xFFFFFFFF)
    name, kana = np.uint64(a.name) << high, np.uint64(a.kana) << high
    home = scatter_one((np.uint64(a.place) << high) | np.uint64(a.numbers))
    born = a.birth > -2147483647
    keys[0] = scatter_one(kana | day) if a.kana and born else np.uint64(0)
    keys[1] = scatter_one(name | day) + np.uint64(1) if a.name and born else np.uint64(0)
    keys[2] = scatter_one(home ^ day) + np.uint64(2) if a.place and born else np.uint64(0)
    keys[3] = scatter_one(home ^ name) + np.uint64(3) if a.place and a.name else np.uint64(0)


search_keys = _jit(_search_keys)


def _wide_keys(a: Any, keys: Any) -> None:
    """Twelve search keys: the four, and eight for who moved and has another family name or a slip in the birth date.

    Name or reading with two parts of the birth date; given name, or its reading, with the birth date.
    """
    search_keys(a, keys)
    keys[4:] = np.uint64(0)
    if a.birth <= -2147483647:
        return
    year, month, day = civil(np.int64(a.birth))
    two = (year * 16 + month, year * 32 + day + (1 << 20), month * 32 + day + (1 << 21))
    for place in range(3):
        part = np.uint64(two[place])
        keys[4 + place] = scatter_one(np.uint64(a.name) << np.uint64(32) | part) + np.uint64(4) if a.name else keys[4]
        keys[7 + place] = scatter_one(np.uint64(a.kana) << np.uint64(32) | part) + np.uint64(5) if a.kana else keys[7]
    born = np.uint64(np.int64(a.birth)) & np.uint64(0xFFFFFFFF)
    if a.given:
        keys[10] = scatter_one(np.uint64(a.given) << np.uint64(32) | born) + np.uint64(6)
    if a.kana_given:
        keys[11] = scatter_one(np.uint64(a.kana_given) << np.uint64(32) | born) + np.uint64(7)


wide_keys = _jit(_wide_keys)


def _keys_of(people: Any, out: Any) -> None:
    for i in range(len(people)):
        if out.shape[1] == 4:
            search_keys(people[i], out[i])
        else:
            wide_keys(people[i], out[i])


_all_keys = _jit(_keys_of)
NARROW, WIDE = 4, 12
"""Number of search keys of each way of searching."""


def keys_of(people: Column, *, ways: int = NARROW) -> Column:
    """Search keys of fingerprints: shape (n, ways), uint64; 0 where an item is missing."""
    out = np.empty((len(people), ways), dtype=np.uint64)
    _all_keys(people, out)
    return out


def _mark(keys: Any, index: Any) -> None:
    seen, starts, shifts = index
    for i in range(len(keys)):
        bit = keys[i] >> shifts[0]
        seen[bit >> np.uint64(6)] |= np.uint64(1) << (bit & np.uint64(63))
        starts[(keys[i] >> shifts[1]) + np.uint64(1)] += 1
    for i in range(1, len(starts)):
        starts[i] += starts[i - 1]


mark = _jit(_mark)


def _near(people: Any, index: Any) -> Any:
    """(record, person) pairs that share a search key, each once, the linked person left out; how many there are."""
    ways, keys, owner, seen, starts, shifts, orders, records, persons = index
    mine, count = np.empty(ways, np.uint64), 0
    for i in range(len(people)):
        if ways == 4:
            search_keys(people[i], mine)
        else:
            wide_keys(people[i], mine)
        begin = count
        for line in range(ways):
            key = mine[line]
            bit = key >> shifts[0]
            if key == 0 or not (seen[bit >> np.uint64(6)] >> (bit & np.uint64(63))) & np.uint64(1):
                continue
            bucket = np.int64(key >> shifts[1])
            for at in range(starts[bucket], starts[bucket + 1]):
                if keys[at] != key or orders[owner[at]] == people[i].order:
                    continue
                known = False
                for earlier in range(begin, min(count, len(records))):
                    known = known or records[earlier] == owner[at]
                if not known:
                    if count < len(records):
                        records[count], persons[count] = owner[at], i
                    count += 1
    return count


near = _jit(_near)


class Index:
    """Search keys of doubtful records, with a bitmap in front that turns nearly all strangers away."""

    def __init__(self, records: Column, *, ways: int = NARROW) -> None:
        flat = keys_of(records, ways=ways).ravel()
        owner = np.repeat(np.arange(len(records), dtype=np.int32), ways)[flat > 0]
        flat = flat[flat > 0]
        by = np.argsort(flat)
        least, most = START_BITS
        bits = min(max(len(flat).bit_length(), least), most)
        seen = np.zeros(1 << bits + SEEN_MORE - 6, dtype=np.uint64)
        starts = np.zeros((1 << bits) + 1, dtype=np.int32)
        shifts = (np.uint64(64 - bits - SEEN_MORE), np.uint64(64 - bits))
        flat = flat[by]
        mark(flat, (seen, starts, shifts))
        self._index = (ways, flat, owner[by], seen, starts, shifts, np.ascontiguousarray(records["order"]))

    def matches(self, people: Column) -> tuple[Column, Column]:
        """(record, person) pairs that share a search key, each pair once; never a record's own linked person."""
        size = 1024 + len(people) // 4
        while True:
            records, persons = np.empty(size, np.int32), np.empty(size, np.int32)
            count = near(people, (*self._index, records, persons))
            if count <= size:
                return records[:count], persons[:count]
            size = count
