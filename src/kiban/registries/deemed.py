"""Corporate change deemed filed (特定法人事項変更届出に関する特例): filed once, counted everywhere.

A programme subscribes with the law under which its own notification is deemed made and the items that it concerns; each
change reaches it once, also after a crash or when it subscribes late. The article of the special provision itself
(情報通信技術を活用した行政の推進等に関する法律, amended in 令和6年) is stated by the subscriber, not here.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from kiban.kernel.clock import Clock
from kiban.kernel.errors import Where
from kiban.kernel.events import Event, EventSink, Scalar
from kiban.registries.corporation import CORPORATION
from kiban.registries.engine.model import Change
from kiban.registries.errors import BadSubscription
from kiban.registries.store.records import RecordStore

CLOSURE = frozenset({"closed_on", "closed_reason", "successor"})
TOLD = frozenset({"changed", "closed", "reopened"})


@dataclass(frozen=True, slots=True)
class Subscription:
    """A programme that must be told of corporate changes.

    Attributes:
        programme: its id; ``law`` the law and article by which its notification is deemed made.
        agency: who runs it.
        items: the fields that it concerns; a closure always counts.
        corporations: those it knows; none named = all.
    """

    programme: str
    law: str
    agency: str
    items: frozenset[str] = frozenset({"name", "prefecture", "city", "street"})
    corporations: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        known = {field.name for field in CORPORATION.fields}
        if not self.law or not self.items or self.items - known:
            raise BadSubscription(
                f"{self.programme}: a subscription names its law and items of the corporate registry",
                where=Where(field="items" if self.law else "law"),
                remedy=f"items are of {', '.join(sorted(known))}",
            )

    def concerns(self, change: Change) -> bool:
        """Whether the programme's notification is deemed made by this change."""
        known = not self.corporations or change.key in self.corporations
        concerned = bool((self.items | CLOSURE) & set(change.fields))
        return known and change.kind in TOLD and (change.kind != "changed" or concerned)


@dataclass(frozen=True, slots=True)
class DeemedFiling:
    """A notification that is deemed made: by which change of which corporation, what changed, when, under which law."""

    programme: str
    change: int
    corporate_number: str
    law: str
    fields: Mapping[str, tuple[str, str]]
    changed_on: dt.date
    deemed_at: dt.datetime


def deliver(store: RecordStore, subscription: Subscription, *, clock: Clock, events: EventSink) -> int:
    """Record the filings of all changes that the programme has not yet seen; returns how many were new.

    The filings and the programme's position are one transaction, so that a crash neither loses nor doubles one.
    """
    with store.transaction() as db:
        row = db.execute("SELECT seq FROM position WHERE subscriber = ?", (subscription.programme,)).fetchone()
        seen, made = int(row[0]) if row else 0, 0
        while changes := store.changes(CORPORATION.id, since=seen):
            made += sum(_file(store, subscription, change=change, at=(clock, events)) for change in changes)
            seen = changes[-1].seq
        db.execute("INSERT OR REPLACE INTO position VALUES (?, ?)", (subscription.programme, seen))
    return made


def replay(store: RecordStore, subscription: Subscription, *, clock: Clock, events: EventSink) -> int:
    """Go through all changes again; what was filed stays as it is, only what is missing is added."""
    with store.transaction() as db:
        db.execute("DELETE FROM position WHERE subscriber = ?", (subscription.programme,))
    return deliver(store, subscription, clock=clock, events=events)


def _file(store: RecordStore, subscription: Subscription, *, change: Change, at: tuple[Clock, EventSink]) -> int:
    if not subscription.concerns(change):
        return 0
    clock, events = at
    shown = {name: list(pair) for name, pair in change.fields.items() if name in subscription.items | CLOSURE}
    row = (subscription.programme, change.seq, change.key, subscription.law, json.dumps(shown, ensure_ascii=False))
    done = store.db.execute(
        "INSERT OR IGNORE INTO deemed_filing VALUES (?,?,?,?,?,?,?)",
        (*row, change.valid_from.isoformat(), clock.now().isoformat()),
    )
    if done.rowcount:
        data: dict[str, Scalar] = {"change": change.seq, "law": subscription.law, "corporation": change.key}
        events.emit(Event("filing_deemed", clock.now(), subscription.agency, subscription.programme, data))
    return done.rowcount


def filings(store: RecordStore, programme: str) -> tuple[DeemedFiling, ...]:
    """The filings of a programme, in the order of the changes."""
    rows = store.db.execute("SELECT * FROM deemed_filing WHERE programme = ? ORDER BY change", (programme,))
    return tuple(
        DeemedFiling(
            row["programme"],
            row["change"],
            row["key"],
            row["law"],
            {name: (pair[0], pair[1]) for name, pair in json.loads(row["fields"]).items()},
            dt.date.fromisoformat(row["changed_on"]),
            dt.datetime.fromisoformat(row["deemed_at"]),
        )
        for row in rows
    )
