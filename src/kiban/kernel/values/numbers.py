"""Kanji numerals (漢数字): 十二, 二〇, 壱万弐千; to and from integers."""

from __future__ import annotations

import unicodedata

from kiban.kernel.errors import Where
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import quoted

DIGITS = {
    c: n
    for n, row in enumerate(("〇零○", "一壱弌", "二弐弍", "三参叄", "四肆", "五伍", "六陸", "七漆", "八捌", "九玖"))
    for c in row
}
DIGITS |= {str(n): n for n in range(10)}
SMALL = {"十": 10, "拾": 10, "廿": 20, "卅": 30, "百": 100, "佰": 100, "千": 1000, "阡": 1000, "仟": 1000}
LARGE = {"万": 10**4, "萬": 10**4, "億": 10**8, "兆": 10**12, "京": 10**16}
_WHERE = Where(field="数")
_PLAIN = "〇一二三四五六七八九"
_FORMAL = str.maketrans("一二三十", "壱弐参拾")


def kanji_to_int(text: str) -> int:
    """一千二百 → 1200, 二〇二六 → 2026, 1万2千 → 12000, 元 is no numeral here.

    Raises:
        BadValue: another character, an empty text, or units in an impossible order.
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", "")
    if not plain or any(c not in DIGITS and c not in SMALL and c not in LARGE for c in plain):
        raise BadValue(f"{quoted(text)} is not a number", where=_WHERE, remedy="write digits")
    if all(c in DIGITS for c in plain):
        digits = "".join(str(DIGITS[c]) for c in plain).lstrip("0")
        if len(digits) > 20:
            raise BadValue(f"{len(digits)} digits", where=_WHERE, remedy="write less than 10^20")
        return int(digits or "0")
    return _sum(plain, text)


def _sum(plain: str, text: str) -> int:
    total, rest, last = 0, "", 10**20
    for char in plain:
        if char not in LARGE:
            rest += char
            continue
        unit = LARGE[char]
        if unit >= last or not rest:
            raise BadValue(f"{quoted(text)} is not a number", where=_WHERE, remedy="write digits")
        total, rest, last = total + _section(rest, text) * unit, "", unit
    return total + (_section(rest, text) if rest else 0)


def _section(section: str, text: str) -> int:
    """A number below the next 万: 千二百 or digits alone."""
    total, run, last = 0, "", 10**5
    for char in section:
        if char in DIGITS:
            run += str(DIGITS[char])
            continue
        unit = SMALL[char]
        if unit >= last or len(run) > 4 or (unit in {20, 30} and run):
            raise BadValue(f"{quoted(text)} is not a number", where=_WHERE, remedy="write digits")
        total, run, last = total + (int(run) if run else 1) * unit, "", 10 if unit in {20, 30} else unit
    if len(run) > 8:
        raise BadValue(f"{quoted(text)} is not a number", where=_WHERE, remedy="write digits")
    return total + (int(run) if run else 0)


def int_to_kanji(number: int, *, formal: bool = False) -> str:
    """12 → 十二; ``formal`` in the numerals of deeds and receipts (大字): 壱拾弐 as 拾弐.

    Raises:
        BadValue: negative or 10^20 and more.
    """
    if not 0 <= number < 10**20:
        raise BadValue(f"{number} cannot be written in kanji numerals", where=_WHERE, remedy="use 0 … 10^20 - 1")
    written = "".join(_four(number // unit % 10**4, name) for name, unit in _UNITS) or "〇"
    return written.translate(_FORMAL) if formal else written


_UNITS = (("京", 10**16), ("兆", 10**12), ("億", 10**8), ("万", 10**4), ("", 1))


def _four(part: int, name: str) -> str:
    if not part:
        return ""
    written = ""
    for unit, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = part // unit % 10
        if digit:
            written += ("" if digit == 1 and mark and not (name and unit == 1000) else _PLAIN[digit]) + mark
    return written + name
