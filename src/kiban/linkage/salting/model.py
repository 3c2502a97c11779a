"""Values of the salted comparison: its forms, a salted row, what a salted folder says of itself."""

from __future__ import annotations

from enum import StrEnum

import msgspec
import numpy as np

from kiban.linkage.model import Aside

ROW = np.dtype([
    ("key", "u8"), ("record", "u8"), ("row", "u4"), ("name", "u4"), ("raw", "u4"), ("family", "u4"), ("given", "u4"),
    ("kana", "u4"), ("kana_given", "u4"), ("place", "u4"), ("numbers", "u4"), ("birth", "i4"), ("name_bits", "u8"),
    ("kana_bits", "u8"), ("sex", "i1"),
])  # fmt: skip
"""One record as the party that compares sees it: tokens only. 0 (birth: the least number; sex: -1) is missing."""


class Form(StrEnum):
    """How much is kept of an item.

    ``hmac``: one token, equal or not. ``bloom``: also keyed filters of the letters of name and reading, and keyed year,
    month and day, so that slips can be told from other values; more can be learnt from such a file.
    """

    HMAC = "hmac"
    BLOOM = "bloom"


class Salted(msgspec.Struct, frozen=True):
    """What a salted folder says of itself. ``check`` is a token of the key: two folders with one key have the same."""

    form: Form
    check: str
    rows: int
    items: tuple[str, ...]
    set_aside: tuple[Aside, ...]
