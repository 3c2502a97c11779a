"""不動産ID: one code for one property (land, building, unit, floor or room) for all who keep data about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self

from kiban.kernel.errors import Where
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import HYPHENS, OneColumn, quoted, typed

_LABEL = re.compile(r"不動産(ID|番号)[:\s]*", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s\-]+")
_PLAIN = re.compile(r"([0-9]{13})([0-9A-Z]{4})?")
_NORMAL = re.compile(r"[0-9]{13}-[0-9A-Z]{4}")
_FLOOR = re.compile(r"([GB])([0M])([0-9]{2})")
_WING = re.compile(r"^[0-9A-Z]+号?棟")
_NO_SIGN = re.compile(r"[^0-9A-Z]")
WHOLE, BUILDING = "0000", "000B"


class Part(StrEnum):
    """What the 特定コード of a 不動産ID stands for."""

    REGISTERED = "registered"
    """0000: what the register has as one: a lot, a house, a building that is no condominium, a unit of one that is."""
    BUILDING = "building"
    """000B: the whole of a condominium, under the number of its land."""
    FLOOR = "floor"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor of a building: ``number`` counts from 1, up or (``below``) down; ``between``: 中間階."""

    number: int
    below: bool = False
    between: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 99:
            where = Where(field=PropertyId.gif)
            raise BadValue("no floor from 1 to 99", where=where, remedy="count floors from 1, also those below ground")

    def __str__(self) -> str:
        return f"{'B' if self.below else 'G'}{'M' if self.between else '0'}{self.number:02}"


@dataclass(frozen=True, slots=True, order=True)
class PropertyId(OneColumn):
    """不動産ID: 不動産番号 (13 digits of the register, no check digit), a hyphen, 特定コード (4 digits or capitals).

    Source: 国土交通省 不動産IDルールガイドライン (令和4年3月31日); 不動産登記規則 90条 (不動産番号).
    """

    value: str
    gif: ClassVar[str] = "不動産ID"

    def __post_init__(self) -> None:
        if not isinstance(self.value, str) or not _NORMAL.fullmatch(self.value):
            raise BadValue("not in normal form", where=Where(field=self.gif), remedy="use parse")

    @classmethod
    def parse(cls, text: str) -> Self:
        """From 17 characters of any width, hyphens and blanks between; 13 digits alone are the registered property.

        Raises:
            BadValue: another number of characters. A 特定コード is never filled up: 101 may be a room or a torn 0101.
        """
        written = typed(text, field=cls.gif)
        label = _LABEL.match(written)
        plain = _BETWEEN.sub("", (written[label.end() :] if label else written).translate(HYPHENS)).upper()
        found = _PLAIN.fullmatch(plain)
        if not found:
            what = f"{quoted(text)}: not 13 digits, or 13 digits and 4 characters"
            remedy = "write 1234567890123-0101, room 101 as 0101; spreadsheets keep only 15 digits of a number"
            raise BadValue(what, where=Where(field=cls.gif), remedy=remedy)
        return cls(f"{found[1]}-{found[2] or WHOLE}")

    @classmethod
    def of_room(cls, number: str, room: str) -> Self:
        """A room of a building that is no condominium: 101号室 is 0101, A-12 is 0A12.

        Only digits and Latin letters count; the name of a wing (2号棟) falls, for each wing has a number of its own.

        Raises:
            BadValue: nothing is left, or more than four characters (the guideline names no way to shorten them), or
                what is left would be read as something else (B001 is the first floor below ground).
        """
        left = _NO_SIGN.sub("", _WING.sub("", typed(room, field="部屋番号").upper()))
        if not 1 <= len(left) <= 4:
            what, remedy = (
                "no room number of one to four digits or letters",
                "write it as on the door, without the wing",
            )
            raise BadValue(what, where=Where(field="部屋番号"), remedy=remedy)
        made = cls(f"{cls.parse(number).number}-{left:0>4}")
        if made.part is not Part.ROOM:
            what, remedy = f"{made.code} stands for another thing than a room", "agree on another number for this room"
            raise BadValue(what, where=Where(field="部屋番号"), remedy=remedy)
        return made

    @classmethod
    def of_floor(cls, number: str, floor: Floor) -> Self:
        """A floor that is let for offices or shops. Raises: BadValue."""
        return cls(f"{cls.parse(number).number}-{floor}")

    @classmethod
    def of_building(cls, land: str) -> Self:
        """The whole of a condominium, which has no number of its own: by that of its land. Raises: BadValue."""
        return cls(f"{cls.parse(land).number}-{BUILDING}")

    @property
    def number(self) -> str:
        """不動産番号."""
        return self.value[:13]

    @property
    def code(self) -> str:
        """特定コード."""
        return self.value[14:]

    @property
    def part(self) -> Part:
        """What the 特定コード stands for; which kind of property the number is, only the register knows."""
        if self.code in (WHOLE, BUILDING):
            return Part.REGISTERED if self.code == WHOLE else Part.BUILDING
        return Part.FLOOR if self.floor else Part.ROOM

    @property
    def floor(self) -> Floor | None:
        """The floor that the 特定コード names, or None."""
        found = _FLOOR.fullmatch(self.code)
        if not found or found[3] == "00":
            return None
        return Floor(int(found[3]), found[1] == "B", found[2] == "M")

    @property
    def registered(self) -> Self:
        """The property of the register that this is a part of (特定コード 0000)."""
        return type(self)(f"{self.number}-{WHOLE}")

    def __str__(self) -> str:
        return self.value
