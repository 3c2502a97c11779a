"""`kiban address normalise|search|same|bulk|coarsen`: written addresses and their places, offline."""

from __future__ import annotations

import argparse
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.shell.cli._trail import account

AREAS = ("town-part", "town", "municipality", "prefecture")

if TYPE_CHECKING:
    from kiban.jobs.model import Delivery
    from kiban.registries.address.arriving import Updated
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the ``address`` commands."""
    group = subparsers.add_parser("address", help="normalise, find and compare Japanese addresses")
    verbs = group.add_subparsers(dest="what", required=True, metavar="WHAT")
    one = verbs.add_parser("normalise", help="an address to its fields; --jsonl: one a line on standard input")
    one.add_argument("text", nargs="*", help="addresses; none: standard input, one a line")
    one.add_argument("--jsonl", action="store_true", help="one JSON object a line, in the order of the input")
    one.add_argument("--workers", type=int, default=1, help="processes for large inputs")
    one.set_defaults(func=normalise, any_text=True)
    find = verbs.add_parser("search", help="towns that begin with what is typed, kanji or kana")
    find.add_argument("text", help="beginning of a town's name or reading")
    find.add_argument("--municipality", help="6-digit code that limits the search")
    find.add_argument("--limit", type=int, default=10, help="at most so many towns")
    find.set_defaults(func=search)
    pair = verbs.add_parser("same", help="whether two addresses are the same place (exit 0) or not (1)")
    pair.add_argument("first", help="an address")
    pair.add_argument("second", help="another one")
    pair.set_defaults(func=same)
    many = verbs.add_parser("bulk", help="a CSV or Parquet file: the same rows with their address fields")
    many.add_argument("source", type=Path, help="CSV or Parquet file with addresses")
    many.add_argument("target", type=Path, help="file to write, .csv or .parquet")
    many.add_argument("--column", action="append", required=True, help="column of the address; several are joined")
    many.set_defaults(func=bulk)
    open_data = verbs.add_parser("coarsen", help="a CSV file for publication: towns in place of its addresses")
    open_data.add_argument("source", type=Path, help="CSV file with addresses")
    open_data.add_argument("target", type=Path, help="CSV file to write")
    open_data.add_argument("--column", action="append", required=True, help="column of the address; it is left out")
    open_data.add_argument("--level", choices=AREAS, default="town-part", help="the narrowest area that is told")
    open_data.add_argument("--least", type=int, default=5, help="rows that must share an area; fewer: a wider one")
    open_data.set_defaults(func=coarsen)


def normalise(arguments: argparse.Namespace) -> int:
    """Answer every line; with words on the command line, those."""
    from kiban.kernel.errors import BadInput
    from kiban.registries.address.lines import answers

    given = [text.encode("utf-8", "surrogateescape") + b"\n" for text in arguments.text]
    lines = given or sys.stdin.buffer
    if sys.stdout is None:
        raise BadInput("standard output is closed", remedy="name a file for it: > answers.jsonl")
    if arguments.jsonl:
        for chunk in answers(lines, workers=arguments.workers):
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        return 0
    from kiban.registries import normalise
    from kiban.registries.address.lines import stripped, text_of
    from kiban.registries.address.suggest import suggestions

    for line in stripped(lines):
        found = normalise(text_of(line))
        for name, value in {**found.as_dict(), "suggestions": suggestions(found)}.items():
            if value not in ("", None, ()):
                print(f"{name}: {'; '.join(value) if isinstance(value, tuple) else value}")
        print()
    return 0


def search(arguments: argparse.Namespace) -> int:
    """Print code, town id, postal code, name and kana; 1 when nothing was found."""
    from kiban.registries import search

    hits = search(arguments.text, municipality=arguments.municipality, limit=arguments.limit)
    for hit in hits:
        print(hit.municipality_code, hit.town_id or "-", hit.postal_code or "-", str(hit), hit.kana, sep="\t")
    return 0 if hits else 1


def same(arguments: argparse.Namespace) -> int:
    """Print the verdict, the level and why."""
    from kiban.registries.address.same import Verdict, same

    found = same(arguments.first, arguments.second)
    print(found.verdict, found.level, found.why, sep="\t")
    print(found.first, found.second, sep="\n")
    return 0 if found.verdict is Verdict.SAME else 1


def bulk(arguments: argparse.Namespace) -> int:
    """Do a file with progress; 1 when lines were left out."""
    from kiban.registries.address.bulk import Job, bulk

    def progress(line: int) -> None:
        print(f"\r{line:,} lines", end="", file=sys.stderr, flush=True)

    job = Job(arguments.source, arguments.target, arguments.column, progress)
    report = bulk(job)
    print(file=sys.stderr)
    print(report)
    done = sum(job.levels.values())
    before = f"of the {done:,} rows done now: " if done < report.kept else ""
    print(before + "  ".join(f"{name}: {count:,}" for name, count in sorted(job.levels.items())))
    return 1 if report.n_faults else 0


def coarsen(arguments: argparse.Namespace) -> int:
    """Do a file; say which columns stay as they were, for they may tell as much; 1 when lines were left out."""
    from kiban.registries.address.coarse import Publication, publish
    from kiban.registries.address.model import Level

    level = Level[arguments.level.replace("-", "_").upper()]
    done = publish(Publication(arguments.source, arguments.target, arguments.column, arguments.least, level))
    print(done.report)
    print("  ".join(f"{name}: {count:,}" for name, count in sorted(done.levels.items())))
    print(f"left as they were: {', '.join(done.kept) or '-'}: look whether one of them names a person or a place")
    return 1 if done.report.faults else 0


def add_index(verbs: Subparsers) -> None:
    """Add what `kiban registry` offers for the address index: update, vintage, crosswalk."""
    newer = verbs.add_parser("update", help="mt_city, mt_town, mt_rsdtdsp_rsdt or mt_parcel: CSV, zip or Parquet")
    newer.add_argument("file", type=Path, help="a file of the address base registry")
    newer.add_argument("--as-of", default="", help="the file's date (ISO); without it the day it was last changed")
    newer.add_argument("--operator", default=account(), help="who takes it in, for the ledger")
    newer.set_defaults(func=update)
    verbs.add_parser("vintage", help="as of when each part of the address data is").set_defaults(func=vintage)
    cross = verbs.add_parser("crosswalk", help="an older municipality code + town id (13 digits) → today's")
    cross.add_argument("id", help="municipality code and town id, together 13 digits")
    cross.set_defaults(func=crosswalk)


def update(arguments: argparse.Namespace) -> int:
    """Make or renew the user's index; 1 when rows were left out. The ledger beside it tells who took in which bytes."""
    from kiban.registries.address.index import embedded, own_folder
    from kiban.registries.address.update import update
    from kiban.shell.cli._trail import ledger_beside

    target = own_folder()
    ledger = ledger_beside(target)  # first: where no record can be kept, nothing is taken in
    done = update(arguments.file, present=embedded(), target=target, as_of=arguments.as_of)
    ledger(_updated(arguments.file, done, by=arguments.operator))
    print(done)
    print(f"  index: {target}")
    return 1 if done.report.n_faults else 0


