"""Registers of a prefecture's and of the largest city's size: memory and CPU time of a merger and of a salted check.

Normal: 富山県, about 1,036,000 rows in two registers. ``--full``: 横浜市 too, about 3,770,000. Each step runs in a
process of its own, so that the peak is its own.
"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kiban.population.actions import Job, generate
from kiban.population.doubles import REGISTER
from kiban.population.faults import Faults
from kiban.population.model import NATION, Settings
from kiban.population.nation import nation

PLACES = {"富山県": ("16",), "横浜市": ("1410", "1411")}
INTO = {"富山県": "162019", "横浜市": "141003"}
SEED, LINKS, HALVES = 7, "health", ("first", "second")


def main(*, full: bool = False) -> None:
    for place in PLACES if full else ("富山県",):
        with tempfile.TemporaryDirectory() as name:
            _run("bench.bench_streams", place, name)
            _merger(place, Path(name))
            _salted(place, Path(name))


def make(place: str, folder: Path) -> None:
    """Two registers of the place, half of the municipalities in each; some persons stand in both."""
    only = tuple(code for code, _ in nation().municipalities if code.startswith(PLACES[place]))
    faults = dataclasses.replace(Faults(), split_person=0.002, entered_twice=0.0005, shared_number=0.0005)
    generate(Job(Settings(NATION, SEED, only=only), folder, agencies=(REGISTER, LINKS), faults=faults))
    for half, codes in zip(HALVES, (only[: len(only) // 2], only[len(only) // 2 :]), strict=True):
        (folder / half).mkdir()
        for path in sorted((folder / "agencies" / REGISTER).glob("*.parquet")):
            table = pq.read_table(path)
            mine = pc.is_in(table["municipality"].cast("string"), pa.array(codes))
            pq.write_table(table.filter(mine), folder / half / path.name)


def _merger(place: str, folder: Path) -> None:
    rows = sum(pq.read_metadata(path).num_rows for half in HALVES for path in (folder / half).glob("*.parquet"))
    registers = [word for half in HALVES for word in ("--register", str(folder / half))]
    told = _run("kiban", "linkage", "merge", *registers, "--into", INTO[place], "--name", place,
                "--out", str(folder / "merged"))  # fmt: skip
    print(f"{place}: merging {rows:,} rows {told}", flush=True)


def _salted(place: str, folder: Path) -> None:
    key, out = folder / "key", folder / "salted"
    _run("kiban", "linkage", "salt", "--new-key", str(key))
    for side in ("register", f"agencies/{LINKS}"):
        rows = sum(pq.read_metadata(path).num_rows for path in (folder / side).glob("*.parquet"))
        told = _run("kiban", "linkage", "salt", "--source", str(folder / side), "--key-file", str(key),
                    "--form", "bloom", "--out", str(out / side))  # fmt: skip
        print(f"{place}: salting {rows:,} rows of {side} {told}", flush=True)
    told = _run("kiban", "linkage", "check", "--register", str(out / "register"),
                "--agency", str(out / "agencies" / LINKS), "--out", str(out / "done"))  # fmt: skip
    print(f"{place}: salted check {told}", flush=True)


def _run(module: str, *words: str) -> str:
    """What a command took; 1 as its exit status says that there is work."""
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", module, *words], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{module} failed with {process.returncode}")
    cpu = used.ru_utime + used.ru_stime
    return f"{cpu:.1f} CPU-s, {time.monotonic() - begun:.0f} s, at most {used.ru_maxrss / 1e6:.2f} GB"


if __name__ == "__main__":
    make(sys.argv[1], Path(sys.argv[2]))
