"""`kiban heirs FILE`: the legal heirs, their exact shares, why, what is unknown and which registers lack."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.heirs.explaining import LANGUAGES
from kiban.heirs.finding import find
from kiban.heirs.listing import listing
from kiban.heirs.reading import all_faults, checked
from kiban.heirs.telling import as_data, report
from kiban.kernel.clock import SystemClock
from kiban.kernel.located import read_located

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add ``heirs``."""
    one = subparsers.add_parser("heirs", help="the legal heirs of a person and their shares, from family registers")
    one.add_argument("file", type=Path, help="the family as YAML or JSON; the form stands in docs/heirs.md")
    one.add_argument("--language", choices=LANGUAGES, default="ja", help="language of the report")
    one.add_argument("--json", action="store_true", help="the answer as JSON")
    one.add_argument("--list", action="store_true", help="the list that a legal affairs bureau certifies (一覧図)")
    one.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Find and print; 0 = nothing is open and nothing lacks, 1 = the facts do not suffice or contradict each other."""
    located = read_located(arguments.file)
    if faults := all_faults(located, today=SystemClock().now().date()):
        for fault in faults:
            print(f"kiban: {fault}", file=sys.stderr)
        return 1
    family = checked(located)
    found = find(family)
    if arguments.list:
        sheet = listing(family)
        print(_json(sheet.data()) if arguments.json else "\n".join(sheet.lines()))
    elif arguments.json:
        print(_json(as_data(found, language=arguments.language)))
    else:
        print("\n".join(report(found, language=arguments.language)))
    return 0 if found.status == "determined" else 1


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1)
