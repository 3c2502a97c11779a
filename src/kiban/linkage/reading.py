"""Files → items: Parquet and CSV, an agency's own column names, Japanese eras, half-width kana, mixed encodings."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kiban.kernel.errors import Where
from kiban.linkage.errors import BadFile
from kiban.linkage.model import Column, Layout

MISSING = -(2**31)
BAD = MISSING + 1
FAULT = "\x00fault"
"""A column beside those of the file: column, tab, reason of a row that cannot be read; empty for the others."""
WRONG_CELLS = "the row has more or fewer cells than there are columns"
WRONG_BYTES = "characters that are neither UTF-8 nor Shift_JIS"
NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    "key": (("individual_number",), ("my_number",), ("個人番号",), ("link_key",)),
    "record": (("record_id",), ("person_id",), ("整理番号",), ("宛名番号",), ("id",)),
    "name": (("family", "given"), ("name",), ("氏名",), ("氏", "名"), ("full_name",)),
    "kana": (("family_kana", "given_kana"), ("name_kana",), ("kana",), ("氏名カナ",), ("カナ氏名",), ("氏名フリガナ",)),
    "birth": (("birth_date",), ("birth",), ("生年月日",)),
    "sex": (("sex",), ("性別",)),
    "address": (("prefecture", "city", "town", "number"), ("address",), ("住所",)),
}
ERAS = {"明": 1867, "大": 1911, "昭": 1925, "平": 1988, "令": 2018, "M": 1867, "T": 1911, "S": 1925, "H": 1988,
        "R": 2018, "1": 1867, "3": 1911, "5": 1925, "7": 1988, "9": 2018}  # fmt: skip
_WESTERN = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ERA = re.compile(r"(明治?|大正?|昭和?|平成?|令和?|[MTSHR])\.?(元|\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_ERA_CODE = re.compile(r"([13579])-?(\d{2})(\d{2})(\d{2})")
SEXES = {"1": 1, "男": 1, "男性": 1, "M": 1, "m": 1, "male": 1, "2": 2, "女": 2, "女性": 2, "F": 2, "f": 2, "female": 2}


def layout(columns: list[str], *, file: str) -> Layout:
    """Recognise an agency's columns by their names.

    Raises:
        BadFile: there is no link key, or no name.
    """
    found: dict[str, tuple[str, ...]] = {}
    for item, forms in NAMES.items():
        found[item] = next((form for form in forms if set(form) <= set(columns)), ())
    for item in ("key", "name"):
        if not found[item]:
            known = ", ".join("+".join(form) for form in NAMES[item])
            raise BadFile(f"no column for {item}", where=Where(file), remedy=f"name it one of: {known}")
    used = {column for form in found.values() for column in form}

    def one(item: str) -> str:
        return found[item][0] if found[item] else ""

    return Layout(
        key=one("key"), record=one("record"), name=found["name"], kana=found["kana"], birth=one("birth"),
        sex=one("sex"), address=found["address"], extra=tuple(sorted(set(columns) - used)),
    )  # fmt: skip


def sources(folder: Path) -> list[Path]:
    """The data files of a folder (or the one file), by name.

    Raises:
        BadFile: there is none.
    """
    found = [folder] if folder.is_file() else sorted([*folder.glob("*.parquet"), *folder.glob("*.csv")])
    if not found:
        raise BadFile("no .parquet or .csv file", where=Where(str(folder)), remedy="name a folder with data files")
    return found


def columns_of(path: Path) -> list[str]:
    """Names of a file's columns."""
    if path.suffix == ".parquet":
        return list(pq.ParquetFile(path).schema_arrow.names)
    return [name for name in _csv(path).column_names if name != FAULT]


def schema_of(path: Path) -> Any:
    """Names and types of a file's columns."""
    if path.suffix == ".parquet":
        return pq.ParquetFile(path).schema_arrow
    return pa.schema([(name, pa.string()) for name in columns_of(path)])


def rows_of(path: Path) -> int:
    """Number of a file's rows."""
    return int(pq.ParquetFile(path).metadata.num_rows) if path.suffix == ".parquet" else len(_csv(path))


