"""The verbs of `kiban land` that keep the land register: it is taken in, and ledgers take over its changes."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.clock import SystemClock
from kiban.kernel.tabular import Report, digest_of
from kiban.kernel.values import parse_day
from kiban.registries.engine import Source
from kiban.registries.engine.actions import Using, take_in
from kiban.registries.land import Ledger, propose, read_ledger
from kiban.registries.land.columns import KINDS
from kiban.registries.land.register import PARCEL, REGISTER, entries
from kiban.registries.land.updating import table, updates
from kiban.registries.store import RecordStore
from kiban.registries.store.trail import Trail
from kiban.shell.cli._answers import write_table
from kiban.shell.cli._trail import account, hand_on
from kiban.shell.cli.gif import confirmed

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers

OWN = 0o077


def add(commands: Subparsers) -> None:
    """Add ``take`` and ``updates``."""
    first = commands.add_parser("take", help="take a file of the land register in: changes are known from then on")
    first.add_argument("table", type=Path, help="CSV file")
    first.add_argument("--as-of", required=True, help="the day of which the file is")
    first.add_argument("--whole", action="store_true", help="it has all parcels: what it has not is closed")
    first.add_argument("--by", default="", help="who gave it")
    _shared(first)
    first.set_defaults(func=run_take)
    second = commands.add_parser("updates", help="what a ledger is to take over of the register's changes, once each")
    second.add_argument("name", help="the ledger: tax, farm, forest or a free name")
    second.add_argument("table", type=Path, help="its CSV file")
    second.add_argument("target", type=Path, help="CSV file to write")
    second.add_argument("--without-persons", action="store_true", help="leave out names and addresses of owners")
    _shared(second)
    second.set_defaults(func=run_updates)


def _shared(command: argparse.ArgumentParser) -> None:
    command.add_argument("--store", type=Path, required=True, help="file of the land register; its owner's alone")
    command.add_argument("--mapping", type=Path, help="a confirmed mapping; without one the proposed mapping is used")
    command.add_argument("--municipality", default="", help="6-digit code: where places are that name no municipality")
    command.add_argument("--operator", default=account(), help="who does it, for the ledger of what was done")


def read(path: Path, mapping: Path | None, *, name: str, municipality: str, report: Report) -> Ledger:
    """A ledger of the command line, by its confirmed or its proposed mapping."""
    columns = confirmed(mapping, kinds=KINDS) if mapping else propose(path)
    columns = replace(columns, municipality=municipality or columns.municipality)
    return Ledger(name, list(read_ledger(path, columns, source=name, report=report)), register=name == REGISTER)


def run_take(arguments: argparse.Namespace) -> int:
    """Take the file in as one version; status 1 when a row is bad."""
    path, day, report = arguments.table, parse_day(arguments.as_of), Report(arguments.table.name)
    ledger = read(path, arguments.mapping, name=REGISTER, municipality=arguments.municipality, report=report)
    store = _store(arguments.store)
    source = Source(path.name, day, arguments.by, digest_of(path), arguments.whole)
    using = Using(SystemClock(), Trail(store, arguments.operator), report)
    taken = take_in(store, PARCEL, entries=entries(ledger.parcels, as_of=day), source=source, using=using)
    hand_on(store)
    print(f"version {taken.version}: {', '.join(f'{n:,} {kind}' for kind, n in sorted(taken.counts.items()))}")
    print(report, file=sys.stderr)
    return 1 if report.n_faults else 0


def run_updates(arguments: argparse.Namespace) -> int:
    """Write what is new for the ledger; status 1 when there is work or a row is bad."""
    report = Report(arguments.table.name)
    name, target = arguments.name, arguments.target
    ledger = read(arguments.table, arguments.mapping, name=name, municipality=arguments.municipality, report=report)
    store = _store(arguments.store)
    persons = not arguments.without_persons
    told = updates(
        store,
        ledger,
        hand_over=lambda found: write_table(target, table(found, persons=persons), source=arguments.table),
        clock=SystemClock(),
        events=Trail(store, arguments.operator),
    )
    hand_on(store)
    print(report, file=sys.stderr)
    print(f"{name}: {len(told):,} to take over")
    return 1 if told or report.n_faults else 0


def _store(path: Path) -> RecordStore:
    """The file holds owners: whatever is made beside it is its owner's alone too."""
    os.umask(OWN)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    return RecordStore(path)
