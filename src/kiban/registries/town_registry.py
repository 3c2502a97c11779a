"""Municipalities, towns (町字) and house numbers of the address base registry (アドレス・ベース・レジストリ).

Embedded and offline: 1,918 municipalities and wards, 199,484 towns of the whole country, house numbers (住居表示) where
their file was at hand. One prefecture is unpacked when it is first asked for.
"""

from __future__ import annotations

import lzma
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import msgspec

from kiban.registries.errors import UnknownMunicipality, UnknownTown


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality (市区町村) or ward, by its 6-digit 全国地方公共団体コード."""

    code: str
    prefecture: str
    county: str
    city: str
    ward: str
    kana: str

    @property
    def name(self) -> str:
        """County, city and ward as an address writes them."""
        return f"{self.county}{self.city}{self.ward}"


@dataclass(frozen=True, slots=True)
class Town:
    """A town (町字): 7-digit 町字ID within its municipality; ``numbered`` where 住居表示 is in force."""

    municipality: str
    id: str
    oaza: str
    chome: str
    kana: str
    numbered: bool

    @property
    def name(self) -> str:
        """The town with its 丁目."""
        return f"{self.oaza}{self.chome}"


class TownRegistry:
    """The registry in one file made by ``tools/build_towns.py``."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @cached_property
    def _index(self) -> dict[str, Any]:
        found: dict[str, Any] = msgspec.msgpack.decode(self._content)
        return found

    @property
    def vintage(self) -> dict[str, str]:
        """As of when each part of the data is."""
        found: dict[str, str] = self._index["vintage"]
        return found

    @cached_property
    def municipalities(self) -> dict[str, Municipality]:
        """All municipalities and wards by code; a designated city itself (without its ward) is among them."""
        return {row[0]: Municipality(*row) for row in self._index["municipalities"]}

    def municipality(self, code: str) -> Municipality:
        """Raises: UnknownMunicipality."""
        try:
            return self.municipalities[code]
        except KeyError:
            raise UnknownMunicipality(
                f"{code!r} is no code of a municipality", remedy="use the 6 digits of 全国地方公共団体コード"
            ) from None

    @cached_property
    def prefectures(self) -> dict[str, str]:
        """The 47 prefectures: first two digits of the codes → name."""
        return {code[:2]: one.prefecture for code, one in self.municipalities.items()}

    @cached_property
    def _parts(self) -> dict[str, dict[str, Any]]:
        return {}

    def _part(self, code: str) -> dict[str, Any]:
        prefecture = code[:2]
        if prefecture not in self._parts:
            packed = self._index["parts"].get(prefecture)
            empty: dict[str, Any] = {"towns": {}, "blocks": {}}
            self._parts[prefecture] = msgspec.msgpack.decode(lzma.decompress(packed)) if packed else empty
        return self._parts[prefecture]

    def towns(self, code: str) -> tuple[Town, ...]:
        """The towns of a municipality in the order of the kana; empty for one that has none of its own."""
        rows = self._part(code)["towns"].get(code, [])
        made = (Town(code, row[0], row[1], row[2], row[3], row[4] == "1") for row in rows)
        return tuple(sorted(made, key=lambda town: (town.kana or town.name, town.id)))

    def town(self, code: str, town_id: str) -> Town:
        """Raises: UnknownTown."""
        for one in self.towns(code):
            if one.id == town_id:
                return one
        raise UnknownTown(f"{code} has no town {town_id!r}", remedy="use a 町字ID of the registry's present vintage")

    def blocks(self, code: str, town_id: str) -> dict[str, tuple[str, ...]]:
        """街区符号 → 住居番号 of a town; empty where no such file was loaded or 住居表示 is not in force."""
        found = self._part(code)["blocks"].get(code, {}).get(town_id, {})
        return {block: tuple(houses) for block, houses in sorted(found.items(), key=lambda one: _natural(one[0]))}


def _natural(number: str) -> tuple[int, str]:
    return (int(number) if number.isdigit() else 0, number)


@cache
def town_registry() -> TownRegistry:
    """The registry that comes with the package."""
    return TownRegistry((files("kiban.registries") / "data" / "towns.bin").read_bytes())
