"""How offices write: half-width kana, Japanese eras, old character forms, other notations of one address, slips."""

from __future__ import annotations

import datetime as dt
import unicodedata
from functools import lru_cache

from kiban.population.model import Column

VARIANTS = dict(
    zip(
        "高崎辺斎斉沢広国真恵桜浜竜関塩条栄駒徳黒横瀬島富曽槙渕来柳荘鉄静会医学",
        "髙﨑邊齋齊澤廣國眞惠櫻濱龍關鹽條榮駒德黑橫瀨嶋冨曾槇淵來栁莊鐵靜會醫學",
        strict=True,
    )
)
"""One other form of a character that an office may have; pairs of one fold class."""
LARGE = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
ERAS = (("令和", "9", dt.date(2019, 5, 1)), ("平成", "7", dt.date(1989, 1, 8)), ("昭和", "5", dt.date(1926, 12, 25)),
        ("大正", "3", dt.date(1912, 7, 30)), ("明治", "1", dt.date(1868, 1, 25)))  # fmt: skip
"""Eras with the codes of social insurance forms (元号コード 1, 3, 5, 7, 9; ``verified: false``)."""
EPOCH = dt.date(1970, 1, 1)
FULL = str.maketrans("0123456789-", "０１２３４５６７８９－")
KANJI_DIGITS = str.maketrans("123456789", "一二三四五六七八九")
KANA_SLIPS = (
    ("ヅ", "ズ"),
    ("ヂ", "ジ"),
    ("ズ", "ヅ"),
    ("ジ", "ヂ"),
    ("ガ", "カ"),
    ("ダ", "タ"),
    ("ゾ", "ソ"),
    ("ウ", "オ"),
)


def variant(text: str) -> str:
    """The name with the first character that has another form in that form; the same if there is none."""
    for place, char in enumerate(text):
        if char in VARIANTS:
            return text[:place] + VARIANTS[char] + text[place + 1 :]
    return text


@lru_cache(maxsize=100_000)
def half_width(kana: str) -> str:
    """Half-width kana without small letters, as in bank files (半角カナ): ``キョウコ`` → ``ｷﾖｳｺ``."""
    return "".join(HALF.get(char, char) for char in kana.translate(LARGE))


def _half_table() -> dict[str, str]:
    found: dict[str, str] = {}
    for code in range(0xFF65, 0xFF9E):
        for mark in ("", "\uff9e", "\uff9f"):
            full = unicodedata.normalize("NFKC", chr(code) + mark)
            if len(full) == 1:
                found.setdefault(full, chr(code) + mark)
    return found


HALF = _half_table()


def _era(day: dt.date) -> tuple[str, str, int]:
    for name, code, start in ERAS:
        if day >= start:
            return name, code, day.year - start.year + 1
    raise ValueError(day)


def era_codes(days: Column) -> list[str]:
    """Birth dates as era code, year, month, day: ``5550401`` for 1 April 1980."""
    return [_era_code(day) for day in days.tolist()]


def era_texts(days: Column) -> list[str]:
    """Birth dates as on paper: ``昭和55年4月1日``; the first year is 元年."""
    return [_era_text(day) for day in days.tolist()]


def iso(days: Column) -> list[str]:
    """Birth dates as ``1980-04-01``."""
    return [_iso(day) for day in days.tolist()]


@lru_cache(maxsize=100_000)
def _era_code(number: int) -> str:
    day = EPOCH + dt.timedelta(days=number)
    _, code, year = _era(day)
    return f"{code}{year:02}{day:%m%d}"


@lru_cache(maxsize=100_000)
def _era_text(number: int) -> str:
    day = EPOCH + dt.timedelta(days=number)
    name, _, year = _era(day)
    return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


@lru_cache(maxsize=100_000)
def _iso(number: int) -> str:
    return (EPOCH + dt.timedelta(days=number)).isoformat()


def short_number(number: str) -> str:
    """A house number with hyphens: ``5番3号`` → ``5-3``, ``570番地2`` → ``570-2``."""
    head, _, tail = number.partition("番")
    tail = tail.removeprefix("地").removesuffix("号")
    return f"{head}-{tail}" if tail else head


def notation(address: str, kind: int) -> str:
    """The address in another lawful way of writing it: full-width digits, 丁目 as number, without the prefecture."""
    if kind == 0:
        return address.translate(FULL)
    if kind == 1:
        return address.replace("丁目", "-", 1) if "丁目" in address else address.replace("大字", "")
    if kind == 2:
        return address[3:] if address[2:3] in "都道府県" else address[4:]
    return address.replace("ケ", "ヶ").replace("ノ", "の").translate(KANJI_DIGITS) if kind == 3 else address


def kana_slip(kana: str, pick: int) -> str:
    """A reading as somebody heard it: another voiced or long sound; failing that, the last sound is missing."""
    for turn in range(len(KANA_SLIPS)):
        old, new = KANA_SLIPS[(pick + turn) % len(KANA_SLIPS)]
        if old in kana[1:]:
            return kana[0] + kana[1:].replace(old, new, 1)
    return kana[:-1] if len(kana) > 2 else kana + "ウ"


def typing(text: str, pick: int) -> str:
    """A slip in a name: two characters change places, or one is left out."""
    if len(text) >= 2 and text[0] != text[1] and pick % 2:
        return text[1] + text[0] + text[2:]
    return text[:-1] if len(text) > 1 else text + text
