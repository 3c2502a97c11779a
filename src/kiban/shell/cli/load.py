"""`kiban load residents FILE.csv --agency FOLDER`: an operator's own register into an agency of the embedded system."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add ``load residents``."""
    group = subparsers.add_parser("load", help="load an operator's own register")
    verbs = group.add_subparsers(dest="what", required=True, metavar="WHAT")
    residents = verbs.add_parser("residents", help="a CSV of residents; faults by line and column, good lines kept")
    residents.add_argument("file", type=Path, help="CSV of residents; columns: docs/exchange.md")
    residents.add_argument("--agency", type=Path, required=True, help="the agency's folder; its node must be running")
    residents.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Load and report; 1 when lines were left out."""
    from kiban.kernel.errors import BadInput, Where
    from kiban.simulators.agencies.load import load_residents

    folder = arguments.agency.resolve()
    if not arguments.file.is_file():
        raise BadInput("there is no such file", where=Where(str(arguments.file)))
    loaded = load_residents(arguments.file, folder, codes=_FromNode(folder))
    print(loaded.report)
    print(f"  {loaded.fresh:,} new residents, {loaded.changed:,} with new values")
    return 1 if loaded.report.faults else 0


class _FromNode:
    """Codes for persons new to the country, from the core through the agency's own running node."""

    def __init__(self, folder: Path) -> None:
        from kiban.exchange import Endpoint, NodeClient
        from kiban.shell.node.config import NodeConfig, load_config

        config = load_config(folder / "node.yaml", NodeConfig)
        key = folder / config.keys / "local.key"
        self._client = NodeClient(Endpoint(agency=config.agency, url=f"http://{config.listen}", key_file=str(key)))

    def __call__(self, key: str, count: int) -> Sequence[str]:
        return self._client.register_persons(count, key=key)
