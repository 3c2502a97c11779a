"""Telephone numbers: the digits, hyphenated as the numbering plan and its area codes tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from kiban.kernel.errors import Where
from kiban.kernel.values.area_codes import area_length
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import HYPHENS, OneColumn, cell, typed

# 電気通信番号規則 (令和元年総務省令4号): groups of numbers whose boundary the plan fixes; area codes of two digits.
_PLAN = (
    (re.compile(r"(0800)(\d{3})(\d{4})"), "free"),
    (re.compile(r"(0120)(\d{3})(\d{3})"), "free"),
    (re.compile(r"(0570|0990)(\d{3})(\d{3})"), "special"),
    (re.compile(r"(0180)(\d{2})(\d{4})"), "special"),
    (re.compile(r"(0[6789]0)(\d{4})(\d{4})"), "mobile"),
    (re.compile(r"(050)(\d{4})(\d{4})"), "ip"),
    (re.compile(r"(020)(\d{4})(\d{4})"), "data"),
    (re.compile(r"(0200)(\d{5})(\d{5})"), "data"),
    (re.compile(r"(0[36])(\d{4})(\d{4})"), "fixed"),
)
_FIXED = re.compile(r"0[1-9]\d{8}")
# As they stand after HYPHENS: ー is a hyphen.
_WORDS = (
    r"(?:TEL|PHONE|MOBILE|FAX(?:兼用)?|[TF](?=[:.])|電話(?:番号)?|(?:携帯|固定|IP)(?:電話)?(?:番号)?|連絡先|お?問い?合わ?せ先?"
    r"|フリ-(?:ダイ[ヤア]ル|コ-ル)|ナビダイ[ヤア]ル|ダイ[ヤア]ルイン|自宅|勤務先|会社|職場|本人|大?代表?(?:電話)?(?:番号)?|直通|☎|☏)"
)
_LABEL = re.compile(rf"^(?:[(\[【]?{_WORDS}[)\]】]?[:.,/・&\s]*)+", re.IGNORECASE)
_NOTE = re.compile(rf"\s*(?:\({_WORDS}\)|{_WORDS})$", re.IGNORECASE)
_ABROAD = re.compile(r"^\(?(?:\+|00|010[-\s]*)\s*81\)?[-\s]*(?:\(0\))?0?")
_EXTENSION = re.compile(r"[(;,]?\s*(?:内線?(?:番号)?\)?|EXT(?:ENSION)?|X|#)[.:=\s]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Telephone(OneColumn):
    """電話番号: ``digits`` 10 or 11 (020: also 14) from 0, ``groups`` as hyphenated (half width), ``extension`` 内線.

    One number has one form, however it was hyphenated; a number whose area code is not known is left whole.
    """

    digits: str
    groups: tuple[str, ...] = ()
    extension: str = ""
    gif: ClassVar[str] = "電話番号"
    also: ClassVar[tuple[str, ...]] = ("連絡先電話番号",)

    def __post_init__(self) -> None:
        plain = self.digits.isascii() and self.digits.isdigit()
        if not plain or self.groups != _groups(self.digits) or re.sub("[0-9]", "", self.extension):
            raise _refused("not in normal form")

    @classmethod
    def parse(cls, text: str) -> Self:
        """From 03(1234)5678, +81 90 1234 5678, ０３－１２３４－５６７８ 内線12, 電話 048-822-1234（代表）.

        Raises:
            BadValue: it is no number of the Japanese plan, or more than one; the number is not repeated.
        """
        plain = typed(text, field=cls.gif).translate(HYPHENS)
        head, *tail = _EXTENSION.split(_NOTE.sub("", _LABEL.sub("", plain)))
        main = _ABROAD.sub("0", _NOTE.sub("", head.rstrip("( ")))
        digits = re.sub(r"[-()\s./・]+", "", main)
        if main.startswith("+"):
            raise _refused("another country's")
        if not (digits.isascii() and digits.isdigit()):
            why = "characters that are no digits" if digits else "no digits"
            raise _refused(why, remedy="write one number alone, from the 0 on; where there is none, nothing")
        return cls(digits, _groups(digits), _extension(tail))

    @property
    def kind(self) -> str:
        """mobile, ip, free (着信課金), special (0570, 0180, 0990), data (020) or fixed."""
        return next((kind for form, kind in _PLAN if form.fullmatch(self.digits)), "fixed")

    def __str__(self) -> str:
        number = "-".join(self.groups)
        return f"{number} 内線{self.extension}" if self.extension else number

    def to_csv(self) -> dict[str, str]:
        """電話番号 and 内線番号 (自治体標準オープンデータセット)."""
        return {self.gif: "-".join(self.groups), "内線番号": self.extension}

    @classmethod
    def from_csv(cls, row: Mapping[str, str]) -> Self:
        """From 電話番号 and, where there is one, 内線番号 (or GIF 連絡先電話番号, 連絡先内線番号).

        Raises:
            BadValue: also when there is no such column.
        """
        number, inside = cls.cell_of(row), cell(row, "内線番号", "連絡先内線番号") or ""
        return cls.parse(f"{number} 内線{inside}" if inside.strip() else number)

    @property
    def bracketed(self) -> str:
        """As GIF (DS-445) shows it: (03)5253-5111 内線123; mobile and other numbers without brackets."""
        area, *rest = self.groups
        shown = f"({area}){'-'.join(rest)}" if self.kind == "fixed" and rest else "-".join(self.groups)
        return f"{shown} 内線{self.extension}" if self.extension else shown

    @property
    def international(self) -> str:
        """As machines dial it from abroad (ITU-T E.164): +81352535111."""
        return f"+81{self.digits[1:]}"


def _extension(tail: list[str]) -> str:
    written = re.sub(r"[-\s)]", "", "/".join(tail))
    if written and not re.fullmatch(r"[0-9]{1,10}", written):
        raise _refused("the extension is not one number")
    return written


def _groups(digits: str) -> tuple[str, ...]:
    for form, _ in _PLAN:
        if found := form.fullmatch(digits):
            return found.groups()
    area = area_length(digits)
    if not _FIXED.fullmatch(digits) or (not area and digits[2] == "0"):
        lost = len(digits) in {9, 10} and digits[0] != "0"
        more = "write one number alone, from the 0 on" if len(digits) > 11 else ""
        remedy = "write it from the 0 on; a spreadsheet may have dropped it" if lost else more
        raise _refused(f"{len(digits)} digits", remedy=remedy or FROM_0)
    return (digits[:area], digits[area:6], digits[6:]) if area else (digits,)


FROM_0 = "write it from the 0 on"


def _refused(why: str, *, remedy: str = FROM_0) -> BadValue:
    return BadValue(f"not a Japanese telephone number: {why}", where=Where(field="電話番号"), remedy=remedy)
