"""`kiban land propose|check|join|take|updates|map`: ledgers of land with free columns, joined by parcel."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.fault_file import FaultFile
from kiban.kernel.tabular import Report
from kiban.registries.land import Ledger, join, propose
from kiban.registries.land.findings import Finding, findings, register_of, table
from kiban.registries.land.joining import Join
from kiban.registries.land.register import REGISTER
from kiban.shell.cli import _land_map, _land_register
from kiban.shell.cli._answers import write_table
from kiban.shell.cli._land_register import read

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers

LANGUAGES = ("ja", "ja-easy", "en")


def add(subparsers: Subparsers) -> None:
    """Add the group to the command line."""
    group = subparsers.add_parser(
        "land", help="parcels: the land register and the ledgers of tax, farm and forest joined"
    )
    commands = group.add_subparsers(dest="command", required=True, metavar="COMMAND")
    first = commands.add_parser("propose", help="propose a mapping (YAML on standard output) of a ledger's columns")
    first.add_argument("table", type=Path, help="CSV file")
    first.set_defaults(func=run_propose)
    second = commands.add_parser("check", help="read one ledger: bad rows, lots that are not clear, unknown owners")
    second.add_argument("table", type=Path, help="CSV file")
    second.add_argument("--mapping", type=Path, help="a confirmed mapping; without one the proposed mapping is used")
    _shared(second)
    second.set_defaults(func=run_check)
    third = commands.add_parser("join", help="which rows are one parcel, in what they disagree, whose owner is unknown")
    third.add_argument("--register", type=Path, help="CSV file of the land register (登記情報), if there is one")
    third.add_argument("--ledger", action="append", default=[], metavar="NAME=FILE",
                       help="a ledger (CSV): tax, farm, forest or a free name; may be repeated")  # fmt: skip
    third.add_argument("--mapping", action="append", default=[], metavar="NAME=FILE",
                       help="the confirmed mapping of a ledger, or of the register (register=FILE)")  # fmt: skip
    _shared(third)
    third.set_defaults(func=run_join)
    _land_register.add(commands)
    _land_map.add(commands)


def _shared(command: argparse.ArgumentParser) -> None:
    command.add_argument("--municipality", default="", help="6-digit code: where places are that name no municipality")
    command.add_argument("--out", type=Path, help="CSV file to write: each finding with its lines")
    command.add_argument("--parcels", type=Path, help="CSV file to write: which row of which ledger is which parcel")
    command.add_argument("--faults", type=Path, help="CSV file to write: each bad row, where there are many")
    command.add_argument("--without-persons", action="store_true", help="leave out names and addresses of owners")
    command.add_argument("--language", choices=LANGUAGES, default="ja", help="language of what is told")


@dataclass(frozen=True)
class _Given:
    """A ledger of the command line."""

    name: str
    table: Path
    mapping: Path | None


def run_propose(arguments: argparse.Namespace) -> int:
    """Print the proposed mapping; status 1 when a column stays undecided."""
    mapping = propose(arguments.table)
    print(mapping.to_yaml(), end="")
    return 1 if mapping.undecided else 0


def run_check(arguments: argparse.Namespace) -> int:
    """Read one ledger; status 1 when a row is bad or something is to be looked at."""
    return _run(arguments, [_Given("ledger", arguments.table, arguments.mapping)])


def run_join(arguments: argparse.Namespace) -> int:
    """Join ledgers; status 1 when a row is bad or something is to be looked at."""
    mappings = _named(arguments.mapping)
    tables = _named(arguments.ledger)
    if REGISTER in tables:
        raise BadInput("register is no name of a ledger", where=Where(field="--ledger"), remedy="give it as --register")
    if arguments.register:
        tables = {REGISTER: arguments.register, **tables}
    if len(tables) < 2:
        raise BadInput("there is nothing to join", where=Where(field="--ledger"), remedy="give two ledgers or more")
    if strange := mappings.keys() - tables.keys():
        remedy = f"one of {', '.join(tables)}"
        raise BadInput(f"no ledger {sorted(strange)[0]!r}", where=Where(field="--mapping"), remedy=remedy)
    return _run(arguments, [_Given(name, path, mappings.get(name)) for name, path in tables.items()])


def _named(given: list[str]) -> dict[str, Path]:
    made: dict[str, Path] = {}
    for text in given:
        name, mark, path = text.partition("=")
        if not (name and mark and path) or name in made:
            what = f"{text[:80]!r} is no name and file, or its name stands twice"
            raise BadInput(what, where=Where(field="NAME=FILE"), remedy="write tax=zei.csv")
        made[name] = Path(path)
    return made


def _run(arguments: argparse.Namespace, given: list[_Given]) -> int:
    reports: list[Report] = []
    with ExitStack() as stack:
        every = stack.enter_context(FaultFile(arguments.faults)) if arguments.faults else None
        ledgers = [
            read(one.table, one.mapping, name=one.name, municipality=arguments.municipality,
                 report=_report(one, reports, every=every))
            for one in given
        ]  # fmt: skip
    found = join(ledgers)
    told = list(findings(found))
    for report in reports:
        print(report, file=sys.stderr)
    _print(found, told, ledgers=ledgers, language=arguments.language)
    names = [one.name for one in given]
    if arguments.out:
        rows = table(told, names, persons=not arguments.without_persons, language=arguments.language)
        write_table(arguments.out, rows, source=given[0].table)
    if arguments.parcels:
        write_table(arguments.parcels, register_of(found, names), source=given[0].table)
    return 1 if told or any(report.n_faults for report in reports) else 0


def _report(one: _Given, reports: list[Report], *, every: FaultFile | None) -> Report:
    reports.append(Report(one.table.name, every=every, all_in=every.path if every else None))
    return reports[-1]


def _print(found: Join, told: list[Finding], *, ledgers: list[Ledger], language: str) -> None:
    """How many, never whose."""
    for ledger in ledgers:
        print(f"{ledger.name}: {len(ledger.parcels):,} rows")
    shared = Counter(len(one.parcels) for one in found.parcels)
    print(f"{len(found.parcels):,} parcels; " + ", ".join(f"{n:,} in {size}" for size, n in sorted(shared.items())))
    counts = Counter(one.kind for one in told)
    words = {one.kind: one.says(language) for one in told}
    for kind, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        print(f"  {kind:18} {count:>7,}  {words[kind]}")
