"""The error model: how often an agency's copy differs from the register, or has another person's number.

Rates are shares of records. The causes of wrong links are those the inspection found (マイナンバー情報総点検, 2023):
the network was asked with two of the four attributes; a wrong number was written; a family member's was taken.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from pathlib import Path
from typing import Any

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.located import read_located
from kiban.population.errors import BadPlan


class Fault(IntEnum):
    """One kind of difference; the truth file has bit ``1 << fault`` set."""

    TWO_ITEMS = 0
    WRONG_NUMBER = 1
    FAMILY_MIXUP = 2
    VARIANT = 3
    KANA = 4
    NAME_TYPING = 5
    BIRTH_TYPING = 6
    SEX_TYPING = 7
    ADDRESS_NOTATION = 8
    LATE_MOVE = 9
    FORMER_NAME = 10
    NO_KANA = 11
    NO_ADDRESS = 12
    ALIAS = 13


WRONG_LINKS = (Fault.TWO_ITEMS, Fault.WRONG_NUMBER, Fault.FAMILY_MIXUP)


@dataclass(frozen=True, slots=True)
class Faults:
    """Rates by kind. The three wrong links together are 0.010 % as the inspection found (8,395 of 8,208 万件).

    The split among the three and all other rates are guesses (``verified: false``). ``late_move`` and ``former_name``
    are shares of those who moved or married in the last three years; ``alias`` of those who have one. The last three
    are of the copy ``register`` alone (`kiban.population.doubles`).
    """

    two_items: float = 0.00004
    wrong_number: float = 0.00003
    family_mixup: float = 0.00003
    variant: float = 0.3
    kana: float = 0.004
    name_typing: float = 0.0015
    birth_typing: float = 0.0008
    sex_typing: float = 0.0002
    address_notation: float = 0.35
    late_move: float = 0.15
    former_name: float = 0.1
    no_kana: float = 0.01
    no_address: float = 0.01
    alias: float = 0.5
    split_person: float = 0.00002
    shared_number: float = 0.00001
    entered_twice: float = 0.00002

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                raise BadPlan("a rate is a number from 0 to 1", where=Where(field=field.name), remedy="give a share")

    def rate(self, fault: Fault) -> float:
        """The rate of one kind."""
        found: float = getattr(self, fault.name.lower())
        return found


NO_FAULTS = Faults(**{field.name: 0.0 for field in fields(Faults)})
"""A perfect copy."""


def read_faults(path: Path) -> Faults:
    """Rates from a YAML file: names of `Faults` with shares; what is not named keeps its default.

    Raises:
        BadPlan: the file is missing, is no mapping, or has an unknown name.
    """
    try:
        content: Any = read_located(path).value or {}
    except BadInput as error:
        raise BadPlan(f"cannot be read: {error.what}", where=error.where, remedy=error.remedy) from None
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
        raise BadPlan(why, where=Where(str(path)), remedy="check the way to the file") from None
    known = {field.name for field in fields(Faults)}
    if not isinstance(content, dict) or set(content) - known:
        wrong = ", ".join(sorted(map(str, set(content) - known))) if isinstance(content, dict) else "no mapping"
        raise BadPlan(f"unknown: {wrong}", where=Where(str(path)), remedy=f"use {', '.join(sorted(known))}")
    return Faults(**content)
