"""`kiban node`: serve one agency's node of the exchange."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add ``node``."""
    node = subparsers.add_parser("node", help="serve an agency's node of the exchange")
    node.add_argument("--config", type=Path, required=True, help="node.yaml; a wrong one stops with its place")
    node.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    from kiban.shell.node.run import run_node

    return run_node(arguments.config)
