"""Changes of the agency's own register: recorded first, applied then, told to the core last; each at least once.

A change waits in the node's own file with its data until it is applied; then its data are dropped.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from typing import TYPE_CHECKING

import msgspec

from kiban.exchange.adapters.sql import TO
from kiban.exchange.asker import enquiry_id, short
from kiban.exchange.errors import BadMessage, ExchangeError, UnknownItem
from kiban.exchange.messages import Done, Holdings
from kiban.exchange.model import Change, Changed
from kiban.kernel.errors import KibanError
from kiban.ledger import Body, Draft, milliseconds

if TYPE_CHECKING:
    from kiban.shell.node.node import Node

TABLES = """
CREATE TABLE IF NOT EXISTS changes (
  key TEXT PRIMARY KEY, seq INTEGER NOT NULL, state INTEGER NOT NULL, rows INTEGER NOT NULL DEFAULT 0, change BLOB);
CREATE INDEX IF NOT EXISTS changes_open ON changes (state, seq) WHERE state < 2;
"""
RECORDED, APPLIED, TOLD = 0, 1, 2
_canonical = msgspec.json.Encoder(order="sorted").encode

log = logging.getLogger("kiban.node")


class Changes:
    """The changes of one node."""

    def __init__(self, node: Node) -> None:
        self.node = node

    async def apply(self, change: Change) -> Changed:
        """Record and apply a change, once per key."""
        adapter = self.node.adapter
        if adapter is None or change.kind not in adapter.mapping.changes:
            raise UnknownItem(f"this agency has no change {change.kind[:60]!r}", remedy="see its mapping file")
        if not change.key or len(change.key) > 200:
            raise BadMessage("a change has a key of at most 200 characters")
        adapter.check_change(change)  # what could never be applied must not wait for it
        key = enquiry_id(self.node.base.agency.id, f"change\n{change.key}")
        index = await self._record(change, key)
        rows = await self.finish(key)
        return Changed(receipt=f"{self.node.base.agency.id}:{index}", rows=rows)

    async def _record(self, change: Change, key: str) -> int:
        base, data = self.node.base, _canonical(msgspec.to_builtins(change.data))
        content = {"change": change.kind, "case": change.case, "digest": short(hashlib.sha256(data).digest())}
        told = [(change.person, f"{key}.changed"), *((to, f"{key}.changed.to") for to in self._others(change))]
        drafts = [
            Draft(kind="changed", at=milliseconds(base.now()), body=Body.of(content, subject=subject, key=entry))
            for subject, entry in told
        ]
        insert = "INSERT OR IGNORE INTO changes (key, seq, state, change) SELECT ?, count(*), 0, ? FROM changes"
        entries = await base.record(drafts, writes=[(insert, (key, msgspec.json.encode(change)))])
        return entries[0].index

    def _others(self, change: Change) -> tuple[str, ...]:
        """Persons beside the change's own in whose records it stands too: to whom a record is given."""
        assert self.node.adapter is not None
        moved = self.node.adapter.mapping.changes[change.kind].move
        return tuple(filter(None, [str(change.data.get(TO) or "")])) if moved else ()

    async def finish(self, key: str) -> int:
        """Apply a recorded change and tell the core what follows from it; the number of rows changed.

        Its own request and the rounds of `deliver` may meet: then both wait for the same work.
        """
        going = self.node.finishing
        if key not in going:
            going[key] = asyncio.create_task(self._finish(key))
            going[key].add_done_callback(lambda _: going.pop(key))
        return await asyncio.shield(going[key])

    async def _finish(self, key: str) -> int:
        base = self.node.base
        ((state, rows, raw),) = base.store.rows("SELECT state, rows, change FROM changes WHERE key = ?", (key,))
        if state == TOLD:
            return int(rows)
        adapter = self.node.adapter
        assert adapter is not None
        change = msgspec.json.decode(raw, type=Change)
        if state == RECORDED:
            loop = asyncio.get_running_loop()
            rows = await loop.run_in_executor(self.node.threads, adapter.apply, change)
            await base.ledger.append([], writes=[("UPDATE changes SET state = 1, rows = ? WHERE key = ?", (rows, key))])
        try:
            await self._tell(change)
        except ExchangeError as error:
            log.warning("the core will be told later: %s", error)
            return int(rows)
        await base.ledger.append([], writes=[("UPDATE changes SET state = 2, change = NULL WHERE key = ?", (key,))])
        return int(rows)

    async def _tell(self, change: Change) -> None:
        assert self.node.adapter is not None
        loop = asyncio.get_running_loop()
        held, gone = await loop.run_in_executor(self.node.threads, self.node.adapter.holdings_after, change)
        if held or gone:
            await self.node.core("holdings", Holdings(held=held, gone=gone), kind=Done)

    async def deliver(self) -> None:
        """Take up what a stop or a core that was down left over, in order, again and again."""
        while True:
            await self._round()
            await asyncio.sleep(self.node.config.rounds)

    async def _round(self) -> None:
        """One try for each change that waits; one that cannot be made stops no other."""
        query, last = "SELECT key, seq FROM changes WHERE state < 2 AND seq > ? ORDER BY seq LIMIT 50", -1
        while rows := self.node.base.store.rows(query, (last,)):
            for key, last in rows:  # noqa: B007 the next rows begin behind the last
                try:
                    await self.finish(key)
                except KibanError as error:
                    log.warning("a change waits: %s", error)
                except Exception as error:  # its text may hold data: keep the type
                    log.warning("a change waits: %s", type(error).__name__)
