"""The verb of `kiban land` that makes GeoJSON of 登記所備付地図データ (地図XML)."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.drafted import drafted
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(commands: Subparsers) -> None:
    """Add ``map``."""
    one = commands.add_parser("map", help="登記所備付地図データ (地図XML) as GeoJSON, with 地番 in normal form")
    one.add_argument("table", type=Path, help="地図XML, as it is or packed by gzip")
    one.add_argument("target", type=Path, help="GeoJSON file to write")
    one.set_defaults(func=run_map)


def run_map(arguments: argparse.Namespace) -> int:
    """Write the parcels of a map; status 1 when the shape of one is not whole."""
    from kiban.registries.land.cadastral import collection, features

    source, target = arguments.table, arguments.target
    if target.exists() and target.samefile(source):
        raise BadInput("the answer would replace its source", where=Where(str(target)), remedy="name another file")
    report = Report(source.name, encoding="utf-8")
    made = collection(features(source, report=report))
    with drafted(target) as draft:
        draft.write_text(json.dumps(made, ensure_ascii=False) + "\n", encoding="utf-8")
    print(report, file=sys.stderr)
    return 1 if report.n_faults else 0
