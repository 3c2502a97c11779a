"""Comparison levels of two salted rows: the patterns of `kiban.linkage.comparing`, from tokens alone."""

from __future__ import annotations

import numpy as np

from kiban.linkage.comparing import SHAPE, WRITTEN
from kiban.linkage.model import Column
from kiban.linkage.reading import MISSING
from kiban.linkage.salting.model import Form
from kiban.linkage.salting.tokens import DAY_BITS, MONTH_BITS

NEARLY = 2
"""So many bits of two letter filters may differ."""
_ONES = np.array([value.bit_count() for value in range(256)], dtype=np.uint8)


def patterns(left: Column, right: Column, *, form: Form) -> Column:
    """Patterns of pairs of salted rows, side by side: shape (n,), uint16."""
    name = _names(left, right, items=("name", "family", "given", "name_bits"))
    kana = _names(left, right, items=("kana", "", "kana_given", "kana_bits"))
    sex = np.where((left["sex"] < 0) | (right["sex"] < 0), 2, left["sex"] == right["sex"])
    town, home = left["place"] == right["place"], left["numbers"] == right["numbers"]
    place = np.where((left["place"] == 0) | (right["place"] == 0), 3, np.where(town, 1 + home, 0))
    found = np.ravel_multi_index((name, kana, _births(left, right, form=form), sex, place), SHAPE)
    return (found + np.where((name == 4) & (left["raw"] != right["raw"]), WRITTEN, 0)).astype(np.uint16)


def _names(left: Column, right: Column, *, items: tuple[str, str, str, str]) -> Column:
    whole, first, rest, bits = items
    apart = np.ascontiguousarray(left[bits] ^ right[bits]).view(np.uint8).reshape(-1, 8)
    alike = _ONES[apart].sum(axis=1) <= NEARLY
    given = (left[rest] != 0) & (left[rest] == right[rest])
    family = (left[first] != 0) & (left[first] == right[first]) if first else np.zeros(len(left), dtype=bool)
    missing = (left[whole] == 0) | (right[whole] == 0)
    return np.select([missing, left[whole] == right[whole], alike, given, family], [5, 4, 2, 3, 1], 0)


def _births(left: Column, right: Column, *, form: Form) -> Column:
    one, two = left["birth"], right["birth"]
    missing = (one == MISSING) | (two == MISSING)
    if form is Form.HMAC:
        return np.select([missing, one == two], [3, 2], 0)
    masks = (-1 << (MONTH_BITS + DAY_BITS), ((1 << MONTH_BITS) - 1) << DAY_BITS, (1 << DAY_BITS) - 1)
    same = sum((((one ^ two) & mask) == 0).astype(np.int64) for mask in masks)
    return np.select([missing, one == two, same == 2], [3, 2, 1], 0)
