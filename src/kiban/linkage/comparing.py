"""Comparison levels of two fingerprints, and the weights that a file itself teaches."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np

from kiban.linkage.model import Column

_jit: Callable[..., Any] = numba.njit(cache=True, nogil=True)
NAME_LEVELS = ("different", "family name same", "nearly the same", "given name same", "same", "missing")
BIRTH_LEVELS = ("different", "one part differs", "same", "missing")
SEX_LEVELS = ("different", "same", "missing")
ADDRESS_LEVELS = ("different", "same town", "same", "missing")
SHAPE = (6, 6, 4, 3, 4)
PATTERNS, WRITTEN = 1728, 2048
"""Number of patterns; the bit that says the same name is written with other characters."""

RIGHT_LINKS, STRANGERS, LEAST = 50, 2000, 0.05
"""A small file teaches little: what is typical counts as so many links, pairs of strangers; and each level a little."""
RIGHT: dict[str, tuple[float, ...] | dict[int, float]] = {
    "name": {4 * 6 + 4: 0.95, 4 * 6 + 5: 0.012, 4 * 6 + 2: 0.012, 4 * 6: 0.003, 2 * 6 + 4: 0.006, 2 * 6 + 2: 0.001,
             3 * 6 + 3: 0.005, 3 * 6 + 5: 0.001, 1 * 6 + 4: 0.002},
    "birth": (0.0005, 0.004, 0.985, 0.0105), "sex": (0.001, 0.989, 0.01), "address": (0.06, 0.03, 0.89, 0.02),
}  # fmt: skip
STRANGE: dict[str, tuple[float, ...] | dict[int, float]] = {
    "name": {0: 0.97, 6: 0.002, 1 * 6 + 1: 0.006, 5: 0.01, 3 * 6 + 3: 0.0005, 4 * 6 + 4: 2e-6, 4 * 6 + 5: 2e-6},
    "birth": (0.987, 0.003, 3e-5, 0.00997), "sex": (0.49, 0.5, 0.01), "address": (0.975, 0.005, 0.0002, 0.0198),
}  # fmt: skip
"""Levels among right links and strangers, beside what the file teaches (``verified: false``: no source has them)."""


def _few(value: Any) -> Any:
    """Whether at most two bits are set."""
    value &= value - np.uint64(1)
    return value & (value - np.uint64(1)) == 0


few = _jit(_few)


def _name(parts: Any, mask: Any) -> Any:
    whole, first, rest = parts
    if whole[0] == 0 or whole[1] == 0:
        return 5
    if whole[0] == whole[1]:
        return 4
    if few(mask[0] ^ mask[1]):
        return 2
    if rest[0] != 0 and rest[0] == rest[1]:
        return 3
    return 1 if first[0] != 0 and first[0] == first[1] else 0


name_level = _jit(_name)


def _civil(days: Any) -> Any:
    """Year, month, day of days since 1970 (Hinnant's algorithm)."""
    z = days + 719468
    era = z // 146097
    of_era = z - era * 146097
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return year + era * 400 + (1 if month <= 2 else 0), month, day


civil = _jit(_civil)


def _birth(a: Any, b: Any) -> Any:
    if a == -2147483648 or b == -2147483648:
        return 3
    if a == b:
        return 2
    one, two = civil(np.int64(a)), civil(np.int64(b))
    same = (one[0] == two[0]) + (one[1] == two[1]) + (one[2] == two[2])
    swapped = one[0] == two[0] and one[1] == two[2] and one[2] == two[1]
    apart = abs(np.int64(a) - np.int64(b))
    # A slip in one digit: the month's or the day's (within a month), or the decade's.
    return 1 if same == 2 or swapped or apart <= 31 or 3651 <= apart <= 3654 else 0


birth_level = _jit(_birth)


def _pattern(a: Any, b: Any) -> Any:
    parts, none = ((a.name, b.name), (a.family, b.family), (a.given, b.given)), np.uint32(0)
    name = name_level(parts, (a.name_bits, b.name_bits))
    read = ((a.kana, b.kana), (none, none), (a.kana_given, b.kana_given))
    kana = name_level(read, (a.kana_bits, b.kana_bits))
    birth = birth_level(a.birth, b.birth)
    sex = 2 if a.sex < 0 or b.sex < 0 else (1 if a.sex == b.sex else 0)
    place = 3 if a.place == 0 or b.place == 0 else 0
    if place == 0 and a.place == b.place:
        place = 2 if a.numbers == b.numbers else 1
    found = (((name * 6 + kana) * 4 + birth) * 3 + sex) * 4 + place
    return found + (2048 if name == 4 and a.raw != b.raw else 0)


one_pattern = _jit(_pattern)


def _patterns(pairs: Any, out: Any) -> None:
    """The pattern of levels of each pair of fingerprints."""
    left, right = pairs
    for i in range(len(left)):
        out[i] = one_pattern(left[i], right[i])


_compiled = _jit(_patterns)


def patterns(left: Column, right: Column) -> Column:
    """Patterns of two arrays of fingerprints, pair by pair: shape (n,), uint16."""
    out = np.empty(len(left), dtype=np.uint16)
    _compiled((left, right), out)
    return out


def levels(pattern: Column) -> tuple[Column, ...]:
    """The levels of name, kana, birth, sex and address of patterns."""
    return tuple(np.unravel_index(pattern & (WRITTEN - 1), SHAPE))


@dataclass(frozen=True, slots=True)
class Weights:
    """What a pattern says for "the same person", in bits: log2 P(pattern | same person) / P(pattern | strangers).

    ``name`` joins name and reading, which are not independent. ``namesakes`` is the chance that two strangers share
    name and reading, or birth date; from it comes how wide a lookup by two items reaches.
    """

    bits: Column
    tables: dict[str, dict[str, float]]
    namesakes: float
    same_birth: float


def learn(linked: Column, strangers: Column) -> Weights:
    """Weights from counts of patterns over the file's own links and over random pairs; no labels are needed.

    Args:
        linked: counts of patterns of linked pairs, shape (1728,).
        strangers: counts over pairs of records with unrelated persons, shape (1728,).
    """
    every = np.arange(PATTERNS)
    name, kana, birth, sex, place = levels(every)
    named = (name == 4) | (kana == 4)
    # A field's errors are counted where the other fields leave no doubt that the pair is right; a field that one side
    # never has can leave none.
    home, born = _fits(place, linked, same=2, missing=3), _fits(birth, linked, same=2, missing=3)
    sure = {"name": born & home, "birth": named & home, "sex": named & born, "address": named & born}
    codes = {"name": name * 6 + kana, "birth": birth, "sex": sex, "address": place}
    total, shown, chance = np.zeros(PATTERNS), {}, {}
    for field, code in codes.items():
        right = _shares(code[sure[field]], linked[sure[field]], prior=RIGHT_LINKS * _typical(RIGHT[field]))
        wrong = _shares(code, strangers, prior=STRANGERS * _typical(STRANGE[field]))
        table = np.log2(right / wrong)
        total += table[code]
        chance[field] = wrong
        shown[field] = {_label(field, at): round(float(table[at]), 2) for at in range(len(table))}
    namesakes = float(chance["name"][4 * 6 + 4])
    return Weights(total, shown, namesakes, float(chance["birth"][2]))


def _fits(level: Column, linked: Column, *, same: int, missing: int) -> Column:
    """Patterns in which an item fits; if hardly any pair has it on both sides, those without it too."""
    found: Column = level == same
    return found if linked[found].sum() > linked.sum() / 100 else found | (level == missing)


def _typical(shares: tuple[float, ...] | dict[int, float]) -> Column:
    """Shares by level; of name and reading those that are named, the rest evenly."""
    if not isinstance(shares, dict):
        return np.array(shares)
    rest = (1 - sum(shares.values())) / (36 - len(shares))
    return np.array([shares.get(at, rest) for at in range(36)])


def _shares(code: Column, counts: Column, *, prior: Column) -> Column:
    found = np.bincount(code, weights=counts, minlength=len(prior)) + prior + LEAST
    shares: Column = found / found.sum()
    return shares


def _label(field: str, at: int) -> str:
    if field == "name":
        return f"name {NAME_LEVELS[at // 6]}, kana {NAME_LEVELS[at % 6]}"
    return {"birth": BIRTH_LEVELS, "sex": SEX_LEVELS, "address": ADDRESS_LEVELS}[field][at]


def log2_sum(values: Column) -> float:
    """log2 of a sum of powers of two."""
    top = float(values.max())
    return top + math.log2(float(np.exp2(values - top).sum()))
