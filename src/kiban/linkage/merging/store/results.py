"""A merged register on disk, its map, work list, joins and numbers; and the proof, read back from the files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from kiban.linkage.merging.model import Conflict, Merged
from kiban.linkage.store.results import read_lines

REGISTER, MAP, CONFLICTS, JOINS, MERGED = (
    "register/part-00000.parquet",
    "map.parquet",
    "work-list.jsonl",
    "joins.jsonl",
    "merged.json",
)


def write_table(path: Path, table: Any) -> None:
    """A Parquet file that appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    pq.write_table(table, partial, compression="zstd", compression_level=1)
    partial.replace(path)


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
    total = 0
    for one in records:
        total += int.from_bytes(hashlib.sha256("\0".join(one).encode()).digest()[:16], "big")
    return f"{total % (1 << 128):032x}"
