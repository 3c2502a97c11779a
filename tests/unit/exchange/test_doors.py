"""A person's door: open while it is used, over after idleness or age, and nothing of it is kept afterwards."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kiban.exchange.doors import Doors
from kiban.exchange.errors import DoorShut
from kiban.exchange.gate import ReplayCache
from kiban.exchange.store import CoreTables
from kiban.exchange.store.core import TABLES, add_member, open_door
from kiban.kernel.clock import JST
from kiban.ledger.ports import Batch, Write
from kiban.ledger.store import SqliteStore

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=JST)
TARO, HANAKO = b"t" * 16, b"h" * 16


class Opened:
    """Doors over a store."""

    def __init__(self, folder: Path) -> None:
        self.store = SqliteStore(folder, schema=TABLES)
        self.doors = Doors(CoreTables(self.store), ReplayCache())

    def write(self, *writes: Write) -> None:
        self.store.commit(Batch([], 0, "", writes))

    def open(self, now: dt.datetime) -> str:
        handle, row, over = self.doors.fresh(TARO, portal="portal", now=now)
        door = self.doors.hashed(handle)
        self.write(open_door(door, row), *over)
        return door

    def members(self) -> int:
        return int(self.store.rows("SELECT count(*) FROM door_members")[0][0])


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    return Opened(tmp_path)


def test_a_door_is_over_when_idle_or_closed(opened: Opened) -> None:
    door = opened.open(NOON)
    opened.doors.check(door, [TARO], members=False, now=NOON)
    with pytest.raises(DoorShut):
        opened.doors.check(door, [TARO], members=False, now=NOON + dt.timedelta(seconds=900))

    closing = opened.doors.close(door, now=NOON)
    with pytest.raises(DoorShut):  # at once, before it is written
        opened.doors.check(door, [TARO], members=False, now=NOON)
    opened.write(*closing)
    assert opened.doors.is_open(door, now=NOON) is None


def test_nothing_is_kept_of_a_door_that_is_over(opened: Opened) -> None:
    left = opened.open(NOON)
    opened.write(add_member(left, HANAKO))
    opened.write(*opened.doors.close(opened.open(NOON), now=NOON))

    later = opened.open(NOON + dt.timedelta(hours=5))
    assert opened.members() == 0
    assert not opened.doors.shut
    opened.write(add_member(later, HANAKO))
    opened.open(NOON + dt.timedelta(hours=5, minutes=1))
    assert opened.members() == 1
