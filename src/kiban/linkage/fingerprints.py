"""Files → fingerprints: folded items as hashes, partitioned by the scattered link key so that memory stays bounded."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kiban.linkage import addressing, kernels, reading
from kiban.linkage.columns import Named
from kiban.linkage.errors import BadFile
from kiban.linkage.folding import PREFECTURES, table
from kiban.linkage.model import FINGERPRINT, PARTS, Aside, Column, Layout
from kiban.linkage.pairing import fill, into_partitions
from kiban.linkage.threads import ahead

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
def _prefectures() -> tuple[Column, Column]:
    """Hashes of the prefectures' names in order, and the four characters they end in."""
    found = []
    for name in PREFECTURES:
        state = 14695981039346656037
        for char in name:
            state = ((state ^ int(table()[ord(char)])) * 1099511628211) % 2**64
            state ^= state >> 29
        found.append(state)
    return np.sort(np.array(found, dtype=np.uint64)), table()[[ord(char) for char in "都道府県"]]


def names(*columns: Any) -> tuple[Column, Column]:
    """Whole, as written, family, given of each name, shape (4, n), uint32; and its character bits. 0 is missing.

    Several columns are one name with blanks between them; a column in codes is folded once per value.
    """
    found = _parts(columns[0])
    for column in columns[1:]:
        both = np.empty(len(column), dtype=PARTS)
        kernels.together((found, _parts(column)), both)
        found = both, np.arange(len(both), dtype=np.int32)
    out, masks = np.zeros((4, len(columns[0])), dtype=np.uint32), np.zeros(len(columns[0]), dtype=np.uint64)
    kernels.names(found, (out, masks))
    return out, masks


def _parts(column: Any) -> tuple[Column, Column]:
    """Parts of a column's texts, and which of them each row has."""
    if pa.types.is_dictionary(column.type):
        texts, codes = reading.coded(column)
    else:
        texts, codes = reading.plain(column), np.arange(len(column), dtype=np.int32)
    data, offsets = reading.buffers(texts)
    out = np.empty(len(texts), dtype=PARTS)
    kernels.parts((data, offsets), (*_tables(), out))
    return out, codes


def folded(texts: Any) -> list[str]:
    """The folded letters of each text, with its blanks."""
    data, offsets = reading.buffers(texts)
    letters, ends = np.empty(int(offsets[-1] - offsets[0]) + 1, np.uint32), np.empty(len(texts), np.int64)
    kernels.all_letters((data, offsets), (*_tables(), letters, ends))
    whole = letters[: ends[-1]].tobytes().decode("utf-32-le") if len(ends) else ""
    return [whole[start:end] for start, end in pairwise([0, *ends.tolist()])]


def put_names(found: Column, *columns: Any) -> None:
    """Fill in the names of fingerprints."""
    (found["name"], found["raw"], found["family"], found["given"]), found["name_bits"] = names(*columns)


def put_kana(found: Column, *columns: Any) -> None:
    """Fill in the readings of fingerprints."""
    (found["kana"], _, _, found["kana_given"]), found["kana_bits"] = names(*columns)


def addresses(texts: Any) -> Column:
    """Place and numbers of each address: shape (2, n), uint32; 0 is missing."""
    data, offsets = reading.buffers(texts)
    out = np.zeros((2, len(texts)), dtype=np.uint32)
    addressing.addresses((data, offsets), (*_tables(), _prefectures(), out))
    return out


def keys(texts: Any) -> Column:
    """Link keys as numbers; negative ones are no keys, see REASONS."""
    data, offsets = reading.buffers(texts)
    out = np.empty(len(texts), dtype=np.int64)
    kernels.keys((data, offsets), out)
    return out


def fingerprint(piece: Any, form: Layout, *, first: int) -> Column:
    """The fingerprints of a piece of a file; ``first`` is the number of its first row among all rows."""
    return _fingerprint(piece, form, first=first)[0]


def _fingerprint(piece: Any, form: Layout, *, first: int) -> tuple[Column, list[tuple[int, str, str]]]:
    """Fingerprints, and what cannot be judged: row in the piece, column, reason."""
    count = len(piece)
    key = keys(reading.keys(piece[form.key]))
    if reading.FAULT in piece.column_names:
        key[np.asarray(reading.plain(piece[reading.FAULT])) != ""] = UNREADABLE
    name = names(*(piece[column] for column in form.name))
    kana = names(*(piece[column] for column in form.kana)) if form.kana else _no_names(count)
    place = _places(piece, form.address) if form.address else np.zeros((2, count), dtype=np.uint32)
    birth = reading.births(piece[form.birth]) if form.birth else np.full(count, reading.MISSING, dtype=np.int32)
    sex = reading.sexes(piece[form.sex]) if form.sex else np.full(count, -1, dtype=np.int8)
    found = np.empty(count, dtype=FINGERPRINT)
    fill((key, name, kana, place, birth, sex, first), found)
    bad = (key < 0) | (birth == reading.BAD)
    return found, [(int(at), *_reason(int(at), int(key[at]), piece=piece, form=form)) for at in np.flatnonzero(bad)]


