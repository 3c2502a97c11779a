"""Own filings noted, changes delivered once, and what was recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from kiban.kernel.clock import Clock
from kiban.kernel.events import Event, EventSink, Scalar
from kiban.registries.corporation import CORPORATION
from kiban.registries.deemed.model import BASIS, CLOSURE, TOLD, DeemedFiling, Effect, OwnFiling, Subscription
from kiban.registries.deemed.reading import provision
from kiban.registries.engine.model import Change
from kiban.registries.store import filings as rows
from kiban.registries.store.records import RecordStore

PORTION = 1000


def note_filing(store: RecordStore, own: OwnFiling, *, clock: Clock, events: EventSink) -> None:
    """The corporation filed these new values itself: a later change to the same values is not deemed filed."""
    with store.transaction():
        rows.note_own(store, own)
        data: dict[str, Scalar] = {"corporation": own.number, "fields": " ".join(sorted(own.fields))}
        events.emit(Event("own_filing_noted", clock.now(), "core", own.programme, data))


def deliver(store: RecordStore, subscription: Subscription, *, clock: Clock, events: EventSink) -> int:
    """Record all changes that the programme has not yet seen; returns how many were new.

    Each portion's filings and the programme's position are one transaction, so that a crash neither loses nor doubles
    one, and the next run goes on behind it.
    """
    made, more = 0, True
    while more:
        with store.transaction():
            seen = rows.position(store, subscription.programme)
            changes = store.changes(CORPORATION.id, since=seen, size=PORTION, kinds=TOLD)
            made += sum(_file(store, subscription, change=change, at=(clock, events)) for change in changes)
            more = len(changes) == PORTION
            last = changes[-1].seq if more else max(seen, store.last_change(CORPORATION.id))
            rows.move(store, subscription.programme, seq=last)
    return made


def replay(store: RecordStore, subscription: Subscription, *, clock: Clock, events: EventSink) -> int:
    """Go through all changes again; what was filed stays as it is, only what is missing is added."""
    with store.transaction():
        rows.move(store, subscription.programme, seq=0)
    return deliver(store, subscription, clock=clock, events=events)


def _file(store: RecordStore, subscription: Subscription, *, change: Change, at: tuple[Clock, EventSink]) -> bool:
    if not subscription.concerns(change):
        return False
    clock, events = at
    shown = {name: pair for name, pair in change.fields.items() if name in subscription.items | CLOSURE}
    effect = _effect(store, subscription, change=change, shown=shown)
    if effect is Effect.DEEMED and clock.now().date() < provision().since:
        effect = Effect.KNOWN
    programme, law = subscription.programme, subscription.law
    found = DeemedFiling(programme, change.seq, change.key, law, shown, change.valid_from, clock.now(), effect)
    if not rows.add(store, found):
        return False
    kind = "filing_deemed" if effect is Effect.DEEMED else "corporate_change_known"
    data: dict[str, Scalar] = {"change": change.seq, "law": law, "corporation": change.key, "effect": effect}
    events.emit(Event(kind, clock.now(), subscription.agency, programme, data))
    return True


def _effect(
    store: RecordStore, subscription: Subscription, *, change: Change, shown: Mapping[str, tuple[str, str]]
) -> Effect:
    own = rows.own(store, subscription.programme, number=change.key)
    if shown and all((name, after) in own for name, (_, after) in shown.items()):
        return Effect.FILED
    given = store.lineage(CORPORATION.id, change.version).get("basis", "")
    return Effect.DEEMED if given == BASIS else Effect.KNOWN


def filings(store: RecordStore, programme: str, *, since: dt.datetime | None = None) -> tuple[DeemedFiling, ...]:
    """The changes recorded at a programme (``since`` a moment), in order."""
    return rows.recorded(store, programme, since=since)
