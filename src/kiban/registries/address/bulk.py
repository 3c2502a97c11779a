"""A whole file of addresses: CSV or Parquet in, the same rows with their address fields out, and a report by line.

Good lines are done and keep their order; broken ones stand in the report with their line number. A run that was
stopped, even killed, goes on where it was; when the source was changed since, it begins anew.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiban.kernel.csv_rows import records
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report
from kiban.registries.address.lines import COLUMNS
from kiban.registries.address.model import Level
from kiban.registries.address.parse import normalise
from kiban.registries.address.rows import encoding_of, good

STEP = 5000
GROUP = 20_000
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
    """Do a file. Raises: BadInput when it is none, is UTF-16, or lacks the columns."""
    if not job.source.is_file():
        raise BadInput("there is no such file", where=Where(str(job.source)))
    if job.target.exists() and job.target.samefile(job.source):
        raise BadInput("the answer would replace its source", where=Where(str(job.target)), remedy="name another file")
    if (job.source.suffix == ".parquet") != (job.target.suffix == ".parquet"):
        raise BadInput("the answer has the form of its source", where=Where(str(job.target)), remedy="name it alike")
    if job.source.suffix == ".parquet":
        return _parquet(job)
    return _csv(job)


def _part(job: Job) -> Path:
    """Where unfinished work lies; what was begun from an older source is thrown away."""
    part = job.target.with_name(job.target.name + ".part")
    if part.exists() and part.stat().st_mtime < job.source.stat().st_mtime:
        shutil.rmtree(part) if part.is_dir() else part.unlink()
    return part


def _csv(job: Job) -> Report:
    report = Report(job.source.name, encoding_of(job.source))
    part = _part(job)
    with job.source.open(encoding=report.encoding, errors="surrogateescape", newline="") as file:
        found = records(file, headed=True)
        header = (next(found, None) or (1, None, ""))[1] or []
        places = _places(header, job)
        done = _resume(part)
        with part.open("a", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            if not done.header:
                writer.writerow([*header, *(PREFIX + name for name in COLUMNS[1:])])
            for number, (line, cells) in enumerate(good(found, header, report=report), 1):
                report.kept += 1
                if number > done.rows:
                    writer.writerow([*cells, *job.fields("".join(cells[place] for place in places))])
                if number % STEP == 0:
                    out.flush()
                    job.progress(line)
    part.replace(job.target)
    return report


def _places(header: list[str], job: Job) -> list[int]:
    missing = [name for name in job.columns if name not in header]
    if missing:
        raise BadInput(
            f"the columns {', '.join(missing)} are missing",
            where=Where(job.source.name, 1),
            remedy=f"the header has: {', '.join(header) or 'nothing'}",
        )
    return [header.index(name) for name in job.columns]


@dataclass(frozen=True, slots=True)
class _Done:
    """What an earlier run wrote whole."""

    header: bool = False
    rows: int = 0


def _resume(part: Path) -> _Done:
    """What of an earlier run can stay; a torn last row is cut off."""
    if not part.exists():
        return _Done()
    whole = rows = at = 0
    quoted = False
    with part.open("rb") as file:
        for line in file:
            at += len(line)
            quoted ^= bool(line.count(b'"') % 2)
            if line.endswith(b"\n") and not quoted:
                rows += 1
                whole = at
    os.truncate(part, whole)
    return _Done(rows > 0, max(0, rows - 1))


def _parquet(job: Job) -> Report:
    """A finished group is a file of its own until all are; needs pyarrow (kiban[data])."""
    import pyarrow.parquet as pq

    report = Report(job.source.name, "parquet")
    source = pq.ParquetFile(job.source)
    _places(source.schema_arrow.names, job)
    part = _part(job)
    part.mkdir(exist_ok=True)
    groups = []
    for number, batch in enumerate(source.iter_batches(GROUP)):
        groups.append(part / f"{number:06}.parquet")
        if not groups[-1].exists():
            draft = part / "draft"
            pq.write_table(_answered(batch, job), draft)
            draft.replace(groups[-1])
        report.read += batch.num_rows
        report.kept = report.read
        job.progress(report.read)
    _joined(groups, source.schema_arrow, part=part, job=job)
    shutil.rmtree(part)
    return report


def _answered(batch: Any, job: Job) -> Any:
    """The rows with their address columns."""
    import pyarrow as pa

    table = pa.Table.from_batches([batch])
    texts = ["".join(str(row[name] or "") for name in job.columns) for row in batch.select(job.columns).to_pylist()]
    made: Iterator[tuple[Any, ...]] = zip(*(job.fields(text) for text in texts), strict=True)
    for name, values in zip(COLUMNS[1:], made, strict=True):
        kind = pa.float64() if name in {"lat", "lon"} else pa.int8() if name == "level" else pa.string()
        table = table.append_column(PREFIX + name, pa.array(values, kind))
    return table


def _joined(groups: list[Path], schema: Any, *, part: Path, job: Job) -> None:
    """All groups as one file; a source without rows gives one without rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    draft = part / "whole"
    if not groups:
        pq.write_table(pa.Table.from_batches([], schema), draft)
    else:
        with pq.ParquetWriter(draft, pq.read_schema(groups[0])) as writer:
            for group in groups:
                writer.write_table(pq.read_table(group))
    draft.replace(job.target)
