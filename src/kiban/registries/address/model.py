"""What the address engine answers."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Any

import msgspec

NO_POINT = (None, None)
_SHORT = re.compile("[0-9０-９]{1,2}(?![0-9０-９])")
NO_CHOME = "丁目ではなく番地"
OF_CITY = ("座標は市区町村の代表点",)


class Level(IntEnum):
    """How far an address could be followed."""

    NOTHING = 0
    PREFECTURE = 1
    MUNICIPALITY = 2
    TOWN = 3
    TOWN_PART = 4
    BLOCK = 5
    NUMBER = 6
    BLOCK_KNOWN = 7
    NUMBER_KNOWN = 8


CITY_LEVEL = int(Level.MUNICIPALITY)  # members of an enumeration are slow to look up and to compare


class Address(msgspec.Struct, frozen=True, gc=False):
    """An address in the fields of GIF (DS-433): what was recognised, what was not, and why.

    ``level`` 0 nothing · 1 都道府県 · 2 市区町村 · 3 大字・町 · 4 丁目・小字 · 5 街区・地番 as written ·
    6 with 号・枝番 as written · 7 the block is in a loaded official file · 8 the number is. ``town`` is 町字 in the
    registry's spelling, ``block`` 番地以下 with half-width hyphens, ``building`` 建物名等（方書） and ``rest`` what was
    not understood, both as written. ``lat`` and ``lon`` are the representative point of the smallest part that has one.
    """

    input: str
    level: int = 0
    prefecture: str = ""
    county: str = ""
    city: str = ""
    ward: str = ""
    town: str = ""
    block: str = ""
    building: str = ""
    rest: str = ""
    municipality_code: str = ""
    town_id: str = ""
    lat: float | None = None
    lon: float | None = None
    notes: tuple[str, ...] = ()
    postal_code: str = ""

    @property
    def municipality(self) -> str:
        """County, city and ward as an address writes them."""
        return f"{self.county}{self.city}{self.ward}"

    def __str__(self) -> str:
        at = self._behind() if self.rest and (self.block or self.building) else len(self.rest)
        head = f"{self.prefecture}{self.municipality}{self.town}"
        block = self.block.replace("-", "番", 1) if "-" in self.block else f"{self.block}番"
        tail = f"{self.rest[:at].rstrip()}{block if NO_CHOME in self.notes else self.block}"
        between = " " if head[-1:].isdecimal() and tail[:1].isdecimal() else ""
        apart = "、" if "-" not in self.block and _SHORT.match(self.building) else " "  # 35 5 would be 35-5
        place = apart.join(filter(None, (f"{head}{between}{tail}", self.building)))
        return " ".join(filter(None, (place, self.rest[at:])))

    def _behind(self) -> int:
        """Where in ``rest`` begins what stood behind all else: a name, a telephone number."""
        given = self.input.rstrip(" \u3000\t\r\n,、，")
        starts = [0, *(at + 1 for at, one in enumerate(self.rest) if one == " ")]
        return next((at for at in starts if given.endswith(self.rest[at:])), len(self.rest))

    def as_dict(self) -> dict[str, Any]:
        """The fields by name, in the order of the JSON form."""
        return {name: getattr(self, name) for name in self.__struct_fields__}


def agree(first: Address, again: Address, *, whole: bool = False) -> bool:
    """A second reading is of the same place as far as the first knew it; ``whole``: and this down to the city."""
    if whole and first.level < Level.MUNICIPALITY:
        return False
    return all(one in ("", other) for one, other in zip(_parts(first), _parts(again), strict=True))


def _parts(one: Address) -> tuple[str, str, str, str]:
    return one.prefecture, one.county, one.city, one.ward


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A town (町字) found; ``lat`` and ``lon`` in degrees (JGD2011), nothing where the registry has no point."""

    municipality_code: str
    town_id: str
    prefecture: str
    county: str
    city: str
    ward: str
    town: str
    kana: str
    lat: float | None
    lon: float | None
    postal_code: str

    def __str__(self) -> str:
        return f"{self.prefecture}{self.county}{self.city}{self.ward}{self.town}"
