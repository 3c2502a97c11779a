"""What node and core have in common: keys, directory, ledger, gate, and the public ledger interface."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import msgspec

from kiban.exchange.directory import Agency, Directory, load_directory
from kiban.exchange.errors import BadConfiguration, BadMessage, ExchangeError, KeyReused
from kiban.exchange.gate import Admitted, Gate
from kiban.exchange.keys import Keys, load_keys
from kiban.exchange.legal import LegalTable, load_table
from kiban.exchange.signing import Message, sign_response
from kiban.exchange.store.core import forget_nonces
from kiban.kernel.clock import Clock, SystemClock
from kiban.kernel.errors import KibanError, Where
from kiban.ledger import Body, Draft, Entry, GroupCommit, Log, milliseconds
from kiban.ledger.errors import KeyTaken
from kiban.ledger.ports import Write
from kiban.ledger.store import SqliteStore
from kiban.shell.node.asgi import text
from kiban.shell.node.config import Common

VKEY = "ledger.vkey"
PAGE = 1000
DIGITS = 18
"""Of a number that a store holds."""
REFUSALS_PER_MINUTE = 60

log = logging.getLogger("kiban.node")


@dataclass(slots=True)
class Base:
    """The standing parts of a process."""

    folder: Path
    keys: Keys
    agency: Agency
    directory: Directory
    table: LegalTable
    store: SqliteStore
    ledger: GroupCommit
    gate: Gate
    clock: Clock
    confined: bool = False
    _refusals: tuple[int, int] = (0, 0)

    def now(self) -> dt.datetime:
        return self.clock.now()

    async def refuse(self, error: ExchangeError, admitted: Admitted | None, *, path: str) -> None:
        """Log a refusal; in the ledger too, as far as no stranger can fill it."""
        sender = admitted.sender.id if admitted else "nobody known"
        log.warning("refused %s from %s: %s (%s)", path, sender, error.what, error.code)
        minute, count = self._refusals
        this = int(time.time()) // 60
        count = count + 1 if minute == this else 1
        self._refusals = (this, count)
        if count > REFUSALS_PER_MINUTE:
            return
        content = {"sender": sender, "path": path, "error": error.code, "what": error.what[:200]}
        writes = [self.gate.replays.write(admitted.nonce)] if admitted else []
        await self.ledger.append(
            [Draft(kind="refused", at=milliseconds(self.now()), body=Body.of(content))], writes=writes
        )

    async def record(self, drafts: Sequence[Draft], *, writes: Sequence[Write] = ()) -> list[Entry]:
        """Entries and writes of one act, at once.

        Raises:
            KeyReused: the idempotency key of the act stands in the ledger with another content.
        """
        try:
            return await self.ledger.append(drafts, writes=writes)
        except KeyTaken:
            raise KeyReused("this key was used for another act", remedy="each act has its own key") from None

    def respond(self, request: Message, answer: Message) -> Message:
        """A signed answer to a signed request."""
        return sign_response(request, answer, seal=self.keys.seal, now=self.now())

    async def sweep(self) -> None:
        """Forget old nonces every ten minutes."""
        while True:
            writes: list[Write] = [forget_nonces(int(self.now().timestamp()))]
            await self.ledger.append([], writes=writes)
            await asyncio.sleep(600)

    async def checkpoint(self, _: Message) -> Message:
        """GET /ledger/checkpoint: the newest signed checkpoint."""
        return text(self.ledger.log.checkpoint)

    async def vkey(self, _: Message) -> Message:
        """GET /ledger/vkey: the log's verifier key."""
        return text(str(self.keys.signer.verifier))

    async def leaves(self, request: Message) -> Message:
        """GET /ledger/leaves?start=N: up to 1000 leaves, a line each; commitments, nothing of a person."""
        start = parse_qs(request.query).get("start", ["0"])[0]
        if not start.isdecimal() or len(start) > DIGITS:
            raise BadMessage("start is a number", remedy="begin with 0")
        rows = self.store.rows("SELECT leaf FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?", (int(start), PAGE))
        return text("".join(bytes(row[0]).decode() + "\n" for row in rows))

    async def consistency(self, request: Message) -> Message:
        """GET /ledger/consistency?old=A&new=B: the proof, a hexadecimal hash a line."""
        query = parse_qs(request.query)
        try:
            old, new = int(query["old"][0]), int(query["new"][0])
        except (KeyError, ValueError):
            raise BadMessage("old and new are sizes") from None
        try:
            proof = self.ledger.log.consistency(old, new)
        except KibanError as error:
            raise BadMessage(error.what) from None
        return text("".join(f"{hashed.hex()}\n" for hashed in proof))


def open_base(path: Path, config: Common, *, agency: str, core_key: str, schema: str) -> Base:
    """Open everything a process needs.

    Raises:
        BadConfiguration: a key, the directory or the legal table cannot be used.
        LedgerDamaged: the ledger does not agree with its newest signed checkpoint.
    """
    folder = path.parent
    keys = load_keys(folder / config.keys, agency)
    directory = load_directory(folder / config.directory, core_key=core_key)
    entry = directory.agencies.get(agency)
    if entry is None:
        where = Where(str(folder / config.directory))
        raise BadConfiguration(f"{agency} is not in the directory", where=where, remedy="the core must enter it")
    if entry.authority != config.listen:
        raise BadConfiguration(
            f"listen is {config.listen}, the directory says {entry.authority}", where=Where(str(path), field="listen")
        )
    if str(keys.signer.verifier) != entry.ledger:
        raise BadConfiguration("the keys are not those of the directory", where=Where(str(folder / config.keys)))
    table = load_table(folder / config.legal_table if config.legal_table else None)
    (folder / config.ledger).mkdir(mode=0o700, exist_ok=True)
    store = SqliteStore(folder / config.ledger, schema=schema)
    ledger = GroupCommit(Log(store, keys.signer))
    (folder / config.ledger / VKEY).write_text(f"{keys.signer.verifier}\n", encoding="utf-8")
    gate = Gate(directory, entry.authority)
    gate.replays.load(store.rows("SELECT nonce, expires FROM nonces"))
    return Base(folder, keys, entry, directory, table, store, ledger, gate, SystemClock())


def usage_query(request: Message) -> tuple[str, int, int]:
    """Person, since (milliseconds) and limit of a question for usages."""
    query = parse_qs(request.query)
    try:
        person = query["person"][0]
        limit = min(1000, int(query.get("limit", ["100"])[0]))
        since = milliseconds(dt.datetime.fromisoformat(query["since"][0])) if "since" in query else 0
    except (KeyError, ValueError, OverflowError):
        raise BadMessage("a question for usages names person, and may name since and limit") from None
    return person, since, limit


def encoded(content: object) -> bytes:
    """JSON."""
    return msgspec.json.encode(content)
