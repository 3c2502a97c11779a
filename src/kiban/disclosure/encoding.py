"""Rows as numbers: per column the codes of its values and their way up the hierarchy; equal rows are one with a count.

What is searched, counted and merged is only this: distinct tuples of codes with how many rows have each. Two offices
whose tables are encoded over the same values can be added without either showing the other a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiban.disclosure.errors import BadHierarchy
from kiban.disclosure.hierarchy import Hierarchy, flat
from kiban.kernel.errors import Where

Codes = NDArray[np.int32]
Counts = NDArray[np.int64]
_ROOM = 2**62


@dataclass(frozen=True, slots=True)
class Ladder:
    """One column: ``labels[level]`` its labels, ``up[level]`` the label of each code of level 0 at that level."""

    name: str
    labels: tuple[tuple[str, ...], ...]
    up: tuple[Codes, ...]

    @property
    def height(self) -> int:
        """Levels above the values themselves."""
        return len(self.labels) - 1

    def between(self, low: int, high: int) -> Codes:
        """The code at level ``high`` of each code at level ``low``."""
        out = np.zeros(len(self.labels[low]), np.int32)
        out[self.up[low]] = self.up[high]
        return out


@dataclass(frozen=True, slots=True)
class Encoded:
    """Distinct tuples (``codes``: tuples × columns, quasi-identifiers first, then the sensitive) and their counts.

    ``of`` leads from a row of the table to its tuple.
    """

    ladders: tuple[Ladder, ...]
    sensitive: tuple[Ladder, ...]
    codes: Codes
    counts: Counts
    of: NDArray[np.intp]

    @property
    def rows(self) -> int:
        return int(self.counts.sum())


def ladder(name: str, values: Sequence[str], *, hierarchy: Hierarchy) -> Ladder:
    """The ladder of a column's distinct values.

    Raises:
        BadHierarchy: a value without labels, or of two values that are alike at one level but not at the next.
    """
    try:
        labels = [hierarchy(value) for value in values]
    except BadHierarchy as error:
        raise BadHierarchy(
            error.what, where=error.where if error.where.line else Where(field=name), remedy=error.remedy
        ) from None
    levels, up = [], []
    for level in range(len(labels[0]) if labels else 2):
        known: dict[str, int] = {}
        up.append(np.array([known.setdefault(one[level], len(known)) for one in labels], np.int32))
        levels.append(tuple(known))
    found = Ladder(name, tuple(levels), tuple(up))
    _check_nested(found)
    return found


def _check_nested(found: Ladder) -> None:
    for level in range(1, found.height):
        wrong = np.flatnonzero(found.between(level, level + 1)[found.up[level]] != found.up[level + 1])
        if len(wrong):
            label = found.labels[level][found.up[level][wrong[0]]]
            what = f"values that are {label[:40]!r} at step {level} are not alike at step {level + 1}"
            raise BadHierarchy(what, where=Where(field=found.name), remedy="what is one must stay one further up")


def encode(
    columns: Mapping[str, Sequence[str]], hierarchies: Mapping[str, Hierarchy], *, sensitive: Sequence[str] = ()
) -> Encoded:
    """A table by columns as distinct tuples; ``hierarchies`` names the quasi-identifiers in their order."""
    steps = {**hierarchies, **dict.fromkeys(sensitive, flat)}
    ladders, parts = [], []
    for name, hierarchy in steps.items():
        known: dict[str, int] = {}
        parts.append(np.array([known.setdefault(value, len(known)) for value in columns[name]], np.int32))
        ladders.append(ladder(name, list(known), hierarchy=hierarchy))
    codes = np.stack(parts, axis=1)
    keys = packed(codes, [len(one.labels[0]) for one in ladders])
    _, first, of = np.unique(keys, return_index=True, return_inverse=True)
    counts = np.bincount(of, minlength=len(first)).astype(np.int64)
    border = len(hierarchies)
    return Encoded(tuple(ladders[:border]), tuple(ladders[border:]), codes[first], counts, of)


def packed(codes: Codes, sizes: Sequence[int]) -> NDArray[np.int64]:
    """Each tuple as one number, equal for equal tuples; made dense in between where it would outgrow 62 bits."""
    keys, room = np.zeros(len(codes), np.int64), 1
    for column, size in enumerate(sizes):
        if room * size >= _ROOM:
            _, keys = np.unique(keys, return_inverse=True)
            room = len(codes)
        keys = keys * size + codes[:, column]
        room *= size
    return keys


def merged(parts: Sequence[Encoded]) -> Encoded:
    """Tables of several holders as one, over the same ladders; the rows themselves stay where they are.

    Raises:
        BadHierarchy: their ladders differ.
    """
    first = parts[0]
    for other in parts[1:]:
        names = [(one.name, one.labels) for one in (*other.ladders, *other.sensitive)]
        if names != [(one.name, one.labels) for one in (*first.ladders, *first.sensitive)]:
            raise BadHierarchy("the tables were encoded over different values", remedy="agree on the ladders first")
    codes = np.concatenate([one.codes for one in parts])
    counts = np.concatenate([one.counts for one in parts])
    keys = packed(codes, [len(one.labels[0]) for one in (*first.ladders, *first.sensitive)])
    _, begin, of = np.unique(keys, return_index=True, return_inverse=True)
    total = np.bincount(of, weights=counts, minlength=len(begin)).astype(np.int64)
    starts = np.cumsum([0, *(len(one.codes) for one in parts[:-1])])
    rows = [of[start + one.of] for one, start in zip(parts, starts, strict=True)]
    return Encoded(first.ladders, first.sensitive, codes[begin], total, np.concatenate(rows))
