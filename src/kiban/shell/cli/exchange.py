"""`kiban exchange`: sets up a core, agencies' nodes, and the directory that makes them known to one another."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers

KINDS = (
    "municipality",
    "pension",
    "tax_office",
    "health_insurer",
    "elderly_union",
    "education_board",
    "digital_agency",
    "portal",
)


def add(subparsers: Subparsers) -> None:
    """Add ``exchange`` with core, agency, directory."""
    group = subparsers.add_parser("exchange", help="set up a core, agencies' nodes and their directory")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    core = verbs.add_parser("core", help="keys and core.yaml of a new core; prints its public key")
    core.add_argument("folder", type=Path, help="the core's own folder, made if need be")
    core.add_argument("--portal", required=True, help="origin that a card's sign-in must name, https://portal.example")
    core.add_argument("--trust", type=Path, help="folder of card authorities and lists; without it no door opens")
    core.add_argument("--cards", choices=("jpki", "test-cards"), default="jpki", help="profile of the cards")
    core.set_defaults(func=run_core)
    agency = verbs.add_parser("agency", help="keys and node.yaml of a new agency; prints its line of endpoints.json")
    agency.add_argument("folder", type=Path, help="the node's own folder, made if need be")
    agency.add_argument("--id", required=True, help="the agency's id; of a municipality its 6-digit code")
    agency.add_argument("--kind", required=True, choices=KINDS, help="what the agency is in the legal table")
    agency.add_argument("--name", required=True, help="the agency's name, as people read it")
    agency.add_argument("--core-key", required=True, help="the core's public key")
    agency.add_argument("--mapping", default="", help="mapping file in the folder; none for an agency that only asks")
    agency.set_defaults(func=run_agency)
    for one in (core, agency):
        one.add_argument("--listen", required=True, help="host:port on which the process listens")
        one.add_argument("--url", help="how the others reach it (http:// and what --listen says)")
    directory = verbs.add_parser("directory", help="sign the directory of all agencies with the core's key")
    directory.add_argument("folder", type=Path, help="the core's folder")
    directory.add_argument("entries", type=Path, nargs="+", help="entry.json of each agency")
    directory.set_defaults(func=run_directory)


def run_core(arguments: argparse.Namespace) -> int:
    """Set up a core."""
    from kiban.exchange.model import AgencyKind
    from kiban.shell.node.setup import Wanted, core_key, set_up

    url = arguments.url or f"http://{arguments.listen}"
    settings = {"portal_origin": arguments.portal.rstrip("/"), "profile": arguments.cards}
    if arguments.trust:
        settings["trust"] = str(arguments.trust.resolve())
    set_up(arguments.folder, Wanted("core", AgencyKind.CORE, "コア", arguments.listen, url), settings=settings)
    print(core_key(arguments.folder))
    return 0


def run_agency(arguments: argparse.Namespace) -> int:
    """Set up an agency's node."""
    import msgspec

    from kiban.exchange.model import AgencyKind
    from kiban.shell.node.setup import Wanted, checked_core_key, endpoint, set_up

    url = arguments.url or f"http://{arguments.listen}"
    wanted = Wanted(arguments.id, AgencyKind(arguments.kind), arguments.name, arguments.listen, url)
    settings = {"core_key": checked_core_key(arguments.core_key)}
    if arguments.mapping:
        settings["mapping"] = arguments.mapping
    entry = set_up(arguments.folder, wanted, settings=settings)
    print(msgspec.json.encode(endpoint(arguments.folder, entry)).decode())
    return 0


def run_directory(arguments: argparse.Namespace) -> int:
    """Sign the directory."""
    from kiban.shell.node.setup import DIRECTORY, write_directory

    count = write_directory(arguments.folder, arguments.entries)
    print(f"kiban: {arguments.folder / DIRECTORY} names {count} (with the core); give it to every node")
    return 0
