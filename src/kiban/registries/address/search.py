"""For address pickers and look-ups: towns by the beginning of what is typed, by municipality, by code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from kiban.registries.address.index import CITY_BASE, Index
from kiban.registries.address.model import Hit
from kiban.registries.address.parse import Engine, engine
from kiban.registries.errors import UnknownMunicipality, UnknownTown

SCANNED = 150
SCANNED_TOGETHER = 500
Candidate = tuple[tuple[int, int], int, str, int]
_KANA_ONLY = re.compile(r"[ァ-ヶー\-]+")
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


class Search:
    """Looks things up in one index."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._index: Index = engine.index

    def towns(self, code: str) -> tuple[Hit, ...]:
        """大字・町 and 丁目 of a municipality in the order of their ids. Raises: UnknownMunicipality."""
        city = self._city(code)
        readings = self._index.readings(city)
        found = [(number, key, key_id) for key, key_id, number in self._keys(city) if number % 1000 < 100 and number]
        seen: dict[int, tuple[str, int]] = {}
        for number, key, key_id in sorted(found):
            seen.setdefault(number, (key, key_id))
        return tuple(self._hit(city, key, key_id=key_id, readings=readings) for key, key_id in seen.values())

    def reverse(self, code: str, town_id: str) -> Hit:
        """The town of a municipality code and 町字ID. Raises: UnknownMunicipality, UnknownTown."""
        city = self._city(code)
        found = [
            (key, key_id) for key, key_id, number in self._keys(city) if town_id.isdecimal() and number == int(town_id)
        ]
        if not found or not int(town_id):
            raise UnknownTown(f"{code} has no town {town_id!r}", remedy=self._moved(code, town_id))
        key, key_id = min(found, key=lambda one: len(one[0]))
        return self._hit(city, key, key_id=key_id, readings=self._index.readings(city))

    def _moved(self, code: str, town_id: str) -> str:
        new = self._index.crosswalk.get(f"{code}{town_id}")
        if new:
            return f"the town is now {new[6:]} of {new[:6]} (crosswalk)"
        return "use a 町字ID of the registry's present vintage; the crosswalk knows older ones"

    def search(self, text: str, *, municipality: str | None = None, limit: int = 10) -> list[Hit]:
        """Towns that begin with what is typed, kanji or kana, the closest first.

        ``text`` may begin with a prefecture and municipality; ``municipality`` is a code that limits the search.
        Raises: UnknownMunicipality.
        """
        folded = self._index.fold.key(text[:100])
        if municipality is not None:
            return self._rank(self._in_cities([self._city(municipality)], folded, text=text), limit)
        for end, cities, _ in self._engine._named(folded, 0):
            rest = folded[end:]
            wide = [ward for city in cities for ward in self._index.wards.get(city, [])]
            found = self._rank(self._in_cities([*cities, *wide][:40], rest, text=rest), limit)
            if found:
                return found
        prefecture = next((name for name in self._index.prefectures if folded.startswith(name)), "")
        return self._rank(
            self._in_country(folded[len(prefecture) :], text, prefecture=self._index.prefectures.get(prefecture, "")),
            limit,
        )

    def _in_cities(self, cities: list[int], folded: str, *, text: str) -> Iterator[Candidate]:
        kana = text.translate(_TO_KATAKANA).strip()
        scanned = min(SCANNED, SCANNED_TOGETHER // max(1, len(cities)))
        for city in cities:
            found = islice(self._index.trie.iteritems(chr(CITY_BASE + city) + folded), scanned)
            for order, (key, key_id) in enumerate(found):
                yield from self._chosen(city, key, key_id=key_id, size=len(key), order=order)
            if kana and _KANA_ONLY.fullmatch(kana):
                yield from self._by_kana(city, kana)

    def _chosen(self, city: int, key: str, *, key_id: int, size: int, order: int) -> Iterator[Candidate]:
        """The town itself; a name that the registry has only with 丁目 stands for these."""
        number = self._index.town_number(key_id)
        if number % 1000 >= 100:
            return
        if number:
            yield (size, order), city, key, key_id
            return
        parts = [f"{key}{chome}丁" for chome in range(1, 6)]
        found = [(part, part_id) for part in parts if (part_id := self._index.trie.get(part)) is not None]
        for part, part_id in found or [(key, key_id)]:
            yield (size, order), city, part, part_id

    def _by_kana(self, city: int, kana: str) -> Iterator[Candidate]:
        readings = self._index.readings(city)
        numbers = {number: len(reading) for number, reading in readings.items() if reading.startswith(kana)}
        if numbers:
            for key, key_id, number in self._keys(city):
                if number // 1000 in numbers and number and number % 1000 < 100:
                    yield (numbers[number // 1000], number), city, key, key_id

    def _in_country(self, folded: str, text: str, *, prefecture: str) -> Iterator[Candidate]:
        """Names of the whole country: exact ones first, those with 丁目 before others."""
        if not folded:
            return
        trie = self._index.trie
        for name, (city,) in islice(self._index.names.iteritems(folded), SCANNED):
            key = chr(CITY_BASE + city) + name
            key_id = trie.get(key)
            if key_id is not None and (not prefecture or self._index.cities[city].prefecture == prefecture):
                order = 0 if f"{key}2丁" in trie else 1
                yield from self._chosen(city, key, key_id=key_id, size=len(name), order=order * 10_000 + city)
        kana = text.translate(_TO_KATAKANA).strip()
        if _KANA_ONLY.fullmatch(kana):
            found = [
                (len(reading), reading, trie.restore_key(number), number)
                for reading, (number,) in islice(self._index.kana.iteritems(kana), SCANNED)
            ]
            for size, _, key, key_id in sorted(found)[:5]:
                city = ord(key[0]) - CITY_BASE
                if not prefecture or self._index.cities[city].prefecture == prefecture:
                    yield from self._chosen(city, key, key_id=key_id, size=size, order=city)

    def _rank(self, found: Iterable[Candidate], limit: int) -> list[Hit]:
        out: dict[tuple[int, int], Hit] = {}
        for _, city, key, key_id in sorted(found):
            if len(out) >= limit:
                break
            out.setdefault((city, key_id), self._hit(city, key, key_id=key_id))
        return list(out.values())

    def _city(self, code: str) -> int:
        try:
            return self._index.codes[code]
        except KeyError:
            raise UnknownMunicipality(
                f"{code!r} is no code of a municipality", remedy="use the 6 digits of 全国地方公共団体コード"
            ) from None

    def _keys(self, city: int) -> Iterator[tuple[str, int, int]]:
        for key, key_id in self._index.trie.iteritems(chr(CITY_BASE + city)):
            yield key, key_id, self._index.town_number(key_id)

    def _hit(self, city: int, key: str, *, key_id: int, readings: dict[int, str] | None = None) -> Hit:
        one = self._index.cities[city]
        number = self._index.town_number(key_id)
        border = self._index.border(key) if number % 1000 >= 100 else len(key)
        details = self._index.details(
            key_id if border == len(key) else self._index.trie.get(key[:border], key_id), city
        )
        point = details.point or (None, None)
        oaza = number // 1000
        kana = self._index.reading(city, oaza) if readings is None else readings.get(oaza, "")
        return Hit(
            one.code, f"{number:07}" if number else "", one.prefecture, one.county, one.city, one.ward,
            self._index.spelling(key, key_id, border=border), kana if number else "",
            point[0], point[1], details.postal_code,
        )  # fmt: skip


def search(text: str, *, municipality: str | None = None, limit: int = 10) -> list[Hit]:
    """Towns that begin with what is typed, kanji or kana, the closest first. Raises: UnknownMunicipality."""
    return Search(engine()).search(text, municipality=municipality, limit=limit)


def towns(code: str) -> tuple[Hit, ...]:
    """大字・町 and 丁目 of a municipality in the order of their ids. Raises: UnknownMunicipality."""
    return Search(engine()).towns(code)


def reverse(code: str, town_id: str) -> Hit:
    """The town of a municipality code and 町字ID. Raises: UnknownMunicipality, UnknownTown."""
    return Search(engine()).reverse(code, town_id)
