"""Group commit for an event loop: whatever arrives during one commit is the next group; no timer, no waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from kiban.ledger.log import Group, Log
from kiban.ledger.model import Draft, Entry
from kiban.ledger.ports import Write

MAX_GROUP = 2000


class GroupCommit:
    """Appends for many tasks of one event loop; each awaits until its entries are on the disk."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._waiting: list[tuple[Group, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def append(self, drafts: Sequence[Draft], *, writes: Sequence[Write] = ()) -> list[Entry]:
        """As `Log.append`, together with all that arrive at the same time."""
        group = Group(drafts, writes)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((group, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        await done
        if group.error is not None:
            raise group.error
        return group.found

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            now, self._waiting = self._waiting[:MAX_GROUP], self._waiting[MAX_GROUP:]
            try:
                await loop.run_in_executor(self._pool, self.log.commit, [group for group, _ in now])
            except Exception as error:  # the disk is full, the file is locked: each caller is told
                for _, done in now:
                    if not done.cancelled():
                        done.set_exception(error)
            else:
                for _, done in now:
                    if not done.cancelled():
                        done.set_result(None)

    async def close(self) -> None:
        """Wait for the running group, then stop."""
        if self._task is not None:
            await self._task
        self._pool.shutdown()
