"""Addresses: start, memory, throughput by kind of input, picker. CPU time; nothing from the network."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time

from tests.shared_data import SHARED

from kiban.registries import normalise, search

START = (
    "import time; from pathlib import Path; from kiban.registries import normalise; normalise('港区芝公園4-2-8');"
    "print(time.process_time(), int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]) // 1024)"
)
PREFIXES = (
    "かすみ",
    "渋谷",
    "千代田区か",
    "札幌市中央区北1",
    "大",
    "しん",
    "港区芝",
    "横浜市中区本",
    "堺市西区上",
    "霞",
)


def lines(name: str) -> list[str]:
    with gzip.open(SHARED / "data" / f"address-{name}-dev.jsonl.gz", "rt") as file:
        return [json.loads(line)["input"] for line in file]


def throughput(name: str, texts: list[str]) -> None:
    begun = time.process_time()
    reached = sum(normalise(text).level >= 3 for text in texts)
    seconds = time.process_time() - begun
    print(f"{name:12} {len(texts) / seconds:>9,.0f} addresses per CPU-second  {reached / len(texts):.2%} reach a town")


def picker(rounds: int) -> None:
    spent = []
    for _ in range(rounds):
        for text in PREFIXES:
            for size in range(1, len(text) + 1):
                begun = time.thread_time()
                search(text[:size])
                spent.append(time.thread_time() - begun)
    spent = [1000 * one for one in sorted(spent)]
    print(f"picker       p50 {spent[len(spent) // 2]:.2f} ms, p99 {spent[int(len(spent) * 0.99)]:.2f} ms CPU")


def main(*, full: bool = False) -> None:
    """Print the table; ``full`` adds a million lines through the command, counted and compared in order."""
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    print("start        {} CPU-s to the first answer, {} MB".format(*done.stdout.split()))
    sets = {name: lines(name) for name in ("generated", "office", "cases")}
    for name, texts in sets.items():
        throughput(name, texts)
    picker(20)
    if full:
        texts = (sets["office"] * 100)[:1_000_000]
        command = [sys.executable, "-m", "kiban", "address", "normalise", "--jsonl", "--workers", "2"]
        begun = time.perf_counter()
        out = subprocess.run(command, input="\n".join(texts).encode(), capture_output=True, check=True).stdout
        seconds = time.perf_counter() - begun
        same = all(json.loads(line)["input"] == text for line, text in zip(out.splitlines(), texts, strict=True))
        print(f"a million    {seconds:,.0f} s, every line in its place: {same}")


if __name__ == "__main__":
    main()
