"""`kiban population`: generate a synthetic nation, check its files, compare it with the official figures."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.shell.cli._given import as_day

if TYPE_CHECKING:
    from kiban.population.actions import Progress
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add ``population generate``, ``verify`` and ``report``."""
    group = subparsers.add_parser("population", help="a synthetic nation: register, events, agency copies")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    make = verbs.add_parser("generate", help="make a nation; a stopped run goes on where it was")
    make.add_argument("--persons", type=int, required=True, help="1 to 125,927,910")
    make.add_argument("--seed", type=int, default=1, help="another seed makes another nation")
    make.add_argument("--out", type=Path, required=True, help="a folder, made if need be")
    make.add_argument("--on", type=as_day, default=None, help="reference day; 2026-10-01 without it")
    make.add_argument("--municipality", action="append", default=[], help="write only this one (may be repeated)")
    make.add_argument("--agencies", default="", help="copies, by comma: health, nhi, pension, account, tax … or all")
    make.add_argument("--errors", type=Path, help="YAML with the rates of the error model")
    make.add_argument("--workers", type=int, default=1, help="processes")
    make.set_defaults(func=generate)
    facts = verbs.add_parser("facts", help="the nation as files for `kiban rules compute`; a stopped run goes on")
    facts.add_argument("--persons", type=int, required=True, help="1 to 125,927,910")
    facts.add_argument("--seed", type=int, default=1, help="another seed makes another nation")
    facts.add_argument("--out", type=Path, required=True, help="a folder, made if need be")
    facts.add_argument("--on", type=as_day, default=None, help="reference day; 2026-10-01 without it")
    facts.set_defaults(func=make_facts)
    check = verbs.add_parser("verify", help="read all files and compare them with the manifest")
    check.add_argument("folder", type=Path, help="folder of a run")
    check.set_defaults(func=verify)
    compare = verbs.add_parser("report", help="compare a nation with the official figures it follows")
    compare.add_argument("folder", type=Path, help="folder of a run")
    compare.set_defaults(func=report)


def generate(arguments: argparse.Namespace) -> int:
    """Generate and say how fast."""
    from kiban.population.actions import Job
    from kiban.population.actions import generate as run
    from kiban.population.agencies import AGENCIES
    from kiban.population.faults import Faults, read_faults
    from kiban.population.model import REFERENCE_DAY, Settings

    only = tuple(sorted(set(arguments.municipality)))
    settings = Settings(arguments.persons, arguments.seed, arguments.on or REFERENCE_DAY, only)
    named = dict.fromkeys(filter(None, (one.strip() for one in arguments.agencies.split(","))))
    names = tuple(AGENCIES) if arguments.agencies == "all" else tuple(named)
    if arguments.errors and not names:
        print("kiban: --errors is of agencies' copies; without --agencies it changes nothing", file=sys.stderr)
    faults = read_faults(arguments.errors) if arguments.errors else Faults()
    job = Job(settings, arguments.out, names, faults)
    begun = time.monotonic()
    manifest = run(job, workers=arguments.workers, report=_show)
    persons = sum(part.persons for part in manifest.parts)
    if not persons:
        print("kiban: nobody lives there in so small a nation; ask for more --persons", file=sys.stderr)
    print(f"{persons:,} persons in {arguments.out}, {time.monotonic() - begun:.1f} s")
    print(f"fingerprint {manifest.fingerprint}")
    return 0


def make_facts(arguments: argparse.Namespace) -> int:
    """Write the nation's facts: a file of households and one of persons for each part."""
    from kiban.population.facts import write_facts
    from kiban.population.model import REFERENCE_DAY, Settings, parts

    settings = Settings(arguments.persons, arguments.seed, arguments.on or REFERENCE_DAY)
    persons = 0
    for number, part in enumerate(parts(settings), 1):
        persons += write_facts(part, settings, folder=arguments.out)
        if sys.stderr.isatty():
            print(f"\r{number} parts, {persons:,} persons", end="", file=sys.stderr)
    print(f"{persons:,} persons in {arguments.out}")
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Check every file; the fingerprint is equal for equal nations."""
    from kiban.population.store.files import verify as check

    manifest = check(arguments.folder)
    print(f"{sum(len(part.files) for part in manifest.parts)} files are as the manifest says")
    print(f"fingerprint {manifest.fingerprint}")
    return 0


def report(arguments: argparse.Namespace) -> int:
    """Print the validity report: each marginal beside its source."""
    from kiban.population.report import as_text, marginals

    print(as_text(list(marginals(arguments.folder))))
    return 0


def _show(progress: Progress) -> None:
    if sys.stderr.isatty() or progress.parts == progress.of_parts:
        print(f"\r{progress.parts}/{progress.of_parts} parts, {progress.persons:,} persons", end="", file=sys.stderr)
        if progress.parts == progress.of_parts:
            print(file=sys.stderr)
