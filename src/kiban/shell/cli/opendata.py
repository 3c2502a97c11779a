"""`kiban opendata`: the inventory of held data, the rating of published data, the catalogue."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.drafted import drafted
from kiban.kernel.errors import BadInput, Where
from kiban.registries.opendata.basis import LANGUAGES
from kiban.registries.opendata.catalogue import (
    Asked,
    Catalogue,
    describe,
    read_entries,
    read_folder,
    register,
    write,
)
from kiban.registries.opendata.dcat import CONTEXT, Dataset, entry, faults
from kiban.registries.opendata.inventory import datasets, read_inventory, summary
from kiban.registries.opendata.rating import Rating, by_publisher, rate
from kiban.registries.opendata.requests import agenda, read_requests
from kiban.shell.cli._given import as_day

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the group to the command line."""
    group = subparsers.add_parser(
        "opendata", help="what data is held and open, how good it is, and where (オープンデータ)"
    )
    commands = group.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser("list", help="check an inventory of held data (棚卸しリスト) and tell how much is open")
    one.add_argument("file", type=Path, help="CSV with the columns of kiban gif schema od-list --as dictionary")
    one.add_argument("--on", type=as_day, required=True, help="the day of the list, 2026-04-01")
    one.add_argument("--publisher", default="", help="with --catalogue: whose list it is")
    one.add_argument("--catalogue", type=Path, help="folder of the catalogue: take the good lines in")
    one.set_defaults(func=run_list)
    one = commands.add_parser("requests", help="check requests for openness against the inventory; what to talk about")
    one.add_argument("file", type=Path, help="CSV with the columns of kiban gif schema od-request --as dictionary")
    one.add_argument("--list", type=Path, required=True, help="the inventory of held data")
    one.add_argument("--on", type=as_day, required=True, help="the day for which it is told")
    one.set_defaults(func=run_requests)
    one = commands.add_parser(
        "rate", help="rate published data sets by indicators; status 1 when one has no open licence"
    )
    one.add_argument("entry", type=Path, nargs="+", help="DCAT file (JSON-LD); data files are read from its folder")
    one.add_argument("--on", type=as_day, required=True, help="the day for which freshness is told")
    one.add_argument("--out", type=Path, help="JSON file for scores, findings and the mean of each publisher")
    one.add_argument("--language", choices=LANGUAGES, default="ja", help="language of what is told")
    one.set_defaults(func=run_rate)
    one = commands.add_parser("register", help="take a DCAT file into the catalogue; entries with a fault stay out")
    one.add_argument("entry", type=Path, help="DCAT file (JSON-LD): one entry or a catalogue")
    one.add_argument("--catalogue", type=Path, required=True, help="folder of the catalogue")
    one.add_argument("--name", default="", help="name of the source: the same name is replaced (the file's by default)")
    one.set_defaults(func=run_register)
    _add_search(commands)
    _add_describe(commands)


def _add_describe(commands: Subparsers) -> None:
    one = commands.add_parser("describe", help="the DCAT entry of any files, checked, to publish and to register")
    one.add_argument("file", type=Path, nargs="+", help="the forms of one data set: .csv, .geojson, .xlsx, .pdf …")
    one.add_argument("--out", type=Path, required=True, help="DCAT file to write, such as map.dcat.jsonld")
    for name, text in (("id", "its number with the publisher"), ("title", "its name"), ("about", "what it is"),
                       ("publisher", "who publishes it"), ("licence", "address or name of the licence")):  # fmt: skip
        one.add_argument(f"--{name}", required=True, help=text)
    one.add_argument("--modified", type=as_day, required=True, help="the day of the data, 2026-04-01")
    one.add_argument("--frequency", default="", help="更新頻度: 毎月, 年1回 …")
    one.add_argument("--theme", action="append", default=[], help="a keyword, such as 国土・気象")
    one.add_argument("--address", default="", help="web address of the folder where the files will stand")
    one.set_defaults(func=run_describe)


def _add_search(commands: Subparsers) -> None:
    one = commands.add_parser("search", help="search the catalogue; status 1 when nothing is found")
    one.add_argument("text", nargs="?", default="", help="words, all of which must be there")
    one.add_argument("--catalogue", type=Path, required=True, help="folder of the catalogue")
    one.add_argument("--publisher", default="", help="a part of the publisher's name")
    one.add_argument("--theme", default="", help="a keyword of the entry, such as 人口・世帯")
    one.add_argument("--form", default="", help="csv, json, jsonld, xlsx …")
    one.add_argument("--api", action="store_true", help="only what has an interface")
    one.add_argument("--closed", action="store_true", help="also what is held and not open, with the reason")
    one.set_defaults(func=run_search)