def _updated(file: Path, done: Updated, *, by: str) -> Delivery:
    """Which bytes were taken in by whom, and how many rows; never what a row says."""
    from kiban.jobs.model import Delivery
    from kiban.kernel.clock import SystemClock
    from kiban.kernel.tabular import digest_of

    data = {"actor": by, "part": done.kind, "file": file.name, "digest": digest_of(file)}
    counts = {"n_read": done.rows, "n_faults": done.report.n_faults, "n_municipalities": len(done.municipalities)}
    at = SystemClock().now()
    return Delivery(str(uuid.uuid4()), "registry_updated", at, "core", "address", {**data, **counts})


def vintage(_: argparse.Namespace) -> int:
    """Print part and date."""
    from kiban.registries.address.index import embedded

    for part, date in embedded().vintage.items():
        print(part, date, sep="\t")
    return 0


def crosswalk(arguments: argparse.Namespace) -> int:
    """Print today's id; 1 when the town ended, or no release that is at hand has the id."""
    from kiban.kernel.errors import BadInput
    from kiban.registries.address.index import embedded
    from kiban.registries.address.search import towns
    from kiban.registries.errors import UnknownTown

    if not (len(arguments.id) == 13 and arguments.id.isdigit()):
        raise BadInput(f"{arguments.id[:40]!r} is no id of a town", remedy="6 digits of the code, then 7 of the 町字ID")
    code, town = arguments.id[:6], arguments.id[6:]
    found = embedded().crosswalk.get(arguments.id)
    if found is None and all(hit.town_id != town for hit in towns(code)):
        what = f"{code} has no town {town}, today or in an older release at hand"
        raise UnknownTown(what, remedy="compare the id; those of 小字 are not known")
    found = arguments.id if found is None else found
    print(found or "ended")
    return 0 if found else 1
