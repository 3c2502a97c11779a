"""`kiban worker`: runs what must happen after a transaction: opens cases, repeats enquiries, delivers messages."""

from __future__ import annotations

import argparse
import signal
import threading
from typing import TYPE_CHECKING

from kiban.shell.cli.serve import migrate

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add ``worker``."""
    command = subparsers.add_parser("worker", help="run the queue: cases, enquiries, messages")
    command.add_argument("--once", action="store_true", help="run what is due now and end")
    command.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Run until stopped; a job that is under way is finished first."""
    migrate()
    from kiban.shell.wiring.process import worker

    made = worker()
    if arguments.once:
        print(f"kiban: {made.run_until_idle()} jobs", flush=True)
        return 0
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    made.run(stopped=stop.is_set)
    return 0
