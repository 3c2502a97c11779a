"""The core process: signed verbs in, recorded answers out."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiban.exchange.cards import JpkiVerifier
from kiban.exchange.codes import Codes
from kiban.exchange.core import Core, Outcome
from kiban.exchange.directory import Agency
from kiban.exchange.doors import Doors
from kiban.exchange.errors import BadConfiguration, CardRefused, ExchangeError
from kiban.exchange.keys import LEDGER, MASTER, SIGN, load_keys, public_text
from kiban.exchange.messages import (
    AddressRequest,
    DoorCheck,
    DoorClosing,
    DoorOpening,
    DoorState,
    Holdings,
    IntroductionRequest,
    LinkRequest,
    Registration,
    TokenRequest,
    decode,
)
from kiban.exchange.model import AgencyKind, CardProof, Health
from kiban.exchange.ports import CardVerifier
from kiban.exchange.signing import Message
from kiban.exchange.store import CoreTables
from kiban.exchange.store.core import TABLES
from kiban.identity.certificates import Verifier
from kiban.identity.errors import BadTrust
from kiban.identity.profile import JPKI, TEST_CARDS
from kiban.identity.revocation import RevocationChecker
from kiban.identity.trust import ListFolder, load_trust
from kiban.kernel.errors import Where
from kiban.shell.node.asgi import App, Handler, answer, refused
from kiban.shell.node.base import Base, open_base
from kiban.shell.node.config import CoreConfig, load_config

PROFILES = {"jpki": JPKI, "test-cards": TEST_CARDS}
Verb = Callable[..., Outcome]


class NoCards:
    """A core without a trust folder opens no door."""

    def authenticator(self, proof: CardProof, *, at: dt.datetime) -> str:
        """Refuses every card."""
        raise CardRefused(
            f"this core trusts no card authority (a card of {len(proof.certificate)} bytes at {at:%H:%M})"
        )


def card_verifier(config: CoreConfig, folder: Path) -> CardVerifier:
    """The verifier of the configured trust folder."""
    if not config.trust:
        return NoCards()
    trust = folder / config.trust
    try:
        verifier = Verifier(PROFILES[config.profile], load_trust(trust), RevocationChecker(ListFolder(trust)))
    except BadTrust as error:
        raise BadConfiguration(error.what, where=error.where, remedy=error.remedy) from None
    return JpkiVerifier(verifier, config.portal_origin)


@dataclass(slots=True)
class CoreProcess:
    """The core with its ledger."""

    base: Base
    core: Core
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        self.tasks.add(asyncio.create_task(self.base.sweep()))

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await self.base.ledger.close()
        self.base.store.close()

    def verb(self, kind: type[Any], act: Verb) -> Handler:
        """A handler: gate, act, record, answer."""

        async def handle(request: Message) -> Message:
            admitted = None
            try:
                admitted = self.base.gate.admit(request, now=self.base.now())
                outcome = act(admitted.sender, decode(request.body, kind), now=self.base.now())
                writes = [self.base.gate.replays.write(admitted.nonce), *outcome.writes]
                await self.base.record(outcome.drafts, writes=writes)
            except ExchangeError as error:
                await self.base.refuse(error, admitted, path=request.path)
                return refused(error)
            return self.base.respond(request, answer(outcome.answer))

        return handle

    def links(self, holder: Agency, request: LinkRequest, *, now: dt.datetime) -> Outcome:
        """Links for a granted enquiry, looked up in the core's own ledger."""
        del now
        found = self.base.store.by_keys([request.grant]).get(request.grant)
        granted = found.body.content() if found is not None and found.body is not None else None
        return self.core.links(holder, request, granted=granted)

    def door(self, _: Agency, request: DoorCheck, *, now: dt.datetime) -> Outcome:
        """Whether a token's door is still open."""
        return Outcome(DoorState(open=self.core.doors.is_open(request.door, now=now) is not None))

    async def health(self, _: Message) -> Message:
        """GET /health."""
        return answer(
            Health(
                agency=AgencyKind.CORE,
                kind=AgencyKind.CORE,
                ok=True,
                entries=self.base.ledger.log.size,
                checkpoint=self.base.ledger.log.checkpoint,
                confined=self.base.confined,
                table=self.base.table.version,
            )
        )

    def app(self) -> App:
        """The core as an ASGI application."""
        core, base = self.core, self.base
        routes: dict[str, Handler] = {
            "/core/v1/tokens": self.verb(TokenRequest, core.token),
            "/core/v1/links": self.verb(LinkRequest, self.links),
            "/core/v1/doors/check": self.verb(DoorCheck, self.door),
            "/core/v1/doors": self.verb(DoorOpening, core.open_door),
            "/core/v1/doors/close": self.verb(DoorClosing, core.close_door),
            "/core/v1/introductions": self.verb(IntroductionRequest, core.introduce),
            "/core/v1/addresses": self.verb(AddressRequest, core.address),
            "/core/v1/persons": self.verb(Registration, core.register),
            "/core/v1/holdings": self.verb(Holdings, core.hold),
            "/health": self.health,
            "/ledger/checkpoint": base.checkpoint,
            "/ledger/vkey": base.vkey,
            "/ledger/leaves": base.leaves,
            "/ledger/consistency": base.consistency,
        }
        return App(routes, start=self.start, stop=self.stop)


def open_core(path: Path) -> CoreProcess:
    """The core of a configuration file.

    Raises:
        BadConfiguration: with file, line, field and what is wrong.
    """
    config = load_config(path, CoreConfig)
    folder = path.parent
    master = folder / config.keys / MASTER
    for name in (master, folder / config.keys / SIGN, folder / config.keys / LEDGER):
        if not name.exists():
            raise BadConfiguration(f"the key {name.name} is missing", where=Where(str(name)))
    if master.stat().st_mode & 0o077 or master.stat().st_size != 32:
        raise BadConfiguration("the master key must have 32 bytes and mode 0600", where=Where(str(master)))
    own = public_text(load_keys(folder / config.keys, AgencyKind.CORE).signing)
    base = open_base(path, config, agency=AgencyKind.CORE, core_key=own, schema=TABLES)
    tables = CoreTables(base.store)
    doors = Doors(tables, base.gate.replays, idle=config.door_idle_seconds, longest=config.door_longest_seconds)
    core = Core(
        directory=base.directory,
        table=base.table,
        codes=Codes(master.read_bytes()),
        tables=tables,
        key=base.keys.signing_jwk(),
        cards=card_verifier(config, folder),
        doors=doors,
    )
    return CoreProcess(base, core)