def tables(path: Path, columns: list[str], *, most: int = 1 << 19) -> Iterator[Any]:
    """The file's rows in pieces of at most so many, only these columns; CSV also FAULT when a row cannot be read."""
    if path.suffix != ".parquet":
        table = _csv(path)
        table = table.select([*columns, FAULT] if FAULT in table.column_names else columns)
        yield from (table.slice(start, most) for start in range(0, max(len(table), 1), most))
        return
    file = pq.ParquetFile(path, memory_map=True)
    for batch in file.iter_batches(batch_size=most, columns=columns, use_threads=False):
        yield pa.Table.from_batches([batch])


def _csv(path: Path) -> Any:
    """A CSV file whose lines may be UTF-8 or Shift_JIS (CP932), each on its own."""
    lines = [_decoded(line) for line in path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()]
    rows = list(csv.reader(io.StringIO("\n".join(lines))))
    if not rows:
        raise BadFile("an empty file", where=Where(str(path)), remedy="give the columns in the first line")
    names = rows[0]
    if len(set(names)) < len(names):
        raise BadFile("two columns with one name", where=Where(str(path)), remedy="name each column once")
    body = [row for row in rows[1:] if row]
    full = [(row + [""] * len(names))[: len(names)] for row in body]
    table = pa.table({name: [row[at] for row in full] for at, name in enumerate(names)})
    faults = [_fault(row, names) for row in body]
    return table.append_column(FAULT, pa.array(faults, pa.string())) if any(faults) else table


def _decoded(line: bytes) -> str:
    """A line in the encoding that leaves fewest characters unread."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        forms = [line.decode(encoding, errors="replace") for encoding in ("cp932", "utf-8")]
        return min(forms, key=lambda form: form.count("\ufffd"))


def _fault(row: list[str], names: list[str]) -> str:
    """Why a row cannot be judged: its column and a reason, or nothing."""
    if len(row) != len(names):
        return f"\t{WRONG_CELLS}"
    broken = next((name for name, cell in zip(names, row, strict=True) if "\ufffd" in cell), None)
    return f"{broken}\t{WRONG_BYTES}" if broken is not None else ""


def plain(column: Any) -> Any:
    """A column as one array of texts, missing ones empty."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if not pa.types.is_string(column.type):
        column = column.cast(pa.string())
    column = whole(column)
    return pc.fill_null(column, "") if column.null_count else column


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
    if pa.types.is_date32(column.type):
        return np.asarray(pc.fill_null(whole(column).cast(pa.int32()), MISSING), dtype=np.int32)
    return _by_value(column, day)


def sexes(column: Any) -> Column:
    """1 male, 2 female, -1 not known."""
    return _by_value(column, lambda text: SEXES.get(text.strip(), -1)).astype(np.int8)


def coded(column: Any) -> tuple[Any, Column]:
    """A column as its different texts (missing ones empty) and which of them each row has."""
    several = isinstance(column, pa.ChunkedArray) and column.num_chunks > 1
    array = plain(column) if several or not pa.types.is_dictionary(column.type) else whole(column)
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    texts = pa.concat_arrays([plain(array.dictionary), pa.array([""], pa.string())])
    codes = array.indices.cast(pa.int32())
    return texts, np.asarray(pc.fill_null(codes, len(texts) - 1) if codes.null_count else codes)


def _by_value(column: Any, read: Any) -> Column:
    texts, codes = coded(column)
    found: Column = np.array([read(text) for text in texts.to_pylist()], dtype=np.int32)[codes]
    return found


@lru_cache(maxsize=200_000)
def day(text: str) -> int:
    """A date in Western or Japanese years, in the forms offices use, as days since 1970."""
    text = text.strip().translate({0xFF10 + n: str(n) for n in range(10)})
    if not text:
        return MISSING
    try:
        if found := _WESTERN.fullmatch(text) or _COMPACT.fullmatch(text):
            return _days(int(found[1]), int(found[2]), day=int(found[3]))
        if found := _ERA.fullmatch(text) or _ERA_CODE.fullmatch(text):
            year = 1 if found[2] == "元" else int(found[2])
            return _days(ERAS[found[1][0]] + year, int(found[3]), day=int(found[4]))
    except ValueError:
        return BAD
    return BAD


def _days(year: int, month: int, *, day: int) -> int:
    return dt.date(year, month, day).toordinal() - 719163
