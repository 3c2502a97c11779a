"""Birth dates and sexes as offices write them: Western and Japanese years, codes, kanji numerals, times behind them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache

MISSING = -(2**31)
BAD = MISSING + 1
ERAS = {"明": (1867, 45), "大": (1911, 15), "昭": (1925, 64), "平": (1988, 31), "令": (2018, 99)}
"""The year before each era, and its last year (元号法; 令和 goes on)."""
_LETTERS = {
    "M": "明",
    "T": "大",
    "S": "昭",
    "H": "平",
    "R": "令",
    "1": "明",
    "3": "大",
    "5": "昭",
    "7": "平",
    "9": "令",
}
_WESTERN = re.compile(r"(?:西暦)?(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ERA = re.compile(r"(明治?|大正?|昭和?|平成?|令和?|[MTSHR])\.?(元|\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_ERA_CODE = re.compile(r"([13579MTSHR]|明治?|大正?|昭和?|平成?|令和?)-?(\d{2})(\d{2})(\d{2})")
_MONTH_NAME = re.compile(r"(\d{1,2})[- ]?([A-Z]{3})[A-Z]*[-, ]*(\d{4})|([A-Z]{3})[A-Z]*[ .]*(\d{1,2})[, ]+(\d{4})")
_BEHIND = re.compile(r"(?:T|(?<=\d) +)\d{1,2}:\d{2}.*$|\.0$|生$")
_KANJI = re.compile("[〇一二三四五六七八九十]+")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
YEARS = range(1850, 2101)
"""Years outside are placeholders (0001, 9999), no birth dates."""
_SEXES = {"1": 1, "男": 1, "男性": 1, "男子": 1, "m": 1, "male": 1, "おとこ": 1, "オトコ": 1, "man": 1,
          "2": 2, "女": 2, "女性": 2, "女子": 2, "f": 2, "female": 2, "おんな": 2, "オンナ": 2, "woman": 2}  # fmt: skip


@lru_cache(maxsize=200_000)
def day(text: str) -> int:
    """A date in the forms offices use, as days since 1970; MISSING when empty, BAD when it is no day.

    A form that leaves open which number is the month (04/01/1990) is BAD: it is not guessed.
    """
    text = _BEHIND.sub("", unicodedata.normalize("NFKC", text).strip().upper()).strip()
    if not text:
        return MISSING
    text = _KANJI.sub(lambda found: str(_kanji(found[0])), text)
    try:
        return _read(re.sub(r"\s+", "", text), spaced=text)
    except ValueError:
        return BAD


def _read(text: str, *, spaced: str) -> int:
    if found := _WESTERN.fullmatch(text) or _COMPACT.fullmatch(text):
        return _days(int(found[1]), int(found[2]), day=int(found[3]))
    if found := _ERA.fullmatch(text) or _ERA_CODE.fullmatch(text):
        year = 1 if found[2] == "元" else int(found[2])
        before, last = ERAS[_LETTERS.get(found[1][0], found[1][0])]
        return _days(before + year, int(found[3]), day=int(found[4])) if 1 <= year <= last else BAD
    if found := _MONTH_NAME.fullmatch(spaced):
        month, whole, number = found[2] or found[4], found[3] or found[6], found[1] or found[5]
        return _days(int(whole), _MONTHS.index(month) + 1, day=int(number))
    return BAD


def _kanji(text: str) -> int | str:
    """五十五 → 55, 十 → 10, 一九八〇 → 1980."""
    if "十" not in text:
        return "".join(str("〇一二三四五六七八九".index(char)) for char in text)
    tens, _, ones = text.partition("十")
    return ("〇一二三四五六七八九".index(tens) if tens else 1) * 10 + "〇一二三四五六七八九".index(ones or "〇")


def _days(year: int, month: int, *, day: int) -> int:
    return dt.date(year, month, day).toordinal() - 719163 if year in YEARS else BAD


def sex(text: str) -> int:
    """1 male, 2 female, -1 not known."""
    text = unicodedata.normalize("NFKC", text).strip().casefold().removesuffix(".0")
    return _SEXES.get(text.removeprefix("0"), -1)
