"""Municipalities, towns (町字) and house numbers of the address base registry (アドレス・ベース・レジストリ).

A view of the address index for those who choose instead of typing: offline, one municipality read when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import msgspec

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


class Town(msgspec.Struct, frozen=True, gc=False):
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

    @cached_property
    def _ended(self) -> dict[str, set[int]]:
        """Municipality code → town ids that an older file has and the newest of the place has not."""
        ended: dict[str, set[int]] = {}
        for old, new in self._index.crosswalk.items():
            if not new:
                ended.setdefault(old[:6], set()).add(int(old[6:]))
        return ended

    def _read(self, code: str) -> tuple[Town, ...]:
        index, city = self._index, self._index.codes.get(code)
        if city is None:
            return ()
        keys, found = self._keys(city)
        readings, ended = index.readings(city), self._ended.get(code, ())
        spellings: dict[str, str] = {}
        made = []
        for number, key in found.items():
            if number in ended:
                continue
            key_id, kana = keys[key], readings.get(number // 1000, "")
            details = index.details(key_id, city)
            oaza = name = details.name
            if number % 1000:
                oaza = self._head(key, name, keys=keys, spellings=spellings)
                kana += f"{number % 1000}チョウ{'メ' if name[-1] == '目' else ''}" if oaza != name else ""
            made.append(Town(code, str(10_000_000 + number)[1:], oaza, name[len(oaza) :], kana, details.numbered))
        return tuple(sorted(made, key=_by_kana))

    def _keys(self, city: int) -> tuple[dict[str, int], dict[int, str]]:
        """What may be a head of a 丁目, key → its number in the index; and town id → key."""
        keys: dict[str, int] = {}
        found: dict[int, str] = {}
        records = self._index.records
        for key, key_id in self._index.trie.items(chr(CITY_BASE + city)):
            number = records[key_id] & 0xFFFFFF
            if number % 1000 < 100:
                keys[key] = key_id
                if number and (number not in found or key < found[number]):
                    found[number] = key
            elif key[-1] in "0123456789":
                keys[key] = key_id
        return keys, found

    def _head(self, key: str, name: str, *, keys: dict[str, int], spellings: dict[str, str]) -> str:
        """The 大字・町 of a 丁目: the longest shorter town with which the name begins."""
        stem = key[:-2] if key[-3:-2].isalpha() else key[:-3]
        if stem in keys and key[:-1] not in keys and (key[:-2] == stem or key[:-2] not in keys):
            spelt = spellings.get(stem)
            if spelt is None:
                spelt = spellings[stem] = self._index.spelling(stem, keys[stem], border=len(stem))
            if spelt and len(spelt) < len(name) and name.startswith(spelt):
                return spelt
        return self._longest_head(key, name)

    def _longest_head(self, key: str, name: str) -> str:
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


def _by_kana(town: Town) -> tuple[str, str]:
    return town.kana or f"{town.oaza}{town.chome}", town.id


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
