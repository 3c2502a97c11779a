"""Telephone numbers: identity is the digits; hyphens where the numbering plan tells them or the writer gave them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from kiban.kernel.errors import Where
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import OneColumn

# 電気通信番号規則 (令和元年総務省令4号): groups of numbers whose boundary the plan fixes; area codes of two digits.
_PLAN = (
    (re.compile(r"(0[6789]0)(\d{4})(\d{4})"), "mobile"),
    (re.compile(r"(050)(\d{4})(\d{4})"), "ip"),
    (re.compile(r"(0800)(\d{3})(\d{4})"), "free"),
    (re.compile(r"(0120|0570|0990)(\d{3})(\d{3})"), "free"),
    (re.compile(r"(0[36])(\d{4})(\d{4})"), "fixed"),
)
_FIXED = re.compile(r"0[1-9]\d{8}")


@dataclass(frozen=True, slots=True)
class Telephone(OneColumn):
    """電話番号: ``digits`` 10 or 11 from 0, ``groups`` as hyphenated (half width), ``extension`` 内線.

    Area codes of three to five digits are hyphenated as the writer did: the plan alone does not tell them.
    """

    digits: str
    groups: tuple[str, ...] = ()
    extension: str = ""
    gif: ClassVar[str] = "電話番号"

    def __post_init__(self) -> None:
        plain = self.digits.isascii() and self.digits.isdigit()
        if not plain or self.groups != _groups(self.digits, self.groups) or re.sub("[0-9]", "", self.extension):
            raise _refused("not in normal form")

    @classmethod
    def parse(cls, text: str) -> Self:
        """From 03(1234)5678, +81 90 1234 5678, ０３－１２３４－５６７８ 内線12.

        Raises:
            BadValue: it is no number of the Japanese plan; the number is not repeated.
        """
        plain = re.sub(r"[‐‑‒–—―−ー]", "-", unicodedata.normalize("NFKC", text)).strip()
        head, _, tail = plain.replace("EXT", "内線").replace("ext", "内線").partition("内線")
        main = re.sub(r"^(TEL|Tel|tel|電話)?[:.\s]*(\+|00)81[-\s]*(\(0\))?0?", "0", head.rstrip("( "))
        main = re.sub(r"^(TEL|Tel|tel|電話)[:.\s]*", "", main)
        groups = tuple(part for part in re.split(r"[-()\s./]+", main) if part)
        digits = "".join(groups)
        extension = re.sub(r"[^0-9]", "", tail)
        if not (digits.isascii() and digits.isdigit()):
            raise _refused("characters that are no digits")
        return cls(digits, _groups(digits, groups), extension)

    @property
    def kind(self) -> str:
        """mobile, ip, free or fixed."""
        return next((kind for form, kind in _PLAN if form.fullmatch(self.digits)), "fixed")

    def __str__(self) -> str:
        number = "-".join(self.groups)
        return f"{number} 内線{self.extension}" if self.extension else number

    def to_csv(self) -> dict[str, str]:
        """電話番号 and 内線番号 (GIF 連絡先)."""
        return {self.gif: "-".join(self.groups), "内線番号": self.extension}

    @classmethod
    def from_csv(cls, row: Mapping[str, str]) -> Self:
        """From 電話番号 and, where there is one, 内線番号. Raises: BadValue."""
        extension = row.get("内線番号", "").strip()
        return cls.parse(row.get(cls.gif, "") + (f" 内線{extension}" if extension else ""))


def _groups(digits: str, written: tuple[str, ...]) -> tuple[str, ...]:
    for form, _ in _PLAN:
        if found := form.fullmatch(digits):
            return found.groups()
    if not _FIXED.fullmatch(digits):
        raise _refused(f"{len(digits)} digits")
    plausible = len(written) == 3 and 3 <= len(written[0]) <= 5 and len(written[2]) == 4 and "".join(written) == digits
    return written if plausible else (digits,)


def _refused(why: str) -> BadValue:
    return BadValue(
        f"not a Japanese telephone number: {why}", where=Where(field="電話番号"), remedy="write it from the 0 on"
    )
