"""Numbers and codes with check digits: 個人番号, 法人番号, 全国地方公共団体コード, 町字ID."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import ClassVar, Self

from kiban.kernel.errors import Where
from kiban.kernel.values.errors import BadCheckDigit, BadValue
from kiban.kernel.values.forms import OneColumn, quoted, typed

_BETWEEN = re.compile(r"[\s\-‐‑‒–—―−ー・_.]+")
_BRACKETED = re.compile(r"(\D*)\(([^()]*)\)")
_LABEL_IN_BRACKETS = re.compile(r"\(([^()\d]+)\)")
_ROUNDED = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_LABELS = {
    "個人番号": re.compile(r"(個人番号|マイナンバー)[:\s]*"),
    "法人番号": re.compile(r"((法人番号|(適格請求書発行事業者|インボイス)?登録番号)[:\s]*)?(T(?!T))?", re.IGNORECASE),
    "全国地方公共団体コード": re.compile(
        r"((全国地方公共|地方公共)?団体コード|(市区?町村|自治体|都道府県)コード|JIS(コード)?)[:\s]*"
    ),
    "町字ID": re.compile(r"町字ID[:\s]*", re.IGNORECASE),
    "郵便番号": re.compile(r"\(?\s*(郵便番号)?[:\s]*[〒〠〶]?\s*(JP-)?", re.IGNORECASE),
}


def digits_of(text: str, *, lengths: tuple[int, ...], field: str, secret: bool = False) -> str:
    """The ASCII digits of what a person typed (any width, its name before, blanks and hyphens between).

    Raises:
        BadValue: other characters, or a wrong number of digits; the value is repeated only if not ``secret``.
    """
    if isinstance(text, str) and len(text) in lengths and text.isascii() and text.isdigit():
        return text
    written = typed(text, field=field)
    if found := _BRACKETED.fullmatch(written):
        written = found[1] + found[2]
    written = _LABEL_IN_BRACKETS.sub(r"\1", written, count=1)
    label = _LABELS[field].match(written) if field in _LABELS else None
    plain = _BETWEEN.sub("", written[label.end() :] if label else written)
    if plain.isascii() and plain.isdigit() and len(plain) in lengths:
        return plain
    told = f"{len(plain)} characters" if secret else quoted(text)
    few = " or ".join(map(str, lengths))
    wanted = few if len(lengths) <= 2 else f"{lengths[0]} to {lengths[-1]}"
    lost = "; a spreadsheet may have dropped a leading 0" if len(plain) + 1 == lengths[0] and plain.isdigit() else ""
    if _ROUNDED.fullmatch(written):
        lost = "; a spreadsheet has rounded it: load the column as text"
    raise BadValue(f"{told}: not {wanted} digits", where=Where(field=field), remedy=f"write {wanted} digits{lost}")


class IndividualNumber:
    """個人番号 (マイナンバー): 12 digits, the last a check digit. Never in a repr, log, URL or message.

    Only :meth:`reveal` gives the digits, to those whom 番号法 19条 allows.
    Source: 番号法施行令 8条, 平成26年総務省令85号 5条.
    """

    __slots__ = ("__number",)
    __number: str
    gif: ClassVar[str] = "個人番号"

    def __init__(self, number: str) -> None:
        digits = digits_of(number, lengths=(12,), field="個人番号", secret=True)
        if self.check_digit(digits[:11]) != int(digits[11]):
            raise BadCheckDigit(
                "the check digit does not fit", where=Where(field="個人番号"), remedy="compare the card"
            )
        object.__setattr__(self, "_IndividualNumber__number", digits)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("an individual number does not change")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("an individual number does not change")

    @staticmethod
    def check_digit(first: str) -> int:
        """The check digit of the first 11 digits: 11 − Σ Pn·Qn mod 11, or 0 when the remainder is 0 or 1."""
        total = sum(int(p) * (n + 1 if n <= 6 else n - 5) for n, p in enumerate(reversed(first), 1))
        return 0 if total % 11 <= 1 else 11 - total % 11

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises: BadValue, BadCheckDigit; neither repeats a digit."""
        return cls(text)

    def reveal(self) -> str:
        """The 12 digits."""
        return self.__number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IndividualNumber) and hmac.compare_digest(self.__number, other.__number)

    def __hash__(self) -> int:
        return hash((IndividualNumber, self.__number))

    def __repr__(self) -> str:
        return "IndividualNumber(redacted)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("an individual number is not serialised; pass reveal() to the one who may have it")


