"""`kiban gif propose|convert`: tables with free columns to the columns of GIF."""

from __future__ import annotations

import argparse
import csv
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report
from kiban.registries.gif import Mapping, convert, propose
from kiban.registries.gif.mapping import SAMPLE
from kiban.registries.gif.table import read_table

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the group to the command line."""
    group = subparsers.add_parser("gif", help="free columns to the columns of GIF (政府相互運用性フレームワーク)")
    commands = group.add_subparsers(dest="command", required=True, metavar="COMMAND")
    first = commands.add_parser("propose", help="propose a mapping (YAML on standard output) from headers and contents")
    first.add_argument("table", type=Path, help="CSV file")
    first.set_defaults(func=run_propose)
    second = commands.add_parser("convert", help="convert a table; the report on standard error")
    second.add_argument("table", type=Path, help="CSV file")
    second.add_argument("target", type=Path, help="CSV file to write")
    second.add_argument("--mapping", type=Path, help="a confirmed mapping; without one the proposed mapping is used")
    second.set_defaults(func=run_convert)


def _mapping(table: Path) -> Mapping:
    header, rows = read_table(table, report=Report(table.name))
    return propose(header, [row.values for row in islice(rows, SAMPLE)])


def run_propose(arguments: argparse.Namespace) -> int:
    """Print the proposed mapping; status 1 when a column stays undecided."""
    mapping = _mapping(arguments.table)
    print(mapping.to_yaml(), end="")
    return 1 if mapping.undecided else 0


def run_convert(arguments: argparse.Namespace) -> int:
    """Write the converted table; status 1 when something could not be decided."""
    chosen, target = arguments.mapping, arguments.target
    if target.exists() and target.samefile(arguments.table):
        raise BadInput("the answer would replace its source", where=Where(str(target)), remedy="name another file")
    mapping = Mapping.from_yaml(chosen.read_text(), file=chosen.name) if chosen else _mapping(arguments.table)
    report = Report(arguments.table.name)
    found, read = read_table(arguments.table, report=report)
    if missing := [name for name in mapping.columns if name not in found]:
        raise BadInput(f"the table has no column {', '.join(missing)}", remedy=f"it has: {', '.join(found)}")
    rows = list(convert(read, mapping, report=report))
    header = list(dict.fromkeys(name for row in rows for name in row))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    print(report, file=sys.stderr)
    return 1 if report.faults else 0
