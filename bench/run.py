"""Run every `bench/bench_*.py`; each has `main(full: bool)` and prints its own table."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path


def main() -> None:
    arguments = argparse.ArgumentParser(prog="bench")
    arguments.add_argument("names", nargs="*", help="which ones; all without a name")
    arguments.add_argument("--full", action="store_true", help="whole-nation sizes")
    chosen = arguments.parse_args()
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        name = path.stem.removeprefix("bench_")
        if chosen.names and name not in chosen.names:
            continue
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"bench.{path.stem}").main(full=chosen.full)


if __name__ == "__main__":
    main()
