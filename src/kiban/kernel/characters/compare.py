"""Whether two writings can be one name: same, compatible (a person must look), different, or not to be told."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from kiban.kernel.characters.folding import compare_key, fold, kana_key

_FORMER = re.compile(r"[(\[［（【〔].{0,100}?[)\]］）】〕]")
_LOST = re.compile(r"[〓?□■�]")
_KANA = re.compile(r"[ァ-ヺー]+")
_LATIN = re.compile(r"[A-Z]+")
_CONFUSED = str.maketrans({"斉": "斎"})  # different characters (斉 セイ, 斎 サイ) that registers confuse


class Likeness(StrEnum):
    """How alike two writings are."""

    SAME = "same"
    COMPATIBLE = "compatible"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


def compare_names(a: str, b: str) -> Likeness:
    """Two names as registers write them (氏名): variants are the same, lost characters and order are compatible.

    Roman letters of one sound are compatible (Ohno, Ono, Oono, Ōno; Shinji, Sinzi; Homma, Honma).
    A former name in brackets (旧氏) is left out. A name in kana beside one in kanji says nothing: UNKNOWN.
    """
    first, second = (compare_key(_FORMER.sub("", unicodedata.normalize("NFKC", text))) for text in (a, b))
    if not first or not second:
        return Likeness.UNKNOWN
    if first == second:
        return Likeness.SAME
    if bool(_KANA.fullmatch(first)) != bool(_KANA.fullmatch(second)):
        return Likeness.UNKNOWN
    if roman_key(first) == roman_key(second):
        return Likeness.COMPATIBLE
    if _fits(first, second) or first.translate(_CONFUSED) == second.translate(_CONFUSED) or _words_fit(a, b):
        return Likeness.COMPATIBLE
    return Likeness.DIFFERENT


def roman_key(key: str) -> str:
    """Capital Roman letters without what the ways of writing them differ in: ヘボン式, 訓令式, long vowels."""
    if not _LATIN.fullmatch(key):
        return key
    for written, sound in _SOUNDS:
        key = re.sub(written, sound, key)
    return key


_SOUNDS = (
    (r"J(?=J)", "Z"),
    (r"F(?=F)", "H"),
    (r"TCH", "CCH"),
    (r"CCHI", "TTI"),
    (r"CCH", "TTY"),
    (r"(?:SH|SY)(?=[AUOE])", "SY"),
    (r"SHI", "SI"),
    (r"CH(?=[AUOE])", "TY"),
    (r"CHI", "TI"),
    (r"TSU", "TU"),
    (r"(?:JY|J|ZY)(?=[AUOE])", "ZY"),
    (r"JI|DI", "ZI"),
    (r"DZU|DU", "ZU"),
    (r"FU", "HU"),
    (r"M(?=[BMP])", "N"),
    (r"O(?:[OU]|H(?![AIUEOY]))+", "O"),
    (r"UU+", "U"),
    (r"II+", "I"),
)


def _fits(a: str, b: str) -> bool:
    """Equal where no character was lost (〓, ?)."""
    if not (_LOST.search(a) or _LOST.search(b)) or len(a) != len(b):
        return False
    return all(x == y or _LOST.match(x) or _LOST.match(y) for x, y in zip(a, b, strict=True))


def _words_fit(a: str, b: str) -> bool:
    """Names in Latin letters: the same words in another order, or with a middle name left out."""
    first, second = ({compare_key(word) for word in fold(text).split()} for text in (a, b))
    if not all(_LATIN.fullmatch(word) for word in first | second) or min(len(first), len(second)) < 2:
        return False
    return first <= second or second <= first


def compare_kana(a: str, b: str) -> Likeness:
    """Two readings (フリガナ): width, kind and size of kana are the same; sound marks and long vowels compatible.

    One equal word of two (the given name under another surname) is compatible.
    """
    first, second = compare_key(a), compare_key(b)
    if not first or not second:
        return Likeness.UNKNOWN
    if first == second:
        return Likeness.SAME
    if kana_key(a) == kana_key(b) or _given_name_equal(a, b):
        return Likeness.COMPATIBLE
    return Likeness.DIFFERENT


def _given_name_equal(a: str, b: str) -> bool:
    first, second = (fold(text).split() for text in (a, b))
    return len(first) > 1 and len(second) > 1 and compare_key(first[-1]) == compare_key(second[-1])
