"""The 20-digit key of a payment: run (9 digits), line (10 digits), check digit (Luhn), so a misread key is refused."""

from __future__ import annotations

from kiban.benefits.payments.errors import BadTransfer


def luhn(digits: str) -> int:
    """The check digit that follows these digits."""
    doubled = (int(d) * 2 for d in reversed(digits[-1::-2]))
    plain = (int(d) for d in digits[-2::-2])
    return -(sum(d - 9 if d > 9 else d for d in doubled) + sum(plain)) % 10


def key_of(run: int, line: int) -> str:
    """The key of a line (from 1) of a run. Raises: BadTransfer when a number does not fit."""
    if not (0 < run < 10**9 and 0 < line < 10**10):
        raise BadTransfer("a run has 9 digits and a line 10", remedy="start a new series of runs")
    digits = f"{run:09d}{line:010d}"
    return digits + str(luhn(digits))


def run_key(run: int) -> str:
    """The key of a whole run on the work list: line 0, which no payment has."""
    digits = f"{run:09d}{0:010d}"
    return digits + str(luhn(digits))


def parts_of(key: str) -> tuple[int, int] | None:
    """Run and line of a key; None when it is not one of ours."""
    right = len(key) == 20 and key.isascii() and key.isdecimal() and luhn(key[:19]) == int(key[19])
    return (int(key[:9]), int(key[9:19])) if right else None
