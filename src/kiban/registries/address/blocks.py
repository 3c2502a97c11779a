"""Blocks and numbers (街区・住居番号, 地番) of the municipalities whose official files were loaded."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import marisa_trie

NAMES = ("blocks.marisa", "blocks.bin")


class Lot(NamedTuple):
    """One block, number or lot: municipality code and town id, its number with hyphens, point where known."""

    place: str
    number: str
    lat: float
    lon: float


class Known(NamedTuple):
    """``exact``: the whole number is in the file; else only its block. Point in degrees, or nothing."""

    exact: bool
    number: str
    point: tuple[float, float] | None


class Blocks:
    """The loaded numbers, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        self._trie = marisa_trie.Trie()
        self._trie.mmap(str(folder / NAMES[0]))
        self._points = (folder / NAMES[1]).read_bytes()

    def find(self, place: str, number: str) -> Known | None:
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
        return None

    def _point(self, key_id: int) -> tuple[float, float] | None:
        lat, lon = struct.unpack_from("<2f", self._points, 8 * key_id)
        return (round(lat, 6), round(lon, 6)) if lat else None

    def lots(self) -> Iterable[Lot]:
        """All that is loaded."""
        for key, key_id in self._trie.iteritems():
            lat, lon = self._point(key_id) or (0.0, 0.0)
            yield Lot(key[:13], key[13:], lat, lon)


def write(lots: Iterable[Lot], folder: Path) -> int:
    """Write the files of :class:`Blocks`; how many numbers they have."""
    points = {lot.place + lot.number: (lot.lat, lot.lon) for lot in lots if lot.number}
    trie = marisa_trie.Trie(sorted(points))
    trie.save(str(folder / NAMES[0]))
    packed = bytearray(8 * len(points))
    for key, point in points.items():
        struct.pack_into("<2f", packed, 8 * trie[key], *point)
    (folder / NAMES[1]).write_bytes(bytes(packed))
    return len(points)
