"""For address pickers and look-ups: towns by the beginning of what is typed, by municipality, by code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from kiban.registries.address.index import CITY_BASE, Index
from kiban.registries.address.kana import forms_of, large, spelled
from kiban.registries.address.loose import SMALL
from kiban.registries.address.model import Hit
from kiban.registries.address.parse import Engine, engine
from kiban.registries.errors import UnknownMunicipality, UnknownTown

SCANNED = 150
SCANNED_TOGETHER = 500
KEPT = 60
"""So many names of the whole country are looked at closely, the shortest and those of wards first."""
Candidate = tuple[tuple[int, ...], int, str, int]
_KANA_ONLY = re.compile(r"[ァ-ヶー\-]+")
_CHOME = re.compile(r"(.+?)([1-9][0-9]?)丁?")


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
        if not (len(town_id) == 7 and town_id.isdecimal()):
            return "write the 7 digits of 町字ID"
        if new:
            return f"the town is now {new[6:]} of {new[:6]} (crosswalk)"
        return "use a 町字ID of the registry's present vintage; the crosswalk knows older ones"

    def search(self, text: str, *, municipality: str | None = None, limit: int = 10) -> list[Hit]:
        """Towns that begin with what is typed, kanji or kana, the closest first.

        ``text`` may begin with a prefecture and municipality; ``municipality`` is a code that limits the search.
        Raises: UnknownMunicipality.
        """
        folded, kana = self._index.fold.key(text[:100]), spelled(text[:100])
        cities = None if municipality is None else [self._city(municipality)]
        found = self._found(folded, kana, cities=cities, limit=limit)
        for at, one in enumerate(folded):
            if found:
                break
            if one in SMALL:  # 市ヶ谷本村町: 市谷本村町
                found = self._found(folded[:at] + folded[at + 1 :], kana, cities=cities, limit=limit)
        return found

    def _found(self, folded: str, kana: str, *, cities: list[int] | None, limit: int) -> list[Hit]:
        if cities is not None:
            return self._rank(self._in_cities(cities, folded, kana=_tail(folded, kana)), limit)
        for end, cities, _ in self._engine._named(folded, 0):
            rest = folded[end:]
            found = self._rank(self._in_cities(self._with_wards(cities), rest, kana=_tail(rest, kana)), limit)
            if found:
                return found
        if _KANA_ONLY.fullmatch(kana):
            return self._all_in_kana(folded, kana, limit=limit)
        return self._rank(self._in_country(folded, kana), limit) or self._in_short_city(folded, kana, limit=limit)

    def _in_short_city(self, folded: str, kana: str, *, limit: int) -> list[Hit]:
        """海南ひかた, 海南日方: behind the name of a municipality without 市, 区, 町 or 村."""
        for size in range(min(len(folded) - 1, 12), 1, -1):
            cities = [city for kind in "市区町村" for city in self._index.forms.get(folded[:size] + kind, ())]
            rest = folded[size:]
            if found := self._rank(self._in_cities(self._with_wards(cities), rest, kana=_tail(rest, kana)), limit):
                return found
        return []

    def _with_wards(self, cities: list[int]) -> list[int]:
        return [*cities, *(ward for city in cities for ward in self._index.wards.get(city, []))][:40]

    def _all_in_kana(self, folded: str, kana: str, *, limit: int) -> list[Hit]:
        """なかのしま: towns of this very reading; かいなんしひかた: in a municipality read so; then what begins so."""
        towns = self._rank(self._in_country(folded, kana), limit)
        exact = [one for one in towns if kana in forms_of(one.kana)]
        found = [*exact, *self._in_read_city(kana, limit=limit), *(one for one in towns if one not in exact)]
        return list(dict.fromkeys(found))[:limit]

    def _in_read_city(self, kana: str, *, limit: int) -> list[Hit]:
        forms = self._engine.kana.forms
        for size in range(min(len(kana), 30), 2, -1):
            cities = self._with_wards(forms.get(large(kana[:size]), []))
            rest = kana[size:]
            if found := self._rank(self._in_cities(cities, None if rest else "", kana=rest), limit):
                return found
        return []

    def _in_cities(self, cities: list[int], folded: str | None, *, kana: str) -> Iterator[Candidate]:
        """Towns whose name begins so (None: none do), and those whose reading does."""
        scanned = min(SCANNED, SCANNED_TOGETHER // max(1, len(cities)))
        for city in cities:
            if folded is not None:
                found = islice(self._index.trie.iteritems(chr(CITY_BASE + city) + folded), scanned)
                for order, (key, key_id) in enumerate(found):
                    yield from self._chosen(city, key, key_id=key_id, place=(len(key), order))
            if kana:
                yield from self._by_kana(city, kana)

    def _chosen(self, city: int, key: str, *, key_id: int, place: tuple[int, ...]) -> Iterator[Candidate]:
        """The town itself; a name that the registry has only with 丁目 stands for these."""
        number = self._index.town_number(key_id)
        size, order, *alone = place
        if number % 1000 >= 100:
            return
        if number:
            yield (size, order, 0, *alone), city, key, key_id
            return
        parts = [f"{key}{chome}丁" for chome in range(1, 6)]
        found = [(part, part_id) for part in parts if (part_id := self._index.trie.get(part)) is not None]
        for chome, (part, part_id) in enumerate(found or [(key, key_id)]):
            yield (size, order, chome, *alone), city, part, part_id

    def _by_kana(self, city: int, kana: str) -> Iterator[Candidate]:
        readings = self._index.readings(city)
        pairs = [(form, number) for number, reading in readings.items() for form in forms_of(reading)]
        numbers = {number: len(form) for form, number in pairs if large(form).startswith(large(kana))}
        if numbers:
            for key, key_id, number in self._keys(city):
                if number // 1000 in numbers and number and number % 1000 < 100:
                    yield (numbers[number // 1000], number), city, key, key_id

    def _in_country(self, folded: str, kana: str) -> Iterator[Candidate]:
        """Names of the whole country: exact ones first, wards of cities before others, those with 丁目 before others.

        Of a name that is in several municipalities the first 丁目 of each comes before the second of any.
        """
        name = next((one for one in self._index.prefectures if folded.startswith(one)), "")
        prefecture, rest = self._index.prefectures.get(name, ""), folded[len(name) :]
        found = []
        for key, key_id, size in self._keys_in_country(rest, _tail(rest, kana)) if rest else ():
            city = ord(key[0]) - CITY_BASE
            one = self._index.cities[city]
            if not prefecture or one.prefecture == prefecture:
                found.append((size, 2 * (not (one.ward or one.city.endswith("区"))), city, key, key_id))
        for size, order, city, key, key_id in sorted(found)[:KEPT]:
            alone = f"{key}2丁" not in self._index.trie
            yield from self._chosen(city, key, key_id=key_id, place=(size, order, alone))

    def _keys_in_country(self, folded: str, kana: str) -> Iterator[tuple[str, int, int]]:
        """Keys of towns with the length of what was read: those of this very name or reading, then longer ones."""
        trie, names, readings = self._index.trie, self._index.names, self._index.kana
        chome = _CHOME.fullmatch(folded)
        written = [(folded, city, "") for (city,) in names.get(folded, ())]
        if chome and not written:
            written = [(chome[1], city, f"{chome[2]}丁") for (city,) in names.get(chome[1], ())]
        written += [(name, city, "") for name, (city,) in islice(names.iteritems(folded), SCANNED)]
        for name, city, part in written:
            key = chr(CITY_BASE + city) + name + part
            if (key_id := trie.get(key)) is not None:
                yield key, key_id, len(name)
        if kana:
            typed = (kana, f"オオアザ{kana}", f"アザ{kana}")
            read = [(one, number) for one in typed for (number,) in readings.get(one, ())]
            some = SCANNED // len(typed)
            read += [(one, number) for text in typed for one, (number,) in islice(readings.iteritems(text), some)]
            for reading, number in read:
                if own := next((form for form in forms_of(reading) if form.startswith(kana)), ""):
                    yield trie.restore_key(number), number, len(own)

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


def _tail(folded: str, kana: str) -> str:
    """The reading that stands behind the municipality: as long as the rest, when all of it is kana."""
    end = kana[-len(folded) :] if folded and len(folded) <= len(kana) else ""
    return end if _KANA_ONLY.fullmatch(end) else ""
