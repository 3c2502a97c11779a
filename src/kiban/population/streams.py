"""Counter-based random numbers: a number depends on seed, purpose, municipality and place in the order only.

So chunks, workers and order of work cannot change a byte. Philox 4×64 as numpy has it; only whole numbers are drawn
from it (no floating point), so every machine gives the same.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

Raw = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.integer[Any]]


class Purpose(IntEnum):
    """What a stream is for; a new purpose never disturbs the others."""

    HOUSEHOLD = 1
    ADDRESS = 2
    HISTORY = 3
    PERSON = 4
    WORK = 5
    ACCOUNT = 6
    TOWNS = 7
    DEATH = 8
    CORPORATION = 9
    DOUBLE = 10
    COPY = 100


def stream(seed: int, purpose: int, *, place: int, count: int) -> Raw:
    """The first ``count`` 64-bit numbers of a stream; ``place`` is the municipality's number."""
    key = np.array([seed & (2**64 - 1), purpose], dtype=np.uint64)
    bits = np.random.Philox(key=key, counter=np.array([0, place, 0, 0], dtype=np.uint64))
    found: Raw = bits.random_raw(count)
    return found


def take(raw: Raw, start: int, *, bits: int) -> npt.NDArray[np.int64]:
    """``bits`` bits of each number, from bit ``start`` on; disjoint ranges are independent."""
    part: npt.NDArray[np.int64] = ((raw >> np.uint64(start)) & np.uint64((1 << bits) - 1)).astype(np.int64)
    return part


def below(raw: Raw, start: int, *, limit: int) -> npt.NDArray[np.int64]:
    """Whole numbers in 0…limit-1 from 16 bits (limit ≪ 65,536: the bias stays below limit/65,536)."""
    found: npt.NDArray[np.int64] = (take(raw, start, bits=16) * limit) >> 16
    return found


def chance(raw: Raw, start: int, *, per_65536: int) -> npt.NDArray[np.bool_]:
    """True with the probability ``per_65536``/65,536."""
    found: npt.NDArray[np.bool_] = take(raw, start, bits=16) < per_65536
    return found
