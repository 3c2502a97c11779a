"""Values of the link check: attributes, judgements, findings, the summary of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from kiban.linkage.errors import BadRules

Column = npt.NDArray[Any]

FINGERPRINT = np.dtype([
    ("order", "u8"), ("name_bits", "u8"), ("kana_bits", "u8"), ("row", "u4"), ("name", "u4"), ("raw", "u4"),
    ("family", "u4"), ("given", "u4"), ("kana", "u4"), ("kana_given", "u4"), ("place", "u4"), ("numbers", "u4"),
    ("birth", "i4"), ("sex", "i8"),
])  # fmt: skip
"""One record of a file as the check sees it: hashes of folded items, never the texts. 0 (birth, sex: -1) is missing.

``order`` is the scattered link key: equal for equal keys, 0 where there is none. 72 bytes.
"""
PARTS = np.dtype([
    *((name, "u8") for name in ("whole", "whole_step", "raw", "raw_step", "first", "rest", "rest_step", "bits")),
    ("split", "?"),
])  # fmt: skip
"""A text's hashes before they are closed; two of them make those of the joined text."""


class Judgement(StrEnum):
    """What is said of one link (マイナンバー情報総点検)."""

    CERTAIN = "certain"
    PLAUSIBLE = "plausible"
    SUSPICIOUS = "suspicious"
    WRONG = "wrong"
    SET_ASIDE = "set_aside"


class Difference(StrEnum):
    """A difference that explains itself."""

    VARIANT = "variant_character"
    MOVED = "moved"
    MARRIED = "family_name_changed"
    TYPING_NAME = "typing_name"
    TYPING_KANA = "typing_kana"
    TYPING_BIRTH = "typing_birth"
    TYPING_SEX = "typing_sex"
    TYPING_ADDRESS = "typing_address"
    MISSING = "missing_item"
    OTHER = "other"


class Cause(StrEnum):
    """Probable cause of a wrong link, the three that the inspection of 2023 named, and the rest."""

    TWO_ITEM_LOOKUP = "two_item_lookup"
    WRONG_NUMBER = "wrong_number_written"
    FAMILY_MIX_UP = "family_mix_up"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Rules:
    """The check's assumptions and thresholds, all probabilities.

    ``wrong_rate`` is the share of wrong links expected before looking (0.010 % in 2023); ``unregistered`` the share
    of them whose right person is not in the register at all.
    """

    wrong_rate: float = 1e-4
    unregistered: float = 0.02
    wrong_from: float = 0.9
    suspicious_from: float = 0.05
    partitions: int = 0

    def __post_init__(self) -> None:
        levels = (0, self.suspicious_from, self.wrong_from, 1)
        rates = 0 < self.wrong_rate < 1 and 0 < self.unregistered < 1
        if not rates or not all(low <= high for low, high in pairwise(levels)) or not self.suspicious_from:
            raise BadRules(
                f"suspicious from {self.suspicious_from}, wrong from {self.wrong_from}",
                remedy="give probabilities: 0 < suspicious <= wrong <= 1",
            )


class Person(msgspec.Struct, frozen=True):
    """The items of one person as a file has them. The link key is not among them."""

    record: str = ""
    name: str = ""
    kana: str = ""
    birth_date: str = ""
    sex: str = ""
    address: str = ""


class Candidate(msgspec.Struct, frozen=True):
    """A person who may be the right one, with what fits and how probable it is."""

    person: Person
    probability: float
    fits: tuple[str, ...]


class Finding(msgspec.Struct, frozen=True):
    """One entry of the work list."""

    number: str
    judgement: Judgement
    cause: Cause
    wrong_probability: float
    record: Person
    linked: Person
    candidates: tuple[Candidate, ...]
    differs: tuple[str, ...]
    says: dict[str, str]


class Threshold(msgspec.Struct, frozen=True):
    """What is to be expected when everything at or above ``probability`` is treated as wrong."""

    probability: float
    flagged: int
    expected_precision: float
    expected_recall: float


class Aside(msgspec.Struct, frozen=True):
    """Rows that were not judged: where, which column, why."""

    file: str
    row: int
    column: str
    reason: str


class Summary(msgspec.Struct, frozen=True):
    """A run in numbers; ``columns`` names items that a side lacks and columns that were not read."""

    register_rows: int
    links: int
    judged: dict[str, int]
    differences: dict[str, int]
    causes: dict[str, int]
    set_aside: dict[str, int]
    thresholds: tuple[Threshold, ...]
    weights: dict[str, dict[str, float]]
    rules: dict[str, float]
    columns: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column of a file holds which item; several columns are joined (family and given; prefecture to number)."""

    key: str
    record: str = ""
    name: tuple[str, ...] = ()
    kana: tuple[str, ...] = ()
    birth: str = ""
    sex: str = ""
    address: tuple[str, ...] = ()
    extra: tuple[str, ...] = field(default=())
