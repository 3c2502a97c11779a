"""`kiban registry`: registers imported, searched, judged, described, exported; corporate changes deemed filed."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiban.kernel.clock import SystemClock, today
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, digest_of
from kiban.kernel.values import CorporateNumber, parse_day
from kiban.registries.base import take_in_base
from kiban.registries.corporation import CORPORATION
from kiban.registries.deemed import (
    OwnFiling,
    Subscription,
    deliver,
    filings,
    note_filing,
    provision,
    read_subscriptions,
    replay,
)
from kiban.registries.embedded import VIEWS
from kiban.registries.engine import Source, quality_report
from kiban.registries.engine.actions import Taken, Using, take_in
from kiban.registries.engine.catalogue import dcat, dictionary
from kiban.registries.export import FORMS, export
from kiban.registries.municipality_history import became, beyond, municipalities_on, numbers_on
from kiban.registries.municipality_register import places_named
from kiban.registries.postal import by_postal_code
from kiban.registries.reading import Registers
from kiban.registries.store import RecordStore
from kiban.registries.store.trail import Trail
from kiban.registries.tables import REGISTRIES, read_file, registry
from kiban.shell.cli import _recode
from kiban.shell.cli._trail import account, hand_on
from kiban.shell.cli.address import add_index
from kiban.shell.places import kept

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers

FILED_FORM = "FIELD=VALUE; fields are in kiban registry dictionary corporation"


def add(subparsers: Subparsers) -> None:
    """Add the group to the command line."""
    group = subparsers.add_parser("registry", help="base registries: import, search, changes, push, report, export")
    commands = group.add_subparsers(dest="command", required=True, metavar="COMMAND")
    load = _command(
        commands, "import", func=run_import, text="take in an official file (full or delta); goes on if broken"
    )
    load.add_argument("file", type=Path, help="the official file")
    load.add_argument("--as-of", required=True, help="the day of the file")
    load.add_argument("--whole", action="store_true", help="what the file does not have is in force no longer")
    load.add_argument("--by", default="", help="who gave the file")
    load.add_argument("--basis", default="", help="the provision by which it was given, such as 414AC0000000151:13")
    _operator(load)
    base = commands.add_parser("base", help="take in the registers that come with the package")
    _store(base)
    _operator(base)
    base.set_defaults(func=run_base)
    find = _command(commands, "search", func=run_search, text="records by the name or reading")
    find.add_argument("text", help="a part of a name, or of its reading")
    find.add_argument("--area", default="", help="beginning of the municipality code")
    show = _command(commands, "show", func=run_show, text="one record with its history")
    show.add_argument("key", help="the record's key, as the corporate number")
    show.add_argument("--known", type=int, help="as it was known in a version")
    _command(commands, "versions", func=run_versions, text="each version: its file, digest, day, giver")
    _recode.add(commands)
    delta = _command(commands, "changes", func=run_changes, text="changes since a version, one JSON a line")
    delta.add_argument("--since", type=int, default=0, help="version")
    _command(commands, "report", func=run_report, text="quality report")
    _command(commands, "dictionary", func=run_dictionary, text="data dictionary and DCAT entry")
    out = _command(commands, "export", func=run_export, text="the records in force as a file")
    out.add_argument("file", type=Path, help=f"its name ends with {', '.join(FORMS)}")
    out.add_argument("--area", default="", help="beginning of the municipality code")
    _others(commands)
    add_index(commands)


def _others(commands: Subparsers) -> None:
    deem = commands.add_parser("deem", help="record corporate changes as deemed filed at a programme")
    deem.add_argument("programme", nargs="?", default="", help="id of the programme that is told")
    deem.add_argument("--law", default="", help="law and article under which the programme's own notification is due")
    deem.add_argument("--agency", default="", help="the agency of the programme")
    deem.add_argument("--subscriptions", type=Path, help="YAML file of all programmes, instead of the three above")
    deem.add_argument(
        "--replay", action="store_true", help="go through all changes again: only what is missing is added"
    )
    deem.add_argument("--all", action="store_true", help="print all that was ever recorded, not only what is new")
    _store(deem)
    deem.set_defaults(func=run_deem)
    own = commands.add_parser(
        "filed", help="note what a corporation filed at a programme itself: not deemed filed later"
    )
    own.add_argument("programme", help="id of the programme at which it filed")
    own.add_argument("number", help="法人番号")
    own.add_argument("fields", nargs="+", metavar="FIELD=VALUE", help="new value, such as street=日方１")
    _store(own)
    own.set_defaults(func=run_filed)
    postal = commands.add_parser("postal", help="the towns of a postal code")
    postal.add_argument("code", help="7 digits, with or without hyphen")
    postal.set_defaults(func=run_postal)
    place = commands.add_parser("place", help="what a name of a municipality means today and meant in the past")
    place.add_argument("name", help="name of a municipality of any time")
    place.set_defaults(func=run_place)
    standing = commands.add_parser("municipalities", help="which municipalities and wards there were on a day")
    standing.add_argument("--on", required=True, help="a day from 1970-04-01 on")
    standing.add_argument("--area", default="", help="beginning of the municipality code")
    standing.set_defaults(func=run_municipalities)
    after = commands.add_parser("became", help="who stands today where a code of any time stood")
    after.add_argument("code", help="code of a municipality")
    after.set_defaults(func=run_became)


def _store(parser: argparse.ArgumentParser) -> None:
    """The file of the registers."""
    parser.add_argument(
        "--store", type=Path, default=kept("KIBAN_REGISTRIES", "registries.sqlite3"), help="file of the registers"
    )


def _operator(parser: argparse.ArgumentParser) -> None:
    """Who does it."""
    parser.add_argument("--operator", default=account(), help="who takes it in, for the ledger")


def _command(commands: Subparsers, name: str, *, func: Any, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text)
    parser.add_argument("registry", choices=sorted(REGISTRIES), help="the register")
    _store(parser)
    parser.set_defaults(func=func)
    return parser


def _print(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, default=str))


def _progress(count: int) -> None:
    print(f"{count:,} entries read", file=sys.stderr, flush=True)


def _done(name: str, taken: Taken) -> None:
    print(f"{name} version {taken.version}: {', '.join(f'{n} {kind}' for kind, n in sorted(taken.counts.items()))}")


def run_import(arguments: argparse.Namespace) -> int:
    """Take in a file as one version; the report names bad lines, the good ones are taken."""
    info, day, file = registry(arguments.registry), parse_day(arguments.as_of), arguments.file
    report = Report(file.name)
    source = Source(file.name, day, arguments.by, digest_of(file), arguments.whole, arguments.basis)
    from_line = partial(read_file, info, file, as_of=day, report=report)
    store = RecordStore(arguments.store)
    taken = take_in(
        store,
        info,
        entries=(lambda done: from_line(after=done)) if info is CORPORATION else from_line(),
        source=source,
        using=Using(SystemClock(), Trail(store, arguments.operator), report, _progress),
    )
    hand_on(store)
    _done(info.id, taken)
    print(report, file=sys.stderr)
    return 1 if report.n_faults else 0


def run_base(arguments: argparse.Namespace) -> int:
    """Take in what comes with the package where there is no version yet."""
    store = RecordStore(arguments.store)
    made = take_in_base(store, using=Using(SystemClock(), Trail(store, arguments.operator)))
    hand_on(store)
    for name, taken in made.items():
        _done(name, taken)
    return 0


def run_search(arguments: argparse.Namespace) -> int:
    """Print what is found, one JSON a line; status 1 when nothing is."""
    store = Registers(arguments.store)
    found = store.search(registry(arguments.registry), arguments.text, area=arguments.area)
    for record in found:
        _print(record.data)
    return 0 if found else _nothing(store, arguments.registry)


def _nothing(store: Registers, name: str, *, remedy: str = "") -> int:
    empty = "" if store.version(name) else f"the register {name} is empty: {_filled_by(name)}"
    print(f"kiban: nothing was found in {name} → {empty or remedy or 'compare the characters'}", file=sys.stderr)
    return 1


def _filled_by(name: str) -> str:
    """The command that fills a register."""
    return "kiban registry base" if name in VIEWS else f"kiban registry import {name} FILE"


def run_show(arguments: argparse.Namespace) -> int:
    """Print the states of a key, the oldest first, of a withdrawn one those known before; status 1 without any."""
    store, name, key = Registers(arguments.store), arguments.registry, arguments.key
    states, gone = store.told(name, key, known=arguments.known)
    for state in states:
        _print(asdict(state))
    if gone:
        before = "above is what was known before" if states else "nothing was known before"
        told = f"withdrawn on {gone.on} (version {gone.version}, {gone.source}); {before}"
        print(f"kiban: {key} was {told}", file=sys.stderr)
    form = registry(name).fields[0]
    remedy = f"a key is {form.note or form.title}; kiban registry search {name} TEXT finds it"
    return 0 if states or gone else _nothing(store, name, remedy=remedy)


def run_versions(arguments: argparse.Namespace) -> int:
    """Print each version with its source, the oldest first; status 1 without any."""
    store = RecordStore(arguments.store)
    newest = store.version(arguments.registry)
    for number in range(1, newest + 1):
        _print(store.lineage(arguments.registry, number))
    if not newest:
        print(f"kiban: the register {arguments.registry} is empty → {_filled_by(arguments.registry)}", file=sys.stderr)
    return 0 if newest else 1


def run_changes(arguments: argparse.Namespace) -> int:
    """Print the delta since a version; that there is none is told."""
    store, none = RecordStore(arguments.store), True
    for change in store.delta(arguments.registry, since=arguments.since):
        none = False
        _print(asdict(change))
    if none:
        newest = store.version(arguments.registry)
        print(f"kiban: no change since version {arguments.since}; the newest is {newest}", file=sys.stderr)
    return 0


def run_report(arguments: argparse.Namespace) -> int:
    """Print the quality report; status 1 when something is wrong."""
    store = RecordStore(arguments.store)
    if not store.version(arguments.registry):
        print(f"kiban: the register {arguments.registry} is empty → {_filled_by(arguments.registry)}", file=sys.stderr)
    report = quality_report(store, registry(arguments.registry), today=today(SystemClock()))
    print(json.dumps(asdict(report), ensure_ascii=False, default=str, indent=1))
    return 0 if report.good else 1


def run_dictionary(arguments: argparse.Namespace) -> int:
    """Print the data dictionary and the catalogue entry."""
    info, store = registry(arguments.registry), Registers(arguments.store)
    entry = dcat(info, base="/api/v1/registries", version=store.version(info.id), modified=store.modified(info.id))
    _print({"dictionary": dictionary(info), "dcat": entry})
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write the records in force."""
    store, info = Registers(arguments.store), registry(arguments.registry)
    count = export(info, store.everything(info.id, area=arguments.area), path=arguments.file)
    print(f"{count} records of version {store.version(info.id)}")
    return 0


