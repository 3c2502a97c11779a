"""The verbs of `kiban gif` about models: models, schema, check, publish, and convert to a recommended list."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.drafted import drafted
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, Row
from kiban.registries.gif import Mapping
from kiban.registries.models import DataModel, check_file, context, dictionary, json_schema, model, models
from kiban.registries.models.files import Checked
from kiban.registries.models.fill import Filling, fill, lacking
from kiban.registries.models.publishing import Publication, publish
from kiban.shell.cli._answers import write_table
from kiban.shell.cli._given import as_day

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers

SHOWN: dict[str, Callable[[DataModel], object]] = {"schema": json_schema, "context": context, "dictionary": dictionary}


def add(commands: Subparsers) -> None:
    """Add ``models``, ``schema``, ``check`` and ``publish``."""
    one = commands.add_parser("models", help="the data models: of GIF, of recommended lists, of the registries")
    one.set_defaults(func=run_models)
    one = commands.add_parser("schema", help="a model as JSON Schema, JSON-LD context or data dictionary")
    one.add_argument("model", help="id or title: Facility, 施設, suisho-aed, programme")
    one.add_argument("--as", dest="form", choices=SHOWN, default="schema", help="what is printed")
    one.set_defaults(func=run_schema)
    one = commands.add_parser("check", help="each record of a file against a model; status 1 when something is wrong")
    one.add_argument("file", type=Path, help="CSV, JSON (.json, .jsonld) or JSON lines (.jsonl)")
    one.add_argument("--model", required=True, help="id or title of the model")
    one.add_argument("--good", type=Path, help="file for the records without a fault, in the form of the given one")
    one.set_defaults(func=run_check)
    _add_publish(commands)


def _add_publish(commands: Subparsers) -> None:
    one = commands.add_parser("publish", help="a checked list as CSV, JSON-LD, JSON Schema and DCAT entry")
    one.add_argument("file", type=Path, help="CSV in the columns of the list; rows with a fault stay out")
    one.add_argument("--model", required=True, help="id or title of the list")
    one.add_argument("--out", type=Path, required=True, help="folder for the files")
    one.add_argument("--publisher", required=True, help="who publishes, such as 和歌山県海南市")
    one.add_argument("--licence", required=True, help="address or SPDX name of the licence, such as CC-BY-4.0")
    one.add_argument("--modified", type=as_day, required=True, help="the day of the data, 2026-04-01")
    one.add_argument("--address", default="", help="web address of the folder where the files will stand")
    one.set_defaults(func=run_publish)


def run_models(_: argparse.Namespace) -> int:
    """Print id, title, kind, number of items and, where it is so, that the definition was not compared."""
    for one in models():
        print(f"{one.id}\t{one.title}\t{one.kind}\t{len(one.items)}\t{'' if one.verified else 'not verified'}")
    return 0


def run_schema(arguments: argparse.Namespace) -> int:
    """Print the model."""
    chosen = model(arguments.model)
    print(json.dumps(SHOWN[arguments.form](chosen), ensure_ascii=False, indent=1))
    if not chosen.verified:
        print(f"{chosen.title}: not verified: {chosen.why}", file=sys.stderr)
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Tell every fault by file, line, field and remedy; status 1 when there is one."""
    found = check_file(arguments.file, model(arguments.model))
    _tell(found)
    if arguments.good is not None:
        _write_good(arguments.good, found, source=arguments.file)
    return 1 if found.report.n_faults else 0


def _tell(found: Checked) -> None:
    print(found.report, file=sys.stderr)
    if found.lacking:
        print(f"  recommended and not there: {', '.join(found.lacking)}", file=sys.stderr)
    if found.extra:
        print(f"  not in {found.model.title}: {', '.join(found.extra)}", file=sys.stderr)


def _write_good(target: Path, found: Checked, *, source: Path) -> None:
    if found.header:
        rows = ([str(row.get(name, "")) for name in found.header] for row in found.good)
        write_table(target, chain([found.header], rows), source=source)
        return
    if target.exists() and target.samefile(source):
        raise BadInput("the answer would replace its source", where=Where(str(target)), remedy="name another file")
    lines = target.suffix.lower() in {".jsonl", ".ndjson"}
    with drafted(target) as draft, draft.open("w", encoding="utf-8") as file:
        if lines:
            file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in found.good)
        else:
            json.dump(found.good, file, ensure_ascii=False, indent=1)


def run_publish(arguments: argparse.Namespace) -> int:
    """Write the files of a list; status 1 when rows stayed out."""
    found = check_file(arguments.file, model(arguments.model))
    _tell(found)
    about = Publication(arguments.publisher, arguments.licence, arguments.modified, address=arguments.address)
    for path in publish(found, about, folder=arguments.out):
        print(path)
    return 1 if found.report.n_faults else 0


def write_list(arguments: argparse.Namespace, mapping: Mapping, *, rows: Iterator[Row], report: Report) -> int:
    """Write a table in the columns of a recommended list; status 1 when something is wrong with it."""
    named = dict(_named(one) for one in arguments.column)
    filling = Filling(model(arguments.to), mapping, named)
    columns = filling.model.columns
    lines = ([row[name] for name in columns] for row in fill(rows, filling, report=report))
    write_table(arguments.target, chain([columns], lines), source=arguments.table)
    print(report, file=sys.stderr)
    if empty := lacking(filling):
        print(f"  nothing in the table fills: {', '.join(empty)}", file=sys.stderr)
    return 1 if report.n_faults else 0


def _named(text: str) -> tuple[str, str]:
    new, mark, old = text.partition("=")
    if not mark:
        remedy = "write --column 設置位置=設置場所"
        raise BadInput(f"{text[:40]!r} names no two columns", where=Where(field="--column"), remedy=remedy)
    return new, old
