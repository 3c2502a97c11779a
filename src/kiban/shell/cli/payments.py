"""`kiban payments`: write, check, read and reconcile bank files; export pain.001; tell an agency's own account."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.wire import UNREADABLE
from kiban.shell.cli._given import as_day

if TYPE_CHECKING:
    from kiban.benefits.payments import Batch
    from kiban.shell.cli import Subparsers

T = TypeVar("T")


FILES = {
    "write": "a batch as JSON (docs/payments.md)",
    "check": "a bank file",
    "read": "a bank file",
    "reconcile": "the bank file that was sent",
    "pain001": "a bank file",
    "payer": "the account as JSON (docs/payments.md)",
}


def add(subparsers: Subparsers) -> None:
    """Add ``payments write|check|read|reconcile|pain001|payer``."""
    group = subparsers.add_parser("payments", help="bank files: write, check, read, reconcile, pain.001")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    tasks = {
        "write": (run_write, "a batch as JSON to a bank file"),
        "check": (run_check, "every fault of a bank file, with line and byte"),
        "read": (run_read, "a bank file as JSON, one batch a line"),
        "reconcile": (run_reconcile, "what came back of a bank file, by the bank's results"),
        "pain001": (run_pain001, "a bank file as ISO 20022 pain.001"),
        "payer": (run_payer, "tell the account from which an agency pays, as JSON"),
    }
    parsers = {}
    for name, (func, text) in tasks.items():
        parsers[name] = verbs.add_parser(name, help=text)
        parsers[name].add_argument("file", type=Path, help=FILES[name])
        parsers[name].set_defaults(func=func)
    for name in ("write", "pain001"):
        parsers[name].add_argument("--out", type=Path, required=True, help="file to write")
    parsers["check"].add_argument("--directory", action="store_true", help="also look banks and branches up")
    parsers["reconcile"].add_argument("results", type=Path, help="a statement (03) or results of direct debit (91)")
    parsers["pain001"].add_argument("--id", required=True, help="the message's id, at most 35 characters")
    parsers["pain001"].add_argument("--on", type=as_day, required=True, help="the day of payment, YYYY-MM-DD")
    parsers["payer"].add_argument("--agency", required=True, help="the agency that pays")


def run_write(arguments: argparse.Namespace) -> int:
    """Write a bank file."""
    from kiban.benefits.payments import Batch, write

    batch = _json(arguments.file, Batch)
    arguments.out.write_bytes(write(batch))
    print(f"kiban: {len(batch.transfers)} payments, {batch.yen} yen")
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Print the faults; 0 = none."""
    from kiban.benefits.payments import check, directory

    known = directory.known if arguments.directory else None
    faults = list(check(arguments.file.read_bytes(), known=known))
    for fault in faults:
        print(fault)
    print(f"kiban: {len(faults)} faults", file=sys.stderr)
    return 1 if faults else 0


def run_read(arguments: argparse.Namespace) -> int:
    """Print the batches."""
    for batch in _batches(arguments.file):
        sys.stdout.buffer.write(msgspec.json.encode(batch) + b"\n")
    return 0


def run_reconcile(arguments: argparse.Namespace) -> int:
    """Print what came back and what a person must look at; 0 = nothing."""
    from kiban.benefits.payments.reconcile import reconcile
    from kiban.benefits.payments.results import read_any
    from kiban.benefits.payments.runs import RunLine

    transfers = [transfer for batch in _batches(arguments.file) for transfer in batch.transfers]
    lines = {one.key: RunLine(number=n, payment=one.key, transfer=one) for n, one in enumerate(transfers, 1)}
    found = reconcile(lines, read_any(arguments.results.read_bytes(), file=str(arguments.results)))
    for work in found.work:
        print(f"{work.reason.value}\t{work.key}\t{work.yen}")
    ordered, back = sum(one.yen for one in transfers), sum(one.transfer.yen for one in found.returned)
    print(f"kiban: ordered {ordered}, returned {back}, not returned {ordered - back} yen", file=sys.stderr)
    return 1 if found.work else 0


def run_pain001(arguments: argparse.Namespace) -> int:
    """Write pain.001 of the only batch of a bank file."""
    from kiban.benefits.payments.pain001 import Message, export
    from kiban.kernel.clock import SystemClock

    batches = _batches(arguments.file)
    if len(batches) != 1:
        raise BadInput("the file has several batches", where=Where(str(arguments.file)), remedy="split it")
    arguments.out.write_bytes(export(batches[0], Message(arguments.id, SystemClock().now(), arguments.on)))
    return 0


def run_payer(arguments: argparse.Namespace) -> int:
    """Keep an agency's own account."""
    from kiban.benefits.payments import Payer
    from kiban.shell.cli.serve import migrate

    payer = _json(arguments.file, Payer)
    migrate()
    from kiban.benefits import BenefitDesk
    from kiban.benefits.payments.actions import PaymentDesk, set_payer
    from kiban.benefits.store.repository import DatabaseBenefits
    from kiban.benefits.store.runs import DatabaseRuns
    from kiban.jobs.store.outbox import Outbox
    from kiban.jobs.store.queue import DatabaseQueue
    from kiban.kernel.clock import SystemClock

    clock = SystemClock()
    benefits = BenefitDesk(DatabaseBenefits(), Outbox(DatabaseQueue(clock)), clock)
    set_payer(PaymentDesk(benefits, DatabaseRuns()), arguments.agency, payer=payer)
    return 0


def _batches(path: Path) -> tuple[Batch, ...]:
    from kiban.benefits.payments import read

    return read(path.read_bytes(), file=str(path))


def _json(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except UNREADABLE as error:
        raise BadInput(str(error), where=Where(str(path)), remedy="see docs/payments.md") from None
