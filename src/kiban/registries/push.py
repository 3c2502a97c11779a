"""Changes pushed to subscribers outside, over HTTP: signed, in order, at least once, with a key to know a repeat by.

The form is that of Standard Webhooks (``webhook-id``, ``webhook-timestamp``, ``webhook-signature``), asymmetric
(``v1a``): Ed25519 over ``id.timestamp.body``, so that a subscriber needs only the public key and nobody shares a
secret. What a delivery holds is fixed before it is sent: its id and body are the same at every repeat. The position
moves only after the subscriber answered 2xx; what was under way when a process died is sent again.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import http.client
import os
import ssl
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiban.kernel.clock import Clock
from kiban.kernel.errors import Where
from kiban.kernel.wire import UNREADABLE
from kiban.registries.engine.model import Change
from kiban.registries.errors import BadPush, UnknownSubscriber
from kiban.registries.store.records import RecordStore

BATCH = 500
TIMEOUT = 10.0
TOLERANCE = dt.timedelta(minutes=5)
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(seconds=5), dt.timedelta(hours=6)


class Post(Protocol):
    """Sends a body to an address."""

    def __call__(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> int:
        """The answer's status; raises OSError when there is none."""
        ...


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One change as a subscriber gets it; ``key`` and ``seq`` are the same at every repeat."""

    seq: int
    key: str
    kind: str
    version: int
    valid_from: str
    recorded_at: str
    fields: dict[str, tuple[str, str]]


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a push: changes of one registry in their order."""

    registry: str
    changes: list[Told]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who is told: address, registry, what it wants (``area``: beginning of the code; ``keys``), and how far it is.

    ``refused`` is why the last try failed; ``tries`` since the last success; ``next_try`` when the next one is due;
    ``upto`` the last change of the delivery under way.
    """

    name: str
    registry: str
    url: str
    area: str = ""
    keys: frozenset[str] = frozenset()
    seq: int = 0
    tries: int = 0
    next_try: dt.datetime | None = None
    refused: str = ""
    upto: int = 0


@dataclass(frozen=True, slots=True)
class Key:
    """The sender's Ed25519 key in its file (mode 600, made at first use); never shown."""

    private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def kept(cls, path: Path) -> Key:
        """The key of a file."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()))
        try:
            return cls(Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_bytes(), validate=True)))
        except (ValueError, binascii.Error):
            raise BadPush(
                "the key file holds no key", where=Where(path.name), remedy="remove it; a new one is made"
            ) from None

    @property
    def public(self) -> str:
        """The public key as subscribers keep it: ``whpk_`` and base64."""
        return "whpk_" + base64.b64encode(self.private.public_key().public_bytes_raw()).decode()

    def headers(self, identity: str, body: bytes, *, at: dt.datetime) -> dict[str, str]:
        """The three headers of Standard Webhooks."""
        stamp = str(int(at.timestamp()))
        signed = self.private.sign(f"{identity}.{stamp}.".encode() + body)
        return {
            "content-type": "application/json",
            "webhook-id": identity,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1a,{base64.b64encode(signed).decode()}",
        }


def verify(public: str, *, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> str:
    """For subscribers: the id of a delivery that is signed by the key and not older than five minutes.

    Raises:
        BadPush: no such headers, too old, or not signed by this key.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        identity, stamp = given["webhook-id"], given["webhook-timestamp"]
        age = abs(now - dt.datetime.fromtimestamp(int(stamp), dt.UTC))
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_"), validate=True))
        signatures = [base64.b64decode(part[4:]) for part in given["webhook-signature"].split() if part[:4] == "v1a,"]
    except (KeyError, ValueError, OverflowError, OSError):
        raise BadPush("this is no signed delivery", remedy="see Standard Webhooks") from None
    if age > TOLERANCE:
        raise BadPush("the delivery is older than five minutes", remedy="compare the clocks")
    for signature in signatures:
        try:
            key.verify(signature, f"{identity}.{stamp}.".encode(errors="replace") + body)
        except InvalidSignature:
            continue
        return identity
    raise BadPush("the delivery is not signed by this key", remedy="ask the sender for its public key")


def subscribe(store: RecordStore, subscriber: Subscriber, *, clock: Clock) -> None:
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
    row = (subscriber.name, subscriber.registry, subscriber.url, subscriber.area, " ".join(sorted(subscriber.keys)))
    with store.transaction() as db:
        done = db.execute(
            "INSERT OR IGNORE INTO subscriber VALUES (?,?,?,?,?,?,0,0,'','',?)",
            (*row, subscriber.seq, clock.now().isoformat()),
        )
    if not done.rowcount:
        raise BadPush(f"there is a subscriber {subscriber.name!r} already", remedy="end it first, or take another name")


def unsubscribe(store: RecordStore, name: str) -> None:
    """Tell a subscriber nothing more. Raises: UnknownSubscriber."""
    subscriber_named(store, name)
    with store.transaction() as db:
        db.execute("DELETE FROM subscriber WHERE name = ?", (name,))


