"""`kiban pack`: check, documents, try, schema, new."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.errors import BadInput, Where
from kiban.shell.cli._given import given

if TYPE_CHECKING:
    from kiban.packs import Packs
    from kiban.shell.cli import Subparsers
    from kiban.shell.wiring.library import Library

ROOT = Path(os.environ.get("KIBAN_PACKS", Path(__file__).resolve().parents[4] / "packs"))


def add(subparsers: Subparsers) -> None:
    """Add ``pack`` with check, documents, try, schema, new."""
    group = subparsers.add_parser("pack", help="packs of services: check, documents, try, schema, new")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    checking = verbs.add_parser("check", help="name every fault with file and line; 1 when there is any")
    checking.add_argument("folder", type=Path, nargs="?", default=ROOT, help="a folder with packs below it")
    checking.set_defaults(func=check)
    omitted = verbs.add_parser("documents", help="documents nobody brings, and the legal row that allows it")
    omitted.add_argument("pack", help="id of the pack")
    omitted.add_argument("--packs", type=Path, default=ROOT, help="folder of the packs")
    omitted.set_defaults(func=documents)
    trying = verbs.add_parser("try", help="play a pack end to end on synthetic applicants")
    trying.add_argument("pack", help="id of the pack")
    trying.add_argument("--packs", type=Path, default=ROOT, help="folder of the packs")
    trying.add_argument("--applicants", type=int, default=3, help="so many synthetic applicants")
    trying.add_argument("--ages", type=_ages, help="who applies: residents of these ages, as 15-19")
    trying.add_argument("--answer", action="append", default=[], help="an answer, as lone=yes or grade=2")
    trying.add_argument("--pay", action="store_true", help="pay the next payday: bank file, statement, settled")
    trying.set_defaults(func=try_one)
    schema = verbs.add_parser("schema", help="the JSON Schema of pack.yaml, for editors")
    schema.set_defaults(func=print_schema)
    new = verbs.add_parser("new", help="a small pack that already passes the check")
    new.add_argument("pack", help="id of the new pack: small letters, digits and hyphens")
    new.add_argument("--in", dest="folder", type=Path, required=True, help="the folder to make it in")
    new.set_defaults(func=make)


def _loaded(folder: Path) -> Packs:
    from kiban.packs import load_packs

    if not folder.is_dir():
        raise BadInput("there is no such folder", where=Where(str(folder)), remedy="name a folder with packs")
    return load_packs(folder)


def check(arguments: argparse.Namespace) -> int:
    """Check all packs of a folder."""
    packs = _loaded(arguments.folder)
    for pack, faults in packs.faults.items():
        for fault in faults:
            print(f"{pack}: {fault}")
    print(f"{len(packs.loaded)} packs can be used" + (f", {len(packs.faults)} have faults" if packs.faults else ""))
    return 1 if packs.faults else 0


def documents(arguments: argparse.Namespace) -> int:
    """Print what offices supply with the row that allows it, what is asked with its reason, what is still demanded."""
    from kiban.exchange.legal import load_table
    from kiban.kernel.clock import SystemClock, today
    from kiban.packs.documents import supplied

    packs = _loaded(arguments.packs)
    if arguments.pack not in packs.loaded:
        raise BadInput(f"no pack {arguments.pack} can be used", remedy="run kiban pack check")
    one = packs.loaded[arguments.pack]
    for said in supplied(one.pack, load_table(), on=today(SystemClock())):
        labels = "、".join(one.texts.say(f"facts.{fact}", lang="ja") for fact in said.facts)
        sure = "" if said.verified else " (verified: false)"
        print(f"supplied {said.item} by {said.holder.value}: {labels} ← {said.row} {said.basis}{sure}")
    for name, fact in one.pack.facts.items():
        if fact.source.ask and fact.when == "examination":
            print(f"entered by the officer {one.texts.say(f'facts.{name}', lang='ja')} ← {fact.source.ask}")
        elif fact.source.ask:
            print(f"asked {one.texts.say(f'facts.{name}', lang='ja')} ← {fact.source.ask}")
    for demanded in one.pack.attachments:
        label = one.texts.say(f"attachments.{demanded.id}", lang="ja")
        print(f"demanded {label} ← {demanded.law} {demanded.article}")
    return 0


def print_schema(_arguments: argparse.Namespace) -> int:
    """Print the schema."""
    from kiban.packs import schema

    json.dump(schema(), sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


def try_one(arguments: argparse.Namespace) -> int:
    """Play a pack; 0 when every applicant came to the end."""
    packs = _loaded(arguments.packs)
    for fault in packs.faults.get(arguments.pack, ()):
        print(fault)
    if arguments.pack not in packs.loaded:
        raise BadInput(f"no pack {arguments.pack} can be used", remedy="run kiban pack check")
    bundle, only = _bundle_of(packs, arguments.pack)
    print(f"{arguments.pack}: played in the bundle {bundle} with {arguments.applicants} synthetic applicants")
    return _play(packs, arguments, bundle=bundle, only=only)


def _ages(text: str) -> range:
    first, dash, last = text.partition("-")
    if not (first.isdecimal() and last.isdecimal() and dash):
        raise argparse.ArgumentTypeError(f"{text} is no range as 15-19")
    return range(int(first), int(last) + 1)


def _play(packs: Packs, arguments: argparse.Namespace, *, bundle: str, only: str) -> int:
    os.environ["KIBAN_DATABASE"] = "sqlite://:memory:"
    from kiban.shell.cli.serve import migrate

    migrate()
    from kiban.kernel.clock import SystemClock, today
    from kiban.shell.trial import Trying, try_pack
    from kiban.shell.wiring.library import pack_library

    done, day, ages, pays = True, today(SystemClock()), arguments.ages, dict[str, None]()
    library, answers = pack_library(packs), dict(map(given, arguments.answer))
    who = None if ages is None else lambda person: person.age(day) in ages
    nobody = True
    for tried in try_pack(library, Trying(bundle, only, arguments.applicants, answers, who)):
        nobody = False
        ended = ", ".join(f"{outcome} {count}" for outcome, count in sorted(tried.ended.items())) or "nothing to file"
        print(f"  {tried.person}: {tried.shown} fields shown, {tried.asked} asked, {tried.typed} characters typed, "
              f"{tried.enquiries} enquiries; {ended}; {tried.letters} letters, {tried.payments} payments planned, "
              f"{tried.notices} notices")  # fmt: skip
        for problem in (*tried.missing, *tried.open_cases):
            print(f"    not at its end: {problem}")
        done = done and tried.done
        pays |= dict.fromkeys(tried.pays)
    if nobody:
        print("  nobody of the synthetic residents is of these ages")
        return 1
    return 0 if done and (not arguments.pay or _pay(library, list(pays))) else 1


def _pay(library: Library, agencies: list[str]) -> bool:
    """Pay the next payday of each agency; whether every yen arrived and no file had a fault."""
    from kiban.shell.payout import pay_out

    whole = True
    for agency in agencies:
        for paid in pay_out(library, agency):
            print(f"  {agency} pays on {paid.day}: {paid.count} payments, {paid.yen:,} yen; bank file of "
                  f"{len(paid.body)} bytes, {paid.findings} faults; settled: {paid.paid:,} paid, "
                  f"{paid.returned:,} returned")  # fmt: skip
            whole = whole and not paid.findings and paid.paid == paid.yen
    if not agencies:
        print("  nothing to pay")
    return whole


def _bundle_of(packs: Packs, pack: str) -> tuple[str, str]:
    """The bundle to play, and the only procedure of it (none for a bundle, or for a procedure in none)."""
    if packs.loaded[pack].pack.kind == "bundle":
        return pack, ""
    for one in packs.loaded.values():
        if any(member.procedure == pack for member in one.pack.members):
            return one.pack.id, pack
    return pack, ""


def make(arguments: argparse.Namespace) -> int:
    """Write a small pack."""
    from kiban.packs.model import ID
    from kiban.packs.template import FILES

    if not re.fullmatch(ID, arguments.pack):
        raise BadInput(f"{arguments.pack!r} is no id", remedy="small letters, digits and hyphens, as my-service")
    folder = arguments.folder / arguments.pack
    if folder.exists():
        raise BadInput("this folder exists", where=Where(str(folder)), remedy="choose another id")
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text.replace("PACK_ID", arguments.pack), encoding="utf-8")
    print(f"{folder}: written; change it, then run kiban pack check")
    return 0
