"""Changes pushed to subscribers outside, over HTTP: signed, in order, at least once, with a key to know a repeat by.

The form is that of Standard Webhooks (``webhook-id``, ``webhook-timestamp``, ``webhook-signature``). What a delivery
holds is fixed before it is sent: its id and body are the same at every repeat. The position moves only after the
subscriber answered 2xx; what was under way when a process died is sent again.
"""

from __future__ import annotations

import datetime as dt
import http.client
import ssl
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec

from kiban.kernel.clock import Clock
from kiban.registries.engine.model import Change
from kiban.registries.push.model import Delivery, Subscriber, Told
from kiban.registries.push.signature import Key
from kiban.registries.store import subscribers as rows
from kiban.registries.store.records import RecordStore

BATCH = 500
TIMEOUT = 10.0
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(seconds=5), dt.timedelta(hours=6)


class Post(Protocol):
    """Sends a body to an address."""

    def __call__(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> int:
        """The answer's status; raises OSError when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Pusher:
    """Delivers what is due: the registers, the key, the way to send, the clock."""

    store: RecordStore
    key: Key
    clock: Clock
    post: Post

    def round(self) -> int:
        """One delivery after the other to each subscriber that is due; how many changes were taken."""
        return sum(self._deliver(one) for one in rows.every(self.store) if self._due(one))

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
            one = rows.move(self.store, one, seq=changes[-1].seq)
            taken += len(wanted)
        return taken

    def _under_way(self, one: Subscriber) -> tuple[Change, ...]:
        """The changes of the delivery that was begun, else of a new one, which is noted first."""
        changes = self.store.changes(one.registry, since=one.seq, size=BATCH)
        if one.upto > one.seq:
            return tuple(change for change in changes if change.seq <= one.upto)
        if changes:
            rows.begin(self.store, one.name, upto=changes[-1].seq)
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

    def _later(self, one: Subscriber, refused: str) -> None:
        wait = min(FIRST_WAIT * 2 ** min(one.tries, 20), LONGEST_WAIT)
        rows.put_off(self.store, one.name, refused=refused, until=self.clock.now() + wait)


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
