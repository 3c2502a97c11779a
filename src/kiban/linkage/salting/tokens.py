"""Fingerprints → tokens: each distinct value of an item once through the HMAC."""

from __future__ import annotations

import numpy as np

from kiban.linkage.model import Column
from kiban.linkage.reading import MISSING
from kiban.linkage.salting.keys import Key
from kiban.linkage.salting.model import ROW, Form

ITEMS = ("name", "raw", "family", "given", "kana", "kana_given", "place", "numbers")
KEY = "key"
ROOM = 1 << 17
"""About so many values of an item, and their tokens, are known at a time. Keys are not: each is there once."""
YEAR_FROM, YEARS, MONTHS, DAYS = 1850, 256, 12, 31
MONTH_BITS, DAY_BITS = 4, 5


class Tokens:
    """Tokens of values: each different value of an item goes through the HMAC once, as far as there is room."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self._known: dict[tuple[str, int], tuple[Column, Column]] = {}

    def of(self, values: Column, *, item: str, bits: int) -> Column:
        """A token per value, equal for equal values; 0 stays 0."""
        distinct, place = np.unique(values.astype(np.uint64), return_inverse=True)
        nothing = np.zeros(0, dtype=np.uint64)
        known, theirs = self._known.get((item, bits), (nothing, nothing))
        at = np.searchsorted(known, distinct)
        seen = at < len(known)
        seen[seen] = known[at[seen]] == distinct[seen]
        found = np.empty(len(distinct), dtype=np.uint64)
        found[seen] = theirs[at[seen]]
        found[~seen] = self._new(distinct[~seen], item=item, bits=bits)
        if len(known) < ROOM and item != KEY:
            every = np.concatenate([known, distinct[~seen]])
            order = np.argsort(every)
            self._known[item, bits] = every[order], np.concatenate([theirs, found[~seen]])[order]
        return found[place] if len(found) else values.astype(np.uint64)

    def _new(self, values: Column, *, item: str, bits: int) -> list[int]:
        token, less = self.key.token, 64 - bits
        return [(token(item, value.to_bytes(8, "big")) >> less or 1) if value else 0 for value in values.tolist()]


def salted_rows(prints: Column, numbers: Column, *, records: list[str], tokens: Tokens, form: Form) -> Column:
    """Salted rows, by their token of the link key, so that nothing of the file's order is left.

    Args:
        prints: fingerprints of good rows.
        numbers: their link keys.
        records: their record numbers.
        tokens: under the key of the comparison.
        form: what is kept of each item.
    """
    found, key = np.zeros(len(prints), dtype=ROW), tokens.key
    found["key"] = tokens.of(numbers, item=KEY, bits=64)
    found["record"] = [key.token("record", record.encode()) for record in records]
    for item in ITEMS:
        if item != "raw" or form is not Form.HMAC:
            found[item] = tokens.of(prints[item], item=item, bits=32)
    found["birth"], found["sex"] = _births(prints["birth"], tokens, form=form), _sexes(prints["sex"], key)
    if form is Form.HMAC:
        found["raw"] = found["name"]
        found["name_bits"] = tokens.of(prints["name"], item="name-bits", bits=64)
        found["kana_bits"] = tokens.of(prints["kana"], item="kana-bits", bits=64)
    else:
        for item in ("name_bits", "kana_bits"):
            found[item] = _filters(prints[item], _order(key, item, count=64))
    return in_order(found)


def in_order(rows: Column) -> Column:
    """Salted rows by key and record; what is alike in both by its other tokens."""
    found = rows[np.lexsort((rows["record"], rows["key"]))]
    if ((found["key"][1:] == found["key"][:-1]) & (found["record"][1:] == found["record"][:-1])).any():
        others = [item for item in reversed(ROW.names or ()) if item not in {"key", "record", "row"}]
        found = rows[np.lexsort((*(rows[item] for item in others), rows["record"], rows["key"]))]
    found["row"] = np.arange(len(found))
    return found


def _order(key: Key, item: str, *, count: int) -> Column:
    """A secret permutation of 0…count-1."""
    return np.argsort([key.token(f"order-{item}", number.to_bytes(8, "big")) for number in range(count)])


def _filters(masks: Column, places: Column) -> Column:
    """Filters with their 64 bits at secret places."""
    found = np.zeros(len(masks), dtype=np.uint64)
    for bit, place in enumerate(places.tolist()):
        found |= ((masks >> np.uint64(bit)) & np.uint64(1)) << np.uint64(place)
    return found


def _births(births: Column, tokens: Tokens, *, form: Form) -> Column:
    """A token per day; or, for filters, year, month and day each under a secret order, packed."""
    days = births.astype(np.int64)
    known = days > MISSING + 1
    found = np.full(len(days), MISSING, dtype=np.int32)
    if form is Form.HMAC:
        found[known] = tokens.of((days[known] + 2**32).astype(np.uint64), item="birth", bits=31).astype(np.int32)
        return found
    months = days[known].astype("datetime64[D]").astype("datetime64[M]")
    day = days[known] - months.astype("datetime64[D]").astype(np.int64)
    month = months.astype(np.int64) % MONTHS
    year = np.clip(months.astype(np.int64) // MONTHS + 1970 - YEAR_FROM, 0, YEARS - 1)
    parts = [_order(tokens.key, name, count=count)[part] for name, part, count in
             (("year", year, YEARS), ("month", month, MONTHS), ("day", day, DAYS))]  # fmt: skip
    found[known] = (parts[0] << (MONTH_BITS + DAY_BITS)) + (parts[1] << DAY_BITS) + parts[2]
    return found


def _sexes(sexes: Column, key: Key) -> Column:
    """1 and 2, or 2 and 1; that is all a key can hide of two values."""
    turned = key.token("sex", b"") & 1
    return np.where(sexes > 0, 3 - sexes if turned else sexes, sexes).astype(np.int8)
