"""The link check on a generated nation: CPU and wall time, memory, precision, recall, right person found."""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

import polars as pl

from kiban.linkage import Check, check, findings
from kiban.population.actions import Job, generate
from kiban.population.model import NATION, Settings

AGENCY = "health"
PERSONS = 1_000_000


def main(*, full: bool = False, persons: int = PERSONS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        nation, out = Path(folder) / "nation", Path(folder) / "out"
        generate(Job(Settings(NATION if full else persons, seed=7), nation, agencies=(AGENCY,)))
        job = Check(nation / "register", nation / "agencies" / AGENCY, out)
        wall, cpu = time.perf_counter(), time.process_time()
        done = check(job)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(
            f"{done.links:,} links, {done.register_rows:,} persons: {wall:.1f} s wall, {cpu:.1f} CPU-s, {memory:.2f} GB"
        )
        print(f"{cpu / done.links * 1e6:.2f} CPU-µs a link (with compiling or loading the kernels)")
        _quality(nation, out)


def _quality(nation: Path, out: Path) -> None:
    truth = pl.read_parquet(nation / "truth" / AGENCY / "*.parquet").with_columns(record=pl.col("record_id").cast(str))
    wrong = truth.filter(pl.col("person_id") != pl.col("linked_person_id"))
    right = {record: str(person) for record, person in wrong.select("record", "person_id").iter_rows()}
    listed = findings(out)
    called = [one for one in listed if one.judgement == "wrong"]
    hit = [one for one in called if one.record.record in right]
    found = [one for one in hit if one.candidates[0].person.record == right[one.record.record]]
    print(f"wrong links {len(right):,}; called wrong {len(called):,}, suspicious {len(listed) - len(called):,}")
    print(f"precision {len(hit) / max(len(called), 1):.4f}, recall {len(hit) / max(len(right), 1):.4f}, "
          f"right person {len(found) / max(len(right), 1):.4f}")  # fmt: skip


if __name__ == "__main__":
    main()
