"""Seven results of five programmes for every household, in one pass: the nation, OpenFisca-Japan, Spark.

Persons come from `kiban population facts`; CPU seconds are those of a process of its own, from its start to its end
unless said otherwise, so that the figures bear a busy machine. 10,000,000 persons; the whole nation with --full.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from kiban.rules import load_rules
from kiban.rules.arrays import Results, compute
from kiban.rules.fused import Fused
from kiban.rules.plan import Plan, plan
from kiban.rules.tables import find_parts, read_part

HERE = Path(__file__).resolve().parent / "nation"
ON = dt.date(2025, 4, 5)
NATION, NORMAL, PEER = 125_927_910, 10_000_000, 1_000_000
MOST_CPU, MOST_MEMORY = 35, 1024
RUN = """
import datetime as dt, json, resource, sys
from pathlib import Path
from kiban.rules import load_rules
from kiban.rules.batch import run_folder
from kiban.rules.plan import plan
ready = plan(load_rules(Path(sys.argv[1])), dt.date(2025, 4, 5))
total = run_folder(ready, Path(sys.argv[2]), out=Path(sys.argv[3]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([total.households, total.sums, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""
SPARK = """
import datetime as dt, json, sys
from pathlib import Path
import psutil
from pyspark.sql import SparkSession
from kiban.rules import load_rules
from kiban.rules.plan import plan
from kiban.rules.spark import mapper, schema
ready = plan(load_rules(Path(sys.argv[1])), dt.date(2025, 4, 5))
build = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
build = build.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
build = build.config("spark.sql.execution.arrow.maxRecordsPerBatch", 200000).config("spark.driver.memory", "2g")
session = build.getOrCreate()
frame = session.read.parquet(sys.argv[2])
found = frame.mapInArrow(mapper(ready, compiled=True), schema(ready)).selectExpr(
    "count(*) AS households", *(f"sum(CAST(`{name}` AS BIGINT)) AS `{name}`" for name in ready.outputs)
).collect()[0].asDict()
me = psutil.Process()
times = [one.cpu_times() for one in (me, *me.children(recursive=True))]
session.stop()
print(json.dumps([found, sum(t.user + t.system + t.children_user + t.children_system for t in times)]))
"""


def make(persons: int, folder: Path) -> None:
    """The facts of a nation."""
    size = ["--persons", str(persons), "--on", "2025-04-01", "--out", str(folder)]
    subprocess.run([sys.executable, "-m", "kiban", "population", "facts", *size], check=True, capture_output=True)


def child(program: str, *arguments: str) -> Any:
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def nation(persons: int, folder: Path) -> dict[str, int]:
    """Files in, results out."""
    with tempfile.TemporaryDirectory(prefix="kiban-nation-") as out:
        households, sums, cpu, memory = child(RUN, str(HERE / "rules.yaml"), str(folder), out)
        size = sum(path.stat().st_size for path in Path(out).iterdir())
    print(f"{persons:,} persons, {households:,} households: seven results in {cpu:.1f} CPU-s,", end=" ")
    print(f"{persons / cpu / 1e6:.2f} M persons/CPU-s, {memory // 1024} MB at most, {size / 1e6:,.0f} MB of results")
    if persons == NATION:
        print(f"  wanted: at most {MOST_CPU} CPU-s and {MOST_MEMORY} MB")
    for name, value in sums.items():
        print(f"  {name:　<13} {value:>20,}")
    found: dict[str, int] = sums
    return found


def batches(ready: Plan, folder: Path) -> list[Any]:
    return [piece.batch for part in find_parts(folder, ready) for piece in read_part(ready, part)]


def timed(call: Any, given: list[Any]) -> tuple[float, list[Results]]:
    start = time.process_time()
    found = [call(batch) for batch in given]
    return time.process_time() - start, found


def sums_of(ready: Plan, found: list[Results]) -> dict[str, int]:
    return {name: sum(int(one.columns[name].values.sum()) for one in found) for name in ready.outputs}


def against_peer(folder: Path) -> None:
    """The same seven results by OpenFisca-Japan: by its rules equal for each household, by the law with differences."""
    python = environment()
    ready = plan(load_rules(HERE / "peer.yaml"), ON)
    law = plan(load_rules(HERE / "rules.yaml"), ON)
    given, arrays = batches(ready, folder), folder / "arrays.npz"
    np.savez(arrays, **peer_arrays(folder))
    one = Fused(law)
    first, _ = timed(one, batches(law, folder))
    spent, by_law = timed(one, batches(law, folder))
    plain, by_numpy = timed(lambda batch: compute(law, batch), batches(law, folder))
    done = subprocess.run([python, str(HERE / "openfisca_side.py"), str(arrays)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    peer = json.loads(done.stdout.splitlines()[-1])
    persons = sum(len(batch.facts["収入"].values) for batch in given)
    print(f"OpenFisca-Japan 2.2.0, {persons:,} persons, arrays in memory to seven results, CPU seconds:")
    print(f"  peer: {peer['all']:.2f} (calculation {peer['calculate']:.2f}, entities and inputs the rest)")
    print(f"  one pass: {spent:.3f}, {peer['all'] / spent:.0f} x; calculation alone {peer['calculate'] / spent:.0f} x")
    print(f"  one pass with its compilation: {first:.2f}, {peer['all'] / first:.1f} x")
    print(f"  array kernel without numba: {plain:.2f}, {peer['all'] / plain:.1f} x")
    print(f"  one pass and array kernel give the same sums: {sums_of(law, by_law) == sums_of(law, by_numpy)}")
    differences(ready, timed(lambda batch: compute(ready, batch), given)[1], arrays=arrays, law=sums_of(law, by_law))


def differences(ready: Plan, found: list[Results], *, arrays: Path, law: dict[str, int]) -> None:
    """By the peer's rules household by household; then the law beside them, and why they differ."""
    theirs = np.load(str(arrays).replace(".npz", "-peer.npz"))
    print(f"  {'':　<13} {'peer':>16} {'its rules here':>16} households that differ {'the law':>16}")
    for number, name in enumerate(ready.outputs):
        ours = np.concatenate([one.columns[name].values for one in found]).astype(np.int64)
        other = np.rint(theirs[f"o{number}"].astype(np.float64)).astype(np.int64)
        print(f"  {name:　<13} {other.sum():>16,} {ours.sum():>16,} {np.sum(ours != other):>22,} {law[name]:>16,}")
    print("  where the peer's rules, written down in bench/nation/peer.yaml, depart from the law:")
    for name, variable in yaml.safe_load((HERE / "peer.yaml").read_text(encoding="utf-8"))["variables"].items():
        if "note" in variable:
            print(f"    {name}: {variable['note']}")


def peer_arrays(folder: Path) -> dict[str, Any]:
    """The facts as the peer takes them."""
    own = pa.concat_tables([pq.read_table(path) for path in sorted(folder.glob("世帯-*.parquet"))])
    people = pa.concat_tables([pq.read_table(path) for path in sorted(folder.glob("世帯員-*.parquet"))])
    roles = {"世帯主": 0, "妻": 0, "夫": 0, "子": 1}
    damage = {"中規模半壊": 1, "大規模半壊": 2, "長期避難": 3, "解体": 4, "全壊": 5}
    rebuilding = {"建設購入": 1, "補修": 2, "賃借": 3}

    def coded(column: Any, words: dict[str, int], other: int) -> Any:
        column = column.cast(pa.string()).combine_chunks().dictionary_encode()
        table = np.array([words.get(word, other) for word in column.dictionary.to_pylist()])
        return table[column.indices.to_numpy()]

    ids, of = own["世帯"].to_numpy(), people["世帯"].to_numpy()
    return {
        "person": np.arange(len(of)), "household": np.arange(len(ids)), "of": np.searchsorted(ids, of),
        "role": coded(people["続柄"], roles, 2), "born": people["生年月日"].cast(pa.int32()).to_numpy(),
        "salary": people["収入"].to_numpy(), "grade": people["障害等級"].to_numpy().astype(np.int64),
        "class": own["級地区分"].to_numpy(), "struck": own["法適用"].to_numpy(zero_copy_only=False),
        "damage": coded(own["被害"], damage, 0), "rebuilding": coded(own["再建"], rebuilding, 0),
    }  # fmt: skip


def environment() -> str:
    """A Python with OpenFisca-Japan, made once beside the other caches of the user."""
    root = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kiban-bench"
    python = root / "openfisca-japan-2.2.0" / "bin" / "python"
    if not (python.parent / "done").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(python.parents[1])], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "openfisca-japan==2.2.0"], check=True)
        (python.parent / "done").touch()
    return str(python)


def with_spark(folder: Path, *, sums: dict[str, int]) -> None:
    """The same kernel by mapInArrow in local mode, over the same households with their members nested."""
    if find_spec("pyspark") is None:
        print("Spark: not installed (pip install 'kiban[spark]')")
        return
    if not java():
        print("Spark: no Java here, and none could be installed (apt-get install default-jre-headless)")
        return
    with tempfile.TemporaryDirectory(prefix="kiban-spark-") as made:
        for number, table in enumerate(nested(folder)):
            pq.write_table(table, Path(made) / f"part-{number:05}.parquet")
        found, cpu = child(SPARK, str(HERE / "rules.yaml"), made)
    households = found.pop("households")
    print(f"Spark local[2], mapInArrow, {households:,} households: {cpu:.1f} CPU-s; equal sums: {found == sums}")


def java() -> bool:
    """Whether there is a Java; on Debian as root it is installed when missing."""
    if shutil.which("java") is None and shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "install", "-y", "-q", "default-jre-headless"], check=False, capture_output=True)
    return shutil.which("java") is not None


def nested(folder: Path) -> Iterator[Any]:
    """Each part's households as rows with their members in a list."""
    for path in sorted(folder.glob("世帯-*.parquet")):
        own = pq.read_table(path)
        people = pq.read_table(path.with_name(path.name.replace("世帯-", "世帯員-"))).combine_chunks()
        ids, of = own["世帯"].to_numpy(), people["世帯"].to_numpy()
        offsets = np.append(np.searchsorted(of, ids), len(of)).astype(np.int32)
        names = [name for name in people.column_names if name not in {"世帯", "番号"}]
        columns = [people[name].combine_chunks() for name in names]
        plain = [c.dictionary_decode() if pa.types.is_dictionary(c.type) else c for c in columns]
        members = pa.ListArray.from_arrays(pa.array(offsets), pa.StructArray.from_arrays(plain, names))
        yield own.append_column("世帯員", members)


def main(*, full: bool = False) -> None:
    with tempfile.TemporaryDirectory(prefix="kiban-facts-") as made:
        folder, small = Path(made) / "large", Path(made) / "small"
        if full:
            make(NATION, folder)
            nation(NATION, folder)
            shutil.rmtree(folder)
        make(NORMAL, folder)
        with_spark(folder, sums=nation(NORMAL, folder))
        make(PEER, small)
        against_peer(small)


if __name__ == "__main__":
    main(full="--full" in sys.argv)
