"""`kiban benefit`: announce a benefit to those whom a batch found entitled."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.errors import BadInput, Where

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
    one.add_argument("--until", type=dt.date.fromisoformat, help="until when to answer")
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
    from kiban.shell.wiring import process

    made, shelf = process.made(), process.library().shelf
    to = entitled(arguments)
    announcement = Announcement(arguments.pack, arguments.agency, arguments.until)
    done = announce(made.notices, announcement, to=to, shelf=shelf, codes=made.codes)
    if arguments.letters:
        with arguments.letters.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[PERSON, NUMBER], *([one.person, one.number] for one in done.offers)])
    print(f"kiban: {done.told} told, {len(done.offers)} by post (print them: kiban benefit letters)")
    return 0


def run_letters(arguments: argparse.Namespace) -> int:
    """Write the letters of the print queue; each counts as posted when its file is written."""
    from kiban.notices import confirmation, post_offers
    from kiban.shell.wiring import process
    from kiban.shell.wiring.offers import addressee

    made, outer = process.made(), process.outer()
    shelf = outer.library.shelf
    arguments.out.mkdir(parents=True, exist_ok=True)
    listed = []

    def letter(offer: Offer) -> bytes:
        return confirmation(offer, shelf, to=addressee(offer, outer.nodes, shelf=shelf, names=outer.names))

    for offer, body in post_offers(made.notices, arguments.agency, letter=letter, again=arguments.again):
        path = arguments.out / f"{offer.number}.pdf"
        path.write_bytes(body)
        listed.append([offer.number, offer.pack, path.name])
    with (arguments.out / "letters.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[NUMBER, "pack", "file"], *listed])
    print(f"kiban: {len(listed)} letters in {arguments.out}")
    return 0


def entitled(arguments: argparse.Namespace) -> Iterator[Entitled]:
    """The persons of the households with a result above nothing.

    Raises: BadInput with file and line.
    """
    from kiban.notices import Entitled

    facts = dict(_fact(text) for text in arguments.fact)
    persons = {row[HOUSEHOLD]: row[PERSON] for _, row in _rows(arguments.persons, HOUSEHOLD, PERSON)}
    for line, row in _rows(arguments.results, HOUSEHOLD, arguments.output):
        if row[arguments.output] in {"", "0", "false"}:
            continue
        if row[HOUSEHOLD] not in persons:
            where = Where(arguments.results.name, line, field=HOUSEHOLD)
            raise BadInput("no person stands for this household", where=where, remedy="add it to the file of persons")
        found = row[arguments.output]
        yield Entitled(persons[row[HOUSEHOLD]], facts, int(found) if found.isdecimal() else 0)


def _fact(text: str) -> tuple[str, bool | int | str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadInput(f"{text!r} is no fact", remedy="write name=yes, name=no or name=value")
    return name, {"yes": True, "no": False}.get(value, int(value) if value.isdigit() else value)


def _rows(path: Path, *columns: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                where = Where(path.name, 1, field=missing[0])
                raise BadInput(
                    f"the column {missing[0]} is missing", where=where, remedy=f"columns {', '.join(columns)}"
                )
            yield from enumerate(reader, 2)
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", where=Where(path.name)) from None
