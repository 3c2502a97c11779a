"""`kiban core`: serve the core of the exchange."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add ``core``."""
    core = subparsers.add_parser("core", help="serve the core of the exchange: codes, legal table, tokens, doors")
    core.add_argument("--config", type=Path, required=True, help="core.yaml; a wrong one stops with its place")
    core.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    from kiban.shell.node.run import run_core

    return run_core(arguments.config)