def run_deem(arguments: argparse.Namespace) -> int:
    """Deliver what is new to the programmes and print it, or all that was ever recorded."""
    if not (arguments.subscriptions or arguments.programme):
        raise BadInput("no programme", remedy="name a programme with --law, or give --subscriptions FILE")
    store, told, began = RecordStore(arguments.store), provision(), SystemClock().now()
    one = (arguments.programme, arguments.law, arguments.agency)
    wanted = read_subscriptions(arguments.subscriptions) if arguments.subscriptions else (Subscription(*one),)
    bring = replay if arguments.replay else deliver
    for subscription in wanted:
        new = bring(store, subscription, clock=SystemClock(), events=Trail(store, account()))
        for filing in filings(store, subscription.programme, since=None if arguments.all else began):
            _print(asdict(filing))
        print(f"{subscription.programme}: {new} new", file=sys.stderr)
    hand_on(store)
    print(f"{told.law} {told.article}: {'verified' if told.verified else 'not verified'}", file=sys.stderr)
    return 0


def run_filed(arguments: argparse.Namespace) -> int:
    """Note a corporation's own filing."""
    pairs = [text.partition("=") for text in arguments.fields]
    known = [field.name for field in CORPORATION.fields]
    for name, mark, _ in pairs:
        if not mark or name not in known:
            raise BadInput(f"{name!r} is no field of a corporation", where=Where(field=name), remedy=FILED_FORM)
    number = CorporateNumber.parse(arguments.number).value
    values = {name: value for name, _, value in pairs}
    store = RecordStore(arguments.store)
    own = OwnFiling(arguments.programme, number, values)
    note_filing(store, own, clock=SystemClock(), events=Trail(store, account()))
    hand_on(store)
    return 0


