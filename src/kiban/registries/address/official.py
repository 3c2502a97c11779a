"""Lines of the files of アドレス・ベース・レジストリ as CSV, zip of CSV files or Parquet, the broken ones told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from kiban.kernel.csv_rows import records
from kiban.kernel.errors import BadInput, Where, shown
from kiban.kernel.packed import Part, most, parts, too_large
from kiban.kernel.tabular import Fault, Report, opened
from kiban.registries.address.rows import header_of, places

Row = dict[str, str]
KINDS = {
    "parcel": ("prc_id", "lg_code", "machiaza_id", "prc_num1"),
    "rsdt": ("rsdt_id", "lg_code", "machiaza_id", "blk_num"),
    "town": ("machiaza_id", "lg_code", "oaza_cho"),
    "city": ("city", "lg_code", "pref"),
}
"""Kind of a file → the column by which it is known, and the others that it must have."""


class Line(NamedTuple):
    """A line of a file of a kind. With a ``fault``, ``values`` are what could be seen of it: good for its key alone."""

    kind: str
    where: Where
    values: Row
    fault: Fault | None = None


def read_lines(path: Path) -> Iterator[Line]:
    """All lines, the header apart.

    Raises:
        BadInput: it is no file of the registry, its header cannot be read, or it is packed to too much.
    """
    if not path.is_file():
        raise BadInput("there is no such file", where=Where(str(path)))
    if path.suffix.lower() == ".parquet":
        yield from _parquet(path)
        return
    first = ""
    for part in parts(path):
        for line in _csv(part):
            first = first or line.kind
            if line.kind != first:
                what = f"it has files of two kinds: {first} and {line.kind}"
                raise BadInput(what, where=Where(part.name), remedy="take them one by one")
            yield line


def read_rows(path: Path) -> Iterator[Row]:
    """The good lines as they are. Raises: BadInput, as :func:`read_lines`."""
    return (line.values for line in read_lines(path) if line.fault is None)


def _csv(part: Part) -> Iterator[Line]:
    with opened(part, report := Report(part.name)) as file:
        found = records(file, headed=True)
        header = [name.strip() for name in header_of(next(found, None), report=report)]
        kind = _kind(header, part.name)
        for record in found:
            where, cells = Where(part.name, record.line), record.cells
            if cells is None:
                report.broken(record, header=header)
            elif len(cells) != len(header):
                report.wrong_width(record.line, cells, header=header)
            values = dict(zip(header, record.seen if cells is None else cells, strict=False))
            yield Line(kind, where, values, report.faults.pop() if report.faults else None)


def _kind(header: Sequence[str], file: str) -> str:
    for kind, needed in KINDS.items():
        if {"lg_code", needed[0]} <= set(header):
            places(header, needed, added=(), file=file)
            return kind
    raise BadInput(
        "this is no file of アドレス・ベース・レジストリ that can be read",
        where=Where(file, 1),
        remedy="give mt_city, mt_town, mt_rsdtdsp_rsdt or mt_parcel, with its header",
    )


def _parquet(path: Path) -> Iterator[Line]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers, taken = count(1), 0
    try:
        source = pq.ParquetFile(path)
        kind = _kind(source.schema_arrow.names, path.name)
        for batch in source.iter_batches():
            taken += batch.nbytes
            if taken > most(path):
                raise too_large(path)
            for number, row in zip(numbers, _rows(batch), strict=False):
                where = Where(path.name, record=str(number))
                yield Line(kind, where, *_texts(row, where))
    except (pa.ArrowException, OSError):
        remedy = "fetch or write it again"
        raise BadInput("this is no whole Parquet file", where=Where(path.name), remedy=remedy) from None


def _rows(batch: Any) -> Iterator[dict[str, Any]]:
    """Rows; where a text is not UTF-8, texts as bytes."""
    import pyarrow as pa

    try:
        yield from batch.to_pylist()
    except UnicodeDecodeError:
        raw = [one.cast(pa.binary()) if pa.types.is_string(one.type) else one for one in batch.columns]
        yield from pa.record_batch(raw, names=batch.schema.names).to_pylist()


def _texts(row: dict[str, Any], where: Where) -> tuple[Row, Fault | None]:
    values, fault = Row(), None
    for name, value in row.items():
        try:
            values[name] = "" if value is None else value.decode() if isinstance(value, bytes) else str(value)
        except UnicodeDecodeError:
            what, remedy = "the text is not UTF-8", "write the cell anew"
            fault = fault or Fault(replace(where, field=shown(name)), what, remedy)
    return values, fault
