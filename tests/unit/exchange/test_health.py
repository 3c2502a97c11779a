"""A node tells how it is without keeping anybody waiting for its source."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import msgspec

from kiban.exchange.errors import HolderUnavailable
from kiban.exchange.model import Health
from kiban.exchange.signing import Message
from kiban.shell.node.app import Peer

BASE = SimpleNamespace(
    agency=SimpleNamespace(id="302015", kind="municipality"), confined=False, table=SimpleNamespace(version="1"),
    ledger=SimpleNamespace(log=SimpleNamespace(size=3, checkpoint="note")),
)  # fmt: skip


class Slow:
    """A source that answers once the loop was free for something else."""

    def __init__(self) -> None:
        self.free = threading.Event()

    def check(self) -> str:
        if not self.free.wait(2):
            raise HolderUnavailable("nobody else was served")
        return "1 items"


def health(adapter: object, *, meanwhile: threading.Event | None = None) -> Health:
    async def asked() -> Message:
        node = SimpleNamespace(base=BASE, adapter=adapter, threads=ThreadPoolExecutor(1))
        waiting = asyncio.create_task(Peer(node).health(Message({})))  # type: ignore[arg-type]  # as much of a node as is asked
        await asyncio.sleep(0)
        if meanwhile is not None:
            meanwhile.set()
        return await waiting

    with ThreadPoolExecutor(1) as own:  # the thread of the tests may have a loop of the browser's
        return msgspec.json.decode(own.submit(lambda: asyncio.run(asked())).result().body, type=Health)


def test_a_slow_source_keeps_no_other_request_waiting() -> None:
    slow = Slow()

    found = health(slow, meanwhile=slow.free)

    assert (found.ok, found.source, found.entries) == (True, "1 items", 3)


def test_a_node_without_a_source_is_well() -> None:
    assert health(None).source == "none"
