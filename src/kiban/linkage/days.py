"""Birth dates and sexes as offices write them: Western and Japanese years, codes, kanji numerals, times behind them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache

from kiban.kernel.values.dates import parse_day
from kiban.kernel.values.errors import BadDate
from kiban.kernel.values.numbers import kanji_to_int

MISSING = -(2**31)
BAD = MISSING + 1
_CODES = {"1": "M", "3": "T", "5": "S", "7": "H", "9": "R"}
"""Eras as number codes (昭和 is 5 in the files of pensions and taxes)."""
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
    text = _KANJI.sub(lambda found: str(kanji_to_int(found[0])), text)
    try:
        return _read(re.sub(r"\s+", "", text), spaced=text)
    except (ValueError, BadDate):
        return BAD


def _read(text: str, *, spaced: str) -> int:
    if found := _WESTERN.fullmatch(text) or _COMPACT.fullmatch(text):
        return _days(int(found[1]), int(found[2]), day=int(found[3]))
    if found := _ERA.fullmatch(text) or _ERA_CODE.fullmatch(text):
        born = parse_day(f"{_CODES.get(found[1], found[1])}{found[2]}年{found[3]}月{found[4]}日")
        return _days(born.year, born.month, day=born.day)
    if found := _MONTH_NAME.fullmatch(spaced):
        month, whole, number = found[2] or found[4], found[3] or found[6], found[1] or found[5]
        return _days(int(whole), _MONTHS.index(month) + 1, day=int(number))
    return BAD


def _days(year: int, month: int, *, day: int) -> int:
    return dt.date(year, month, day).toordinal() - 719163 if year in YEARS else BAD


def sex(text: str) -> int:
    """1 male, 2 female, -1 not known."""
    text = unicodedata.normalize("NFKC", text).strip().casefold().removesuffix(".0")
    return _SEXES.get(text.removeprefix("0"), -1)
