"""The gate of a node or the core: who sent this request, is it fresh, was it seen before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from kiban.exchange.directory import Agency, Directory
from kiban.exchange.errors import BadSignature, Replayed
from kiban.exchange.signing import Message, Signed, check_request, sender_of
from kiban.ledger.ports import Write

TABLES = "CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY, expires INTEGER NOT NULL);"
KEEP = 300
"""Seconds for which a nonce is remembered beyond its message's life; longer than two clocks may be apart."""


@dataclass(slots=True)
class ReplayCache:
    """Nonces and token ids that were seen, in memory and, by `write`, in the transaction of the record they led to."""

    seen: dict[str, int] = field(default_factory=dict)
    _swept: int = 0

    def load(self, rows: Iterable[tuple[str, int]]) -> None:
        """Take over what the table holds at start."""
        self.seen.update(rows)

    def take(self, name: str, expires: int, *, now: dt.datetime) -> None:
        """Remember a nonce.

        Raises:
            Replayed: it was seen before.
        """
        self._sweep(int(now.timestamp()))
        if name in self.seen:
            raise Replayed("this very message was already received", remedy="sign a new one; repeat the enquiry's key")
        self.seen[name] = expires + KEEP

    def _sweep(self, now: int) -> None:
        if now - self._swept >= KEEP:
            self._swept = now
            self.seen = {name: expires for name, expires in self.seen.items() if expires >= now}

    def write(self, name: str) -> Write:
        """The statement that keeps a taken nonce."""
        return "INSERT INTO nonces (nonce, expires) VALUES (?, ?)", (name, self.seen[name])


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that came through the gate."""

    sender: Agency
    signed: Signed
    message: Message

    @property
    def nonce(self) -> str:
        return f"{self.sender.id}/{self.signed.nonce}"


@dataclass(slots=True)
class Gate:
    """Checks requests to one node: ``authority`` is the host and port by which the directory knows it."""

    directory: Directory
    authority: str
    replays: ReplayCache = field(default_factory=ReplayCache)

    def admit(self, message: Message, *, now: dt.datetime) -> Admitted:
        """Let a signed request in, once.

        Raises:
            BadSignature: not signed as the profile asks, by nobody known, or for another node.
            ClockApart: too old, or one of the clocks is wrong.
            Replayed: already received.
        """
        if message.authority != self.authority:
            raise BadSignature("the message is for another node", remedy="check the directory")
        name = sender_of(message)
        agency = self.directory.agencies.get(name)
        if agency is None:
            raise BadSignature(f"the signer {name} is not in the directory", remedy="enter it, and sign the directory")
        admitted = Admitted(agency, check_request(message, agency.signing, now=now), message)
        self.replays.take(admitted.nonce, admitted.signed.expires, now=now)
        return admitted
