"""`kiban benefit`: announce a benefit to those whom a batch found entitled."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, read_rows
from kiban.shell.cli._given import as_day, given

if TYPE_CHECKING:
    from kiban.notices import Entitled, Offer
    from kiban.shell.cli import Subparsers

HOUSEHOLD, PERSON, NUMBER = "世帯", "受給者", "番号"


def add(subparsers: Subparsers) -> None:
    """Add ``benefit announce`` and ``benefit letters``."""
    group = subparsers.add_parser("benefit", help="benefits: announce one to those entitled")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    one = verbs.add_parser("announce", help="a notice with the application inside, to each entitled household once")
    one.add_argument("--pack", required=True, help="id of a pack with the notice `offer`")
    one.add_argument("--agency", required=True, help="the municipality that announces")
    one.add_argument("--results", type=Path, required=True, help="世帯.csv that kiban rules compute wrote")
    one.add_argument("--output", required=True, help="the result that makes a household entitled, as 給付額")
    one.add_argument("--persons", type=Path, required=True, help="CSV 世帯,受給者: the agency's code of who is told")
    one.add_argument("--fact", action="append", default=[], help="a fact the office knows of all, as exempt=yes")
    one.add_argument("--until", type=as_day, help="until when to answer")
    one.add_argument("--letters", type=Path, help="CSV 受給者,番号 of those who are written to")
    one.set_defaults(func=run_announce)
    two = verbs.add_parser("letters", help="the print queue: a letter (PDF) to each who is not in the portal")
    two.add_argument("--agency", required=True, help="the municipality that announced")
    two.add_argument("--out", type=Path, required=True, help="folder for the letters and their list")
    two.add_argument("--again", action="store_true", help="also those that were posted and not answered")
    two.set_defaults(func=run_letters)


def run_announce(arguments: argparse.Namespace) -> int:
    """Announce; prints how many were told and how many are written to."""
    from kiban.notices import Announcement, announce
    from kiban.shell.cli.serve import migrate

    migrate()
    from kiban.shell.wiring import process

    made, shelf = process.made(), process.library().shelf
    to = tuple(entitled(arguments))  # the files are read to their ends before anybody is told
    announcement = Announcement(arguments.pack, arguments.agency, arguments.until)
    done = announce(made.notices, announcement, to=to, shelf=shelf, codes=made.codes)
    if arguments.letters:
        with arguments.letters.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[PERSON, NUMBER], *([one.person, one.number] for one in done.offers)])
    print(f"kiban: {done.told} told, {len(done.offers)} by post (print them: kiban benefit letters)")
    return 0


def run_letters(arguments: argparse.Namespace) -> int:
    """Write the letters of the print queue; each counts as posted when its file is written. 1 when some wait."""
    from kiban.notices import post_offers
    from kiban.shell.cli.serve import migrate

    migrate()
    from kiban.shell.wiring import process

    printer = _Printer(arguments.out)
    with printer.listed() as write:
        letters = post_offers(process.made().notices, arguments.agency, letter=printer.letter, again=arguments.again)
        for offer, body in letters:
            (arguments.out / f"{offer.number}.pdf").write_bytes(body)
            write(offer)
    print(f"kiban: {printer.written} letters in {arguments.out}")
    return 1 if printer.waiting else 0


@dataclass
class _Printer:
    """Letters in a folder, and their list, which a later run makes longer."""

    out: Path
    written: int = 0
    waiting: int = 0

    def letter(self, offer: Offer) -> bytes | None:
        """None, and a line that says why, where the office cannot name the addressee. Raises: HolderDown."""
        from kiban.notices import confirmation
        from kiban.procedures.errors import EnquiryRefused, NotHeld
        from kiban.shell.wiring import process
        from kiban.shell.wiring.offers import addressee

        outer = process.outer()
        shelf = outer.library.shelf
        try:
            return confirmation(offer, shelf, to=addressee(offer, outer.nodes, shelf=shelf, names=outer.names))
        except (NotHeld, EnquiryRefused) as error:
            self.waiting += 1
            print(f"kiban: the letter {offer.number} waits: {error}", file=sys.stderr)
            return None

    @contextmanager
    def listed(self) -> Iterator[Callable[[Offer], None]]:
        """Writes a letter's line at once, so that the list of a run that is cut off is true."""
        self.out.mkdir(parents=True, exist_ok=True)
        path = self.out / "letters.csv"
        known = {row[NUMBER] for _, row in _rows(path, NUMBER)} if path.exists() else set()
        with path.open("a", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)

            def write(offer: Offer) -> None:
                self.written += 1
                if offer.number not in known:
                    lines.writerow([offer.number, offer.pack, f"{offer.number}.pdf"])
                    file.flush()

            if not file.tell():
                lines.writerow([NUMBER, "pack", "file"])
            yield write


def entitled(arguments: argparse.Namespace) -> Iterator[Entitled]:
    """The persons of the households with a result above nothing.

    Raises: BadInput with file and line.
    """
    from kiban.notices import Entitled

    facts = dict(map(given, arguments.fact))
    persons = _persons(arguments.persons)
    for line, row in _rows(arguments.results, HOUSEHOLD, arguments.output):
        found = row[arguments.output]
        if found in {"", "0", "false"}:
            continue
        if row[HOUSEHOLD] not in persons:
            where = Where(arguments.results.name, line, field=HOUSEHOLD)
            raise BadInput("no person stands for this household", where=where, remedy="add it to the file of persons")
        yield Entitled(persons[row[HOUSEHOLD]], facts, int(found) if found.isdecimal() else 0)


def _persons(path: Path) -> dict[str, str]:
    """Household → the agency's code of the person who is told."""
    found: dict[str, str] = {}
    for line, row in _rows(path, HOUSEHOLD, PERSON):
        if not row[PERSON] or row[HOUSEHOLD] in found:
            what = "this household stands here twice" if row[PERSON] else "nobody is named"
            raise BadInput(what, where=Where(path.name, line, field=PERSON), remedy="one person of each household")
        found[row[HOUSEHOLD]] = row[PERSON]
    return found


def _rows(path: Path, *columns: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Raises: BadInput at the first line that is no record: nobody is left out unseen."""
    report = Report(path.name)
    for row in read_rows(path, columns, report=report):
        if report.faults:
            break
        yield row.line, row.values
    if report.faults:
        first = report.faults[0]
        raise BadInput(first.what, where=first.where, remedy=first.remedy)
