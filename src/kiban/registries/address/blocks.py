"""Blocks and numbers (街区・住居番号, 地番) of the municipalities whose official files were loaded."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import marisa_trie

KINDS = ("rsdt", "parcel")
PARTS = ("marisa", "points.bin", "places.bin")


def names(*kinds: str) -> tuple[str, ...]:
    """The files of these kinds."""
    return tuple(f"{kind}.{part}" for kind in kinds for part in PARTS)


class Lot(NamedTuple):
    """One block, number or lot: municipality code and town id, its number with hyphens, point where known."""

    place: str
    number: str
    lat: float
    lon: float


class Known(NamedTuple):
    """``exact``: the whole number is in the file; else the beginning that is, perhaps none. Point in degrees."""

    exact: bool
    number: str
    point: tuple[float, float] | None


class Numbers:
    """The loaded numbers of one kind, memory-mapped."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._folder, self._kind = folder, kind
        self._trie = marisa_trie.Trie()
        self._trie.mmap(str(folder / f"{kind}.marisa"))

    @cached_property
    def _points(self) -> bytes:
        return (self._folder / f"{self._kind}.points.bin").read_bytes()

    @cached_property
    def places(self) -> frozenset[str]:
        """Municipality code and town id of each town that has numbers here."""
        return frozenset((self._folder / f"{self._kind}.places.bin").read_text(encoding="ascii").split())

    def find(self, place: str, number: str) -> Known:
        """The number of a town, or the longest beginning of it that is known."""
        parts = number.split("-")
        for size in range(len(parts), 0, -1):
            own = "-".join(parts[:size])
            key_id = self._trie.get(f"{place}{own}")
            if key_id is not None:
                return Known(size == len(parts), own, self._point(key_id))
            first = next(self._trie.iterkeys(f"{place}{own}-"), None)
            if first is not None:
                return Known(False, own, self._point(self._trie[first]))
        return Known(False, "", None)

    def of(self, place: str) -> list[str]:
        """All numbers of a town."""
        return [key[13:] for key in self._trie.iterkeys(place)]

    def _point(self, key_id: int) -> tuple[float, float] | None:
        lat, lon = struct.unpack_from("<2f", self._points, 8 * key_id)
        return (round(lat, 6), round(lon, 6)) if lat else None

    def lots(self) -> Iterable[Lot]:
        """All that is loaded."""
        for key, key_id in self._trie.iteritems():
            lat, lon = self._point(key_id) or (0.0, 0.0)
            yield Lot(key[:13], key[13:], lat, lon)


class Blocks:
    """The loaded numbers of an index: 住居番号 first, then 地番."""

    def __init__(self, folder: Path) -> None:
        self.kinds = {kind: Numbers(folder, kind) for kind in KINDS if (folder / f"{kind}.marisa").is_file()}

    @cached_property
    def municipalities(self) -> frozenset[str]:
        """Codes of the municipalities that have numbers here."""
        return frozenset(place[:6] for numbers in self.kinds.values() for place in numbers.places)

    def find(self, place: str, number: str) -> Known | None:
        """What the files say of a number; nothing for a town of which no file was loaded."""
        found = [numbers.find(place, number) for numbers in self.kinds.values() if place in numbers.places]
        return max(found, key=lambda one: (one.exact, len(one.number)), default=None)

    def houses(self, place: str) -> dict[str, list[str]]:
        """街区符号 → 住居番号 of a town."""
        out: dict[str, list[str]] = {}
        numbers = self.kinds.get("rsdt")
        for number in numbers.of(place) if numbers else ():
            block, _, house = number.partition("-")
            out.setdefault(block, []).append(house)
        return out

    def lots(self, kind: str) -> Iterable[Lot]:
        """All that is loaded of a kind."""
        return self.kinds[kind].lots() if kind in self.kinds else ()


def write(lots: Iterable[Lot], folder: Path, *, kind: str) -> int:
    """Write the files of :class:`Numbers`; how many numbers they have."""
    points = {lot.place + lot.number: (lot.lat, lot.lon) for lot in lots if lot.number}
    trie = marisa_trie.Trie(sorted(points))
    trie.save(str(folder / f"{kind}.marisa"))
    packed = bytearray(8 * len(points))
    for key, point in points.items():
        struct.pack_into("<2f", packed, 8 * trie[key], *point)
    (folder / f"{kind}.points.bin").write_bytes(bytes(packed))
    places = "\n".join(sorted({key[:13] for key in points}))
    (folder / f"{kind}.places.bin").write_text(places, encoding="ascii")
    return len(points)
