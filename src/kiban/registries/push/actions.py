"""Subscribers outside: taken up, ended, told again."""

from __future__ import annotations

import urllib.parse

from kiban.kernel.clock import Clock
from kiban.kernel.errors import Where
from kiban.kernel.events import Event, EventSink, Scalar
from kiban.registries.errors import BadPush, UnknownSubscriber
from kiban.registries.push.model import Subscriber
from kiban.registries.store import subscribers as rows
from kiban.registries.store.records import RecordStore


def subscribe(store: RecordStore, subscriber: Subscriber, *, clock: Clock, events: EventSink) -> None:
    """Take up a subscriber; it begins after its ``seq`` (0: with the first change there ever was).

    Raises:
        BadPush: the name is taken, or the address is not https (http only on the own machine).
    """
    parts = urllib.parse.urlsplit(subscriber.url)
    local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not (parts.hostname and (parts.scheme == "https" or local)) or parts.username or parts.fragment:
        raise BadPush(
            "an address of a subscriber is https, without a password",
            where=Where(field="url"),
            remedy="give it as https://host/path (http only on this machine)",
        )
    with store.transaction():
        if not rows.add(store, subscriber, at=clock.now()):
            taken = f"there is a subscriber {subscriber.name!r} already"
            raise BadPush(taken, remedy="end it first, or take another name")
        data: dict[str, Scalar] = {"registry": subscriber.registry, "host": parts.hostname, "area": subscriber.area}
        events.emit(Event("subscriber_added", clock.now(), "core", subscriber.name, data))


def unsubscribe(store: RecordStore, name: str, *, clock: Clock, events: EventSink) -> None:
    """Tell a subscriber nothing more. Raises: UnknownSubscriber."""
    subscriber_named(store, name)
    with store.transaction():
        rows.remove(store, name)
        events.emit(Event("subscriber_ended", clock.now(), "core", name))


def replay(store: RecordStore, name: str, *, clock: Clock, events: EventSink, since: int = 0) -> None:
    """Tell a subscriber everything after ``since`` again, beginning at once. Raises: UnknownSubscriber."""
    subscriber_named(store, name)
    with store.transaction():
        rows.rewind(store, name, seq=max(0, since))
        events.emit(Event("subscriber_put_back", clock.now(), "core", name, {"since": max(0, since)}))


def subscribers(store: RecordStore) -> tuple[Subscriber, ...]:
    """All subscribers, by name."""
    return rows.every(store)


def subscriber_named(store: RecordStore, name: str) -> Subscriber:
    """The subscriber of a name. Raises: UnknownSubscriber."""
    found = rows.one(store, name)
    if found is None:
        raise UnknownSubscriber(f"there is no subscriber {name[:60]!r}", remedy="see kiban push list")
    return found
