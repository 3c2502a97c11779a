"""The node of one agency: asks for its own systems, answers its peers, changes its own register."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from joserfc.jwk import ECKey

from kiban.exchange.adapters import SqlAdapter, adapter_for
from kiban.exchange.asker import (
    LINK,
    Asking,
    answer_of,
    believe,
    parse_answer,
)
from kiban.exchange.client import refusal
from kiban.exchange.directory import Agency
from kiban.exchange.errors import BadAnswer, DoorShut, ExchangeError, UnknownItem
from kiban.exchange.gate import TABLES as NONCES
from kiban.exchange.gate import Admitted
from kiban.exchange.holder import Holder, Items, Question1N
from kiban.exchange.mapping import load_mapping
from kiban.exchange.messages import (
    DoorCheck,
    DoorState,
    HopRequest,
    LinkRequest,
    Links,
    TokenGrant,
    Told,
    decode,
    encode,
    grant_key,
)
from kiban.exchange.model import USAGE_LOG, Answer, Enquiry
from kiban.exchange.signing import Message, check_response, sign_request
from kiban.ledger import milliseconds
from kiban.shell.node.asgi import refused
from kiban.shell.node.base import Base, open_base
from kiban.shell.node.changes import TABLES as CHANGES
from kiban.shell.node.changes import Changes
from kiban.shell.node.config import NodeConfig, load_config
from kiban.shell.node.usages import usages_of
from kiban.shell.node.wire import Pool

T = TypeVar("T")
USAGES_TOLD = 200


@dataclass(slots=True)
class Node:
    """One agency's node."""

    config: NodeConfig
    base: Base
    holder: Holder
    key: ECKey
    pool: Pool
    adapter: SqlAdapter | None
    threads: ThreadPoolExecutor
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    finishing: dict[str, asyncio.Task[int]] = field(default_factory=dict)

    @property
    def changes(self) -> Changes:
        return Changes(self)

    async def start(self) -> None:
        self.tasks.add(asyncio.create_task(self.base.sweep()))
        self.tasks.add(asyncio.create_task(self.changes.deliver()))

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await self.base.ledger.close()
        self.pool.close()
        self.base.store.close()
        self.threads.shutdown()

    async def signed(self, to: Agency, path: str, *, body: bytes) -> Message:
        """A signed request to a node or the core, and its answer, verified to be the answer to it.

        Raises:
            HolderUnavailable, BadAnswer, and whatever the other side refuses with.
        """

        def make() -> Message:
            return sign_request(to.authority, path, body=body, seal=self.base.keys.seal, now=self.base.now())

        request, response = await self.pool.exchange(make)
        if response.status != 200:
            raise refusal(response.status, response.body)
        bound = Message(response.headers, status=200, request=request, body=response.body)
        try:
            signed = check_response(bound, to.signing, now=self.base.now())
        except ExchangeError as error:
            raise BadAnswer(f"the answer of {to.id} is not believed: {error.what}", remedy=error.remedy) from None
        if signed.sender != to.id:
            raise BadAnswer(f"the answer is signed by {signed.sender}, not by {to.id}")
        return response

    async def core(self, path: str, message: Any, *, kind: type[T]) -> T:
        """A verb of the core."""
        response = await self.signed(self.base.directory.core, f"/core/v1/{path}", body=encode(message))
        return decode(response.body, kind)

    async def enquire(self, enquiry: Enquiry) -> Answer:
        """Ask a holder: token, own record, hop, checks, own record, answer."""
        asking = Asking.begin(enquiry, asker=self.base.agency.id)
        holder = self.base.directory.get(enquiry.holder)
        grant, _ = await asyncio.gather(
            self.core("tokens", asking.token_request(), kind=TokenGrant),
            self.base.record(asking.asked(self.base.now())),
        )
        body = encode(HopRequest(token=grant.token))
        response = await self.signed(holder, "/peer/v1/enquiries", body=body)
        hop, root = parse_answer(response.body, dict(response.headers))
        believed = believe(asking, hop, root=root, holder=holder, key=self.key)
        entries = await self.base.record(asking.received(believed, now=self.base.now()))
        own = [f"{self.base.agency.id}:{entry.index}" for entry in entries]
        return answer_of(asking, believed, own=own, key=self.key)

    async def peer_enquiry(self, request: Message) -> Message:
        """POST /peer/v1/enquiries: the holder's side."""
        admitted: Admitted | None = None
        try:
            admitted = self.base.gate.admit(request, now=self.base.now())
            question = self.holder.question(admitted, now=self.base.now())
            await self._check_door(question)
            persons = await self._read(question)
            return self.base.respond(request, await self._answered(question, persons))
        except ExchangeError as error:
            await self.base.refuse(error, admitted, path=request.path)
            return refused(error)

    async def _check_door(self, question: Question1N) -> None:
        door = question.claims.door
        if door and not (await self.core("doors/check", DoorCheck(door=door), kind=DoorState)).open:
            raise DoorShut("the person's door has closed", remedy="sign in again")

    async def _read(self, question: Question1N) -> list[Items]:
        columns = [await self.item(item, question.codes) for item in question.claims.items]
        persons = [dict(zip(question.claims.items, values, strict=True)) for values in zip(*columns, strict=True)]
        codes = tuple(dict.fromkeys(_links(persons)))
        if codes:
            request = LinkRequest(grant=grant_key(question.claims, 0), asker=question.asker.id, codes=codes)
            links = (await self.core("links", request, kind=Links)).links
            persons = _linked(persons, dict(zip(codes, links, strict=True)))
        return persons

    async def item(self, item: str, codes: Sequence[str]) -> list[dict[str, Any] | None]:
        """What this agency holds: from its source, or, for who looked, from its ledger."""
        if item == USAGE_LOG:
            return [{"usages": usages_of(self.base, code, since=0, limit=USAGES_TOLD)} for code in codes]
        if self.adapter is None:
            raise UnknownItem(f"{self.base.agency.id} holds no data")
        return await asyncio.get_running_loop().run_in_executor(self.threads, self.adapter.read, item, codes)

    async def _answered(self, question: Question1N, persons: list[Items]) -> Message:
        now, replays = self.base.now(), self.base.gate.replays
        writes = [replays.write(question.nonce), replays.write(f"jti/{question.claims.jti}")]
        entries = await self.base.record(self.holder.records(question, persons, now=now), writes=writes)
        leaves = tuple(entry.index for entry in entries)
        told = Told(as_of=milliseconds(now), persons=tuple(persons), leaves=leaves)
        return self.holder.answer(question, told, checkpoint=self.base.ledger.log.checkpoint)


def _links(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value[LINK]] if isinstance(value.get(LINK), str) else []
        return own + [code for inner in value.values() for code in _links(inner)]
    return [code for inner in value for code in _links(inner)] if isinstance(value, list) else []


def _linked(value: Any, links: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {k: links[v] if k == LINK and isinstance(v, str) else _linked(v, links) for k, v in value.items()}
    return [_linked(inner, links) for inner in value] if isinstance(value, list) else value


def open_node(path: Path) -> Node:
    """The node of a configuration file.

    Raises:
        BadConfiguration: with file, line, field and what is wrong.
    """
    config = load_config(path, NodeConfig)
    base = open_base(path, config, agency=config.agency, core_key=config.core_key, schema=NONCES + CHANGES)
    adapter = None
    if config.mapping:
        mapping = path.parent / config.mapping
        adapter = adapter_for(load_mapping(mapping), folder=mapping.parent)
    key = base.keys.reading_jwk()
    holder = Holder(base.agency, base.directory, base.table, key, base.gate.replays)
    threads = ThreadPoolExecutor(4, thread_name_prefix="source")
    return Node(config, base, holder, key, Pool(timeout=config.timeout), adapter, threads)
