"""A person's door: opens with the card, closes at sign-out, idleness or age; what was issued in it dies with it."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from kiban.exchange.errors import DoorShut
from kiban.exchange.gate import ReplayCache
from kiban.exchange.store import CoreTables, DoorRow
from kiban.exchange.store.core import close_door, forget_doors, use_door
from kiban.ledger.ports import Write

TOUCH_EVERY = 10
"""Seconds after which a use of the door is written down; the idle end is exact to this."""


@dataclass(slots=True)
class Doors:
    """Opens, checks and closes doors.

    Attributes:
        idle: seconds without use after which a door is closed.
        longest: seconds after which it is closed in any case.
    """

    tables: CoreTables
    replays: ReplayCache
    idle: int = 900
    longest: int = 4 * 3600
    shut: dict[str, int] = field(default_factory=dict)
    """Doors closed in this process and when, so that none is open between its closing and the writing of it."""

    def hashed(self, handle: str) -> str:
        """What is kept of a door's handle, and what tokens carry."""
        return hashlib.sha256(f"kiban door 1\n{handle}".encode()).hexdigest()[:43]

    def fresh(self, secret: bytes, *, portal: str, now: dt.datetime) -> tuple[str, DoorRow, list[Write]]:
        """A new door: its handle, its row, and what else to write (doors that are over are forgotten)."""
        stamp = int(now.timestamp())
        over = forget_doors(expired=stamp, idle=stamp - self.idle)
        self.shut = {door: closed for door, closed in self.shut.items() if stamp - closed < self.longest}
        return secrets.token_urlsafe(32), DoorRow(secret, portal, stamp, stamp + self.longest), over

    def is_open(self, door: str, *, now: dt.datetime) -> DoorRow | None:
        """The door, if it is open at this moment."""
        row = self.tables.door(door)
        stamp = now.timestamp()
        if row is None or door in self.shut or stamp >= row.expires or stamp >= row.used + self.idle:
            return None
        return row

    def check(self, door: str, found: Sequence[bytes], *, members: bool, now: dt.datetime) -> None:
        """Raises DoorShut unless the door is open and all persons may be asked about in it."""
        row = self.is_open(door, now=now)
        if row is None:
            raise DoorShut("the person's door is closed", remedy="sign in again")
        for secret in found:
            if secret != row.secret and not (members and self.tables.is_member(door, secret)):
                raise DoorShut("this door is another person's", remedy="only one's own data, and one's household's")

    def touch(self, door: str, *, now: dt.datetime) -> list[Write]:
        """Postpone the idle end."""
        row = self.tables.door(door)
        stamp = int(now.timestamp())
        return [use_door(door, stamp)] if row is not None and stamp - row.used >= TOUCH_EVERY else []

    def close(self, door: str, *, now: dt.datetime) -> list[Write]:
        """Close a door, at once also in memory."""
        self.shut[door] = int(now.timestamp())
        return close_door(door)
