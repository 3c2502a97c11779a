"""The verbs of `kiban linkage` that look at registers as a whole: duplicates, merge."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers

LANGUAGES = ("ja", "ja-easy", "en")


def add(verbs: Subparsers) -> None:
    """Add ``duplicates`` and ``merge``."""
    one = verbs.add_parser("duplicates", help="persons with two numbers, numbers with two persons, entries made twice")
    one.add_argument("--register", type=Path, required=True, help="folder of the register's .parquet or .csv files")
    one.add_argument("--out", type=Path, required=True, help="folder of the results; a stopped search resumes there")
    one.add_argument("--split-rate", type=float, default=0.0, help="expected share of persons with a second number")
    _told(one)
    one.set_defaults(func=run_duplicates)
    _add_merge(verbs)


def _add_merge(verbs: Subparsers) -> None:
    one = verbs.add_parser("merge", help="merge the registers of municipalities that become one (市町村合併)")
    one.add_argument("--register", action="append", required=True, metavar="[CODE=]DIR",
                     help="a register, with its municipality's code where no column says it; two or more")  # fmt: skip
    one.add_argument("--into", required=True, help="全国地方公共団体コード of the new municipality, 6 digits")
    one.add_argument("--name", default="", help="its name; of a municipality of today the registry knows it")
    one.add_argument("--towns", type=Path, help="CSV: municipality, town, new_town[, new_town_id]")
    one.add_argument("--decisions", type=Path, help="CSV: number (of the work list), decision (first, second, both)")
    one.add_argument("--out", type=Path, required=True, help="folder of the results; a stopped merger resumes there")
    _told(one)
    one.set_defaults(func=run_merge)


def _told(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--language", choices=LANGUAGES, default="ja", help="language of what is printed")
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
        expected = f"expected precision {level.expected_precision:.1%}" if level.flagged else "none to expect"
        print(f"  two numbers, from {level.probability:4.0%}: {level.flagged:,} pairs, {expected}")
    found = pairs(arguments.out)
    for pair in found[: arguments.most]:
        print(f"{pair.number} {pair.first.record} / {pair.second.record}: {pair.says[arguments.language]}")
    return 1 if found else 0


def run_merge(arguments: argparse.Namespace) -> int:
    """Merge; 0 = nothing left to decide, 1 = there is a work list."""
    from kiban.linkage.merging import Merge, Successor, conflicts, merge
    from kiban.linkage.merging.books import Register
    from kiban.registries import town_registry

    registers = []
    for text in arguments.register:
        code, _, folder = text.rpartition("=")
        registers.append(Register(Path(folder), code))
    name = arguments.name or town_registry().municipality(arguments.into).name
    job = Merge(tuple(registers), Successor(arguments.into, name), arguments.out, arguments.towns, arguments.decisions)
    done = merge(job, report_to=_stage)
    for one in done.balances:
        print(f"{one.municipality}: {one.rows:,} entries = {one.kept:,} kept + {one.joined:,} joined; "
              f"{one.households_kept:,} of {one.households:,} households")  # fmt: skip
    print(f"{done.into} {done.name}: {done.rows:,} entries, {done.households:,} households; {done.set_aside} set aside")
    for matter, count in done.matters.items():
        print(f"  {matter:22} {count:>9,}")
    found = conflicts(arguments.out)
    for entry in found[: arguments.most]:
        print(f"{entry.number} {entry.first.record} / {entry.second.record}: {entry.says[arguments.language]}")
    return 1 if found else 0
