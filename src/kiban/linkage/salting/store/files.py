"""A salted folder: salted.parquet with one column per token, and salt.json, which says how it was made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kiban.linkage.model import Column
from kiban.linkage.salting.model import ROW, Salted
from kiban.linkage.store.results import read_lines, write_lines

ROWS, ABOUT = "salted.parquet", "salt.json"
COLUMNS = tuple(name for name in ROW.names or () if name != "row")


def write(folder: Path, rows: Column, *, about: Salted) -> None:
    """Both files; salt.json last, so that a folder with one is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    table = pa.table({name: pa.array(np.ascontiguousarray(rows[name])) for name in COLUMNS})
    partial = folder / f"{ROWS}.partial"
    pq.write_table(table, partial, compression="zstd", compression_level=1, use_dictionary=False)
    partial.replace(folder / ROWS)
    write_lines(folder / ABOUT, [about])


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
