"""地積: exact square metres, also from 町反畝歩, 坪, アール and ヘクタール; cut off as 不動産登記規則 100条 says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Self

from kiban.kernel.errors import Where
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import quoted, typed
from kiban.registries.address.fold import number
from kiban.registries.land.category import LandCategory

TSUBO = Fraction(400, 121)
"""1 坪 (歩) in square metres: a square of 6 尺, 1 尺 being 10/33 m."""
UNITS = {
    "m2": Fraction(1),
    "a": Fraction(100),
    "ha": Fraction(10_000),
    "坪": TSUBO,
    "歩": TSUBO,
    "畝": 30 * TSUBO,
    "反": 300 * TSUBO,
    "町": 3000 * TSUBO,
}
METRIC = frozenset({"m2", "a", "ha"})
_WORDS = (
    ("平方メートル", "m2"),
    ("平米", "m2"),
    ("m²", "m2"),
    ("ヘクタール", "ha"),
    ("アール", "a"),
    ("段", "反"),
    ("步", "歩"),
)
_METRIC = re.compile(r"([0-9]+(?:,[0-9]{3})*)(?:([.:・])([0-9]*))?(m2|ha|a)?", re.IGNORECASE)
_OLD = re.compile(
    r"(?:([0-9]+)町)?(?:([0-9]+)反)?(?:([0-9]+)畝)?(?:([0-9]+(?:\.[0-9]+)?)[歩坪])?(?:([0-9])合)?(?:([0-9])勺)?"
)
_KANJI = re.compile(r"[〇一二三四五六七八九十百千]+")
_FULL = (None, 10, 10, 30)
"""So many 反, 畝 and 歩 make the next larger unit."""


@dataclass(frozen=True, slots=True)
class Area:
    """An area in square metres.

    Attributes:
        value: exact.
        step: the smallest difference that its unit and decimals could tell (of 0.10 ha: 100 ㎡), 0 where written in
            ㎡, 坪 or 町反畝歩.
    """

    value: Fraction
    step: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if self.value <= 0:
            raise BadValue("no area above 0", where=Where(field="地積"), remedy="write the area, or leave it empty")

    @classmethod
    def parse(cls, text: str, *, unit: str = "m2") -> Self:
        """From 1,041.32, 100㎡, 100:45 (as the register prints it), 0.1041ha, 10.41a, 1反2畝15歩, 五十坪二合.

        ``unit`` is that of a number without one, a key of ``UNITS``.

        Raises:
            BadValue: no area, or more 歩, 畝 or 反 than the next larger unit has.
        """
        plain = "".join(typed(text, field="地積").split())
        for word, short in _WORDS:
            plain = plain.replace(word, short)
        found = _METRIC.fullmatch(plain)
        if found and (found[4] or unit in METRIC):
            return cls._metric(found, unit=(found[4] or unit).lower(), text=text)
        if found and found[2] != ":":
            return cls(Fraction(plain.replace(",", "")) * UNITS[unit])
        return cls(_old(plain, text=text))

    @classmethod
    def _metric(cls, found: re.Match[str], *, unit: str, text: str) -> Self:
        whole, mark, rest = found[1].replace(",", ""), found[2], found[3] or ""
        if mark and mark != "." and (unit != "m2" or len(rest) not in (0, 2)):
            raise _refused(text)
        value = Fraction(f"{whole}.{rest or 0}") * UNITS[unit]
        step = Fraction(0) if unit == "m2" else UNITS[unit] / 10 ** len(rest)
        return cls(value, step)

    def registered(self, category: LandCategory | None) -> Fraction:
        """As 地積 is registered: below 1/100 ㎡ cut off; of other land than 宅地 and 鉱泉地 above 10 ㎡ below 1 ㎡.

        Source: 不動産登記規則 100条. Of an unknown ``category`` as of other land.
        """
        unit = self.unit(category)
        return floor(self.value / unit) * unit

    def unit(self, category: LandCategory | None) -> Fraction:
        """What the register cuts off below."""
        fine = (category is not None and category.fine) or self.value <= 10
        return Fraction(1, 100) if fine else Fraction(1)

    def agrees(self, other: Self, *, categories: Iterable[LandCategory | None] = ()) -> bool:
        """Whether both can be of one parcel: what 100条 cuts off and what a coarser unit cannot tell do not differ.

        ``categories`` are those that either side states; above 10 ㎡ hundredths count where all are 宅地 or 鉱泉地.
        """
        stated = [one for one in categories if one is not None]
        category = stated[0] if stated and all(one.fine for one in stated) else None
        (low, high), (least, most) = self._range(category), other._range(category)
        return low < most and least < high

    def _range(self, category: LandCategory | None) -> tuple[Fraction, Fraction]:
        """The areas that may have been written so: from, and below."""
        if self.step:
            return self.value - self.step / 2, self.value + self.step
        kept = self.registered(category)
        return kept, kept + self.unit(category)

    def in_old_units(self) -> str:
        """町反畝歩 where it is a whole number of 歩, else empty."""
        tsubo = self.value / TSUBO
        if tsubo.denominator != 1:
            return ""
        left, out = int(tsubo), ""
        for name in ("町", "反", "畝", "歩"):
            count, left = divmod(left, int(UNITS[name] / TSUBO))
            out += f"{count}{name}" if count else ""
        return out

    def __str__(self) -> str:
        """Square metres; more than two decimals are cut off."""
        hundredths = floor(self.value * 100)
        return f"{hundredths // 100}.{hundredths % 100:02}" if hundredths % 100 else str(hundredths // 100)


def _old(plain: str, *, text: str) -> Fraction:
    digits = _KANJI.sub(lambda one: str(number(one[0])), plain)
    found = _OLD.fullmatch(re.sub(r"(?<=[町反畝])歩$", "", digits))
    if not found or not any(found.groups()):
        raise _refused(text)
    large = [found[at] for at in range(1, 5)]
    first = next((at for at, count in enumerate(large) if count), 4)
    for at, most in enumerate(_FULL):
        if most and at > first and large[at] and Fraction(large[at]) >= most:
            raise _refused(text)
    total = sum(
        (Fraction(count or 0) * UNITS[name] for count, name in zip(large, "町反畝歩", strict=True)), Fraction(0)
    )
    return total + Fraction(int(found[5] or 0), 10) * TSUBO + Fraction(int(found[6] or 0), 100) * TSUBO


def _refused(text: str) -> BadValue:
    remedy = "write square metres as 1041.32, or 1反2畝15歩, 50坪, 0.1041ha"
    return BadValue(f"{quoted(text)} is no area", where=Where(field="地積"), remedy=remedy)
