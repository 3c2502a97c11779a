"""A salted folder: salted.parquet with one column per token, and salt.json, which says how it was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kiban.linkage.model import FINGERPRINT, Column
from kiban.linkage.salting.model import ROW, Salted
from kiban.linkage.store.results import join_tables, read_lines, write_lines

ROWS, ABOUT = "salted.parquet", "salt.json"
AT_A_TIME = 1 << 17
COLUMNS = tuple(name for name in ROW.names or () if name != "row")


def table(rows: Column) -> Any:
    """Salted rows as columns."""
    return pa.table({name: pa.array(np.ascontiguousarray(rows[name])) for name in COLUMNS})


def finish(folder: Path, parts: Iterable[Path], *, about: Salted) -> None:
    """Both files; salt.json last, so that a folder with one is whole."""
    (folder / ABOUT).unlink(missing_ok=True)
    join_tables(folder / ROWS, parts, use_dictionary=False)
    write_lines(folder / ABOUT, [about])


def write_raw(path: Path, rows: Column) -> None:
    """Rows as they are in memory, in a file that appears whole or not at all."""
    partial = path.with_suffix(".partial")
    rows.tofile(partial)
    partial.replace(path)


def keys_from(path: Path, *, first: int, end: int) -> Column:
    """The rows of such a file, sorted by key, with keys from ``first`` to before ``end``."""
    rows = np.memmap(path, dtype=ROW, mode="r") if path.stat().st_size else np.zeros(0, dtype=ROW)
    start = _place(rows, first)
    return np.array(rows[start : _place(rows, end)])


def _place(rows: Column, key: int) -> int:
    """Where the keys from this one on begin; so few rows are looked at that the others are not read."""
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if int(rows[middle]["key"]) < key else (low, middle)
    return low


def about(folder: Path) -> Salted:
    """Raises: BadFile when the folder is not finished."""
    return read_lines(folder / ABOUT, Salted)[0]


def rows(folder: Path) -> Column:
    """The salted rows of a folder."""
    table = pq.read_table(folder / ROWS)
    found = np.zeros(table.num_rows, dtype=ROW)
    for name in COLUMNS:
        found[name] = table[name].to_numpy()
    found["row"] = np.arange(table.num_rows)
    return found


def prints(folder: Path) -> Iterator[Column]:
    """The salted rows as fingerprints of tokens (their order is the key's token), some at a time."""
    first = 0
    names = [name for name in COLUMNS if name != "record"]
    for batch in pq.ParquetFile(folder / ROWS).iter_batches(batch_size=AT_A_TIME, columns=names, use_threads=False):
        found = np.zeros(len(batch), dtype=FINGERPRINT)
        for name in names:
            found["order" if name == "key" else name] = batch.column(name).to_numpy()
        found["order"] = np.maximum(found["order"], 1)
        found["row"] = np.arange(first, first + len(found), dtype=np.uint32)
        first += len(found)
        yield found


def record_tokens(folder: Path) -> Iterator[Column]:
    """The record tokens of all rows, some at a time."""
    file = pq.ParquetFile(folder / ROWS)
    for batch in file.iter_batches(batch_size=AT_A_TIME, columns=["record"], use_threads=False):
        yield batch.column("record").to_numpy()


def count(folder: Path) -> int:
    """How many salted rows a folder has."""
    return int(pq.read_metadata(folder / ROWS).num_rows)
