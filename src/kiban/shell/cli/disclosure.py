"""`kiban disclosure`: tables made anonymous or pseudonymous, and counts without small numbers."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.disclosure import Table, anonymise, protect, pseudonymise, read_plan
from kiban.disclosure.telling import told
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, read_rows
from kiban.linkage.salting.keys import new_key, read_key
from kiban.shell.cli._answers import write_table

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the group to the command line."""
    group = subparsers.add_parser("disclosure", help="anonymous and pseudonymous tables, counts without small numbers")
    commands = group.add_subparsers(dest="command", required=True, metavar="COMMAND")
    first = commands.add_parser("anonymise", help="the least coarse table that fulfils a plan (匿名加工)")
    _add_files(first)
    first.add_argument("--plan", type=Path, required=True, help="YAML: what becomes of each column, and what is asked")
    first.add_argument("--report", type=Path, help="JSON file for the report, which is also told on standard error")
    first.set_defaults(func=run_anonymise)
    second = commands.add_parser("pseudonymise", help="codes in place of persons (仮名加工)")
    _add_files(second)
    second.add_argument("--plan", type=Path, required=True, help="YAML: which columns become pseudonyms or are dropped")
    second.add_argument("--recipient", required=True, help="for whom: each recipient has codes of its own")
    key = second.add_mutually_exclusive_group(required=True)
    key.add_argument("--key", type=Path, help="the key with which earlier tables were made")
    key.add_argument("--new-key", type=Path, help="a file that does not exist yet: make a key there")
    second.set_defaults(func=run_pseudonymise)
    third = commands.add_parser("count", help="count rows by one or two columns and withhold small cells (秘匿)")
    _add_files(third)
    third.add_argument("--by", required=True, help="the column whose values become rows")
    third.add_argument("--across", help="the column whose values become columns")
    third.add_argument("--least", type=int, default=10, help="the smallest count that is told, besides 0")
    third.set_defaults(func=run_count)


def _add_files(command: argparse.ArgumentParser) -> None:
    command.add_argument("table", type=Path, help="CSV file, UTF-8 or Shift_JIS")
    command.add_argument("target", type=Path, help="CSV file to write")


def _columns(path: Path) -> tuple[dict[str, list[str]], Report]:
    report = Report(path.name)
    columns: dict[str, list[str]] = {}
    for row in read_rows(path, [], report=report):
        report.kept += 1
        for name, value in row.values.items():
            columns.setdefault(name, []).append(value)
    if report.faults:
        print(report, file=sys.stderr)
    if not report.kept:
        raise BadInput(
            "the table has no rows that can be read", where=Where(path.name), remedy="give a table with rows"
        )
    return columns, report


def run_anonymise(arguments: argparse.Namespace) -> int:
    """Write the anonymous table; status 1 when rows could not be read."""
    columns, report = _columns(arguments.table)
    release = anonymise(columns, read_plan(arguments.plan))
    write_table(arguments.target, chain([release.header], release.rows), source=arguments.table)
    if arguments.report:
        arguments.report.write_text(json.dumps(asdict(release.outcome), ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(told(release.outcome), file=sys.stderr)
    return 1 if report.faults else 0


def run_pseudonymise(arguments: argparse.Namespace) -> int:
    """Write the pseudonymous table; status 1 when rows could not be read."""
    columns, report = _columns(arguments.table)
    plan = read_plan(arguments.plan)
    if arguments.new_key:
        new_key(arguments.new_key)
    key = read_key(arguments.key or arguments.new_key)
    header, rows = pseudonymise(columns, plan, key=key, recipient=arguments.recipient)
    write_table(arguments.target, chain([header], rows), source=arguments.table)
    return 1 if report.faults else 0


def run_count(arguments: argparse.Namespace) -> int:
    """Write the counts; status 1 when rows could not be read."""
    columns, report = _columns(arguments.table)
    for name in filter(None, (arguments.by, arguments.across)):
        if name not in columns:
            remedy = f"the header has: {', '.join(columns)}"
            raise BadInput(f"there is no column {name}", where=Where(arguments.table.name, 1), remedy=remedy)
    table = Table.of(columns[arguments.by], columns[arguments.across] if arguments.across else None)
    found = protect(table, least=arguments.least)
    write_table(arguments.target, found.lines(), source=arguments.table)
    print(
        f"{int(found.small.sum())} small cells withheld, {int((found.withheld & ~found.small).sum())} beside them",
        file=sys.stderr,
    )
    return 1 if report.faults else 0
