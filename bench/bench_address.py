"""Addresses: start, memory, throughput by kind of input, picker. CPU time; nothing from the network."""

from __future__ import annotations

import csv
import gzip
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.shared_data import SHARED

from bench.address_peers import Timed, jageocoder, nja
from kiban.registries import normalise, search
from kiban.registries.address.index import embedded
from kiban.registries.address.parse import engine

START = (
    "import time; from pathlib import Path; from kiban.registries import normalise; normalise('港区芝公園4-2-8');"
    "print(time.process_time(), int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]) // 1024)"
)
OWN = """
import json, sys, time
from kiban.registries import normalise
from kiban.registries.address.parse import engine
before, texts, compiled = json.load(sys.stdin)
if not compiled:
    engine().quick = None
for text in before:
    normalise(text)
for _ in range(2):
    begun = time.process_time()
    for text in texts:
        normalise(text)
    print(time.process_time() - begun)
"""
TOWNS = """
import time
from kiban.registries import town_registry
registry = town_registry()
begun = time.process_time()
count = sum(len(registry.towns(code)) for code in registry.municipalities)
print(f"{count:,} towns of all municipalities: {time.process_time() - begun:.2f} CPU-s")
"""
START_LINE = ("港区芝公園4-2-8",)
NATION, OFFICE, BEFORE = 2000, 10_900, 200
FOLDER = Path(__file__).parent.parent / "var" / "peers"


def lines(name: str) -> list[str]:
    with gzip.open(SHARED / "data" / f"address-{name}-dev.jsonl.gz", "rt") as file:
        return [json.loads(line)["input"] for line in file]


def throughput(name: str, texts: list[str]) -> None:
    reached = sum(normalise(text).level >= 3 for text in texts) / len(texts)
    read = engine().quick
    plain = f"{sum(read(text) is not None for text in texts) / len(texts):.1%} plain" if read else "nothing compiled"
    print(f"{name:12} {len(texts):,} addresses, {reached:.2%} reach a town, {plain}")
    for what, some, compiled in (
        ("", texts, True),
        ("its first 2,000", texts[:2000], True),
        ("Python alone", texts, False),
    ):
        first, again = own(some, compiled=compiled)
        rates = f"{len(some) / first:>9,.0f} per CPU-second, lines not seen before; again {len(some) / again:>9,.0f}"
        print(f"{'':12} {what:16} {rates}")


def prefixes() -> list[str]:
    """The first one, two and three letters of names in kanji and in kana, municipalities with a letter: each once."""
    index, chance = embedded(), random.Random(3)
    names = chance.sample(list(index.names.keys()), 500)
    kana = chance.sample(list(index.kana.keys()), 500)
    cities = [f"{one.city}{one.ward}" for one in chance.sample(index.cities, 300)]
    found = {name[:size] for name in names + kana for size in (1, 2, 3)}
    found |= {form for city in cities for form in (city, city[:2], city + chance.choice(names)[0])}
    return chance.sample(sorted(found), len(found))


