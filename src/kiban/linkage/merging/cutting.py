"""The order of a merged register, and where it is cut into parts that fit into memory: never inside a household."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kiban.linkage import reading
from kiban.linkage.model import Column
from kiban.linkage.pairing import scatter

DIGITS = 18
"""Numbers of at most so many digits are compared as numbers, before all other texts."""
SAMPLE, MOST_BITS = 1 << 16, 40
ROWS_IN_PART = 1 << 17


class Cut(msgspec.Struct, frozen=True):
    """The first household of a part: municipality, and the household's number, or its text where it is none."""

    code: str
    number: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A column as what orders it: short numbers by value, the others (``short`` is false) by their texts."""

    short: Column
    value: Column
    length: Column
    texts: Any

    @classmethod
    def of(cls, column: Any) -> Ordered:
        """Bring a column into this form."""
        column = reading.whole(column)
        if pa.types.is_integer(column.type) and not column.null_count and (pc.min(column).as_py() or 0) >= 0:
            value = np.asarray(column.cast(pa.int64()))
            return cls(np.ones(len(value), dtype=bool), value, np.zeros(len(value), dtype=np.int32), column)
        texts = reading.plain(column)
        length = np.asarray(pc.binary_length(texts))
        short = np.asarray(pc.ascii_is_decimal(texts)) & (length <= DIGITS)
        value = np.asarray(pc.if_else(pa.array(short), texts, "0").cast(pa.int64()))
        return cls(short, value, length, texts)

    def others(self) -> tuple[list[str], Column]:
        """The different texts that are no short numbers in their order, and which of them each such row has."""
        coded = self.texts.filter(pa.array(~self.short)).dictionary_encode()
        texts = coded.dictionary.to_pylist()
        order = sorted(range(len(texts)), key=lambda at: rank(texts[at]))
        place = np.empty(len(texts), dtype=np.int64)
        place[order] = np.arange(len(texts))
        return [texts[at] for at in order], place[np.asarray(coded.indices)]

    def keys(self) -> tuple[Column, ...]:
        """Columns for numpy's lexsort, the weightiest last; equal numbers in other digits stay apart (01, 1)."""
        if self.short.all():
            return -self.length, self.value
        value = self.value.copy()
        value[~self.short] = self.others()[1]
        return -self.length, value, ~self.short


def rank(text: str) -> tuple[int, int, str]:
    """What orders texts: numbers by value before other texts."""
    return (0, int(text), text) if text.isascii() and text.isdigit() else (1, 0, text)


def _code_rank(code: str) -> tuple[bool, tuple[int, int, str]]:
    return not (code.isascii() and code.isdigit() and len(code) <= DIGITS), rank(code)


@dataclass(slots=True)
class Sample:
    """Some households of all registers, chosen by their scattered number: the same in whatever order they come."""

    rows: int = 0
    bits: int = 0
    found: list[tuple[str, Column, Column, list[str]]] = field(default_factory=list)

    def add(self, code: Any, household: Any) -> None:
        """Take the households of some rows into account."""
        self.rows += len(code)
        texts, which = reading.coded(reading.plain(code))
        home = Ordered.of(household)
        scattered = scatter(home.value.astype(np.uint64))
        names = _names(home)
        for at, text in enumerate(texts.to_pylist()):
            here = which == at
            short = here & home.short
            others = [names[place] for place in np.flatnonzero(here & ~home.short).tolist()] if names else []
            self.found.append((text, scattered[short], home.value[short], others))
        while self._thinned() > SAMPLE and self.bits < MOST_BITS:
            self.bits += 1

    def _thinned(self) -> int:
        least = np.uint64((1 << 64) - (1 << (64 - self.bits))) if self.bits else np.uint64(0)
        self.found = [
            (code, scattered[scattered >= least], values[scattered >= least],
             [text for text in texts if _scattered(text) >= least])
            for code, scattered, values, texts in self.found
        ]  # fmt: skip
        return sum(len(values) + len(texts) for _, _, values, texts in self.found)

    def cuts(self, parts: int) -> list[Cut]:
        """Where the order is cut so that about as many rows are in each part."""
        every = list[Cut]()
        for code in sorted({one[0] for one in self.found}, key=_code_rank):
            values = np.sort(np.concatenate([one[2] for one in self.found if one[0] == code]))
            texts = sorted((text for one in self.found if one[0] == code for text in one[3]), key=rank)
            every += [Cut(code, value) for value in values.tolist()] + [Cut(code, -1, text) for text in texts]
        places = [len(every) * part // parts for part in range(1, parts)]
        found = [every[place] for place in places if 0 < place < len(every)]
        return [two for one, two in pairwise([None, *found]) if one != two and two is not None]


def _names(home: Ordered) -> dict[int, str]:
    """Households without a short number: row and text."""
    if home.short.all():
        return {}
    rows = np.flatnonzero(~home.short)
    return dict(zip(rows.tolist(), home.texts.take(pa.array(rows)).to_pylist(), strict=True))


def _scattered(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def part_of(code: Any, household: Any, *, cuts: list[Cut]) -> Column:
    """The part that each row belongs to."""
    texts, which = reading.coded(reading.plain(code))
    home, found = Ordered.of(household), np.zeros(len(code), dtype=np.int64)
    if not cuts:
        return found
    names, codes = _names(home), [_code_rank(cut.code) for cut in cuts]
    for at, text in enumerate(texts.to_pylist()):
        here = which == at
        if not here.any():
            continue
        first, last = bisect_left(codes, _code_rank(text)), bisect_right(codes, _code_rank(text))
        numbers = np.array([cut.number for cut in cuts[first:last] if not cut.text and cut.number >= 0], dtype=np.int64)
        others = [rank(cut.text) for cut in cuts[first:last] if cut.number < 0]
        found[here] = first + np.searchsorted(numbers, home.value[here], side="right")
        for row in np.flatnonzero(here & ~home.short).tolist():
            found[row] = first + len(numbers) + bisect_right(others, rank(names[row]))
    return found
