"""The node as an ASGI application: the peers' interface, the local one of its own agency, health, the public ledger."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from typing import TypeVar

import msgspec

from kiban.exchange.asker import open_link
from kiban.exchange.errors import BadMessage, ExchangeError, NotAllowed, UnknownItem, WrongKey
from kiban.exchange.messages import (
    AddressRequest,
    Done,
    DoorClosing,
    DoorOpened,
    DoorOpening,
    Introduction,
    IntroductionRequest,
    ReceiptRequest,
    ReceiptText,
    Registered,
    Registration,
    decode,
    encode,
)
from kiban.exchange.model import MAX_PERSONS, CardProof, Change, Door, Enquiry, Health
from kiban.exchange.signing import Message
from kiban.kernel.clock import JST
from kiban.kernel.errors import KibanError
from kiban.ledger.errors import NoSuchEntry
from kiban.shell.node.asgi import App, Handler, answer, refused, text
from kiban.shell.node.base import DIGITS, usage_query
from kiban.shell.node.node import Node
from kiban.shell.node.usages import usages_of

T = TypeVar("T")


class _LinkText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    link: str


class _Records(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    records: tuple[str, ...]


class Local:
    """The interface of the agency's own systems."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._expected = f"Bearer {node.base.keys.local}"

    def guarded(self, handler: Handler) -> Handler:
        """A handler behind the local key."""

        async def handle(request: Message) -> Message:
            given = request.headers.get("authorization", "")
            if not secrets.compare_digest(given.encode(), self._expected.encode()):
                raise WrongKey("the local key is missing or wrong", remedy="use the key in keys/local.key")
            return await handler(request)

        return handle

    async def enquiries(self, request: Message) -> Message:
        """POST /local/v1/enquiries."""
        return answer(await self.node.enquire(decode(request.body, Enquiry)))

    async def changes(self, request: Message) -> Message:
        """POST /local/v1/changes."""
        return answer(await self.node.changes.apply(decode(request.body, Change)))

    async def usages(self, request: Message) -> Message:
        """GET /local/v1/usages?person=…"""
        person, since, limit = usage_query(request)
        return answer(usages_of(self.node.base, person, since=since, limit=limit))

    async def receipts(self, request: Message) -> Message:
        """GET /local/v1/receipts/AGENCY:INDEX: this agency's, or by asking the holder that answered."""
        agency, _, number = request.path.rpartition("/")[2].replace("%3A", ":").partition(":")
        if not number.isdecimal() or len(number) > DIGITS:
            raise BadMessage("a receipt is named AGENCY:INDEX", remedy="take the name from the answer")
        if agency == self.node.base.agency.id:
            return text(_receipt(self.node, int(number)))
        holder = self.node.base.directory.get(agency)
        body = encode(ReceiptRequest(index=int(number)))
        response = await self.node.signed(holder, "/peer/v1/receipts", body=body)
        return text(decode(response.body, ReceiptText).receipt)

    async def introductions(self, request: Message) -> Message:
        """POST /local/v1/introductions."""
        asked = decode(request.body, IntroductionRequest)
        return answer(await self.node.core("introductions", asked, kind=Introduction))

    async def addresses(self, request: Message) -> Message:
        """POST /local/v1/addresses: a link to a person of this agency that only the portal reads."""
        asked = decode(request.body, AddressRequest)
        return answer(await self.node.core("addresses", asked, kind=Introduction))

    async def records(self, request: Message) -> Message:
        """POST /local/v1/records: this agency's codes of the persons with these record numbers."""
        wanted = decode(request.body, _Records).records
        if len(wanted) > MAX_PERSONS:
            raise BadMessage(f"a message is about at most {MAX_PERSONS} persons")
        if self.node.adapter is None:
            raise UnknownItem("this agency has no mapping")
        loop = asyncio.get_running_loop()
        return answer(await loop.run_in_executor(self.node.threads, self.node.adapter.codes_of, wanted))

    async def links(self, request: Message) -> Message:
        """POST /local/v1/links: what a link to this agency stands for."""
        link = decode(request.body, _LinkText).link
        return answer({"code": open_link(link, reader=self.node.base.agency.id, key=self.node.key)})

    async def doors(self, request: Message) -> Message:
        """POST /local/v1/doors."""
        proof = decode(request.body, CardProof)
        opening = DoorOpening(message=proof.message, signature=proof.signature, certificate=proof.certificate)
        opened = await self.node.core("doors", opening, kind=DoorOpened)
        door = Door(
            id=opened.id,
            person=opened.person,
            agencies=opened.agencies,
            expires_at=dt.datetime.fromtimestamp(opened.expires / 1000, JST),
            idle_seconds=opened.idle_seconds,
        )
        return answer(door)

    async def close_door(self, request: Message) -> Message:
        """POST /local/v1/doors/close."""
        return answer(await self.node.core("doors/close", decode(request.body, DoorClosing), kind=Done))

    async def persons(self, request: Message) -> Message:
        """POST /local/v1/persons: codes for persons new to all registers."""
        return answer(await self.node.core("persons", decode(request.body, Registration), kind=Registered))

    def routes(self) -> dict[str, Handler]:
        """All routes of the local interface."""
        return {
            path: self.guarded(handler)
            for path, handler in {
                "/local/v1/enquiries": self.enquiries,
                "/local/v1/changes": self.changes,
                "/local/v1/usages": self.usages,
                "/local/v1/receipts/": self.receipts,
                "/local/v1/introductions": self.introductions,
                "/local/v1/links": self.links,
                "/local/v1/addresses": self.addresses,
                "/local/v1/records": self.records,
                "/local/v1/doors": self.doors,
                "/local/v1/doors/close": self.close_door,
                "/local/v1/persons": self.persons,
            }.items()
        }


