"""The desk of the link check on this process's database, and its way to the offices' exchange nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiban.exchange.client import NodeClient
from kiban.exchange.errors import ExchangeError, UnknownItem
from kiban.exchange.model import Change
from kiban.jobs import Handler, Job, Queue
from kiban.jobs.store.outbox import Outbox
from kiban.jobs.store.queue import DatabaseQueue
from kiban.kernel.clock import Clock, SystemClock
from kiban.linkage.desk import LinkDesk, Outcome, actions
from kiban.linkage.desk.model import Correction
from kiban.linkage.desk.ports import Exchange, NoExchange, Reached
from kiban.linkage.errors import NodeSilent
from kiban.linkage.store.registers import RegisterFolder
from kiban.linkage.store.worklist import DatabaseLinks
from kiban.notices import NoticeDesk
from kiban.notices.of_links import LinkMessages
from kiban.notices.store.repository import DatabaseNotices
from kiban.procedures.actions import PORTAL
from kiban.shell.wiring.contacts import NoChannels

RELINK = "relink_at_node"


def link_desk(notices: NoticeDesk, registers: Path, *, exchange: Exchange | None = None) -> LinkDesk:
    """The office's desk for the findings of the link check."""
    return LinkDesk(
        DatabaseLinks(), LinkMessages(notices), RegisterFolder(registers), notices.events, notices.clock,
        exchange or NoExchange(),
    )  # fmt: skip


def relinking(desk: LinkDesk) -> Handler:
    """The handler that brings corrections to the offices' nodes."""

    def handle(job: Job) -> None:
        actions.exchange(desk, item=int(job.key), agency=str(job.payload["agency"]))

    return handle


@dataclass(frozen=True, slots=True)
class NodeExchange:
    """See `kiban.linkage.desk.ports.Exchange`: each office speaks through its own node and no other."""

    clients: Mapping[str, NodeClient]
    queue: Queue

    def reaches(self, agency: str) -> bool:
        return agency in self.clients

    def ask_for(self, item: int, *, agency: str) -> None:
        self.queue.put(RELINK, str(item), payload={"agency": agency})

    def relink(self, correction: Correction) -> Reached:
        client = self.clients[correction.agency]
        try:
            codes = client.codes_of(*filter(None, (correction.before, correction.after)))
            if not {correction.before, correction.after or correction.before} <= set(codes):
                return Reached(Outcome.UNKNOWN)
            done = client.apply_change(_change(correction, codes))
        except UnknownItem:
            return Reached(Outcome.UNKNOWN)
        except ExchangeError as error:
            raise NodeSilent(f"the node of {correction.agency}: {error.what}", remedy="start it") from error
        return Reached(Outcome.MOVED if done.rows else Outcome.NOTHING, done.receipt)

    def inbox(self, agency: str, *, record: str) -> str:
        if agency not in self.clients or PORTAL not in self.clients:
            return ""
        try:
            code = self.clients[agency].codes_of(record).get(record, "")
            return self.clients[PORTAL].open_link(self.clients[agency].address(code)) if code else ""
        except ExchangeError:
            return ""  # a letter always reaches


def _change(correction: Correction, codes: Mapping[str, str]) -> Change:
    data = {"record": correction.record, "to": codes.get(correction.after, "")}
    return Change(
        kind=f"link_corrected_{correction.affair}", person=codes[correction.before], data=data,
        key=f"link/{correction.item}", case=f"link-{correction.item}",
    )  # fmt: skip


def link_desk_alone(clock: Clock | None = None) -> LinkDesk:
    """The same without the rest of the platform."""
    clock = clock or SystemClock()
    queue = DatabaseQueue(clock)
    notices = NoticeDesk(DatabaseNotices(), NoChannels(), queue, Outbox(queue), clock)
    return link_desk(notices, Path("link-registers"))
