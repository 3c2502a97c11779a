"""Changes of the register at the node: what waits stops nothing else, and what is done twice at once is done once."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from agency_sample import B, people
from kiban.exchange.errors import BadMessage
from kiban.exchange.model import Change, Changed
from kiban.kernel.errors import BadInput
from kiban.shell.node.changes import APPLIED, TOLD
from kiban.shell.node.node import Node, open_node
from kiban.simulators.agencies import Prepared, prepare
from kiban.simulators.agencies.processes import laid_out

WHOLE = {"symbol": "a", "number": "1", "since": "2026-11-21"}


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    prepared = prepare(tmp_path_factory.mktemp("land"), people())
    laid_out(prepared.folder)
    return prepared


def played(land: Prepared, play: Callable[[Node], Awaitable[None]]) -> None:
    """On B's node in this process; the core does not run."""

    async def run() -> None:
        node = open_node(land.folder / B / "node.yaml")
        try:
            await play(node)
        finally:
            await node.stop()

    with ThreadPoolExecutor(1) as own:  # the thread of the tests may have a loop of the browser's
        own.submit(asyncio.run, run()).result()


def enrolled(land: Prepared, person: str, *, key: str) -> Change:
    return Change(kind="nhi_enrolled", person=land.code(person, B), data=WHOLE, key=key)


def waiting(land: Prepared, *, below: int = TOLD) -> int:
    base = sqlite3.connect(land.folder / B / "ledger" / "ledger.sqlite")
    found = base.execute("SELECT count(*) FROM changes WHERE state < ?", (below,)).fetchone()[0]
    base.close()
    return int(found)


def test_a_request_and_a_round_that_meet_apply_a_change_once(land: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(node: Node) -> None:
        adapter, inside, applied = node.adapter, threading.Event(), []
        assert adapter is not None
        plain = adapter.apply

        def slow(change: Change) -> int:
            applied.append(change.key)
            inside.wait(5)
            return plain(change)

        monkeypatch.setattr(adapter, "apply", slow)
        request = asyncio.create_task(node.changes.apply(enrolled(land, "taro", key="meet")))
        while not applied:
            await asyncio.sleep(0.01)
        round_ = asyncio.create_task(node.changes._round())
        await asyncio.sleep(0.2)
        inside.set()
        changed: Changed = await request
        await round_

        assert (changed.rows, applied[:2]) == (1, ["meet"])

    played(land, play)


def test_what_can_never_be_applied_is_refused_before_it_is_recorded(land: Prepared) -> None:
    async def play(node: Node) -> None:
        before = waiting(land)
        with pytest.raises(BadMessage, match="number"):
            await node.changes.apply(Change(kind="nhi_enrolled", person=land.code("taro", B), data={}, key="bad"))
        assert waiting(land) == before

    played(land, play)


def test_changes_that_cannot_be_made_now_stop_no_later_one(land: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(node: Node) -> None:
        adapter = node.adapter
        assert adapter is not None
        plain = adapter.apply

        def broken(change: Change) -> int:
            if change.key.startswith("stuck"):
                raise BadInput("the file is broken") if change.key.endswith("0") else OSError(28, "no space")
            return plain(change)

        monkeypatch.setattr(adapter, "apply", broken)
        for number in range(60):
            with pytest.raises((BadInput, OSError)):
                await node.changes.apply(enrolled(land, f"p{number}", key=f"stuck-{number}"))
        late = enrolled(land, "jiro", key="good")
        await node.changes._record(late, "good")
        before = waiting(land, below=APPLIED)
        await node.changes._round()

        assert waiting(land, below=APPLIED) == before - 1

    played(land, play)
