"""The desk of the link check on this process's database, for commands: no pages, no register to search."""

from __future__ import annotations

from pathlib import Path

from kiban.jobs.store.outbox import Outbox
from kiban.jobs.store.queue import DatabaseQueue
from kiban.kernel.clock import Clock, SystemClock
from kiban.linkage.desk import LinkDesk
from kiban.linkage.store.registers import RegisterFolder
from kiban.linkage.store.worklist import DatabaseLinks
from kiban.notices import NoticeDesk
from kiban.notices.of_links import LinkMessages
from kiban.notices.store.repository import DatabaseNotices
from kiban.shell.wiring.contacts import NoChannels


def link_desk(notices: NoticeDesk, registers: Path) -> LinkDesk:
    """The office's desk for the findings of the link check."""
    return LinkDesk(DatabaseLinks(), LinkMessages(notices), RegisterFolder(registers), notices.events, notices.clock)


def link_desk_alone(clock: Clock | None = None) -> LinkDesk:
    """The same without the rest of the platform."""
    clock = clock or SystemClock()
    queue = DatabaseQueue(clock)
    notices = NoticeDesk(DatabaseNotices(), NoChannels(), queue, Outbox(queue), clock)
    return link_desk(notices, Path("link-registers"))