def picker() -> None:
    """Every prefix is asked once, so nothing is remembered from an earlier question."""
    spent = []
    for text in prefixes():
        begun = time.thread_time()
        search(text)
        spent.append(1000 * (time.thread_time() - begun))
    spent.sort()
    middle, late = spent[len(spent) // 2], spent[int(len(spent) * 0.99)]
    print(
        f"picker       p50 {middle:.2f} ms, p99 {late:.2f} ms, worst {spent[-1]:.2f} ms CPU ({len(spent):,} prefixes)"
    )


def regional() -> list[str]:
    """The own list of normalize-japanese-addresses."""
    with gzip.open(SHARED / "data" / "address-cases-dev.jsonl.gz", "rt") as file:
        return [case["input"] for line in file if (case := json.loads(line))["source"].startswith("nja3-addresses")]


def own(texts: list[str], before: Sequence[str] = START_LINE, *, compiled: bool = True) -> tuple[float, float]:
    """CPU-seconds in a process of its own: the first pass, over lines that it has never seen, and the second.

    ``before`` are other lines that it is given first; without ``compiled`` Python alone answers.
    """
    given, command = json.dumps([before, texts, compiled]), [sys.executable, "-c", OWN]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    first, again = map(float, done.stdout.split())
    return first, again


def against(what: str, peer: Timed, texts: list[str], *, asked: int, before: Sequence[str] = START_LINE) -> None:
    """Both on the same lines, one after the other in this run: the peer warm, Kiban on lines that it has not seen."""
    first, again = own(texts, before)
    theirs, cold = peer.lines / peer.warm, peer.lines / peer.cold
    ours, warm = len(texts) / first, len(texts) / again
    aside = f"{peer.reached / peer.lines:.1%} reach a town, {peer.rss} MB, cold {cold:,.0f}"
    print(f"{what:62} {theirs:>8,.0f}/CPU-s ({aside})")
    print(f"{'':40} kiban, lines not seen before {ours:>8,.0f}/CPU-s = {ours / theirs:,.0f}x (asked {asked}x)")
    print(f"{'':40} both cold {ours / cold:,.0f}x, both warm {warm / theirs:,.0f}x ({warm:,.0f}/CPU-s)")


def peers(sets: dict[str, list[str]]) -> None:
    """The peers that `bench.address_peers` set up in var/peers; else how to do that."""
    if not (FOLDER / "jageocoder-db").is_dir():
        print(f"peers        not set up: python -m bench.address_peers {SHARED / 'data'} {FOLDER}")
        return
    chance = random.Random(11)
    nation = [text for text in chance.sample(sets["generated"], NATION) if "\n" not in text]
    office = [text for text in chance.sample(sets["office"], OFFICE + BEFORE) if "\n" not in text]
    office, before = office[BEFORE:], office[:BEFORE]
    own_list = regional()
    against("normalize-japanese-addresses 3.1.3, nationwide, warm", nja(FOLDER, nation), nation, asked=500)
    against("normalize-japanese-addresses 3.1.3, its own list, warm", nja(FOLDER, own_list), own_list, asked=20)
    against("jageocoder 2.1.0, business addresses", jageocoder(FOLDER, office), office, asked=100, before=before)
    print("japanese-address-parser-py 0.3.7: not run: the addresses of its data are fixed in it and need the internet")


def wheel() -> None:
    """Build the wheel from a copy of the sources and weigh it."""
    root = Path(__file__).parent.parent
    with tempfile.TemporaryDirectory() as folder:
        for name in ("src", "setup.py", "pyproject.toml", "README.md", "LICENSE", "NOTICE"):
            copy = shutil.copytree if (root / name).is_dir() else shutil.copy
            copy(root / name, Path(folder) / name)
        command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", f"{folder}/out", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        made = [*Path(folder, "out").glob("*.whl")]
        print(f"wheel        {made[0].stat().st_size / 1e6:.2f} MB" if made else f"wheel        {done.stderr[-300:]}")


def million_lines(texts: list[str]) -> None:
    command = [sys.executable, "-m", "kiban", "address", "normalise", "--jsonl", "--workers", "2"]
    begun = time.perf_counter()
    out = subprocess.run(command, input="\n".join(texts).encode(), capture_output=True, check=True).stdout
    seconds = time.perf_counter() - begun
    same = all(json.loads(line)["input"] == text for line, text in zip(out.splitlines(), texts, strict=True))
    print(f"a million    normalise --jsonl: {seconds:,.0f} s, every line in its place: {same}")


def million_rows(texts: list[str]) -> None:
    """A CSV through `bulk`, killed (signal 9) three times on the way."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.csv"), Path(folder, "out.csv")
        with source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["n", "address"], *enumerate(texts)])
        command = [sys.executable, "-m", "kiban", "address", "bulk", source, target, "--column", "address"]
        begun, kills = time.perf_counter(), 0
        for _ in range(3):
            try:
                subprocess.run(command, capture_output=True, check=True, timeout=12)
            except subprocess.TimeoutExpired:
                kills += 1
        subprocess.run(command, capture_output=True, check=True)
        with target.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            next(rows)
            same = all(row[:2] == [str(n), text] for (n, text), row in zip(enumerate(texts), rows, strict=True))
    seconds = time.perf_counter() - begun
    print(f"a million    bulk: {seconds:,.0f} s with {kills} kills and resumptions, every row in its place: {same}")


def main(*, full: bool = False) -> None:
    """Print the table; ``full`` adds a million lines through the command, counted and compared in order."""
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    print("start        {} CPU-s to the first answer, {} MB".format(*done.stdout.split()))
    sets = {name: lines(name) for name in ("generated", "office", "cases")}
    for name, texts in sets.items():
        throughput(name, texts)
    picker()
    every = subprocess.run([sys.executable, "-c", TOWNS], capture_output=True, text=True, check=True)
    print(f"registry     {every.stdout.strip()}")
    peers(sets)
    if full:
        wheel()
        texts = (sets["office"] * 100)[:1_000_000]
        million_lines(texts)
        million_rows(texts)


if __name__ == "__main__":
    main()
