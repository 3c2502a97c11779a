"""A whole register as a file: CSV, JSON lines or Parquet, in bounded memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from kiban.kernel.drafted import drafted
from kiban.kernel.errors import BadInput, Where
from kiban.registries.engine.model import Record, RegistryInfo

FORMS = ("csv", "jsonl", "parquet")
EXTRA = ("valid_from", "source", "quality")
PORTION = 50_000


def rows(info: RegistryInfo, records: Iterable[Record]) -> Iterator[dict[str, str]]:
    """Each record's fields, since when it is valid, its source and quality marks; all rows have the same columns."""
    for record in records:
        data = {field.name: record.data[field.name] for field in info.fields}
        known = {"valid_from": record.valid_from.isoformat(), "source": record.source}
        own = {name: value for name, value in data.items() if value or name not in known}
        yield {**known, "quality": " ".join(record.quality), **own}


def header(info: RegistryInfo) -> list[str]:
    """The columns of :func:`rows`, the fields first."""
    return list(dict.fromkeys([*(field.name for field in info.fields), *EXTRA]))


def as_csv(info: RegistryInfo, records: Iterable[Record]) -> Iterator[str]:
    """Lines of a CSV file (RFC 4180), the header first."""
    written = io.StringIO()
    writer = csv.DictWriter(written, header(info))
    writer.writeheader()
    for row in rows(info, records):
        writer.writerow(row)
        if written.tell() > 1 << 16:
            yield written.getvalue()
            written.seek(0)
            written.truncate()
    yield written.getvalue()


def as_lines(info: RegistryInfo, records: Iterable[Record]) -> Iterator[str]:
    """One JSON object a line."""
    for row in rows(info, records):
        yield json.dumps(row, ensure_ascii=False) + "\n"


def export(info: RegistryInfo, records: Iterable[Record], *, path: Path) -> int:
    """Write the records to a file of the form that its name ends with; how many there were.

    The file is there as a whole or not at all. Parquet needs pyarrow (``kiban[data]``).

    Raises:
        BadInput: no such form or folder.
    """
    form = path.suffix.removeprefix(".")
    if form not in FORMS:
        raise BadInput(
            f"{form!r} is no form of a register", where=Where(path.name), remedy=f"one of {', '.join(FORMS)}"
        )
    if not path.parent.is_dir():
        raise BadInput(f"there is no folder {path.parent}", where=Where(path.name), remedy="make it, or name another")
    count = _Counted(records)
    with drafted(path) as draft:
        if form == "parquet":
            _parquet(info, count, path=draft)
        else:
            with draft.open("w", encoding="utf-8", newline="") as file:
                file.writelines(as_csv(info, count) if form == "csv" else as_lines(info, count))
    return count.number


class _Counted:
    def __init__(self, records: Iterable[Record]) -> None:
        self.records, self.number = records, 0

    def __iter__(self) -> Iterator[Record]:
        for record in self.records:
            self.number += 1
            yield record


def _parquet(info: RegistryInfo, records: Iterable[Record], *, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.string()) for name in header(info)])
    schema = schema.with_metadata({"registry": info.id, "title": info.title})
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        portion: list[dict[str, str]] = []
        for row in rows(info, records):
            portion.append(row)
            if len(portion) >= PORTION:
                writer.write_table(pa.Table.from_pylist(portion, schema=schema))
                portion.clear()
        writer.write_table(pa.Table.from_pylist(portion, schema=schema))
