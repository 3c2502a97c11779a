"""Money: integer yen, read as people and offices write it."""

from __future__ import annotations

import re
from decimal import Decimal

from kiban.kernel.errors import Where
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import HYPHENS, quoted, typed
from kiban.kernel.values.numbers import LARGE, SMALL, int_to_kanji, kanji_to_int

_MARK = r"(?:税込み?|税抜き?)?(?:一?金[、,:]?|¥|\\|JPY)?"
_AFTER = r"(?:円|圓|\(円\)|YEN|JPY|也|整|\.?-|\(?税込み?\)?|\(?税抜き?\)?)*"
_AMOUNT = re.compile(rf"{_MARK}(?P<negative>[▲△-]|マイナス)?{_MARK}(?P<amount>.+?){_AFTER}")
_KANJI_GROUPS = re.compile(
    r"[〇零一二三四五六七八九]{1,3}(?:[,、][〇零一二三四五六七八九]{3})+(?![〇零一二三四五六七八九])"
)
_BY_DIGIT = str.maketrans("〇零一二三四五六七八九", "00123456789")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")
_SMALL, _LARGE = "".join(SMALL), "".join(LARGE)
_UNIT = re.compile(rf"(?P<number>\d+(?:\.\d+)?)(?P<unit>[{_SMALL}][{_LARGE}]?|[{_LARGE}])")
_REASONS = ("digits are not grouped by three", "too many digits", "not whole yen")


def parse_yen(text: str) -> int:
    """１２，３４５円 · ￥1,000- · ▲500 · 金壱万弐千円也 · 一金 参拾萬円 · 1万2千円 · 1.5万円 · 12,345千円 → yen.

    Digits are grouped by three or not at all: 12,34 may be two numbers.

    Raises:
        BadValue: it is no whole amount of yen.
    """
    plain = typed(text, field="金額").upper().translate(HYPHENS)
    plain = _KANJI_GROUPS.sub(lambda found: found[0].translate(_BY_DIGIT), plain)
    plain = "".join(re.sub(r"(?<=\d)(\s+|、)(?=\d)", ",", plain).split())
    found = _AMOUNT.fullmatch(plain)
    try:
        amount = _whole(found["amount"] if found else plain)
    except BadValue as error:
        why = f": {error.what}" if error.what in _REASONS else ""
        raise BadValue(
            f"{quoted(text)} is no amount of yen{why}",
            where=Where(field="金額"),
            remedy="write whole yen, such as 12,345",
        ) from None
    return -amount if found and found["negative"] else amount


def _whole(written: str) -> int:
    if any(not _GROUPED.fullmatch(run) for run in re.findall(r"[\d,]*,[\d,]*", written)):
        raise BadValue(_REASONS[0])
    bare = re.sub(r"(?<=\d)\.0{1,2}$", "", written.replace(",", ""))
    if re.fullmatch(r"\d+\.\d+", bare):
        raise BadValue(_REASONS[2])
    found = _UNIT.fullmatch(bare)
    if found is None:
        return kanji_to_int(bare)
    if len(found["number"]) > 20:
        raise BadValue(_REASONS[1])
    amount = Decimal(found["number"]) * kanji_to_int("1" + found["unit"])
    if amount != int(amount) or amount >= 10**20:
        raise BadValue(_REASONS[2])
    return int(amount)


def format_yen(amount: int, *, formal: bool = False) -> str:
    """12345 → 12,345円 (negative ▲500円); ``formal`` as on receipts: 金壱万弐千参百四拾五円."""
    if formal and amount >= 0:
        return f"金{int_to_kanji(amount, formal=True)}円"
    return f"{'▲' if amount < 0 else ''}{abs(amount):,}円"
