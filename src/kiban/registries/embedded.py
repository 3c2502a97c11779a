"""The registers of the package as they are asked before anybody took them in: municipality, postal code, town, code.

No file and no start-up: each view reads of the package's data what a question needs.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from kiban.kernel.characters import compare_key
from kiban.kernel.clock import JST
from kiban.registries.address.search import search as picked
from kiban.registries.code_register import CODE, embedded_codes
from kiban.registries.code_register import EMBEDDED as CODE_LIST
from kiban.registries.engine.model import Entry, Record, RegistryInfo, Source, Values
from kiban.registries.municipality_register import EMBEDDED as MUNICIPALITIES
from kiban.registries.municipality_register import MUNICIPALITY, embedded_municipalities
from kiban.registries.postal import EMBEDDED as CODES
from kiban.registries.postal import POSTAL, embedded_postal
from kiban.registries.town import EMBEDDED as TOWNS
from kiban.registries.town import TOWN, towns_of
from kiban.registries.town_registry import town_registry

Mark = tuple[str, str]


@dataclass(frozen=True)
class View(ABC):
    """One register of the package."""

    info: RegistryInfo
    source: Source

    @property
    def recorded_at(self) -> dt.datetime:
        """When the package's data are of."""
        return dt.datetime.combine(self.source.as_of, dt.time(), JST)

    def record(self, entry: Entry, *, until: dt.date | None = None) -> Record:
        """An entry as the record that it becomes when it is taken in."""
        data = Values({name: value for name, value in (entry.data or {}).items() if value})
        stated = (entry.key, data, entry.valid_from, until, 1, None, self.recorded_at, self.source.file, entry.line)
        return Record(self.info.id, *stated, entry.quality, data[self.info.area_field])

    @abstractmethod
    def history(self, key: str) -> tuple[Record, ...]:
        """The states of a key, the oldest first."""

    @abstractmethod
    def present(self, *, area: str, after: Mark) -> Iterator[Record]:
        """Records in force behind a mark (area, key), where an area limits in the order of both, else of the key."""

    def search(self, text: str, *, area: str) -> Iterator[Record]:
        """Records by the beginning of name or reading, then by a part of the name."""
        key = self.info.search_key(text[:100])
        ones = [*self.present(area=area, after=("", ""))] if key else []
        names = [(compare_key(r.data[self.info.name_field]), compare_key(r.data[self.info.kana_field])) for r in ones]
        for fits in (
            lambda name, kana: name.startswith(key) or kana.startswith(key),
            lambda name, kana: key in name and not (name.startswith(key) or kana.startswith(key)),
        ):
            yield from (record for record, words in zip(ones, names, strict=True) if fits(*words))


class Municipalities(View):
    """With all states of the past."""

    @cached_property
    def _states(self) -> dict[str, tuple[Record, ...]]:
        found: dict[str, list[Record]] = {}
        for entry in embedded_municipalities():
            held = found.setdefault(entry.key, [])
            if held and (entry.data is None or held[-1].valid_to is None):
                last = held.pop()
                held.append(
                    self.record(
                        Entry(entry.key, last.valid_from, last.data, last.line, "state", last.quality),
                        until=entry.valid_from,
                    )
                )
            if entry.data is not None:
                held.append(self.record(entry))
        return {key: tuple(states) for key, states in sorted(found.items())}

    def history(self, key: str) -> tuple[Record, ...]:
        return self._states.get(key, ())

    def present(self, *, area: str, after: Mark) -> Iterator[Record]:
        for key, states in self._states.items():
            if key > after[1] and key.startswith(area) and states[-1].valid_to is None:
                yield states[-1]


class PostalCodes(View):
    """In memory after the first question."""

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return dict(sorted((entry.key, entry) for entry in embedded_postal()))

    @cached_property
    def _keys(self) -> list[str]:
        return list(self._entries)

    @cached_property
    def _areas(self) -> list[Mark]:
        return sorted((entry.data["municipality_code"], key) for key, entry in self._entries.items() if entry.data)

    def history(self, key: str) -> tuple[Record, ...]:
        return (self.record(self._entries[key]),) if key in self._entries else ()

    def present(self, *, area: str, after: Mark) -> Iterator[Record]:
        if not area:
            for key in islice(self._keys, bisect_right(self._keys, after[1]), None):
                yield self.record(self._entries[key])
        for place, key in islice(self._areas, bisect_right(self._areas, max(after, (area, ""))), None) if area else ():
            if not place.startswith(area):
                return
            yield self.record(self._entries[key])

    def search(self, text: str, *, area: str) -> Iterator[Record]:
        key = compare_key(text[:100])
        for name, entry in self._entries.items() if key else ():
            data = entry.data or {}
            fits = name.startswith(key) or data["kana"].startswith(key)
            if fits and data["municipality_code"].startswith(area):
                yield self.record(entry)


class Towns(View):
    """One municipality is read when it is asked for; over the whole country a name is found by its beginning."""

    def _of(self, code: str) -> list[Record]:
        return sorted((self.record(entry) for entry in towns_of(code)), key=lambda record: record.key)

    def history(self, key: str) -> tuple[Record, ...]:
        known = key[:6] in town_registry().municipalities
        return tuple(record for record in self._of(key[:6]) if record.key == key) if known else ()

    def present(self, *, area: str, after: Mark) -> Iterator[Record]:
        for code in sorted(town_registry().municipalities):
            if code.startswith(area) and code >= after[1][:6]:
                yield from (record for record in self._of(code) if record.key > after[1])

    def search(self, text: str, *, area: str) -> Iterator[Record]:
        if len(area) >= 5:
            yield from super().search(text, area=area)
            return
        for hit in picked(text[:100], limit=100):
            one = self.history(f"{hit.municipality_code}-{hit.town_id}") if hit.town_id else ()
            yield from (record for record in one if record.area.startswith(area))


class Codes(View):
    """A short list; codes are of no area."""

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return {entry.key: entry for entry in embedded_codes()}

    def history(self, key: str) -> tuple[Record, ...]:
        return (self.record(self._entries[key]),) if key in self._entries else ()

    def present(self, *, area: str, after: Mark) -> Iterator[Record]:
        for key, entry in self._entries.items() if not area else ():
            if key > after[1]:
                yield self.record(entry)


VIEWS: dict[str, View] = {
    view.info.id: view
    for view in (
        Municipalities(MUNICIPALITY, MUNICIPALITIES),
        PostalCodes(POSTAL, CODES),
        Towns(TOWN, TOWNS),
        Codes(CODE, CODE_LIST),
    )
}
