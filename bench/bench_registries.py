"""The corporate register at the size of the country: generated file, import, resumption, the same again, delta, search.

`--full`: 5,000,000 rows in the official 30-column form; else 100,000. Each import runs in a process of its own.
"""

from __future__ import annotations

import csv
import hashlib
import random
import resource
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from kiban.kernel.values import CorporateNumber
from kiban.registries.corporation import COLUMNS, CORPORATION
from kiban.registries.municipality_register import embedded_municipalities
from kiban.registries.store import RecordStore

FORMS = ("株式会社", "有限会社", "合同会社", "一般社団法人", "医療法人")
WORDS = "山川田中高橋東西北南和海光星日本第一中央大東洋富士新総合建設工業商事運輸電機食品産業開発興業設備技研"
KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノマミムメモヤユヨラリルレロ"


def rows(count: int, *, seed: int = 1) -> Iterator[list[str]]:
    """Corporations of the official form, one in a hundred closed, with names, readings and places that vary."""
    chance = random.Random(seed)
    places = [e.data for e in embedded_municipalities() if e.data and e.kind == "state" and len(e.data["code"]) == 6]
    places = [p for p in places if p["kind"] in {"市", "町", "村", "特別区", "行政区"}]
    for i in range(count):
        base = f"{10**11 + i * 7:012}"
        name = "".join(chance.choices(WORDS, k=chance.randint(2, 6)))
        form, place = chance.choice(FORMS), chance.choice(places)
        row = dict.fromkeys(COLUMNS, "")
        row |= {
            "sequence": str(i + 1),
            "corporate_number": f"{CorporateNumber.check_digit(base)}{base}",
            "process": "01",
        }
        row |= {"correction": "0", "updated_on": "2026-03-31", "changed_on": f"20{i % 10 + 15}-10-05", "latest": "1"}
        row |= {"name": form + name if i % 2 else name + form, "kind": "301", "prefecture": place["prefecture"]}
        row |= {
            "city": place["name"],
            "street": f"{chance.choice(WORDS)}{chance.randint(1, 5)}丁目{i % 40}番{i % 17}号",
        }
        row |= {"prefecture_code": place["code"][:2], "city_code": place["code"][2:5]}
        row |= {"postal_code": f"{chance.randint(0, 9_999_999):07}", "assigned_on": "2015-10-05", "hidden": "0"}
        row["kana"] = "".join(chance.choices(KANA, k=8))
        if i % 100 == 99:
            row |= {"process": "21", "closed_on": "2020-01-01", "closed_reason": "01"}
        yield list(row.values())


def write(path: Path, given: Iterator[list[str]], *, encoding: str = "utf-8") -> Path:
    """The file in the official form: all cells quoted."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(given)
    return path


def zipped(path: Path) -> Path:
    """The file as it is downloaded: one CSV in a zip file."""
    there = path.with_suffix(".zip")
    with zipfile.ZipFile(there, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(path, path.name)
    return there


def state_of(store: Path) -> str:
    """A digest of all that a register believes and tells as changes, but for when and from which file."""
    digest = hashlib.sha256()
    with sqlite3.connect(store) as db:
        for query in (
            "SELECT key, valid_from, valid_to, data, quality, name_key, kana_key, area FROM record ORDER BY key, id",
            "SELECT seq, key, kind, valid_from FROM change ORDER BY seq",
        ):
            for row in db.execute(query):
                digest.update(repr(row).encode())
    return digest.hexdigest()[:16]


def take(path: Path, store: Path, *, kill_after: float = 0.0) -> tuple[float, float, str]:
    """Import in a process of its own: wall and CPU seconds, what it said."""
    command = [sys.executable, "-m", "kiban", "registry", "import", "corporation", str(path)]
    began, before = time.perf_counter(), _children()
    process = subprocess.Popen(
        [*command, "--as-of", "2026-03-31", "--store", str(store)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    if kill_after:
        time.sleep(kill_after)
        process.send_signal(signal.SIGKILL)
    out, _ = process.communicate()
    return time.perf_counter() - began, _children() - before, out.decode().strip()


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def search_times(store: Path) -> dict[str, tuple[float, float]]:
    """Median and 99th percentile in milliseconds of some ways to look up, 200 each."""
    chance, register = random.Random(3), RecordStore(store)
    numbers = [row[1] for row in rows(200)]
    ways = {
        "by number": lambda i: register.at(CORPORATION.id, numbers[i]),
        "name, four characters": lambda _: register.search(CORPORATION, "".join(chance.choices(WORDS, k=4))),
        "reading, three kana": lambda _: register.search(CORPORATION, "".join(chance.choices(KANA, k=3))),
        "changes, a page of 100": lambda i: register.changes(CORPORATION.id, since=i * 100, size=100),
    }
    found = {}
    for name, act in ways.items():
        times = []
        for i in range(200):
            began = time.perf_counter()
            act(i)
            times.append(1000 * (time.perf_counter() - began))
        found[name] = (statistics.median(times), sorted(times)[197])
    return found


def main(*, full: bool = False) -> None:
    """Measure 100,000 rows, or with ``full`` 5,000,000."""
    measure(5_000_000 if full else 100_000)
    forms(100_000)


def measure(count: int) -> None:
    """Print speed (rows per CPU second), memory, resumption, sizes and look-up times of a register of some size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store, file = folder / "r.sqlite3", write(folder / "all.csv", rows(count))
        print(f"corporations: {count:,} rows, {file.stat().st_size / 1e6:,.0f} MB")
        _, lost, _ = take(file, store, kill_after=count / 40_000)
        kept = sum(f.stat().st_size for f in folder.glob("*.staging"))
        print(f"  killed after {lost:.1f} CPU-s; {kept / 1e6:,.0f} MB of portions kept")
        wall, cpu, said = take(file, store)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"  goes on: {said}; {wall:.1f} s, {cpu:.1f} CPU-s; together {count / (cpu + lost):,.0f} rows per CPU-s")
        print(f"  peak memory {peak:.0f} MB; register {store.stat().st_size / 1e6:,.0f} MB")
        wall, cpu, said = take(file, store)
        print(f"  the same again: {said}; {wall:.1f} s, {count / cpu:,.0f} rows per CPU-s")
        delta = folder / "delta.csv"
        changed = ([*row[:2], "12", *row[3:11], row[11] + "移転", *row[12:]] for row in rows(min(count, 10_000)))
        wall, cpu, said = take(write(delta, changed), store)
        print(f"  a delta: {said}; {wall:.1f} s, {cpu:.1f} CPU-s")
        for way, (median, worst) in search_times(store).items():
            print(f"  {way}: median {median:.2f} ms, p99 {worst:.2f} ms")


def forms(count: int) -> None:
    """The same register from a killed and resumed import, from a zip file, from Shift_JIS: the states are compared."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = write(folder / "all.csv", rows(count))
        ways = {"at once": plain, "killed and gone on": plain, "zip": zipped(plain)}
        ways["Shift_JIS"] = write(folder / "sjis.csv", rows(count), encoding="cp932")
        found = {}
        for number, (way, file) in enumerate(ways.items()):
            store = folder / f"{number}.sqlite3"
            lost = take(file, store, kill_after=count / 60_000)[1] if way.startswith("killed") else 0.0
            _, cpu, _ = take(file, store)
            found[way] = state_of(store)
            print(f"  {count:,} rows, {way}: {count / (cpu + lost):,.0f} rows per CPU-s, state {found[way]}")
        print(f"  all the same: {'yes' if len(set(found.values())) == 1 else 'NO'}")


if __name__ == "__main__":
    main(full="--full" in sys.argv)