def replay(store: RecordStore, name: str, *, since: int = 0) -> None:
    """Tell a subscriber everything after ``since`` again, beginning at once. Raises: UnknownSubscriber."""
    subscriber_named(store, name)
    with store.transaction() as db:
        db.execute(
            "UPDATE subscriber SET seq = ?, upto = 0, tries = 0, next_try = '' WHERE name = ?", (max(0, since), name)
        )


def subscribers(store: RecordStore) -> tuple[Subscriber, ...]:
    """All subscribers, by name."""
    return tuple(
        Subscriber(
            row["name"],
            row["registry"],
            row["url"],
            row["area"],
            frozenset(row["keys"].split()),
            row["seq"],
            row["tries"],
            dt.datetime.fromisoformat(row["next_try"]) if row["next_try"] else None,
            row["refused"],
            row["upto"],
        )
        for row in store.db.execute("SELECT * FROM subscriber ORDER BY name")
    )


def subscriber_named(store: RecordStore, name: str) -> Subscriber:
    """The subscriber of a name. Raises: UnknownSubscriber."""
    for one in subscribers(store):
        if one.name == name:
            return one
    raise UnknownSubscriber(f"there is no subscriber {name[:60]!r}", remedy="see kiban push list")


@dataclass(frozen=True, slots=True)
class Pusher:
    """Delivers what is due: the registers, the key, the way to send, the clock."""

    store: RecordStore
    key: Key
    clock: Clock
    post: Post

    def round(self) -> int:
        """One delivery after the other to each subscriber that is due; how many changes were taken."""
        return sum(self._deliver(one) for one in subscribers(self.store) if self._due(one))

    def _due(self, one: Subscriber) -> bool:
        return one.next_try is None or one.next_try <= self.clock.now()

    def _deliver(self, one: Subscriber) -> int:
        taken = 0
        while changes := self._under_way(one):
            wanted = [change for change in changes if self._wants(one, change)]
            refused = self._send(one, wanted) if wanted else ""
            if refused:
                self._later(one, refused)
                return taken
            one = self._moved(one, changes[-1].seq)
            taken += len(wanted)
        return taken

    def _under_way(self, one: Subscriber) -> tuple[Change, ...]:
        """The changes of the delivery that was begun, else of a new one, which is noted first."""
        changes = self.store.changes(one.registry, since=one.seq, size=BATCH)
        if one.upto > one.seq:
            return tuple(change for change in changes if change.seq <= one.upto)
        if changes:
            with self.store.transaction() as db:
                db.execute("UPDATE subscriber SET upto = ? WHERE name = ?", (changes[-1].seq, one.name))
        return changes

    def _wants(self, one: Subscriber, change: Change) -> bool:
        """By key, or by the beginning of the area's code: that of today or the one that changed."""
        if one.keys and change.key not in one.keys:
            return False
        if not one.area:
            return True
        record = self.store.at(change.registry, change.key)
        codes = (*change.fields.get("municipality_code", ()), record.area if record else "")
        return any(code.startswith(one.area) for code in codes)

    def _send(self, one: Subscriber, changes: list[Change]) -> str:
        """Nothing when it was taken, else why not."""
        told = Delivery(registry=one.registry, changes=[_told(change) for change in changes])
        body = msgspec.json.encode(told)
        identity = f"{one.registry}_{changes[0].seq}_{changes[-1].seq}_{len(changes)}"
        try:
            status = self.post(one.url, body, headers=self.key.headers(identity, body, at=self.clock.now()))
        except OSError as error:
            return type(error).__name__
        return "" if 200 <= status < 300 else f"HTTP {status}"

    def _moved(self, one: Subscriber, seq: int) -> Subscriber:
        """Only forward from where it was: a replay asked for meanwhile stands."""
        with self.store.transaction() as db:
            db.execute(
                "UPDATE subscriber SET seq = ?, tries = 0, next_try = '', refused = '' WHERE name = ? AND seq = ?",
                (seq, one.name, one.seq),
            )
        return next((found for found in subscribers(self.store) if found.name == one.name), one)

    def _later(self, one: Subscriber, refused: str) -> None:
        wait = min(FIRST_WAIT * 2 ** min(one.tries, 20), LONGEST_WAIT)
        with self.store.transaction() as db:
            db.execute(
                "UPDATE subscriber SET tries = tries + 1, next_try = ?, refused = ? WHERE name = ?",
                ((self.clock.now() + wait).isoformat(), refused, one.name),
            )


def _told(change: Change) -> Told:
    return Told(
        seq=change.seq,
        key=change.key,
        kind=change.kind,
        version=change.version,
        valid_from=change.valid_from.isoformat(),
        recorded_at=change.recorded_at.isoformat(),
        fields={name: (before, after) for name, (before, after) in change.fields.items()},
    )


def send(url: str, body: bytes, *, headers: Mapping[str, str]) -> int:
    """POST over HTTP(S) with the machine's certificate authorities; redirects are not followed.

    Raises:
        OSError: no answer within ten seconds, or none that is HTTP.
    """
    parts = urllib.parse.urlsplit(url)
    port, host = parts.port, parts.hostname or ""
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", target, body=body, headers=dict(headers))
        return connection.getresponse().status
    except http.client.HTTPException as error:
        raise ConnectionError(type(error).__name__) from None
    finally:
        connection.close()


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
