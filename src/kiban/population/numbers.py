"""個人番号 and 法人番号 of persons and corporations that do not exist, with their check digits, whole columns at once.

Individual numbers begin with 99, corporate numbers (after the check digit) with 999: no office hands out a range for
trials, so this is Kiban's own convention (``verified: false``; a real individual number may begin with 99 too). Whoever
meets such a file can tell by the range that all of it is synthetic; a single number proves nothing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Serials = npt.NDArray[np.int64]
RANGE = 10**9
PREFIX, WEIGHT_OF_PREFIX = "99", 9 * 6 + 9 * 5
INDIVIDUAL_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2)
STEP = 387_420_489
"""Coprime to 10⁹: serial × STEP + offset is a permutation, so numbers are unique and do not show the order."""


def _weighted(weights: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """Sum of digit × weight for 0…10^k-1."""
    values = np.arange(10 ** len(weights), dtype=np.int64)
    total = np.zeros_like(values)
    for place, weight in enumerate(reversed(weights)):
        total += values // 10**place % 10 * weight
    return total


SUMS = tuple(_weighted(INDIVIDUAL_WEIGHTS[start : start + 3]).astype(np.int16) for start in (0, 3, 6))


def _words(form: str) -> npt.NDArray[np.uint32]:
    """For 0…999 its digits in four bytes: ``9ab.`` → the letters a, b, c of the number, dots are 0."""
    rows = [[ord(char) if char in "9" else ord(f"{n:03}"["abc".index(char)]) if char in "abc" else 0 for char in form]
            for n in range(1000)]  # fmt: skip
    return np.array(rows, dtype=np.uint8).view("<u4").ravel().astype(np.uint32)


WORDS = tuple(_words(form) for form in ("99ab", "c...", ".abc", "abc."))
CHECKS = np.array([ord("0") + (0 if n % 11 <= 1 else 11 - n % 11) for n in range(1024)], dtype=np.uint32) << 24
"""Sum of digit × weight → the check digit as the last of four bytes."""


def individual_numbers(serials: Serials, *, seed: int) -> npt.NDArray[np.uint8]:
    """12 ASCII digits per person as rows of bytes (check digit: 平成26年総務省令85号 5条, weights 6…2, 7…2)."""
    product = serials * STEP + seed * 104_729
    base = (product - product // RANGE * RANGE).astype(np.uint32)
    thousands = base // np.uint32(1000)
    low, high = base - thousands * np.uint32(1000), thousands // np.uint32(1000)
    middle = thousands - high * np.uint32(1000)
    check = CHECKS[SUMS[0][high] + SUMS[1][middle] + SUMS[2][low] + np.int16(WEIGHT_OF_PREFIX)]
    found = np.empty((len(serials), 3), dtype="<u4")
    found[:, 0], found[:, 1] = WORDS[0][high], WORDS[1][high] | WORDS[2][middle]
    found[:, 2] = WORDS[3][low] | check
    return found.view(np.uint8)


def corporate_numbers(serials: Serials) -> list[str]:
    """13 digits: check digit, then 999 and a serial (法人番号の指定等に関する省令 2条: 9 - Σ Pn·Qn mod 9)."""
    found = []
    for serial in serials.tolist():
        base = f"999{serial:09d}"
        total = sum(int(char) * (2 if place % 2 else 1) for place, char in enumerate(reversed(base)))
        found.append(f"{9 - total % 9}{base}")
    return found
