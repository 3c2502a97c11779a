"""Money: integer yen, read as people and offices write it."""

from __future__ import annotations

import re
import unicodedata

from kiban.kernel.errors import Where
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.numbers import int_to_kanji, kanji_to_int

_NEGATIVE = re.compile(r"^[▲△\-−‐–]")
_AROUND = re.compile(r"^(金|¥|\\)+|(円|也|-|ー|税込|税抜)+$")


def parse_yen(text: str) -> int:
    """１２，３４５円 · ￥1,000- · ▲500 · 金壱万弐千円也 · 1万2千円 → yen.

    Raises:
        BadValue: it is no whole amount of yen.
    """
    plain = re.sub(r"[\s,、]", "", unicodedata.normalize("NFKC", text))
    negative = bool(_NEGATIVE.match(plain))
    bare = _AROUND.sub("", _NEGATIVE.sub("", plain))
    try:
        amount = kanji_to_int(bare)
    except BadValue:
        raise BadValue(
            f"{text[:40]!r} is no amount of yen", where=Where(field="金額"), remedy="write whole yen, such as 12,345"
        ) from None
    return -amount if negative else amount


def format_yen(amount: int, *, formal: bool = False) -> str:
    """12345 → 12,345円 (negative ▲500円); ``formal`` as on receipts: 金壱万弐千参百四拾五円."""
    if formal and amount >= 0:
        return f"金{int_to_kanji(amount, formal=True)}円"
    return f"{'▲' if amount < 0 else ''}{abs(amount):,}円"
