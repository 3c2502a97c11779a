"""Anonymising to the optimum: CPU-seconds and information lost, beside anjana in the same run; a million rows.

The peer runs in its own environment, once set up: `python -m venv var/peers/anjana` and
`var/peers/anjana/bin/pip install anjana`.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import time
from pathlib import Path

import numpy as np

from kiban.disclosure import KAnonymity, Listed, Prefix, Widths, flat
from kiban.disclosure.encoding import encode
from kiban.disclosure.search import Lattice, optimum

ROOT = Path(__file__).parents[1]
FOLDER = Path(os.environ.get("KIBAN_SHARED", ROOT.parent / "shared")) / "data/insight-anon"
PEER = ROOT / "var/peers/anjana/bin/python"
ORDER = ("sex", "age", "race", "marital-status", "education", "native-country", "workclass", "occupation")
ORDER = (*ORDER, "salary-class")


def adult() -> tuple[dict[str, list[str]], dict[str, Listed]]:
    with gzip.open(FOLDER / "adult.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    steps = {}
    for name in ORDER:
        with gzip.open(FOLDER / f"adult_hierarchy_{name}.csv.gz", "rt") as file:
            steps[name] = Listed.of(csv.reader(file, delimiter=";"))
    return {name: [row[name] for row in rows] for name in ORDER}, steps


def peer(k: int, share: float) -> dict[str, float] | None:
    if not PEER.exists():
        return None
    script = Path(__file__).parent / "peers/anjana_run.py"
    words = [str(PEER), str(script), str(FOLDER), str(k), str(share), ",".join(ORDER)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def against(k: int, share: float) -> None:
    columns, steps = adult()
    start = time.process_time()
    table = encode(columns, steps)
    found = optimum(Lattice(table, [KAnonymity(k)], int(share * table.rows)))
    spent = time.process_time() - start
    print(
        f"Adult, k={k}, {share:.0%} left out: {spent:.2f} CPU-s, {found.checks} nodes counted, loss {found.loss:,.0f}"
    )
    if other := peer(k, share):
        more = other["loss"] / found.loss - 1
        print(f"  anjana: {other['cpu']:.2f} CPU-s ({other['cpu'] / spent:.1f} times), loses {more:+.0%}")
    else:
        print("  anjana is not set up (see the head of this file)")


def million(rows: int) -> None:
    chance = np.random.default_rng(1)
    town = np.minimum((chance.pareto(1.1, rows) * 20).astype(int), 1999)
    numbers = {
        "age": chance.integers(0, 100, rows), "sex": chance.integers(0, 2, rows), "town": town,
        "job": chance.integers(0, 60, rows), "school": chance.integers(0, 9, rows),
        "married": chance.integers(0, 5, rows), "income": np.minimum(chance.lognormal(3, 1, rows).astype(int), 400),
    }  # fmt: skip
    columns = {name: np.char.zfill(one.astype(str), 6).tolist() for name, one in numbers.items()}
    steps = {
        "age": Widths((5, 10, 20)), "sex": flat, "town": Prefix((5, 4, 3)), "job": Prefix((5,)), "school": flat,
        "married": flat, "income": Widths((10, 50, 100)),
    }  # fmt: skip
    start = time.process_time()
    table = encode(columns, steps)
    read = time.process_time() - start
    for share in (0.04, 0.0):
        start = time.process_time()
        found = optimum(Lattice(table, [KAnonymity(5)], int(share * rows)))
        spent = time.process_time() - start
        head = f"{rows:,} rows, {len(table.counts):,} different, k=5, {share:.0%}"
        print(f"{head}: {spent:.2f} CPU-s (encoded in {read:.2f}), {found.checks} nodes counted")


def main(*, full: bool = False) -> None:
    for k, share in ((5, 0.04), (100, 0.04), (5, 0.0)):
        against(k, share)
    million(1_000_000 if full else 100_000)


if __name__ == "__main__":
    main()
