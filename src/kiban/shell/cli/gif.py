"""`kiban gif`: free columns to those of GIF or of a recommended list, and back; models, their schemas, checks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Iterable
from collections.abc import Mapping as Cells
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report
from kiban.registries import municipality
from kiban.registries.gif import Mapping, back, convert, propose
from kiban.registries.gif.back import for_answer
from kiban.registries.gif.convert import titles
from kiban.registries.gif.kinds import KINDS
from kiban.registries.gif.mapping import SAMPLE
from kiban.registries.gif.table import read_table
from kiban.shell.cli import _gif_models
from kiban.shell.cli._answers import write_table

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
    second.add_argument(
        "--municipality", default="", help="6-digit code: where addresses are that name no municipality"
    )
    second.add_argument("--to", metavar="MODEL", help="the columns of a recommended list (kiban gif models) instead")
    second.add_argument("--column", action="append", default=[], metavar="LIST=TABLE",
                        help="with --to: the column of the list that a column of the table fills")  # fmt: skip
    second.set_defaults(func=run_convert)
    third = commands.add_parser("back", help="a converted table under the columns that the mapping came from")
    third.add_argument("table", type=Path, help="CSV file that convert wrote")
    third.add_argument("target", type=Path, help="CSV file to write")
    third.add_argument("--mapping", type=Path, required=True, help="the mapping with which it was converted")
    third.set_defaults(func=run_back)
    _gif_models.add(commands)


def _proposed(table: Path) -> Mapping:
    header, rows = read_table(table, report=Report(table.name))
    return propose(header, [row.values for row in islice(rows, SAMPLE)])


def confirmed(path: Path, *, kinds: Collection[str] = KINDS) -> Mapping:
    """The mapping of a file that a person confirmed. Raises: BadInput, BadMapping."""
    try:
        return Mapping.from_yaml(path.read_text(encoding="utf-8-sig"), file=path.name, kinds=kinds)
    except UnicodeDecodeError:
        raise BadInput("the mapping is not UTF-8", where=Where(path.name), remedy="save it as UTF-8") from None


def run_propose(arguments: argparse.Namespace) -> int:
    """Print the proposed mapping; status 1 when a column stays undecided."""
    mapping = _proposed(arguments.table)
    print(mapping.to_yaml(), end="")
    return 1 if mapping.undecided else 0


def run_convert(arguments: argparse.Namespace) -> int:
    """Write the converted table; status 1 when something could not be decided."""
    chosen, table = arguments.mapping, arguments.table
    mapping = confirmed(chosen) if chosen else _proposed(table)
    mapping = replace(mapping, municipality=arguments.municipality or mapping.municipality)
    if mapping.municipality:
        municipality(mapping.municipality)
    report = Report(table.name)
    header, rows = read_table(table, report=report)
    mapping = mapping.for_table(header, file=table.name)
    if arguments.to:
        return _gif_models.write_list(arguments, mapping, rows=rows, report=report)
    if arguments.column:
        raise BadInput("--column is for a list", where=Where(field="--column"), remedy="name the list with --to")
    _write(arguments, titles(mapping), rows=convert(rows, mapping, report=report))
    print(report, file=sys.stderr)
    return 1 if report.faults else 0


def run_back(arguments: argparse.Namespace) -> int:
    """Write a converted table under its former columns."""
    table = arguments.table
    report = Report(table.name)
    header, rows = read_table(table, report=report)
    mapping = for_answer(confirmed(arguments.mapping), header, file=table.name)
    former = [*mapping.columns, *mapping.undecided]
    _write(arguments, former, rows=back((row.values for row in rows), mapping))
    for fault in report.faults:
        print(fault, file=sys.stderr)
    return 1 if report.faults else 0


def _write(arguments: argparse.Namespace, header: list[str], *, rows: Iterable[Cells[str, str]]) -> None:
    lines = ([row.get(name, "") for name in header] for row in rows)
    write_table(arguments.target, chain([header], lines), source=arguments.table)
