"""The halves of `kiban linkage` that touch the office's work list: import, progress, correct."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add(verbs: Any) -> None:
    """Add ``import``, ``progress`` and ``correct``."""
    taken = verbs.add_parser("import", help="take the findings of a finished check into the office's work list")
    taken.add_argument("folder", type=Path, help="the results of `kiban linkage check`")
    taken.add_argument("--agency", required=True, help="whose records these are")
    taken.add_argument("--affair", required=True, help="the clerical work, for example health_insurance")
    taken.add_argument(
        "--inboxes",
        type=Path,
        help="CSV record,person: whom the office reaches in the portal, where its node does not tell",
    )
    taken.set_defaults(func=run_import)
    table = verbs.add_parser("progress", help="the inspection's table over all agencies, as CSV")
    table.set_defaults(func=run_progress)
    corrected = verbs.add_parser("correct", help="apply the desk's file of corrections to an agency's files")
    for name, text in (
        ("agency", "folder of the agency's files"),
        ("register", "folder of the register's files"),
        ("corrections", "the desk's file of corrections (CSV)"),
        ("out", "folder for the corrected files"),
    ):
        corrected.add_argument(f"--{name}", type=Path, required=True, help=text)
    corrected.add_argument("--affair", required=True, help="the clerical work whose files these are")
    corrected.set_defaults(func=run_correct)


def _store() -> None:
    from kiban.shell.cli.serve import migrate

    migrate()


def run_import(arguments: argparse.Namespace) -> int:
    """Take a finished check in; the same one twice is once."""
    from kiban.linkage.desk.taking import from_folder, read_inboxes

    found = from_folder(arguments.folder, agency=arguments.agency, affair=arguments.affair)
    inboxes = read_inboxes(arguments.inboxes) if arguments.inboxes else []
    _store()
    from kiban.linkage.desk.actions import take_check
    from kiban.linkage.desk.progress import affairs
    from kiban.shell.wiring.link_desk import link_desk_alone

    desk = link_desk_alone()
    desk.store.set_inboxes(arguments.agency, inboxes)
    if arguments.affair not in affairs():
        print(f"kiban: {arguments.affair} is no clerical work of the inspection; known: {', '.join(affairs())}",
              file=sys.stderr)  # fmt: skip
    taken = take_check(desk, found)
    if taken is None:
        print("kiban: this check was imported before; nothing changed")
        return 0
    print(f"kiban: {found.links:,} links; {taken[0]} findings new, {taken[1]} on the list already")
    return 0


def run_progress(_: argparse.Namespace) -> int:
    """Print the table."""
    _store()
    from kiban.linkage.desk.progress import as_csv
    from kiban.linkage.store.worklist import DatabaseLinks

    sys.stdout.write(as_csv(DatabaseLinks().progress()).decode("utf-8-sig").replace("\r\n", "\n"))
    return 0


def run_correct(arguments: argparse.Namespace) -> int:
    """Write the agency's files anew with their links corrected; 1 = some could not be."""
    from kiban.linkage.correcting import Corrections, apply

    wanted = Corrections(arguments.corrections, arguments.affair)
    done = apply(arguments.agency, arguments.register, corrections=wanted, out=arguments.out)
    print(f"kiban: {done.corrected} corrected, {done.already} were already, {done.otherwise} are linked otherwise by "
          f"now, {done.missing} not found")  # fmt: skip
    return 1 if done.otherwise or done.missing else 0