def run_postal(arguments: argparse.Namespace) -> int:
    """Print the towns; status 1 when the code is not in use."""
    found = by_postal_code(arguments.code)
    for town in found:
        _print(asdict(town))
    if not found:
        print("kiban: no town has this postal code (those of large users are not known)", file=sys.stderr)
    return 0 if found else 1


def run_place(arguments: argparse.Namespace) -> int:
    """Print what a name can mean; status 1 when it means more than one place."""
    found = places_named(arguments.name)
    for now in found.current:
        _print(asdict(now))
    for then in found.former:
        _print(asdict(then))
    if found.ambiguous:
        print("the name means more than one place: add prefecture, county or the day", file=sys.stderr)
    return 1 if found.ambiguous else 0


def run_municipalities(arguments: argparse.Namespace) -> int:
    """Print the municipalities of a day, one JSON a line; how many of each kind on standard error."""
    day = parse_day(arguments.on)
    for one in municipalities_on(day, area=arguments.area):
        _print(asdict(one))
    numbers = numbers_on(day)
    told = ", ".join(f"{numbers[kind]:,} {kind}" for kind in ("市", "町", "村", "特別区", "行政区"))
    print(f"{day}: {told} in the whole country (without the six villages of 北方領土)", file=sys.stderr)
    if beyond(day):
        print(beyond(day), file=sys.stderr)
    return 0


def run_became(arguments: argparse.Namespace) -> int:
    """Print who stands there today, one JSON a line."""
    for one in became(arguments.code):
        _print(asdict(one))
    return 0