def _no_names(count: int) -> tuple[Column, Column]:
    return np.zeros((4, count), dtype=np.uint32), np.zeros(count, dtype=np.uint64)


def _reason(at: int, key: int, *, piece: Any, form: Layout) -> tuple[str, str]:
    """Column and reason why a row of a piece cannot be judged."""
    if key == UNREADABLE:
        column, _, reason = piece[reading.FAULT][at].as_py().partition("\t")
        return column, reason
    return (form.key, REASONS[key]) if key < 0 else (form.birth, BAD_DAY)


def _places(piece: Any, columns: tuple[str, ...]) -> Column:
    """Place and numbers of each row; columns in codes are read once per household, whose rows stand together."""
    every = [piece[column] for column in columns]
    if not all(pa.types.is_dictionary(column.type) for column in every) or not len(piece):
        return addresses(reading.joined(piece, columns, by=""))
    changed = np.zeros(len(piece), dtype=bool)
    changed[0] = True
    for column in every:
        codes = reading.coded(column)[1]
        changed[1:] |= codes[1:] != codes[:-1]
    rows = pa.array(np.flatnonzero(changed))
    found = addresses(reading.joined(piece.select(list(columns)).take(rows), columns, by=""))
    return found[:, np.cumsum(changed) - 1]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file, the number of the first among all rows, and that of the file's first."""

    path: Path
    layout: Layout
    rows: Any
    first: int
    file_first: int


def _layout(file: Path, named: Named | None) -> Layout:
    return reading.layout(reading.columns_of(file), file=str(file), named=named)


@dataclass(frozen=True, slots=True)
class Source:
    """A folder of files of one kind, with the layout of each and where its rows begin."""

    folder: Path
    files: tuple[Path, ...]
    layouts: tuple[Layout, ...]

    @classmethod
    def of(cls, folder: Path, *, named: Named | None = None) -> Source:
        """Raises: BadFile."""
        files = tuple(reading.sources(folder))
        return cls(folder, files, tuple(_layout(file, named) for file in files))

    @classmethod
    def readable(cls, folder: Path, *, named: Named | None = None) -> tuple[Source, list[Aside]]:
        """The files that can be read, and those that cannot, each with the reason (row 0: the whole file).

        Raises:
            BadFile: none can be read.
        """
        found, aside, refused = list[tuple[Path, Layout]](), list[Aside](), list[BadFile]()
        for file in reading.sources(folder):
            try:
                found.append((file, _layout(file, named)))
            except BadFile as error:
                refused.append(error)
                aside.append(Aside(file.name, 0, "", f"the whole file: {error.what}"))
        if not found:
            raise refused[0]
        return cls(folder, *(tuple(side) for side in zip(*found, strict=True))), aside

    def numbered(self) -> Iterator[Piece]:
        """All rows in pieces that know where they stand."""
        first = file_first = 0
        current = Path()
        for path, form, rows in self.pieces():
            file_first, current = (first, path) if path != current else (file_first, current)
            yield Piece(path, form, rows, first, file_first)
            first += len(rows)

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
        self.clear()
        aside, rows = list[Aside](), 0
        for path, sorted_rows, bad, before, size in ahead(self._read, source.numbered()):
            aside += [Aside(path.name, before + row + 1, column, reason) for row, column, reason in bad]
            self._append(*sorted_rows)
            rows += size
        return rows, aside

    def clear(self) -> None:
        """Begin with no fingerprints; only the owner reads them, because a scattered key can be put in order again."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        for old in self.folder.glob("*.bin"):
            old.unlink()

    def add(self, found: Column) -> None:
        """Put fingerprints where they belong; those without a key (order 0) nowhere."""
        self._append(*into_partitions(found, self.count))

    def _read(self, piece: Piece) -> tuple[Path, tuple[Column, Column], list[tuple[int, str, str]], int, int]:
        found, bad = _fingerprint(piece.rows, piece.layout, first=piece.first)
        found["order"][[at for at, _, _ in bad]] = 0
        return piece.path, into_partitions(found, self.count), bad, piece.first - piece.file_first, len(found)

    def _append(self, found: Column, edges: Column) -> None:
        content = memoryview(found.view(np.uint8).data)
        for number, (start, end) in enumerate(pairwise((edges * FINGERPRINT.itemsize).tolist())):
            if start < end:
                with self.path(number).open("ab", buffering=0) as out:
                    out.write(content[start:end])

    def rows(self) -> int:
        """How many fingerprints there are."""
        return sum(path.stat().st_size for path in self.folder.glob("*.bin")) // FINGERPRINT.itemsize

    def read(self, number: int) -> Column:
        """A partition's fingerprints, in no order that means anything."""
        path = self.path(number)
        return np.fromfile(path, dtype=FINGERPRINT) if path.exists() else np.zeros(0, dtype=FINGERPRINT)
