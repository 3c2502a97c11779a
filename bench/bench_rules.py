"""One programme from files, one household explained, and the engines against each other, by the same text.

The nation with seven results, the national peer and Spark stand in `bench_nation.py`.

CPU seconds are those of the whole process or its children, so that the figures bear a busy machine. The households are
drawn here (seeded): as many persons in a household, and children in it, as the 国勢調査 has on average.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kiban.packs.golden import Golden, golden_cases
from kiban.rules import NotInForce, RuleSet, evaluate, explain, load_rules

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "packs/national/cfa/jido-teate/rules.yaml"
ON = dt.date(2026, 12, 1)
TWELVE = {
    "jido-teate", "jido-teate-2024-09", "jido-fuyo-teate", "tokubetsu-jido-fuyo-teate", "shogaiji-fukushi-teate",
    "tokubetsu-shogaisha-teate", "kokumin-nenkin-menjo", "juminzei-hikazei", "koko-shugaku-shien", "shugaku-enjo",
    "hisaisha-seikatsu-saiken", "sango-care", "tokutei-kyufu",
}  # fmt: skip
"""The rule files of the twelve programmes of the measure; 児童手当 has two, before and after its reform."""
NORMAL = 10_000_000
PER_HOUSEHOLD = 2.107
PART = 950_000
COMPUTE = """
import datetime as dt, json, resource, sys
from pathlib import Path
from kiban.rules import load_rules
from kiban.rules.batch import run_folder
from kiban.rules.plan import plan
ready = plan(load_rules(Path(sys.argv[1])), dt.date(2026, 12, 1), outputs=sys.argv[4].split(","))
total = run_folder(ready, Path(sys.argv[2]), out=Path(sys.argv[3]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([total.households, total.sums, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""
START = """
import pathlib, sys
from kiban.rules import load_rules
for path in sys.argv[1:]:
    load_rules(pathlib.Path(path))
print("[]")
"""
DUCKDB = """
import datetime as dt, json, resource, sys
from pathlib import Path
import duckdb
from kiban.rules import load_rules
from kiban.rules.plan import plan
from kiban.rules.sql import sql
ready = plan(load_rules(Path(sys.argv[1])), dt.date(2026, 12, 1), outputs=["月額"])
folder = sys.argv[2]
with duckdb.connect() as connection:
    connection.execute("SET threads=2; SET enable_progress_bar=false")
    for name, more in (("世帯", ", true AS 子"), ("子", "")):
        connection.execute(f"CREATE VIEW {name} AS SELECT *{more} FROM '{folder}/{name}-*.parquet'")
    text = sql(ready)[""]
    total = connection.execute(f"SELECT sum(月額) FROM ({text})").fetchone()[0]
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([int(total), used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


def write_part(folder: Path, number: int, *, households: int) -> int:
    """One part of a made nation; the number of its children."""
    draw = np.random.Generator(np.random.Philox(key=number))
    first = number * PART
    count = draw.choice(np.arange(5), size=households, p=[0.745, 0.115, 0.105, 0.03, 0.005])
    owner = np.repeat(np.arange(households), count)
    yes = np.ones(len(owner), dtype=bool)
    born = (dt.date(2001, 1, 1) - dt.date(1970, 1, 1)).days + draw.integers(0, 9440, size=len(owner), dtype=np.int32)
    own = {"世帯": first + np.arange(households), "受給者国内居住": np.ones(households, dtype=bool)}
    pq.write_table(pa.table(own), folder / f"世帯-{number:03d}.parquet")
    place = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count) + 1
    child = {
        "世帯": first + owner,
        "番号": place,
        "生年月日": pa.array(born, pa.int32()).cast(pa.date32()),
        "監護生計": yes,
    }
    child |= {"国内居住": yes, "施設入所": draw.random(len(owner)) < 0.001}
    pq.write_table(pa.table(child), folder / f"子-{number:03d}.parquet")
    return len(owner)


def nation(persons: int) -> None:
    """Files in, results out; then the same in DuckDB by the SQL text."""
    households = round(persons / PER_HOUSEHOLD)
    with tempfile.TemporaryDirectory(prefix="kiban-rules-") as made:
        folder = Path(made) / "in"
        folder.mkdir()
        sizes = [min(PART, households - start) for start in range(0, households, PART)]
        children = sum(write_part(folder, i, households=size) for i, size in enumerate(sizes))
        print(f"{persons:,} persons, {households:,} households, {children:,} children in {len(sizes)} parts")
        sums: dict[str, int] = {}
        for outputs in ("月額", "月額,対象児童あり,支給月額"):
            _, sums, cpu, peak = _child(COMPUTE, str(RULES), str(folder), f"{made}/out-{len(outputs)}", outputs)
            print(
                f"  kernel, {outputs}: {cpu:.1f} CPU-s, {persons / cpu:,.0f} persons/CPU-s, {peak // 1024} MB, {sums}"
            )
        total, cpu, peak = _child(DUCKDB, str(RULES), str(folder))
        print(f"  DuckDB by the SQL text, 月額: {cpu:.1f} CPU-s, {persons / cpu:,.0f} persons/CPU-s, {peak // 1024} MB")
        print(f"  sums equal: {total == sums['月額']} ({total:,} yen a month)")


def _child(program: str, *arguments: str, kept: str = "") -> list[object]:
    given = {**os.environ, "KIBAN_RULES_CACHE": kept}
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=given)
    found: list[object] = json.loads(done.stdout.splitlines()[-1])
    return found


def one_household() -> None:
    """Evaluation and explanation of one household, and the start of a fresh process."""
    rules = load_rules(RULES)
    child = {"監護生計": True, "国内居住": True, "施設入所": False}
    births = ("2005-05-10", "2012-01-01", "2020-03-31", "2025-04-01")
    facts = {"受給者国内居住": True, "子": [{"生年月日": birth, **child} for birth in births]}
    spent = []
    for _ in range(500):
        start = time.perf_counter()
        list(explain(rules, evaluate(rules, facts, on=ON, outputs=["月額"])))
        spent.append((time.perf_counter() - start) * 1000)
    print(f"one household of four children, 児童手当 explained: p50 {statistics.median(spent):.2f} ms")


def _cpu(program: str, *arguments: str, kept: str = "") -> float:
    """CPU seconds of a fresh process, the median of five; ``kept`` is where parsed rule files are kept."""
    spent = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        _child(program, *arguments, kept=kept)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(spent)


def programmes(paths: Sequence[Path], *, called: str) -> None:
    """One household through programmes with explanation: the golden case with the most steps of each; and the start."""
    asked = []
    for path in paths:
        rules, found = load_rules(path), golden_cases(path.parent, name=path.parent.name)
        cases = found[1] if found else ()
        runs = [(_steps(rules, case), i) for i, case in enumerate(cases)]
        asked += [(rules, cases[max(runs)[1]])] if runs and max(runs)[0] else []
    spent = []
    for _ in range(300):
        start = time.thread_time()
        for rules, case in asked:
            list(explain(rules, evaluate(rules, case.facts, on=case.on, known=case.known)))
        spent.append((time.thread_time() - start) * 1000)
    print(f"one household, {called} ({len(asked)} rule files): p50 {statistics.median(spent):.2f} CPU-ms", end=";")
    files = [str(path) for path in paths]
    with tempfile.TemporaryDirectory(prefix="kiban-kept-") as kept:
        _child(START, *files, kept=kept)
        print(f" start {_cpu(START, *files, kept=kept):.2f} CPU-s, the first of a machine {_cpu(START, *files):.2f}")


def _steps(rules: RuleSet, case: Golden) -> int:
    """How long the explanation is; 0 for a case of a day on which not every result is in force."""
    try:
        return len(evaluate(rules, case.facts, on=case.on, known=case.known).steps)
    except NotInForce:
        return 0


def all_programmes() -> None:
    """The twelve programmes of the measure, then every national rule file there is."""
    every = sorted((ROOT / "packs/national").rglob("rules.yaml"))
    programmes([path for path in every if path.parent.name in TWELVE], called="twelve programmes explained")
    programmes(every, called="all national rule files explained")


def main(*, full: bool = False) -> None:
    """Print the table; ``full`` adds nothing here."""
    del full
    one_household()
    all_programmes()
    nation(NORMAL)


if __name__ == "__main__":
    main(full="--full" in sys.argv)
