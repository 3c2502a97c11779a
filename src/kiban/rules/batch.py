"""A run over the files of a folder: streaming, in bounded memory, resumed part by part after a stop."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from kiban.rules.fused import Kernel, kernel
from kiban.rules.model import Type
from kiban.rules.plan import Plan
from kiban.rules.tables import HOUSEHOLD, Part, find_parts, read_part, result_tables, result_writer, write_bad

RUN = "run.json"


@dataclass(slots=True)
class Summary:
    """Counts and sums of a part or a run; ``undecided`` counts unknown results."""

    households: int = 0
    bad: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    undecided: dict[str, int] = field(default_factory=dict)

    def add(self, other: Summary) -> None:
        """Add another's counts and sums."""
        self.households += other.households
        self.bad += other.bad
        for mine, theirs in ((self.sums, other.sums), (self.undecided, other.undecided)):
            for name, value in theirs.items():
                mine[name] = mine.get(name, 0) + value


Progress = Callable[[str, Summary], None]


def run_folder(plan: Plan, folder: Path, *, out: Path, progress: Progress = lambda _part, _so_far: None) -> Summary:
    """Compute every part of a folder that an earlier run with the same rules and days has not finished.

    Raises:
        BadFact: files or columns are missing; what was finished before stays.
    """
    out.mkdir(parents=True, exist_ok=True)
    done, total = _finished(out), Summary()
    parts = find_parts(folder, plan)
    compute = kernel(plan, households=sum(_households(part) for part in parts))
    for part in parts:
        key = _key(plan, part)
        earlier = done.get(part.ending)
        if earlier and earlier["key"] == key:
            total.add(Summary(**earlier["summary"]))
            continue
        found = _run_part(plan, part, compute=compute, out=out, progress=progress)
        done[part.ending] = {"key": key, "summary": _plain(found)}
        _replace(out / RUN, json.dumps(done, ensure_ascii=False, indent=1))
        total.add(found)
    return total


def _households(part: Part) -> int:
    """Rows of a part, without reading it; a CSV file is not counted."""
    path = part.files[""]
    return int(pq.read_metadata(path).num_rows) if path.suffix == ".parquet" else 0


def _plain(summary: Summary) -> dict[str, Any]:
    return {name: getattr(summary, name) for name in ("households", "bad", "sums", "undecided")}


def _finished(out: Path) -> dict[str, Any]:
    path = out / RUN
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _key(plan: Plan, part: Part) -> list[Any]:
    """What a part's results depend on."""
    files = [[path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in part.files.values()]
    return [plan.rules.id, plan.rules.mark, str(plan.on), str(plan.known), list(plan.outputs), files]


def _replace(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


class _Writers:
    """Result files of a part, visible under their names only when complete."""

    def __init__(self, out: Path, ending: str) -> None:
        self.out, self.ending = out, ending
        self.open: dict[str, tuple[Any, Path]] = {}

    def write(self, of: str, table: Any) -> None:
        if of not in self.open:
            path = self.out / f"{of or HOUSEHOLD}{self.ending}"
            self.open[of] = (result_writer(path, table), path)
        self.open[of][0].write_table(table)

    def close(self) -> None:
        for writer, path in self.open.values():
            writer.close()
            Path(f"{path}.new").replace(path)


def _run_part(plan: Plan, part: Part, *, compute: Kernel, out: Path, progress: Progress) -> Summary:
    writers, summary = _Writers(out, part.ending), Summary()
    bad = out / f"bad{Path(part.ending).stem if part.ending.count('.') > 1 else part.ending.rsplit('.', 1)[0]}.csv"
    bad.unlink(missing_ok=True)
    for piece in read_part(plan, part):
        tables = result_tables(plan, piece, results=compute(piece.batch))
        for of, table in tables.items():
            writers.write(of, table)
        if piece.bad:
            write_bad(bad, piece.bad)
        summary.add(_summed(plan, tables, households=piece.batch.households, bad=len(piece.bad)))
        progress(part.files[""].name, summary)
    writers.close()
    return summary


def _summed(plan: Plan, tables: Mapping[str, Any], *, households: int, bad: int) -> Summary:
    summary = Summary(households, bad)
    for table in tables.values():
        for name in plan.outputs:
            if name not in table.column_names:
                continue
            column = table.column(name)
            summary.undecided[name] = column.null_count
            if plan.rules.variables[name].type in {Type.INTEGER, Type.NUMBER, Type.BOOLEAN}:
                summary.sums[name] = int(pc.sum(column).as_py() or 0)
    return summary
