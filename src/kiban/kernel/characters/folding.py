"""Folding: characters that offices write for one another become one, for comparing and searching only.

髙 = 高, 﨑 = 崎, 邉 = 邊 = 辺, ケ = ヶ; widths, variation selectors, dashes and compatibility ideographs. 斎 and 斉, 崎
and 埼, 裕 and 祐 stay different: they are different characters that are only confused.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from kiban.kernel.characters.tables import fold_table

DASHES = "‐‑‒–—―−－ｰ─━﹣⁃˗"
SMALL = str.maketrans(
    "ァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎゕゖ", "アイウエオツヤユヨワカケあいうえおつやゆよわかけ"
)
TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
SELECTORS = dict.fromkeys((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_LATIN = re.compile(r"[A-Za-zÀ-ʯᴀ-ᶿḀ-ỿ]")
_DETACHED = str.maketrans({"゛": "゙", "゜": "゚"})
_NAME_NOISE = dict.fromkeys(map(ord, " ・･.,'’`=＝-\t\r\n\f\v"))
_LARGE_KATAKANA: dict[int, int | None] = {
    **SMALL,
    **{a: SMALL.get(b, b) for a, b in TO_KATAKANA.items()},
    **_NAME_NOISE,
}


@cache
def _translation() -> dict[int, int | str | None]:
    table: dict[int, int | str | None] = dict(fold_table())
    table.update(dict.fromkeys(map(ord, DASHES), "-"))
    table.update({ord("ヶ"): "ケ", ord("ヵ"): "カ", ord("ゖ"): "け", ord("ゕ"): "か"})
    table.update(SELECTORS)
    return table


def fold(text: str) -> str:
    """A text with its variant characters, widths and dashes made one; folding twice changes nothing.

    Blanks become one ASCII space each; letters keep their case, kana their size and kind (but ヶ, ヵ).
    Source: fold classes from MJ縮退マップ, 入管正字, 常用漢字表の康熙字典体.
    """
    if text.isascii() and text.isprintable():
        return text
    composed = _composed(text)
    once = unicodedata.normalize("NFKC", composed.translate(_translation()))
    return once if once == composed else unicodedata.normalize("NFKC", once.translate(_translation()))


def _composed(text: str) -> str:
    """Half-width kana become full width first, so that a detached ゛ joins the kana before it."""
    if "゛" not in text and "゜" not in text:
        return unicodedata.normalize("NFKC", text)
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text.translate(_DETACHED)))


def compare_key(text: str) -> str:
    """A key under which two writings of one name or place meet: folded, upper case, no blanks or marks, 々 written out.

    Kana become large katakana (ショ = シヨ), accents fall (NGUYỄN = NGUYEN). For equality and search only.
    """
    return _repeated(_without_accents(fold(text).upper()).translate(_LARGE_KATAKANA))


@cache
def _unchanged() -> frozenset[str]:
    """Characters that are their own key wherever they stand: kanji without variants, large kana, capitals, digits."""
    kept = {*map(chr, range(0x4E00, 0xA000)), *map(chr, range(0x30A1, 0x30F5)), "ー"} - {chr(code) for code in SMALL}
    return frozenset({*kept, *"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"} - {chr(code) for code in _translation()})


def quick_compare_key(text: str) -> str:
    """As :func:`compare_key`, for many texts: most names need no folding, which is seen by their characters.

    The set of these characters takes about 20 ms to make, once.
    """
    unchanged = _unchanged()
    if unchanged.issuperset(text):
        return text
    large = text.translate(SMALL)
    return large if unchanged.issuperset(large) else compare_key(text)


def kana_key(text: str) -> str:
    """A looser key of a reading: sound marks, long vowels and old kana do not count (ヤマサキ = ヤマザキ)."""
    key = compare_key(text)
    for old, new in (("ヴア", "バ"), ("ヴイ", "ビ"), ("ヴエ", "ベ"), ("ヴオ", "ボ")):
        key = key.replace(old, new)
    key = key.translate(_OLD_KANA)
    key = unicodedata.normalize("NFD", key).translate(_MARKS)
    return _without_long_vowels(key)


_OLD_KANA = str.maketrans({"ヰ": "イ", "ヱ": "エ", "ヲ": "オ", "ヅ": "ズ", "ヂ": "ジ", "ヴ": "ブ"})
_MARKS = {0x3099: None, 0x309A: None}
_ROWS = ("アカサタナハマヤラワ", "イキシチニヒミリ", "ウクスツヌフムユル", "エケセテネヘメレ", "オコソトノホモヨロ")
_VOWEL = {kana: vowel for vowel, row in zip("アイウエオ", _ROWS, strict=True) for kana in row}
_LONG = {"ア": "ア", "イ": "イ", "ウ": "ウ", "エ": "エイ", "オ": "オウ"}


def _without_long_vowels(key: str) -> str:
    kept = ""
    for kana in key:
        before = _VOWEL.get(kept[-1:], "")
        if kana == "ー" or (before and kana in _LONG[before]):
            continue
        kept += kana
    return kept


def _without_accents(text: str) -> str:
    if text.isascii() or (not _LATIN.search(text) and unicodedata.is_normalized("NFC", text)):
        return text
    parts = unicodedata.normalize("NFD", text)
    bare = [c for i, c in enumerate(parts) if not (unicodedata.combining(c) and _latin_before(parts, i))]
    return unicodedata.normalize("NFC", "".join(bare)).replace("Đ", "D").replace("Ø", "O").replace("Ł", "L")


def _latin_before(parts: str, at: int) -> bool:
    base = next((c for c in reversed(parts[:at]) if not unicodedata.combining(c)), "")
    return "A" <= base.upper() <= "Z" or "Ø" <= base <= "ž"


def _repeated(text: str) -> str:
    if "々" not in text:
        return text
    written = ""
    for char in text:
        written += written[-1:] if char == "々" and written else char
    return written
