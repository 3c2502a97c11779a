"""Files → items: Parquet and CSV in pieces, cells as texts, link keys, days and sexes however they are written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kiban.kernel.errors import Where
from kiban.linkage import sheets
from kiban.linkage.columns import NAMES as NAMES
from kiban.linkage.columns import layout as layout
from kiban.linkage.days import BAD as BAD
from kiban.linkage.days import MISSING as MISSING
from kiban.linkage.days import day as day
from kiban.linkage.days import sex as sex
from kiban.linkage.errors import BadFile
from kiban.linkage.model import Column
from kiban.linkage.sheets import FAULT as FAULT

KINDS = (".parquet", ".csv", ".tsv")
KEY_SIZE = 12


def sources(folder: Path) -> list[Path]:
    """The data files of a folder (or the one file), by name: Parquet first.

    Raises:
        BadFile: there is none.
    """
    inside = folder.iterdir() if folder.is_dir() else [folder] if folder.is_file() else []
    found = [path for path in inside if folder.is_file() or path.suffix.lower() in KINDS]
    if not found:
        raise BadFile("no .parquet or .csv file", where=Where(str(folder)), remedy="name a folder with data files")
    return sorted(found, key=lambda path: (not is_parquet(path), path))


def is_parquet(path: Path) -> bool:
    """Whether a file is read as Parquet; every other one is CSV."""
    return path.suffix.lower() == ".parquet"


def parquet(path: Path) -> Any:
    """A Parquet file, opened.

    Raises:
        BadFile: it is none, or is broken.
    """
    try:
        return pq.ParquetFile(path, memory_map=True)
    except (pa.ArrowInvalid, OSError) as error:
        said = str(error).partition("\n")[0][:120]
        raise BadFile(f"no Parquet file: {said}", where=Where(str(path)), remedy="export it again") from None


def columns_of(path: Path) -> list[str]:
    """Names of a file's columns."""
    if is_parquet(path):
        return list(parquet(path).schema_arrow.names)
    return [name for name in sheets.read(path).column_names if name != FAULT]


def schema_of(path: Path) -> Any:
    """Names and types of a file's columns."""
    if is_parquet(path):
        return parquet(path).schema_arrow
    return pa.schema([(name, pa.string()) for name in columns_of(path)])


def rows_of(path: Path) -> int:
    """Number of a file's rows."""
    seen = path.stat()
    return _rows_of(path, (seen.st_size, seen.st_mtime_ns))


@lru_cache(maxsize=4096)
def _rows_of(path: Path, _: tuple[int, int]) -> int:
    return int(parquet(path).metadata.num_rows) if is_parquet(path) else len(sheets.read(path))


def starts_of(files: tuple[Path, ...]) -> list[int]:
    """Number of each file's first row among all rows, and at the end how many there are."""
    return [0, *accumulate(rows_of(path) for path in files)]


def tables(path: Path, columns: list[str], *, most: int = 1 << 19) -> Iterator[Any]:
    """The file's rows in pieces of at most so many, only these columns; CSV also FAULT when a row cannot be read."""
    if not is_parquet(path):
        table = sheets.read(path)
        table = table.select([*columns, FAULT] if FAULT in table.column_names else columns)
        yield from (table.slice(start, most) for start in range(0, max(len(table), 1), most))
        return
    file = parquet(path)
    for column in columns:
        if pa.types.is_nested(kind := file.schema_arrow.field(column).type):
            raise BadFile(
                f"a column of {str(kind).partition('<')[0]}s", where=Where(str(path), field=column),
                remedy="export texts, numbers or days as cells",
            )  # fmt: skip
    try:
        for batch in file.iter_batches(batch_size=most, columns=columns, use_threads=False):
            yield pa.Table.from_batches([batch])
    except (pa.ArrowInvalid, OSError) as error:
        said = str(error).partition("\n")[0][:120]
        raise BadFile(f"a broken Parquet file: {said}", where=Where(str(path)), remedy="export it again") from None


def plain(column: Any) -> Any:
    """A column as one array of texts, missing ones empty.

    Raises:
        BadFile: its cells are no texts, numbers or days.
    """
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if not pa.types.is_string(column.type):
        column = _texts(column)
    column = whole(column)
    return pc.fill_null(column, "") if column.null_count else column


def _texts(column: Any) -> Any:
    """Numbers and days as texts; whole numbers that a programme made decimals (1.0) as whole ones."""
    try:
        if pa.types.is_floating(column.type) and pc.all(pc.equal(pc.floor(column), column)).as_py() is not False:
            column = column.cast(pa.int64())
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise BadFile(f"a column of {column.type} that is no text", remedy="export texts, numbers or days") from None


def keys(column: Any) -> Any:
    """Link keys as texts: full-width digits, blanks and hyphens are lawful notations; a number lost its zeros in front.

    What is no number stays as it is.
    """
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    texts = plain(column)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        texts = pc.if_else(pc.equal(texts, ""), "", pc.utf8_lpad(texts, KEY_SIZE, "0"))
    odd = np.flatnonzero(np.asarray(pc.not_equal(pc.binary_length(texts), KEY_SIZE)))
    if not len(odd):
        return texts
    mask = np.zeros(len(texts), dtype=bool)
    mask[odd] = True
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(map(key, texts.take(pa.array(odd)).to_pylist())))


def key(text: str) -> str:
    """A link key in its plain notation."""
    plain_text = unicodedata.normalize("NFKC", text)
    return "".join(char for char in plain_text if not (char.isspace() or char in "-‐‑–—−'"))


def whole(column: Any) -> Any:
    """A column as one array; nothing is copied where it is one already."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def joined(table: Any, columns: tuple[str, ...], *, by: str) -> Any:
    """Several columns as one text each."""
    parts = [plain(table[column]) for column in columns]
    return parts[0] if len(parts) == 1 else whole(pc.binary_join_element_wise(*parts, by))


def buffers(texts: Any) -> tuple[Column, Column]:
    """The bytes of a text column and where each text begins."""
    _, offsets, data = texts.buffers()
    starts = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    body = np.frombuffer(data, dtype=np.uint8) if data is not None and data.size else np.zeros(1, dtype=np.uint8)
    return body, starts


def births(column: Any) -> Column:
    """Days since 1970; MISSING where there is none, BAD where it is no day of the calendar."""
    if pa.types.is_date64(column.type) or pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("ns") if pa.types.is_timestamp(column.type) else pa.date32())
        column = column.cast(pa.string())
    if pa.types.is_date32(column.type):
        return np.asarray(pc.fill_null(whole(column).cast(pa.int32()), MISSING), dtype=np.int32)
    return _by_value(column, day)


def sexes(column: Any) -> Column:
    """1 male, 2 female, -1 not known."""
    return _by_value(column, sex).astype(np.int8)


def coded(column: Any) -> tuple[Any, Column]:
    """A column as its different texts (missing ones empty) and which of them each row has."""
    several = isinstance(column, pa.ChunkedArray) and column.num_chunks > 1
    array = plain(column) if several or not pa.types.is_dictionary(column.type) else whole(column)
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    texts = pa.concat_arrays([plain(array.dictionary), pa.array([""], pa.string())])
    codes = array.indices.cast(pa.int32())
    return texts, np.asarray(pc.fill_null(codes, len(texts) - 1) if codes.null_count else codes)


def _by_value(column: Any, read: Callable[[str], int]) -> Column:
    texts, codes = coded(column)
    found: Column = np.array([read(text) for text in texts.to_pylist()], dtype=np.int32)[codes]
    return found
