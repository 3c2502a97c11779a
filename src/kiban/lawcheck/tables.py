"""Articles as rows of a table (CSV, Parquet), one per article; Parquet is read in pieces, so memory is bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiban.kernel.errors import Where
from kiban.kernel.tabular import Report, header_of, read_rows
from kiban.lawcheck.errors import BadLaw
from kiban.lawcheck.model import Article, Law
from kiban.lawcheck.naming import ministry_of, type_of
from kiban.lawcheck.paths import article_number

NAMES = {
    "law_id": ("law_id", "法令ID", "例規番号", "id"),
    "article": ("article", "article_num", "article_seq", "条", "条番号"),
    "caption": ("caption", "見出し"),
    "text": ("text", "本文", "条文"),
    "title": ("title", "law_title", "法令名", "題名"),
    "number": ("law_num", "法令番号"),
    "ministry": ("ministry", "所管", "府省"),
}
PIECE = 1 << 14
_HEADED = re.compile(r"^（([^（）]{1,80})）(?=第)")
Cells = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a table by column, the number of the first (from 1, without the header), and their lines."""

    first: int
    cells: Cells
    lines: Sequence[int] = ()

    def line(self, row: int) -> int:
        """The line of a row of this piece; of a Parquet file its number."""
        return self.lines[row] if self.lines else self.first + row


def columns_of(header: Sequence[str], needed: Sequence[str], *, file: str) -> dict[str, str]:
    """Which column of a table is which field.

    Raises:
        BadLaw: a needed one is not there.
    """
    found = {field: name for field, names in NAMES.items() for name in names if name in header}
    if missing := [field for field in needed if field not in found]:
        wanted = ", ".join(f"{field} ({' · '.join(NAMES[field])})" for field in missing)
        remedy = f"name a column so; the table has: {', '.join(header)}"
        raise BadLaw(f"no column for {wanted}", where=Where(file, 1, field=missing[0]), remedy=remedy)
    return found


def pieces(path: Path, needed: Sequence[str], *, report: Report) -> Iterator[Piece]:
    """The rows of a table in pieces of 16,384, only columns that have a meaning here.

    Raises:
        BadLaw: a needed column is missing, or the file cannot be read.
    """
    if path.suffix.lower() == ".parquet":
        yield from _parquet(path, needed, report=report)
        return
    columns = columns_of(header_of(path), needed, file=path.name)
    rows = list(read_rows(path, list(columns.values()), report=report))
    for start in range(0, len(rows), PIECE):
        part = rows[start : start + PIECE]
        cells = {field: [row.values[name] for row in part] for field, name in columns.items()}
        yield Piece(start + 1, cells, [row.line for row in part])


def _parquet(path: Path, needed: Sequence[str], *, report: Report) -> Iterator[Piece]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        columns = columns_of(list(file.schema_arrow.names), needed, file=path.name)
        first = 1
        for batch in file.iter_batches(batch_size=PIECE, columns=list(columns.values())):
            yield Piece(first, {field: batch.column(name) for field, name in columns.items()})
            first += batch.num_rows
            report.read += batch.num_rows
    except (pa.ArrowInvalid, OSError) as error:
        said = str(error).partition("\n")[0][:120]
        raise BadLaw(f"no Parquet file: {said}", where=Where(path.name), remedy="export it again") from None


def located(texts: Any, words: Sequence[str]) -> dict[int, list[int]]:
    """Texts that have one of the words, by number, and the bytes (of UTF-8) at which the longest there begins.

    ``texts`` is a list or an Arrow array. By Polars' automaton where it is installed.
    """
    longest_first = sorted(words, key=len, reverse=True)
    try:
        import polars as pl
    except ModuleNotFoundError:
        search = re.compile("|".join(map(re.escape, longest_first))).finditer
        plain = [(row, text, [one.start() for one in search(text)]) for row, text in enumerate(map(str, texts))]
        return {row: [len(text[:at].encode()) for at in found] for row, text, found in plain if found}
    column: Any = pl.Series(texts) if isinstance(texts, list) else pl.from_arrow(texts)
    found = column.cast(pl.String).str.find_many(longest_first, leftmost=True)
    rows = (found.list.len().fill_null(0) > 0).arg_true()
    return dict(zip(rows.to_list(), found.gather(rows).to_list(), strict=True))


def characters(text: str, offsets: Sequence[int]) -> list[int]:
    """Which characters begin at these bytes of the text (in UTF-8), in rising order."""
    data = text.encode()
    if len(data) == 3 * len(text) and max(text, default="") <= "\uffff":  # as nearly all laws: kanji and kana alone
        return [offset // 3 for offset in offsets]
    found, last, at = [], 0, 0
    for offset in offsets:
        at += len(data[last:offset].decode())
        last = offset
        found.append(at)
    return found


def articles(piece: Piece, rows: Sequence[int], *, report: Report) -> Iterator[tuple[int, Article]]:
    """The articles of some rows, each with its row; a row without id or text is told by its line and column."""
    cells = {field: taken(column, rows) for field, column in piece.cells.items()}
    nothing = [""] * len(rows)
    numbers, captions = cells.get("article", nothing), cells.get("caption", nothing)
    for place, row in enumerate(rows):
        law_id, text = cells["law_id"][place], cells["text"][place]
        if not law_id or not text:
            column = "law_id" if not law_id else "text"
            report.fault(
                piece.line(row), "the cell is empty", column=column, remedy="give each article its law and text"
            )
            continue
        number, caption = str(numbers[place] or ""), str(captions[place] or "")
        yield row, article_of(str(law_id), number, caption=caption, text=str(text))


def taken(column: Any, rows: Sequence[int] | None = None) -> list[Any]:
    """The cells of a column, or of some of its rows."""
    if isinstance(column, list):
        return column if rows is None else [column[row] for row in rows]
    if rows is None:
        return list(column.to_pylist())
    import pyarrow as pa

    return list(column.take(pa.array(rows, pa.int32())).to_pylist())


def empty(cells: Cells) -> list[int]:
    """Rows whose law or text is not there."""
    return [row for field in ("law_id", "text") for row, cell in enumerate(_lengths(cells[field])) if not cell]


def _lengths(column: Any) -> list[Any]:
    if isinstance(column, list):
        return column
    import pyarrow.compute as pc

    return list(pc.binary_length(column).to_pylist())


def article_of(law_id: str, told: str, *, caption: str, text: str) -> Article:
    """An article of running text; its number is the one with which it begins, else the one of its row."""
    if not caption and text.startswith("（") and (found := _HEADED.match(text)):
        caption = found[0]
    return Article(law_id, article_number(text[:120]) or told, caption, text)


def laws(path: Path, *, report: Report) -> dict[str, Law]:
    """The laws of a table with a row per law (id, title, number), by id.

    Raises:
        BadLaw: a needed column is missing, or the file cannot be read.
    """
    found: dict[str, Law] = {}
    for piece in pieces(path, ["law_id", "title"], report=report):
        cells = {name: taken(column) for name, column in piece.cells.items()}
        nothing = [""] * len(cells["law_id"])
        for row, law_id in enumerate(cells["law_id"]):
            number = cells.get("number", nothing)[row] or ""
            ministry = cells.get("ministry", nothing)[row] or ministry_of(number)
            title = cells["title"][row] or ""
            found[law_id] = Law(law_id, title, number, type_of(number), ministry)
    return found