def _receipt(node: Node, index: int) -> str:
    try:
        return node.base.ledger.log.receipt(index)
    except NoSuchEntry as error:
        raise BadMessage(error.what) from None


class Peer:
    """The interface of other nodes, beside enquiries."""

    def __init__(self, node: Node) -> None:
        self.node = node

    async def receipts(self, request: Message) -> Message:
        """POST /peer/v1/receipts: the receipt of a leaf in which this node answered the asker."""
        base, admitted = self.node.base, None
        try:
            admitted = base.gate.admit(request, now=base.now())
            index = decode(request.body, ReceiptRequest).index
            entry = base.store.entry(index) if 0 <= index < base.ledger.log.size else None
            content = entry.body.content() if entry is not None and entry.body is not None else {}
            if content.get("asker") != admitted.sender.id:
                raise NotAllowed("this entry is not about an answer to you")
            await base.ledger.append([], writes=[base.gate.replays.write(admitted.nonce)])
            return base.respond(request, answer(ReceiptText(receipt=_receipt(self.node, index))))
        except ExchangeError as error:
            await base.refuse(error, admitted, path=request.path)
            return refused(error)

    async def health(self, _: Message) -> Message:
        """GET /health: is the source there, how long is the ledger."""
        base = self.node.base
        try:
            source, ok = await self._source(), True
        except KibanError as error:
            source, ok = str(error), False
        return answer(
            Health(
                agency=base.agency.id,
                kind=base.agency.kind,
                ok=ok,
                entries=base.ledger.log.size,
                checkpoint=base.ledger.log.checkpoint,
                confined=base.confined,
                table=base.table.version,
                source=source,
            )
        )

    async def _source(self) -> str:
        """What is to be said of the source; a database that is slow to answer keeps no other request waiting."""
        adapter = self.node.adapter
        if adapter is None:
            return "none"
        return await asyncio.get_running_loop().run_in_executor(self.node.threads, adapter.check)


def node_app(node: Node) -> App:
    """The whole application of a node."""
    peer, base = Peer(node), node.base
    routes: dict[str, Handler] = {
        "/peer/v1/enquiries": node.peer_enquiry,
        "/peer/v1/receipts": peer.receipts,
        "/health": peer.health,
        "/ledger/checkpoint": base.checkpoint,
        "/ledger/vkey": base.vkey,
        "/ledger/leaves": base.leaves,
        "/ledger/consistency": base.consistency,
        **Local(node).routes(),
    }
    return App(routes, start=node.start, stop=node.stop)
