"""A merged register on disk, its map, work list, joins and numbers; and the proof, read back from the files."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pyarrow.parquet as pq

from kiban.linkage.merging.model import Conflict, Merged
from kiban.linkage.store.results import join_tables as join_tables
from kiban.linkage.store.results import read_lines
from kiban.linkage.store.results import write_table as write_table

T = TypeVar("T")
REGISTER, MAP, CONFLICTS, JOINS, MERGED = (
    "register",
    "map.parquet",
    "work-list.jsonl",
    "joins.jsonl",
    "merged.json",
)


def register_path(folder: Path, number: int) -> Path:
    """Where a part of the new register is."""
    return folder / REGISTER / f"part-{number:05}.parquet"


def groups(path: Path, *, columns: list[str] | None = None) -> Iterator[Any]:
    """The rows of a Parquet file, a group at a time."""
    file = pq.ParquetFile(path)
    yield from (file.read_row_group(number, columns=columns) for number in range(file.num_row_groups))


def ordered(paths: Iterable[Path], kind: type[T], *, by: Callable[[T], tuple[int, int]]) -> Iterator[T]:
    """The values of several files of lines, each in order, in the order of all; only a line of each is in memory."""
    return heapq.merge(*(_lines(path, kind) for path in paths), key=by)


def _lines(path: Path, kind: type[T]) -> Iterator[T]:
    with path.open("rb") as lines:
        for line in lines:
            yield msgspec.json.decode(line, type=kind)


def conflicts(folder: Path) -> list[Conflict]:
    """The work list of a finished merger.

    Raises: BadFile when it is not finished.
    """
    return read_lines(folder / CONFLICTS, Conflict)


def joins(folder: Path) -> list[Conflict]:
    """Persons whose two entries became one, each explained.

    Raises: BadFile when it is not finished.
    """
    return read_lines(folder / JOINS, Conflict)


def merged(folder: Path) -> Merged:
    """The numbers of a finished merger.

    Raises: BadFile when it is not finished.
    """
    return read_lines(folder / MERGED, Merged)[0]


def digest(records: Iterable[tuple[str, str, str]]) -> str:
    """A sum of hashes of (municipality, record, household), the same in any order; a lost or doubled row changes it."""
    found = sum(int.from_bytes(hashlib.sha256("\0".join(one).encode()).digest()[:16], "big") for one in records)
    return f"{found % (1 << 128):032x}"


def total(digests: Iterable[str]) -> str:
    """The digest of all rows from those of some each."""
    return f"{sum(int(one, 16) for one in digests) % (1 << 128):032x}"
