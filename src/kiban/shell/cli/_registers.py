"""The verbs of `kiban linkage` that look at registers as a whole: duplicates."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers

LANGUAGES = ("ja", "ja-easy", "en")


def add(verbs: Subparsers) -> None:
    """Add ``duplicates``."""
    one = verbs.add_parser("duplicates", help="persons with two numbers, numbers with two persons, entries made twice")
    one.add_argument("--register", type=Path, required=True, help="folder of the register's .parquet or .csv files")
    one.add_argument("--out", type=Path, required=True, help="folder of the results; a stopped search resumes there")
    one.add_argument("--split-rate", type=float, default=0.0, help="expected share of persons with a second number")
    _told(one)
    one.set_defaults(func=run_duplicates)


def _told(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--language", choices=LANGUAGES, default="ja")
    verb.add_argument("--most", type=int, default=20, help="so many entries of the work list are printed")


def _stage(name: str) -> None:
    print(f"... {name}", file=sys.stderr, flush=True)


def run_duplicates(arguments: argparse.Namespace) -> int:
    """Search one register, or print the finished search again; 0 = nothing found, 1 = there is work."""
    from kiban.linkage.identities import Duplicates, Prior, duplicates, pairs

    prior = Prior(split_rate=arguments.split_rate)
    done = duplicates(Duplicates(arguments.register, arguments.out, prior), report_to=_stage)
    print(f"{done.rows:,} entries; expected share of persons with a second number: {done.split_rate}")
    for kind in done.sure:
        print(f"  {kind:26} {done.sure[kind]:>9,} sure {done.possible[kind]:>9,} possible")
    for reason, count in done.set_aside.items():
        print(f"  set aside: {reason} {count:>9,}")
    for level in done.thresholds:
        print(f"  two numbers, from {level.probability:4.0%}: {level.flagged:,} pairs, "
              f"expected precision {level.expected_precision:.1%}")  # fmt: skip
    found = pairs(arguments.out)
    for pair in found[: arguments.most]:
        print(f"{pair.number} {pair.first.record} / {pair.second.record}: {pair.says[arguments.language]}")
    return 1 if found else 0
