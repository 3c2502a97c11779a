"""A whole file of addresses: CSV or Parquet in, the same rows with their address fields out, and a report by line.

Good lines are done and keep their order; broken ones stand in the report with their line number. A run that was
stopped, even killed, goes on where it was; when the source was changed since, it begins anew.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiban import __version__
from kiban.kernel.csv_rows import records
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.fault_file import FaultFile
from kiban.kernel.tabular import Report, opened
from kiban.registries.address.index import embedded
from kiban.registries.address.lines import COLUMNS, text_of
from kiban.registries.address.model import Level
from kiban.registries.address.parse import normalise
from kiban.registries.address.rows import check_csv, good, header_of, places
from kiban.registries.address.unfinished import unfinished

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

    @property
    def added(self) -> list[str]:
        """Names of the columns that the answer has more than its source."""
        return [PREFIX + name for name in COLUMNS[1:]]

    @property
    def faults(self) -> Path:
        """The file of all faults, beside the answer; there is none when nothing is wrong."""
        return self.target.with_name(self.target.name + ".faults.csv")

    @property
    def task(self) -> str:
        """What an answer depends on: the source as it is now, the columns, and Kiban with its data."""
        state = self.source.stat()
        source = (str(self.source.resolve()), state.st_size, state.st_mtime_ns)
        return json.dumps([source, list(self.columns), self.added, __version__, embedded().vintage])


def bulk(job: Job) -> Report:
    """Do a file.

    Raises:
        BadInput: it is none, is no CSV or Parquet, lacks the columns, or another run is at its target.
    """
    check(job.source, job.target)
    if _is_parquet(job.source) != _is_parquet(job.target):
        what = "the answer has the form of its source"
        raise BadInput(what, where=Where(str(job.target)), remedy="name it alike")
    return _parquet(job) if _is_parquet(job.source) else _csv(job)


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() == ".parquet"


def check(source: Path, target: Path) -> None:
    """Raises: BadInput: the source is no file that can be read again, or the target none that can be written."""
    if not source.exists():
        raise BadInput("there is no such file", where=Where(str(source)), remedy="compare its name")
    if not source.is_file():
        remedy = "save the table as a file; lines of a pipe are read by kiban address normalise --jsonl"
        raise BadInput("this is no file that can be read again", where=Where(str(source)), remedy=remedy)
    if not target.parent.is_dir():
        raise BadInput(f"there is no folder {target.parent}", where=Where(str(target)), remedy="make it first")
    if target.exists() and not target.is_file():
        raise BadInput("the answer must be a file", where=Where(str(target)), remedy="name a file, no folder or pipe")
    if target.exists() and target.samefile(source):
        raise BadInput("the answer would replace its source", where=Where(str(target)), remedy="name another file")


def _csv(job: Job) -> Report:
    check_csv(job.source)
    report = Report(job.source.name, all_in=job.faults)
    with FaultFile(job.faults) as report.every, opened(job.source, report) as file:
        found = records(file, headed=True)
        header = header_of(next(found, None), report=report)
        at = places(header, job.columns, added=job.added, file=job.source.name)
        with unfinished(job.target, task=job.task) as part:
            done = _resume(part)
            with part.open("a", encoding="utf-8", newline="") as out:
                writer = csv.writer(out, lineterminator="\n")
                if not done.header:
                    writer.writerow([*header, *job.added])
                for number, (line, cells) in enumerate(good(found, header, report=report), 1):
                    report.kept += 1
                    if number > done.rows:
                        writer.writerow([*cells, *job.fields("".join(cells[place] for place in at))])
                    if number % STEP == 0:
                        out.flush()
                        job.progress(line)
            part.replace(job.target)
    return report


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
    import pyarrow as pa
    import pyarrow.parquet as pq

    report = Report(job.source.name, "parquet")
    try:
        source = pq.ParquetFile(job.source)
    except pa.ArrowInvalid:
        remedy = "fetch or write it again"
        raise BadInput("this is no whole Parquet file", where=Where(job.source.name), remedy=remedy) from None
    at = places(source.schema_arrow.names, job.columns, added=job.added, file=job.source.name)
    for name, kind in ((source.schema_arrow.names[place], source.schema_arrow.types[place]) for place in at):
        if pa.types.is_nested(kind):
            where = Where(job.source.name, field=name)
            raise BadInput(f"the column is {kind}, no text", where=where, remedy="write it as a column of text")
    with unfinished(job.target, task=job.task) as part:
        part.mkdir(exist_ok=True)
        groups = []
        for number, batch in enumerate(source.iter_batches(GROUP)):
            groups.append(part / f"{number:06}.parquet")
            if not groups[-1].exists():
                draft = part / "draft"
                pq.write_table(_answered(pa.Table.from_batches([batch]), at, job=job), draft)
                draft.replace(groups[-1])
            report.read += batch.num_rows
            report.kept = report.read
            job.progress(report.read)
        if not groups:
            groups = [part / "none.parquet"]
            pq.write_table(_answered(source.schema_arrow.empty_table(), at, job=job), groups[0])
        _joined(groups, part=part, target=job.target)
        shutil.rmtree(part)
    return report


def _answered(table: Any, at: Sequence[int], *, job: Job) -> Any:
    """The rows with their address columns."""
    import pyarrow as pa

    cells = zip(*(table.column(place).to_pylist() for place in at), strict=True)
    made = [job.fields("".join(map(_text, row))) for row in cells]
    for place, name in enumerate(job.added):
        kind = pa.float64() if name.endswith(("_lat", "_lon")) else pa.int8() if not place else pa.string()
        table = table.append_column(name, pa.array([row[place] for row in made], kind))
    return table


def _text(cell: object) -> str:
    return "" if cell is None else text_of(cell) if isinstance(cell, bytes) else str(cell)


def _joined(groups: list[Path], *, part: Path, target: Path) -> None:
    """All groups as one file."""
    import pyarrow.parquet as pq

    draft = part / "whole"
    with pq.ParquetWriter(draft, pq.read_schema(groups[0])) as writer:
        for group in groups:
            writer.write_table(pq.read_table(group))
    draft.replace(target)
