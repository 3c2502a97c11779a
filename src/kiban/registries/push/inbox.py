"""For subscribers: a delivery taken in, each change once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from kiban.kernel.wire import UNREADABLE
from kiban.registries.errors import BadPush
from kiban.registries.push.model import Delivery, Told
from kiban.registries.push.signature import verify


@dataclass(slots=True)
class Inbox:
    """For subscribers: takes deliveries in, each change once, by the highest ``seq`` that it has seen of a registry.

    ``take`` is called with each new change in its order, and must keep it before it returns.
    """

    public: str
    take: Callable[[str, Told], None]
    seen: dict[str, int] = field(default_factory=dict)

    def receive(self, headers: Mapping[str, str], body: bytes, *, now: dt.datetime) -> int:
        """How many changes of a delivery were new. Raises: BadPush."""
        verify(self.public, headers=headers, body=body, now=now)
        try:
            delivery = msgspec.json.decode(body, type=Delivery)
        except UNREADABLE:
            raise BadPush("the body is no delivery", remedy="ask the sender") from None
        new = [change for change in delivery.changes if change.seq > self.seen.get(delivery.registry, 0)]
        for change in new:
            self.take(delivery.registry, change)
            self.seen[delivery.registry] = change.seq
        return len(new)