@dataclass(frozen=True, slots=True, order=True)
class CorporateNumber(OneColumn):
    """法人番号: 13 digits, the first a check digit (番号法施行令 35条, 平成26年財務省令70号 2条)."""

    value: str
    gif: ClassVar[str] = "法人番号"

    def __post_init__(self) -> None:
        if digits_of(self.value, lengths=(13,), field=self.gif) != self.value:
            raise BadValue("not in normal form", where=Where(field=self.gif), remedy="use parse")
        if self.check_digit(self.value[1:]) != int(self.value[0]):
            raise BadCheckDigit(
                f"{self.value}: the check digit (the first) does not fit",
                where=Where(field=self.gif),
                remedy="compare with the number's publication",
            )

    @staticmethod
    def check_digit(base: str) -> int:
        """The check digit of the 12-digit base number: 9 − (Σ mod 9), weights 1, 2 from the right."""
        return 9 - sum(int(p) * (1 if n % 2 else 2) for n, p in enumerate(reversed(base), 1)) % 9

    @classmethod
    def parse(cls, text: str) -> Self:
        """From what people type: any width, hyphens, blanks, a leading T (適格請求書発行事業者 登録番号)."""
        return cls(digits_of(text, lengths=(13,), field=cls.gif))

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, order=True)
class MunicipalityCode(OneColumn):
    """全国地方公共団体コード: 6 digits, the last a check digit (昭和43年自治省通知, 総務省).

    The first two are a prefecture (JIS X 0401: 01 to 47), the next three its number there (JIS X 0402; 000 itself).
    """

    value: str
    gif: ClassVar[str] = "全国地方公共団体コード"

    def __post_init__(self) -> None:
        if digits_of(self.value, lengths=(6,), field=self.gif) != self.value:
            raise BadValue("not in normal form", where=Where(field=self.gif), remedy="use parse")
        if not "01" <= self.prefecture <= "47":
            raise BadValue(
                f"{self.value}: there is no prefecture {self.prefecture}",
                where=Where(field=self.gif),
                remedy="the first two digits are 01 to 47",
            )
        if self.check_digit(self.value[:5]) != int(self.value[5]):
            raise BadCheckDigit(
                f"{self.value}: the check digit (the last) does not fit",
                where=Where(field=self.gif),
                remedy="compare with the list of codes, or leave the sixth digit out",
            )

    @staticmethod
    def check_digit(first: str) -> int:
        """The last digit of 11 − (Σ digits × 6, 5, 4, 3, 2 mod 11)."""
        return (11 - sum(int(p) * w for p, w in zip(first, (6, 5, 4, 3, 2), strict=True)) % 11) % 10

    @classmethod
    def parse(cls, text: str) -> Self:
        """From 5 digits (the check digit is added) or 6.

        Raises:
            BadValue: also five digits that end in 001 to 099, which no municipality has: most likely a code of 北海道
                or another of 01 to 09 whose leading 0 a spreadsheet has dropped (012025 as 12025).
        """
        digits = digits_of(text, lengths=(5, 6), field=cls.gif)
        if len(digits) == 5 and "000" < digits[2:] < "100":
            raise BadValue(
                f"{digits}: no municipality has the number {digits[2:]}",
                where=Where(field=cls.gif),
                remedy="write 5 or 6 digits; a spreadsheet may have dropped a leading 0",
            )
        return cls(digits if len(digits) == 6 else f"{digits}{cls.check_digit(digits)}")

    @property
    def prefecture(self) -> str:
        """都道府県コード: the first two digits (JIS X 0401)."""
        return self.value[:2]

    @property
    def short(self) -> str:
        """The 5 digits without the check digit (JIS X 0401 and 0402)."""
        return self.value[:5]

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, order=True)
class TownId(OneColumn):
    """町字ID: 7 digits within a municipality, 4 of 大字・町 and 3 of 丁目・小字 (アドレス・ベース・レジストリ)."""

    value: str
    gif: ClassVar[str] = "町字ID"

    def __post_init__(self) -> None:
        if digits_of(self.value, lengths=(7,), field=self.gif) != self.value:
            raise BadValue("not in normal form", where=Where(field=self.gif), remedy="use parse")

    @classmethod
    def parse(cls, text: str) -> Self:
        """From 7 digits of any width."""
        return cls(digits_of(text, lengths=(7,), field=cls.gif))

    @property
    def oaza(self) -> str:
        """The id of the 大字・町 that this is a part of."""
        return f"{self.value[:4]}000"

    def __str__(self) -> str:
        return self.value
