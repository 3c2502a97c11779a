"""The nation's link check: 82,081,920 links, generated with the error model, against 125,927,910 persons.

    python -m bench.linkage_nation generate DIR     # resumable; 13 GB
    python -m bench.linkage_nation check DIR        # prints wall, CPU seconds, peak memory and quality

``make bench-full`` does both in ``KIBAN_BENCH_FOLDER`` (default: a temporary folder).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from bench.linkage_open import f1
from kiban.linkage import findings, summary
from kiban.population.actions import Job, generate
from kiban.population.model import NATION, Settings
from kiban.population.nation import nation

AGENCY = "health"
LINKS = 82_081_920
SEED = 7


@dataclass(frozen=True)
class Cost:
    """What a process took."""

    wall: float
    cpu: float
    gigabytes: float


def made(folder: Path, *, prefecture: str = "", links: int = 0) -> None:
    """Generate what is missing: the nation, or one prefecture of it; ``links`` cuts the agency's records to so many."""
    only = tuple(code for code, _ in municipalities() if prefecture and code.startswith(prefecture))
    job = Job(Settings(NATION, seed=SEED, only=only), folder / "nation", agencies=(AGENCY,))
    generate(job, workers=1 if only else 2)
    for kind in ("agencies", "truth"):
        _cut(folder / "nation" / kind / AGENCY, folder / kind, links=links)


def municipalities() -> tuple[tuple[str, int], ...]:
    return tuple(nation().municipalities)


def _cut(source: Path, target: Path, *, links: int) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    left = links or sys.maxsize
    for path in sorted(source.glob("*.parquet")):
        rows = pq.read_metadata(path).num_rows
        if rows <= left:
            os.link(path, target / path.name)
        elif left:
            pq.write_table(pq.read_table(path).slice(0, left), target / path.name, compression="snappy")
        left -= min(rows, left)


def checked(folder: Path) -> Cost:
    """Run the product's command in a process of its own."""
    shutil.rmtree(folder / "result", ignore_errors=True)
    command = [sys.executable, "-m", "kiban", "linkage", "check", "--register", str(folder / "nation" / "register"),
               "--agency", str(folder / "agencies"), "--out", str(folder / "result")]  # fmt: skip
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"the check failed with {process.returncode}")
    return Cost(time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6)


@dataclass(frozen=True)
class Quality:
    """How many wrong links there are, and how well the work list has them."""

    wrong: int
    called: int
    suspicious: int
    precision: float
    recall: float
    right_person: float

    @property
    def f1(self) -> float:
        return f1(self.precision, self.recall)


def quality(truth: Path, result: Path) -> Quality:
    """The work list beside the truth. Recall is of wrong links that differ in an item from the linked person."""
    wrong = (
        pl.scan_parquet(truth / "*.parquet").filter(pl.col("person_id") != pl.col("linked_person_id"))
        .select("person_id", record=pl.col("record_id").cast(str)).collect()
    )  # fmt: skip
    same = (
        pl.scan_parquet(result / "judgements" / "*.parquet").filter(pl.col("judgement").cast(str) == "certain")
        .select("record").join(wrong.lazy(), on="record", how="semi").collect()
    )  # fmt: skip
    visible = wrong.join(same, on="record", how="anti")
    right = {record: str(person) for person, record in visible.iter_rows()}
    listed = findings(result)
    called = [one for one in listed if one.judgement == "wrong"]
    hit = [one for one in called if one.record.record in right]
    found = [one for one in hit if one.candidates and one.candidates[0].person.record == right[one.record.record]]
    return Quality(
        len(wrong), len(called), len(listed) - len(called), len(hit) / max(len(called), 1),
        len(hit) / max(len(right), 1), len(found) / max(len(right), 1),
    )  # fmt: skip


def report(folder: Path, cost: Cost) -> None:
    done, found = summary(folder / "result"), quality(folder / "truth", folder / "result")
    print(f"{done.links:,} links against {done.register_rows:,} persons: {cost.wall:.1f} s wall, {cost.cpu:.1f} CPU-s, "
          f"peak {cost.gigabytes:.2f} GB")  # fmt: skip
    print(f"{cost.cpu / done.links * 1e6:.2f} CPU-µs a link, start of the process included")
    print(f"wrong links {found.wrong:,}; called wrong {found.called:,}, suspicious {found.suspicious:,}")
    print(f"precision {found.precision:.4f}, recall of those that differ {found.recall:.4f}, "
          f"right person {found.right_person:.4f}")  # fmt: skip


def main() -> None:
    verb, folder = sys.argv[1], Path(sys.argv[2])
    if verb == "generate":
        made(folder, links=LINKS)
    elif verb == "check":
        report(folder, checked(folder))
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
