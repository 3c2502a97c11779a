"""`kiban registry`: registers imported, searched, told as changes, judged and described; changes deemed filed."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiban.kernel.clock import SystemClock, today
from kiban.kernel.events import FanOut
from kiban.kernel.tabular import Report
from kiban.kernel.values import parse_day
from kiban.registries.corporation import CORPORATION, read_corporations
from kiban.registries.deemed import Subscription, deliver, filings
from kiban.registries.engine import Source, quality_report
from kiban.registries.engine.actions import take_in
from kiban.registries.engine.catalogue import dcat, dictionary
from kiban.registries.postal import by_postal_code
from kiban.registries.store import RecordStore
from kiban.registries.tables import REGISTRIES, read_table, registry
from kiban.shell.cli.address import add_index

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the group to the command line."""
    group = subparsers.add_parser("registry", help="base registries: import, search, changes, report, dictionary")
    commands = group.add_subparsers(dest="command", required=True, metavar="COMMAND")
    load = _command(commands, "import", func=run_import, text="take in an official file (full or delta)")
    load.add_argument("file", type=Path)
    load.add_argument("--as-of", required=True, help="the day of the file")
    find = _command(commands, "search", func=run_search, text="records by the beginning of the name or reading")
    find.add_argument("text")
    show = _command(commands, "show", func=run_show, text="one record with its history")
    show.add_argument("key")
    delta = _command(commands, "changes", func=run_changes, text="changes since a version, one JSON a line")
    delta.add_argument("--since", type=int, default=0, help="version")
    _command(commands, "report", func=run_report, text="quality report")
    _command(commands, "dictionary", func=run_dictionary, text="data dictionary and DCAT entry")
    deem = commands.add_parser("deem", help="record corporate changes as deemed filed at a programme")
    deem.add_argument("programme")
    deem.add_argument("--law", required=True, help="law and article by which the notification is deemed made")
    deem.add_argument("--agency", required=True)
    _store(deem)
    deem.set_defaults(func=run_deem)
    postal = commands.add_parser("postal", help="the towns of a postal code")
    postal.add_argument("code")
    postal.set_defaults(func=run_postal)
    add_index(commands)


def _store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--store", type=Path, default=Path("var/registries.sqlite3"), help="file of the registers")


def _command(commands: Subparsers, name: str, *, func: Any, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text)
    parser.add_argument("registry", choices=sorted(REGISTRIES))
    _store(parser)
    parser.set_defaults(func=func)
    return parser


def _print(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, default=str))


def run_import(arguments: argparse.Namespace) -> int:
    """Take in a file as one version; the report names bad lines, the good ones are taken."""
    info, day, report = registry(arguments.registry), parse_day(arguments.as_of), Report(arguments.file.name)
    if info is CORPORATION:
        entries = read_corporations(arguments.file, report=report)
    else:
        entries = read_table(info, arguments.file, as_of=day, report=report)
    source = Source(arguments.file.name, day)
    store = RecordStore(arguments.store)
    taken = take_in(store, info, entries=entries, source=source, using=(SystemClock(), FanOut(())))
    print(f"version {taken.version}: {', '.join(f'{n} {kind}' for kind, n in sorted(taken.counts.items()))}")
    print(report, file=sys.stderr)
    return 1 if report.faults else 0


def run_search(arguments: argparse.Namespace) -> int:
    """Print what is found, one JSON a line; status 1 when nothing is."""
    found = RecordStore(arguments.store).search(arguments.registry, arguments.text)
    for record in found:
        _print(record.data)
    return 0 if found else 1


def run_show(arguments: argparse.Namespace) -> int:
    """Print the states of a key, the oldest first; status 1 when there is none."""
    states = RecordStore(arguments.store).history(arguments.registry, arguments.key)
    for state in states:
        _print(asdict(state))
    return 0 if states else 1


def run_changes(arguments: argparse.Namespace) -> int:
    """Print the delta since a version."""
    for change in RecordStore(arguments.store).delta(arguments.registry, since=arguments.since):
        _print(asdict(change))
    return 0


def run_report(arguments: argparse.Namespace) -> int:
    """Print the quality report; status 1 when something is wrong."""
    records = RecordStore(arguments.store).everything(arguments.registry)
    report = quality_report(registry(arguments.registry), records, today=today(SystemClock()))
    print(json.dumps(asdict(report), ensure_ascii=False, default=str, indent=1))
    return 0 if report.good else 1


def run_dictionary(arguments: argparse.Namespace) -> int:
    """Print the data dictionary and the catalogue entry."""
    info, store = registry(arguments.registry), RecordStore(arguments.store)
    entry = dcat(info, base="/api/v1/registries", version=store.version(info.id), modified=store.modified(info.id))
    _print({"dictionary": dictionary(info), "dcat": entry})
    return 0


def run_deem(arguments: argparse.Namespace) -> int:
    """Deliver what is new to the programme and print its filings."""
    store = RecordStore(arguments.store)
    subscription = Subscription(arguments.programme, arguments.law, arguments.agency)
    new = deliver(store, subscription, clock=SystemClock(), events=FanOut(()))
    for filing in filings(store, arguments.programme):
        _print(asdict(filing))
    print(f"{new} new", file=sys.stderr)
    return 0


def run_postal(arguments: argparse.Namespace) -> int:
    """Print the towns; status 1 when the code is not in use."""
    found = by_postal_code(arguments.code)
    for town in found:
        _print(asdict(town))
    return 0 if found else 1
