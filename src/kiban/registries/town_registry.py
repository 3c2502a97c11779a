"""Municipalities, towns (町字) and house numbers of the address base registry (アドレス・ベース・レジストリ).

A view of the address index for those who choose instead of typing: offline, one municipality read when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from kiban.registries.address.index import CITY_BASE, City, Index, embedded
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
    """The registry in an address index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._towns: dict[str, tuple[Town, ...]] = {}

    @property
    def vintage(self) -> dict[str, str]:
        """As of when each part of the data is."""
        return self._index.vintage

    @cached_property
    def municipalities(self) -> dict[str, Municipality]:
        """All municipalities and wards by code; a designated city itself (without its ward) is among them."""
        return {one.code: _municipality(one) for one in self._index.cities}

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

    def towns(self, code: str) -> tuple[Town, ...]:
        """The towns of a municipality in the order of the kana; empty for one that has none of its own."""
        if code not in self._towns:
            while len(self._towns) >= 64:
                self._towns.pop(next(iter(self._towns)))
            self._towns[code] = self._read(code)
        return self._towns[code]

    def _read(self, code: str) -> tuple[Town, ...]:
        index, city = self._index, self._index.codes.get(code)
        if city is None:
            return ()
        found: dict[int, str] = {}
        for key, key_id in index.trie.iteritems(chr(CITY_BASE + city)):
            number = index.town_number(key_id)
            if number and number % 1000 < 100 and index.crosswalk.get(f"{code}{number:07}") != "":
                found[number] = min(key, found.get(number, key))
        readings = index.readings(city)
        made = (
            self._town(code, key, number=number, kana=readings.get(number // 1000, "")) for number, key in found.items()
        )
        return tuple(sorted(made, key=lambda town: (town.kana or town.name, town.id)))

    def _town(self, code: str, key: str, *, number: int, kana: str) -> Town:
        index, key_id = self._index, self._index.trie[key]
        name = index.spelling(key, key_id, border=len(key))
        oaza = self._head(key, name) if number % 1000 else name
        if oaza != name:
            kana += f"{number % 1000}チョウ{'メ' if name[-1] == '目' else ''}"
        numbered = index.details(key_id, ord(key[0]) - CITY_BASE).numbered
        return Town(code, f"{number:07}", oaza, name[len(oaza) :], kana, numbered)

    def _head(self, key: str, name: str) -> str:
        """The 大字・町 of a 丁目: the longest shorter town with which the name begins."""
        for head, head_id in reversed(list(self._index.trie.iter_prefixes_with_ids(key))):
            spelt = self._index.spelling(head, head_id, border=len(head))
            for oaza in (spelt, spelt.removeprefix("大字").removeprefix("字")):
                if oaza and head != key and len(oaza) < len(name) and name.startswith(oaza):
                    return oaza
        return name

    def town(self, code: str, town_id: str) -> Town:
        """Raises: UnknownTown."""
        for one in self.towns(code):
            if one.id == town_id:
                return one
        raise UnknownTown(f"{code} has no town {town_id!r}", remedy="use a 町字ID of the registry's present vintage")

    def blocks(self, code: str, town_id: str) -> dict[str, tuple[str, ...]]:
        """街区符号 → 住居番号 of a town; empty where no such file was loaded or 住居表示 is not in force."""
        found = self._index.blocks.houses(f"{code}{town_id}")
        return {block: tuple(sorted(houses, key=_natural)) for block, houses in sorted(found.items(), key=_of_block)}


def _municipality(one: City) -> Municipality:
    return Municipality(one.code, one.prefecture, one.county, one.city, one.ward, "".join(one.kana.split(" ")[1:]))


def _of_block(entry: tuple[str, list[str]]) -> tuple[int, str]:
    return _natural(entry[0])


def _natural(number: str) -> tuple[int, str]:
    head = number.partition("-")[0]
    return (int(head) if head.isdigit() else 0, number)


@cache
def town_registry() -> TownRegistry:
    """The registry that comes with the package, or the user's own (``kiban registry update``)."""
    return TownRegistry(embedded())
