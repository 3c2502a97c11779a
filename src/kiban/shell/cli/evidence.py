"""`kiban evidence`: review sheets, dashboards, effects of policies."""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.evidence.measures import read_plan
from kiban.evidence.sheets import BudgetRule, SheetQuery
from kiban.evidence.store import SheetStore, Warehouse
from kiban.evidence.store.books import load_books
from kiban.evidence.store.observations import ObservationStore
from kiban.evidence.store.official import load_official
from kiban.evidence.store.plans import PlanStore
from kiban.evidence.store.warehouse import moment, replaced
from kiban.kernel.tabular import Report
from kiban.shell.evidence.commands import add_demo, add_effect
from kiban.shell.evidence.policies import add_policies
from kiban.shell.evidence.tables import add_tables
from kiban.shell.places import kept

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the group to the command line."""
    group = subparsers.add_parser("evidence", help="review sheets, dashboards, effects")
    commands = group.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_load(commands)
    _add_search(commands)
    _add_show(commands)
    add_effect(commands)
    add_demo(commands)
    add_tables(commands)
    add_policies(commands)


def _store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--store", type=Path, default=kept("KIBAN_EVIDENCE", "evidence"), help="folder of the evidence store"
    )


def _add_load(commands: Subparsers) -> None:
    load = commands.add_parser("load", help="load review sheets, plans and figures into the store")
    load.add_argument("folder", type=Path, nargs="?", help="folder with rs<year>_*.parquet")
    load.add_argument("--official", type=Path, help="folder with the site's own 15 tables (1-1_RS_….csv or .zip)")
    load.add_argument("--plan", action="append", default=[], metavar="NAME=FILE", help="measures of a plan (CSV)")
    load.add_argument("--indicators", action="append", type=Path, default=[], help="descriptions of indicators (CSV)")
    load.add_argument("--books", type=Path, help="folder with mof-jikou-<year>.json[.gz] (budget and settlement books)")
    load.add_argument("--figures", action="append", type=Path, default=[], help="observations (CSV)")
    load.add_argument("--map", type=Path, help="TopoJSON of municipalities")
    _store(load)
    load.set_defaults(func=run_load)


def _add_search(commands: Subparsers) -> None:
    search = commands.add_parser("search", help="search review sheets; CSV on standard output")
    search.add_argument("--sheet-year", type=int, required=True, help="year of the review sheets")
    search.add_argument("--name", default="", help="part of the sheet's name")
    search.add_argument("--words", default="", help="in name, purpose, issues or overview")
    search.add_argument("--ministry", default="", help="the ministry's name")
    search.add_argument("--bureau", default="", help="part of the bureau's name")
    search.add_argument("--change-min", type=int, help="yen more than the sheet of the year before")
    search.add_argument("--payee", default="", help="part of a name, or a 法人番号")
    search.add_argument("--initial-budget-min", type=int, help="yen")
    search.add_argument("--initial-budget-max", type=int, help="yen")
    search.add_argument("--executed-min", type=int, help="yen")
    search.add_argument(
        "--budget-rule",
        choices=[rule.value for rule in BudgetRule],
        default="held",
        help="which year's money the limits are of: held or requested in the sheet's year, or the sheet's own",
    )
    search.add_argument("--count", action="store_true", help="only the number of sheets")
    _store(search)
    search.set_defaults(func=run_search)


def _add_show(commands: Subparsers) -> None:
    show = commands.add_parser("show", help="one review sheet with its payees")
    show.add_argument("sheet_year", type=int, help="year of the sheet")
    show.add_argument("project_id", type=int, help="the sheet's number (予算事業ID)")
    _store(show)
    show.set_defaults(func=run_show)


def run_load(arguments: argparse.Namespace) -> int:
    """Load into a copy of the store and put it in place at the end: readers never see half of a load."""
    at = moment()
    reports: list[Report] = []
    with replaced(arguments.store) as warehouse:
        if arguments.folder:
            for name, rows in warehouse.load_saved_sheets(arguments.folder).items():
                print(f"{name}: {rows:,} rows")
        if arguments.official:
            reports += load_official(warehouse, arguments.official)
        if arguments.books:
            for name, rows in load_books(warehouse, arguments.books).items():
                print(f"{name}: {rows:,} items")
        for name, _, file in (plan.partition("=") for plan in arguments.plan):
            measures, report = read_plan(Path(file), plan=name)
            PlanStore(warehouse).save(measures, at)
            reports.append(report)
        reports += [ObservationStore(warehouse).define_csv(path) for path in arguments.indicators]
        reports += [ObservationStore(warehouse).load_csv(path, as_of=at.date()) for path in arguments.figures]
    if arguments.map:
        shutil.copy(
            arguments.map, arguments.store / f"municipalities.topojson{arguments.map.suffix.removesuffix('.json')}"
        )
    for report in reports:
        print(report)
    return 1 if any(report.faults for report in reports) else 0


def run_search(arguments: argparse.Namespace) -> int:
    """Print matching sheets as CSV, or their number; the rule applied is told on standard error."""
    query = SheetQuery(
        sheet_year=arguments.sheet_year,
        name=arguments.name,
        words=arguments.words,
        ministry=arguments.ministry,
        bureau=arguments.bureau,
        change_min=arguments.change_min,
        payee=arguments.payee,
        budget_rule=BudgetRule(arguments.budget_rule),
        executed_min=arguments.executed_min,
        initial_budget_min=arguments.initial_budget_min,
        initial_budget_max=arguments.initial_budget_max,
    )
    store = SheetStore(Warehouse(arguments.store, read_only=True))
    print(query.budget_rule.explain(query.sheet_year), file=sys.stderr)
    if arguments.count:
        print(store.count(query))
        return 0
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for rows in store.export(query):
        writer.writerows(rows)
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Print one sheet and who received its money."""
    store = SheetStore(Warehouse(arguments.store, read_only=True))
    for name, value in store.sheet(arguments.sheet_year, arguments.project_id).items():
        print(f"{name}: {value}")
    for payee in store.payees(arguments.sheet_year, arguments.project_id):
        passed = "" if payee.direct else " (再委託)"
        print(f"{payee.chain}\t{payee.name or '（非公表）'}{passed}\t{payee.amount or 0:,}円")
    return 0
