"""`kiban registry recode`: statistics by the municipalities of one day under those of another."""

from __future__ import annotations

import argparse
import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.tabular import Report, read_rows
from kiban.registries.municipality_history import KNOWN_TO
from kiban.registries.recoding import Recoding, recode
from kiban.shell.cli._answers import write_table
from kiban.shell.cli._given import as_day

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(commands: Subparsers) -> None:
    """Add ``recode``."""
    one = commands.add_parser("recode", help="statistics of one day's municipalities under those of another, added up")
    one.add_argument("table", type=Path, help="CSV with a code (5 or 6 digits) in each row")
    one.add_argument("target", type=Path, help="CSV file to write")
    one.add_argument("--code", required=True, help="the column of the code")
    one.add_argument("--sum", action="append", required=True, metavar="COLUMN", help="a column that is added up")
    one.add_argument("--by", action="append", default=[], metavar="COLUMN", help="a column that stays, as a year")
    one.add_argument("--from", dest="start", type=as_day, required=True, help="the day of the table, 1999-03-31")
    one.add_argument("--to", dest="end", type=as_day, default=KNOWN_TO, help="the later day")
    one.add_argument("--cities", action="store_true", help="add wards (行政区) to their designated city")
    one.set_defaults(func=run_recode)


def run_recode(arguments: argparse.Namespace) -> int:
    """Write the table; status 1 when a row could not be placed or a sum is not known."""
    asked = Recoding(
        arguments.code, arguments.sum, arguments.start, arguments.end, by=arguments.by, cities=arguments.cities
    )
    report = Report(arguments.table.name)
    rows = read_rows(arguments.table, [asked.code, *asked.by, *asked.added], report=report)
    lines = ([row[name] for name in asked.header] for row in recode(rows, asked, report=report))
    write_table(arguments.target, chain([asked.header], lines), source=arguments.table)
    print(report, file=sys.stderr)
    return 1 if report.n_faults else 0
