"""The platform of a running web process: settings, folders and nodes of this machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings

from kiban.cases.adapters import Nodes
from kiban.exchange.client import NodeClient, load_endpoints
from kiban.exchange.directory import Directory, load_directory
from kiban.exchange.keys import public_key
from kiban.identity.store.desk import card_desk, verifier
from kiban.jobs import Deliver, Worker
from kiban.jobs.errors import JournalInUse
from kiban.jobs.ledger import open_journal
from kiban.kernel.clock import SystemClock
from kiban.kernel.errors import Audience, BadSetting, KibanError
from kiban.packs import load_packs
from kiban.procedures.actions import PORTAL
from kiban.procedures.adapters import CardSignatures, NodeCodes, NodeOwnData
from kiban.registries import town_registry
from kiban.shell.evidence.events import with_indicators
from kiban.shell.ports import Platform
from kiban.shell.wiring.addresses import RegistryAddresses
from kiban.shell.wiring.build import Entrance, Outer, Rooms, platform_of, rooms
from kiban.shell.wiring.cards import CardWork
from kiban.shell.wiring.library import Library, pack_library
from kiban.shell.wiring.staff import StaffDoor, staff_desk
from kiban.shell.wiring.words import Words


def _file(name: str, value: str) -> Path:
    if not value:
        raise BadSetting(f"{name} is not set", remedy="name the file; see docs/operator.md")
    return Path(value)


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """What is wrong with a file is told with the variable that names it."""
    try:
        yield
    except KibanError as error:
        if name in error.what or error.audience is not Audience.OPERATOR:
            raise
        raise BadSetting(f"{name}: {error.what}", where=error.where, remedy=error.remedy) from None


def _core_key() -> str:
    key: str = settings.CORE_KEY
    try:
        public_key(key)
    except ValueError:
        told = "is no public key of a core" if key else "is not set"
        raise BadSetting(f"KIBAN_CORE_KEY {told}", remedy="`kiban exchange core` printed it") from None
    return key


@cache
def clients() -> dict[str, NodeClient]:
    """Clients of the nodes in the endpoints file."""
    with _naming("KIBAN_ENDPOINTS"):
        found = load_endpoints(_file("KIBAN_ENDPOINTS", settings.ENDPOINTS))
    if PORTAL not in found:
        raise BadSetting("KIBAN_ENDPOINTS names no node of the portal", remedy="see docs/operator.md")
    return {agency: NodeClient(endpoint) for agency, endpoint in found.items()}


@cache
def directory() -> Directory:
    """The directory of agencies that the core signed."""
    with _naming("KIBAN_DIRECTORY"):
        return load_directory(_file("KIBAN_DIRECTORY", settings.DIRECTORY), core_key=_core_key())


@cache
def library() -> Library:
    """The packs of this process."""
    return pack_library(load_packs(settings.PACKS))


@cache
def outer() -> Outer:
    """What stands around the rooms of this process."""
    clock = SystemClock()
    names = {agency.id: agency.name for agency in directory().agencies.values()}
    with _naming("KIBAN_TRUST"):
        trusted = verifier(_file("KIBAN_TRUST", settings.TRUST))
    own = clients()[PORTAL]
    signatures = CardSignatures(trusted, clock)
    return Outer(library(), Nodes(clients()), NodeOwnData(own), NodeCodes(own), signatures, names, clock, clients())


@cache
def made() -> Rooms:
    """The rooms of this process."""
    return rooms(outer())


def worker() -> Worker:
    """A worker for this process's queue; the first one of a machine also writes the journal of events."""
    here = made()
    here.keep_going(agency for agency in clients() if agency != PORTAL)
    hold = dt.timedelta(seconds=settings.WORKER_LEASE_SECONDS)
    return with_indicators(here.worker(SystemClock(), receivers=_journal(), hold=hold), settings.EVIDENCE)


def _journal() -> tuple[Deliver, ...]:
    try:
        return (open_journal(settings.HOME / "journal", name="kiban/journal"),)
    except JournalInUse:
        return ()


def build() -> Platform:
    """The platform of this process.

    Raises:
        BadSetting: a setting is missing or a file that it names cannot be used.
    """
    around, own = outer(), clients()[PORTAL]
    desk = card_desk(origin=settings.PORTAL_URL, trust=Path(settings.TRUST), clock=SystemClock(), events=made().outbox)
    words = Words(around.library.shelf, around.names)
    cards = CardWork(desk, own, made().procedures, words, settings.CARD_APP)
    towns = {code: name for code, name in around.names.items() if len(code) == 6 and code.isdigit()}
    logs = {agency.id: agency.log for agency in directory().agencies.values()}
    trusted = verifier(Path(settings.TRUST))
    staff = StaffDoor(staff_desk(), words)
    book = RegistryAddresses(town_registry(), towns)
    entrance = Entrance(cards, own, logs, book, staff, trusted, settings.LINK_REGISTERS)
    return platform_of(made(), outer=around, entrance=entrance)
