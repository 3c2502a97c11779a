"""A whole file of addresses: CSV or Parquet in, the same rows with their address fields out, and a report by line.

Good lines are done and keep their order; broken ones stand in the report with their line number. A run that was
stopped goes on where it was.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report
from kiban.registries.address.lines import COLUMNS
from kiban.registries.address.model import Level
from kiban.registries.address.parse import normalise

STEP = 5000
PREFIX = "address_"


@dataclass(slots=True)
class Job:
    """What a bulk run is to do; ``columns`` are joined in their order to one address.

    ``progress`` is called with the line reached; ``levels`` counts the answers by level.
    """

    source: Path
    target: Path
    columns: Sequence[str]
    progress: Callable[[int], object] = int
    levels: dict[str, int] = field(default_factory=dict)

    def fields(self, text: str) -> list[Any]:
        """The address fields of one row, and its level counted."""
        found = normalise(text)
        name = Level(found.level).name.lower()
        self.levels[name] = self.levels.get(name, 0) + 1
        values = [getattr(found, name) for name in COLUMNS[1:-1]]
        return [*values, "; ".join(found.notes)]


def bulk(job: Job) -> Report:
    """Do a file. Raises: BadInput when it is none or lacks the columns."""
    if not job.source.is_file():
        raise BadInput("there is no such file", where=Where(str(job.source)))
    if job.source.suffix == ".parquet":
        return _parquet(job)
    return _csv(job)


def encoding_of(path: Path) -> str:
    """utf-8-sig or cp932, whichever reads more lines."""
    bad = {"utf-8-sig": 0, "cp932": 0}
    with path.open("rb") as file:
        for line in file:
            if line.isascii():
                continue
            for name in bad:
                try:
                    line.decode(name)
                except UnicodeDecodeError:
                    bad[name] += 1
    return min(bad, key=lambda name: bad[name])


def _csv(job: Job) -> Report:
    report = Report(job.source.name, encoding_of(job.source))
    part = job.target.with_name(job.target.name + ".part")
    with job.source.open(encoding=report.encoding, errors="surrogateescape", newline="") as file:
        reader = csv.reader(_whole(file))
        header = next(reader, [])
        places = _places(header, job)
        done = _resume(part)
        with part.open("a", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            if not done:
                writer.writerow([*header, *(PREFIX + name for name in COLUMNS[1:])])
            for number, (line, cells) in enumerate(_good(reader, header, report=report), 1):
                report.kept += 1
                if number > done:
                    writer.writerow([*cells, *job.fields("".join(cells[place] for place in places))])
                if number % STEP == 0:
                    out.flush()
                    job.progress(line)
    part.replace(job.target)
    return report


def _whole(file: io.TextIOWrapper) -> Iterator[str]:
    """Lines with no NUL, at which the csv module would stop."""
    for line in file:
        yield line.replace("\x00", "")


def _places(header: list[str], job: Job) -> list[int]:
    missing = [name for name in job.columns if name not in header]
    if missing:
        raise BadInput(
            f"the columns {', '.join(missing)} are missing",
            where=Where(job.source.name, 1),
            remedy=f"the header has: {', '.join(header) or 'nothing'}",
        )
    return [header.index(name) for name in job.columns]


def _good(reader: Any, header: list[str], *, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Rows of the right width that could be decoded; the others go to the report."""
    start = reader.line_num
    while True:
        line = start + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            report.fault(line, f"not CSV: {error}")
            start = reader.line_num
            continue
        start = reader.line_num
        if not cells:
            continue
        report.read += 1
        if len(cells) != len(header):
            report.fault(line, f"{len(cells)} cells where the header has {len(header)}")
        elif any("\ud800" <= one <= "\udfff" for cell in cells if not cell.isascii() for one in cell):
            report.fault(line, f"bytes that are not {report.encoding}", remedy="save the line anew")
        else:
            yield line, cells


def _resume(part: Path) -> int:
    """Rows that an earlier run wrote whole; a torn last one is cut off."""
    if not part.exists():
        return 0
    good = rows = 0
    quoted = False
    with part.open("rb") as file:
        for line in file:
            quoted ^= bool(line.count(b'"') % 2)
            good_line = line.endswith(b"\n") and not quoted
            rows += good_line
            good = file.tell() if good_line else good
    os.truncate(part, good)
    return max(0, rows - 1)


def _parquet(job: Job) -> Report:
    """Row group by row group; needs pyarrow (kiban[data])."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    report = Report(job.source.name, "parquet")
    source = pq.ParquetFile(job.source)
    _places(source.schema_arrow.names, job)
    part = job.target.with_name(job.target.name + ".part")
    writer = None
    for batch in source.iter_batches(STEP):
        texts = ["".join(str(row[name] or "") for name in job.columns) for row in batch.select(job.columns).to_pylist()]
        made = list(zip(*(job.fields(text) for text in texts), strict=True))
        table = pa.Table.from_batches([batch])
        for name, values in zip(COLUMNS[1:], made, strict=True):
            kind = pa.float64() if name in {"lat", "lon"} else pa.int8() if name == "level" else pa.string()
            table = table.append_column(PREFIX + name, pa.array(values, kind))
        writer = writer or pq.ParquetWriter(part, table.schema)
        writer.write_table(table)
        report.read += len(texts)
        report.kept = report.read
        job.progress(report.read)
    if writer:
        writer.close()
        part.replace(job.target)
    return report