def run_list(arguments: argparse.Namespace) -> int:
    """Tell faults and figures; status 1 when a line has a fault."""
    found = read_inventory(arguments.file, on=arguments.on)
    print(found.checked.report, file=sys.stderr)
    figures = summary(found)
    print(f"公開 {figures.share:.1%} / {len(found.holdings)}")
    for name, number in (*figures.states.items(), *figures.reasons.items()):
        print(f"  {name} {number}")
    for name, (good, whole) in figures.offices.items():
        print(f"  {name}: {good} / {whole}")
    if arguments.catalogue and found.holdings:
        publisher = arguments.publisher or arguments.file.stem
        made = list(datasets(found, publisher=publisher))
        print(write(made, folder=arguments.catalogue, name=publisher))
    return 1 if found.checked.report.n_faults else 0


def run_requests(arguments: argparse.Namespace) -> int:
    """Tell faults, then each data set that was asked for and is not open; status 1 when a line has a fault."""
    held = read_inventory(arguments.list, on=arguments.on)
    found = read_requests(arguments.file, held, on=arguments.on)
    print(found.checked.report, file=sys.stderr)
    for one in agenda(found, held, on=arguments.on):
        print(f"{one.data}\t{one.times}\t{one.waiting_days}\t{'、'.join(one.uses)}\t{one.reason}")
    return 1 if found.checked.report.n_faults else 0


def _file_of(dataset: Dataset, folder: Path) -> Path | None:
    """The data file of an entry beside it; the table first."""
    names = [one.address.rsplit("/", 1)[-1] for one in dataset.distributions]
    there = [folder / name for name in names if name and (folder / name).is_file()]
    return next((path for path in there if path.suffix.lower() == ".csv"), there[0] if there else None)


def run_rate(arguments: argparse.Namespace) -> int:
    """Print scores and reasons of each data set, then the mean of each publisher."""
    ratings = [
        rate(dataset, _file_of(dataset, path.parent), on=arguments.on)
        for path in arguments.entry
        for dataset in read_entries(path)
    ]
    for one in ratings:
        _tell(one, arguments.language)
    means = by_publisher(ratings)
    writer = csv.writer(sys.stdout)
    for publisher, figures in means.items():
        writer.writerow([publisher, *(f"{name}={value}" for name, value in figures.items())])
    if arguments.out:
        content = {"ratings": [_shown(one) for one in ratings], "publishers": means}
        arguments.out.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if any(not one.stars for one in ratings) or not ratings else 0


def _tell(one: Rating, language: str) -> None:
    print(f"{one.title} ({one.publisher}): {one.total} {'★' * one.stars or '-'}")
    for score in one.scores:
        print(f"  {score.indicator:13} {'-' if score.points is None else f'{score.points:.2f}'}")
        for finding in score.findings:
            print(f"    {finding.says(language)}")


def _shown(one: Rating) -> dict[str, object]:
    return {
        "dataset": one.dataset,
        "title": one.title,
        "publisher": one.publisher,
        "stars": one.stars,
        "total": one.total,
        "scores": {score.indicator: score.points for score in one.scores},
        "findings": [
            {"indicator": score.indicator, "code": finding.code, **{name: finding.says(name) for name in LANGUAGES}}
            for score in one.scores
            for finding in score.findings
        ],
    }


def run_register(arguments: argparse.Namespace) -> int:
    """Take the good entries in; status 1 when one stayed out."""
    good, report = register(arguments.entry, folder=arguments.catalogue, name=arguments.name)
    print(report, file=sys.stderr)
    print(f"{len(good)} data sets of {good[0].publisher}")
    return 1 if report.n_faults else 0


def run_describe(arguments: argparse.Namespace) -> int:
    """Write the entry."""
    about = Dataset(
        arguments.id,
        arguments.title,
        arguments.about,
        arguments.publisher,
        arguments.licence,
        arguments.modified,
        themes=tuple(arguments.theme),
        frequency=arguments.frequency,
    )
    made = {"@context": CONTEXT, **entry(describe(about, arguments.file, address=arguments.address))}
    if wrong := next(faults(made), None):
        raise BadInput(wrong.what, where=Where(field=wrong.field), remedy=wrong.remedy)
    with drafted(arguments.out) as draft:
        draft.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def run_search(arguments: argparse.Namespace) -> int:
    """Print key, title, publisher, forms, licence and day of each hit, the best first."""
    asked = Asked(
        arguments.text, arguments.publisher, arguments.theme, arguments.form, api=arguments.api, closed=arguments.closed
    )
    found = read_folder(arguments.catalogue, told=lambda error: print(f"kiban: {error}", file=sys.stderr))
    hits = Catalogue(found).search(asked)
    for hit in hits:
        print(_line(hit.key, hit.dataset))
    return 0 if hits else 1


def _line(key: str, one: Dataset) -> str:
    forms = ",".join(form.kind for form in one.distributions)
    day = one.modified.isoformat() if isinstance(one.modified, dt.date) else ""
    return "\t".join((key, one.title, one.publisher, forms, one.licence, day, one.rights))
