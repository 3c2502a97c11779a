"""The kernel's folding as one array for compiled loops: every code point → the one that stands for it, or a mark."""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np

from kiban.kernel.characters.tables import fold_table
from kiban.linkage.model import Column

SIZE = 0x32400
DROP, SPACE, OPEN, CLOSE, REPEAT, DOT = 0, 1, 2, 3, 4, 5
DASH, VOICED, SEMIVOICED = 6, 7, 8
LARGE = dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True))
DASHES = "‐‑‒–—―−－─━﹣﹘⁃˗₋-"
PREFECTURES = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
]


def _plain(char: str) -> str:
    """One character in its compatibility form, without marks, in capitals, hiragana as katakana, kana large."""
    form = unicodedata.normalize("NFKC", char)
    char = form[0] if form else char
    if char.isalpha() and ord(char) < 0x2000:
        char = unicodedata.normalize("NFD", char)[0].upper()[0]
    if 0x3041 <= ord(char) <= 0x3096:
        char = chr(ord(char) + 0x60)
    char = LARGE.get(char, char)
    return chr(fold_table().get(ord(char), ord(char)))


def _mark(char: str) -> int | None:
    """Characters that are not letters."""
    code = ord(char)
    for group, mark in (
        ("[［(（〔【", OPEN),
        ("]］)）〕】", CLOSE),
        ("々〻", REPEAT),
        ("・･.,，．'’", DOT),
        (DASHES, DASH),
    ):
        if char in group:
            return mark
    if code in {0x3099, 0x309B, 0xFF9E}:
        return VOICED
    if code in {0x309A, 0x309C, 0xFF9F}:
        return SEMIVOICED
    if char.isspace():
        return SPACE
    invisible = code < 0x20 or 0x300 <= code < 0x370 or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
    return DROP if invisible or unicodedata.category(char) == "Cf" else None


@cache
def table() -> Column:
    """Code point → folded code point; below 16 a mark (0 = dropped). Shape (0x32400,), uint32."""
    found = np.arange(SIZE, dtype=np.uint32)
    for code in (*range(0x3400), *range(0xF900, 0xFB00), *range(0xFE00, 0x10000), *range(0x2F800, 0x2FA20)):
        char = chr(code)
        mark = _mark(char)
        found[code] = ord(_plain(char)) if mark is None and not 0xD800 <= code < 0xE000 else (mark or 0)
    # What folds to a mark is that mark; what folds to a character that folds further is followed to the end.
    for _ in range(3):
        letters = found >= 16
        found[letters] = found[found[letters]]
    for code in fold_table():
        if code < SIZE:
            found[code] = ord(_plain(chr(code)))
    return found
