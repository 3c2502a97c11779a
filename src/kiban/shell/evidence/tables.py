"""`kiban evidence indicators|books|publish|refresh`: lists, open data files, and the platform's own figures."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.evidence.opendata import DATASETS, publish
from kiban.evidence.store import Warehouse
from kiban.evidence.store.books import search_books
from kiban.evidence.store.observations import ObservationStore
from kiban.kernel.clock import SystemClock, today
from kiban.shell.places import kept

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add_tables(commands: Subparsers) -> None:
    """Add the four commands."""
    indicators = commands.add_parser("indicators", help="the indicators of the store; CSV on standard output")
    indicators.set_defaults(func=run_indicators)
    books = commands.add_parser("books", help="items of the budget and settlement books; CSV on standard output")
    books.add_argument("--year", type=int, required=True, help="fiscal year of the book")
    books.add_argument("--words", default="", help="in item, section or description")
    books.add_argument("--stage", default="当初予算", help="当初予算, 補正予算（第1号） … or 決算")
    books.add_argument("--limit", type=int, default=50, help="at most so many items")
    books.set_defaults(func=run_books)
    out = commands.add_parser("publish", help="every public table as CSV and Parquet, with dictionary and catalogue")
    out.add_argument("folder", type=Path, help="folder to write to")
    out.set_defaults(func=run_publish)
    again = commands.add_parser("refresh", help="count the platform's own events into its indicators now")
    again.set_defaults(func=run_refresh)
    for command in (indicators, books, out, again):
        command.add_argument(
            "--store", type=Path, default=kept("KIBAN_EVIDENCE", "evidence"), help="folder of the evidence store"
        )


def run_indicators(arguments: argparse.Namespace) -> int:
    """Print the indicators."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("id", "title", "unit", "direction", "source"))
    for it in ObservationStore(Warehouse(arguments.store, read_only=True)).indicators():
        writer.writerow((it.id, it.title, it.unit, it.direction, it.source))
    return 0


def run_books(arguments: argparse.Namespace) -> int:
    """Print items of one book; the reader is told which book it is."""
    found = search_books(
        Warehouse(arguments.store, read_only=True),
        arguments.year,
        words=arguments.words,
        stage=arguments.stage,
        limit=arguments.limit,
    )
    print(f"{arguments.year}年度 {arguments.stage}: {len(found)}件まで。帳票をまたいで足さないこと", file=sys.stderr)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("account_type", "ministry", "section", "item", "amount", "spent", "address"))
    for one in found:
        writer.writerow((one.account_type, one.ministry, one.section, one.item, one.amount, one.spent, one.address))
    return 0


def run_publish(arguments: argparse.Namespace) -> int:
    """Write four files for each public table."""
    store = Warehouse(arguments.store, read_only=True)
    for dataset in DATASETS.values():
        paths = publish(store, dataset, folder=arguments.folder, at=today(SystemClock()))
        print(f"{dataset.id}: {paths['csv'].stat().st_size:,} bytes CSV, {paths['parquet'].stat().st_size:,} Parquet")
    return 0


def run_refresh(arguments: argparse.Namespace) -> int:
    """Count the events of this platform's database."""
    from kiban.shell.cli.serve import migrate

    migrate()
    from kiban.shell.evidence.events import refresh_store

    print(f"kiban: {refresh_store(arguments.store)} figures new or changed", flush=True)
    return 0
