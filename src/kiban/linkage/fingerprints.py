"""Files → fingerprints: folded items as hashes, partitioned by the scattered link key so that memory stays bounded."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from kiban.linkage import kernels, reading
from kiban.linkage.folding import PREFECTURES, table
from kiban.linkage.model import FINGERPRINT, Aside, Column, Layout

BAD_DAY = "no day of the calendar"
UNREADABLE = -4
REASONS = {-1: "no link key", -2: "the link key is not 12 digits", -3: "the link key's check digit does not fit"}


@cache
def _tables() -> tuple[Column, Column]:
    """The folding table, and the sounded form of each kana (が from か and a mark)."""
    voiced = np.tile(np.arange(0x30A0, 0x3100, dtype=np.uint32), (2, 1))
    for row, mark in enumerate("\u3099\u309a"):
        for place in range(voiced.shape[1]):
            joined = unicodedata.normalize("NFC", chr(0x30A0 + place) + mark)
            voiced[row, place] = ord(joined) if len(joined) == 1 else 0x30A0 + place
    return table(), voiced


@cache
def _prefectures() -> Column:
    found = []
    for name in PREFECTURES:
        state = 14695981039346656037
        for char in name:
            state = ((state ^ int(table()[ord(char)])) * 1099511628211) % 2**64
            state ^= state >> 29
        found.append(state)
    return np.sort(np.array(found, dtype=np.uint64))


def scatter(keys: Column) -> Column:
    """A fixed permutation of 64-bit keys (splitmix64), so that neighbours in order are strangers."""
    value = keys.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def names(texts: Any) -> tuple[Column, Column]:
    """Whole, as written, family, given of each name, shape (4, n), uint32; and its character bits. 0 is missing."""
    data, offsets = reading.buffers(texts)
    out, masks = np.zeros((4, len(texts)), dtype=np.uint32), np.zeros(len(texts), dtype=np.uint64)
    kernels.names((data, offsets), (*_tables(), out, masks))
    return out, masks


def put_names(found: Column, texts: Any) -> None:
    """Fill in the names of fingerprints."""
    (found["name"], found["raw"], found["family"], found["given"]), found["name_bits"] = names(texts)


def put_kana(found: Column, texts: Any) -> None:
    """Fill in the readings of fingerprints."""
    (found["kana"], _, _, found["kana_given"]), found["kana_bits"] = names(texts)


def addresses(texts: Any) -> Column:
    """Place and numbers of each address: shape (2, n), uint32; 0 is missing."""
    data, offsets = reading.buffers(texts)
    out = np.zeros((2, len(texts)), dtype=np.uint32)
    kernels.addresses((data, offsets), (*_tables(), _prefectures(), out))
    return out


def keys(texts: Any) -> Column:
    """Link keys as numbers; negative ones are no keys, see REASONS."""
    data, offsets = reading.buffers(texts)
    out = np.empty(len(texts), dtype=np.int64)
    kernels.keys((data, offsets), out)
    return out


def fingerprint(piece: Any, form: Layout, *, first: int) -> Column:
    """The fingerprints of a piece of a file; ``first`` is the number of its first row among all rows."""
    found = np.zeros(len(piece), dtype=FINGERPRINT)
    found["key"] = keys(reading.plain(piece[form.key]))
    if reading.FAULT in piece.column_names:
        found["key"][np.asarray(reading.plain(piece[reading.FAULT])) != ""] = UNREADABLE
    found["order"], found["row"] = scatter(found["key"]), np.arange(first, first + len(piece))
    put_names(found, reading.joined(piece, form.name, by=" "))
    if form.kana:
        put_kana(found, reading.joined(piece, form.kana, by=" "))
    if form.address:
        found["place"], found["numbers"] = addresses(reading.joined(piece, form.address, by=""))
    found["birth"] = reading.births(piece[form.birth]) if form.birth else reading.MISSING
    found["sex"] = reading.sexes(piece[form.sex]) if form.sex else -1
    return found


@dataclass(frozen=True, slots=True)
class Source:
    """A folder of files of one kind, with the layout of each and where its rows begin."""

    folder: Path
    files: tuple[Path, ...]
    layouts: tuple[Layout, ...]

    @classmethod
    def of(cls, folder: Path) -> Source:
        """Raises: BadFile."""
        files = tuple(reading.sources(folder))
        return cls(folder, files, tuple(reading.layout(reading.columns_of(f), file=str(f)) for f in files))

    def pieces(self) -> Iterator[tuple[Path, Layout, Any]]:
        """All rows in pieces, with their file and layout."""
        for path, form in zip(self.files, self.layouts, strict=True):
            items = [form.key, *form.name, *form.kana, *form.address, *filter(None, (form.birth, form.sex))]
            for piece in reading.tables(path, list(dict.fromkeys(items))):
                yield path, form, piece


class Partitions:
    """Fingerprints in files by the scattered key: everything about one key is in one file."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder, self.count = folder, count

    def path(self, number: int) -> Path:
        return self.folder / f"{number:04}.bin"

    def write(self, source: Source) -> tuple[int, list[Aside]]:
        """Fingerprint every row; what cannot be judged is set aside with row, column and reason."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob("*.bin"):
            old.unlink()
        rows, aside, start, current = 0, list[Aside](), 0, Path()
        for path, form, piece in source.pieces():
            start, current = (rows, path) if path != current else (start, current)
            found = fingerprint(piece, form, first=rows)
            aside += _asides(found, form, piece=piece, at=(path.name, rows - start))
            good = found[(found["key"] > 0) & (found["birth"] != reading.BAD)]
            self._append(good[np.argsort(good["order"], kind="stable")])
            rows += len(piece)
        return rows, aside

    def _append(self, found: Column) -> None:
        part = (found["order"] >> np.uint64(32)) * np.uint64(self.count) >> np.uint64(32)
        edges = np.searchsorted(part, np.arange(self.count + 1))
        for number in range(self.count):
            if edges[number] < edges[number + 1]:
                with self.path(number).open("ab") as out:
                    found[edges[number] : edges[number + 1]].tofile(out)

    def read(self, number: int) -> Column:
        """A partition in the order of the scattered key; equal keys by their items, so files may come in any order."""
        path = self.path(number)
        found = np.fromfile(path, dtype=FINGERPRINT) if path.exists() else np.zeros(0, dtype=FINGERPRINT)
        return found[np.argsort(found["order"], kind="stable")]


def _asides(found: Column, form: Layout, *, piece: Any, at: tuple[str, int]) -> list[Aside]:
    """Rows of a piece that cannot be judged; ``at`` is the file, and how many of its rows stand before the piece."""
    faults = reading.plain(piece[reading.FAULT]).to_pylist() if reading.FAULT in piece.column_names else []

    def aside(place: int) -> Aside:
        row, key = at[1] + place + 1, int(found["key"][place])
        if key == UNREADABLE:
            return Aside(at[0], row, *faults[place].split("\t"))
        return Aside(at[0], row, form.key, REASONS[key]) if key < 0 else Aside(at[0], row, form.birth, BAD_DAY)

    return [aside(int(place)) for place in np.flatnonzero((found["key"] < 0) | (found["birth"] == reading.BAD))]
