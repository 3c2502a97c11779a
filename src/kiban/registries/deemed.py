"""Corporate change deemed filed (特定法人事項変更届出に関する特例): filed once, counted everywhere.

A programme subscribes with the law under which its own notification is due and the items that it concerns; each change
reaches it once, also after a crash or when it subscribes late. The legal effect is that of the special provision: only
what the Minister of Justice gave under its article 13 is deemed filed, from the moment it stands in the agency's file;
a change known from another source (国税庁の公表) is told, and the notification remains due. What was filed by the
corporation itself before stays its own filing.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from kiban.kernel.clock import Clock
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.events import Event, EventSink, Scalar
from kiban.kernel.located import Located, parse_located, read_located
from kiban.kernel.values import CorporateNumber
from kiban.registries.corporation import CORPORATION
from kiban.registries.engine.model import Change
from kiban.registries.errors import BadSubscription
from kiban.registries.store.records import RecordStore

BASIS = "414AC0000000151:13"
"""The provision by which a source's changes are given so that they are deemed filed."""
CLOSURE = frozenset({"closed_on", "closed_reason", "successor"})
TOLD = frozenset({"changed", "closed", "reopened"})
PORTION = 1000


class Effect(StrEnum):
    """What a change means for the programme's notification."""

    DEEMED = "deemed"
    """みなし届出: 情報通信技術を活用した行政の推進等に関する法律 14条1項本文."""
    FILED = "filed"
    """The corporation had filed it itself: 同項ただし書."""
    KNOWN = "known"
    """Known from a source that is no provision under its 13条: the notification is still due."""


@dataclass(frozen=True, slots=True)
class Provision:
    """The special provision as ``deemed.yaml`` of this package states it.

    Attributes:
        law: its name and number; ``law_id`` in e-Gov; ``article`` the articles.
        since: the day it came into force: what was recorded before is not deemed filed.
        verified: whether its text in force was compared; ``why`` by what, and what is not covered.
    """

    law: str
    law_id: str
    article: str
    since: dt.date
    verified: bool
    why: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """A programme that must be told of corporate changes.

    Attributes:
        programme: its id; ``law`` the law and article under which its own notification is due.
        agency: who runs it.
        items: the fields that it concerns; a closure always counts.
        corporations: those it knows; none named = all.
    """

    programme: str
    law: str
    agency: str
    items: frozenset[str] = frozenset({"name", "prefecture", "city", "street", "foreign_address"})
    corporations: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        known = {field.name for field in CORPORATION.fields}
        if not self.law:
            raise _refused("law", f"{self.programme}: a subscription names the law of its own notification")
        if not self.items or self.items - known:
            wrong = ", ".join(sorted(self.items - known)) or "nothing"
            raise _refused(
                "items", f"{wrong}: no item of the corporate registry", remedy=f"one of {', '.join(sorted(known))}"
            )
        for number in sorted(self.corporations):
            try:
                CorporateNumber.parse(number)
            except BadInput as error:
                raise _refused("corporations", error.what, remedy=error.remedy) from None

    def concerns(self, change: Change) -> bool:
        """Whether this change is one that the programme's notification would tell."""
        known = not self.corporations or change.key in self.corporations
        concerned = bool((self.items | CLOSURE) & set(change.fields))
        return known and change.kind in TOLD and (change.kind != "changed" or concerned)


@dataclass(frozen=True, slots=True)
class DeemedFiling:
    """One change at one programme: which corporation, what changed, since when, known when, with what effect."""

    programme: str
    change: int
    corporate_number: str
    law: str
    fields: Mapping[str, tuple[str, str]]
    changed_on: dt.date
    deemed_at: dt.datetime
    effect: Effect


@cache
def provision() -> Provision:
    """The special provision, with whether its text in force was verified."""
    text = (files("kiban.registries") / "data" / "deemed.yaml").read_text(encoding="utf-8")
    fields = parse_located(text, file="deemed.yaml").value["provision"]
    return Provision(**{**fields, "since": dt.date.fromisoformat(str(fields["since"]))})


def read_subscriptions(path: Path) -> tuple[Subscription, ...]:
    """Subscriptions of a YAML file: ``subscriptions: [{programme, law, agency, items?, corporations?}]``.

    Raises:
        BadInput, BadSubscription: with the line.
    """
    read = read_located(path)
    entries = read.value.get("subscriptions") if isinstance(read.value, dict) else None
    if not isinstance(entries, list):
        raise BadSubscription("there are no subscriptions", where=Where(path.name), remedy="subscriptions: [...]")
    return tuple(_subscription(read, entry, at=at) for at, entry in enumerate(entries))


def _refused(field: str, what: str, *, remedy: str = "name the law and its article") -> BadSubscription:
    return BadSubscription(what, where=Where(field=field), remedy=remedy or "compare it")


NEEDED, MORE = ("programme", "law", "agency"), ("items", "corporations")


def _subscription(read: Located, entry: Any, *, at: int) -> Subscription:
    place = ("subscriptions", at)
    remedy = f"a subscription has {', '.join(NEEDED)}; {' and '.join(MORE)} if needed"
    if not isinstance(entry, dict):
        raise BadSubscription("this is no subscription", where=read.where(place), remedy=remedy)
    if wrong := [name for name in entry if name not in NEEDED + MORE]:
        raise BadSubscription(f"there is no {wrong[0]!r}", where=read.where((*place, wrong[0])), remedy=remedy)
    if missing := [name for name in NEEDED if name not in entry]:
        raise BadSubscription(f"{', '.join(missing)} is missing", where=read.where(place), remedy=remedy)
    if single := [name for name in MORE if not isinstance(entry.get(name, []), list)]:
        raise BadSubscription(f"{single[0]} is no list", where=read.where((*place, single[0])), remedy="write [a, b]")
    sets: dict[str, Any] = {name: frozenset(map(str, entry[name])) for name in MORE if name in entry}
    try:
        programme, law, agency = (str(entry[name] or "") for name in NEEDED)
        return replace(Subscription(programme, law, agency), **sets)
    except BadSubscription as error:
        raise BadSubscription(
            error.what, where=read.where((*place, error.where.field or "")), remedy=error.remedy
        ) from None


def note_filing(store: RecordStore, programme: str, *, number: str, fields: Mapping[str, str]) -> None:
    """The corporation filed these new values itself: a later change to the same values is not deemed filed."""
    with store.transaction() as db:
        rows = [(programme, number, name, value) for name, value in fields.items()]
        db.executemany("INSERT OR IGNORE INTO own_filing VALUES (?,?,?,?)", rows)


def deliver(store: RecordStore, subscription: Subscription, *, clock: Clock, events: EventSink) -> int:
    """Record all changes that the programme has not yet seen; returns how many were new.

    Each portion's filings and the programme's position are one transaction, so that a crash neither loses nor doubles
    one, and the next run goes on behind it.
    """
    made, more = 0, True
    while more:
        with store.transaction() as db:
            row = db.execute("SELECT seq FROM position WHERE subscriber = ?", (subscription.programme,)).fetchone()
            seen = int(row[0]) if row else 0
            changes = store.changes(CORPORATION.id, since=seen, size=PORTION, kinds=TOLD)
            made += sum(_file(store, subscription, change=change, at=(clock, events)) for change in changes)
            more = len(changes) == PORTION
            last = changes[-1].seq if more else max(seen, store.last_change(CORPORATION.id))
            db.execute("INSERT OR REPLACE INTO position VALUES (?, ?)", (subscription.programme, last))
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
    shown = {name: pair for name, pair in change.fields.items() if name in subscription.items | CLOSURE}
    effect = _effect(store, subscription, change=change, shown=shown)
    if effect is Effect.DEEMED and clock.now().date() < provision().since:
        effect = Effect.KNOWN
    told = json.dumps({name: list(pair) for name, pair in shown.items()}, ensure_ascii=False)
    row = (subscription.programme, change.seq, change.key, subscription.law, told, change.valid_from.isoformat())
    done = store.db.execute(
        "INSERT OR IGNORE INTO deemed_filing VALUES (?,?,?,?,?,?,?,?)", (*row, clock.now().isoformat(), effect)
    )
    if done.rowcount:
        kind = "filing_deemed" if effect is Effect.DEEMED else "corporate_change_known"
        data: dict[str, Scalar] = {"change": change.seq, "law": subscription.law, "corporation": change.key}
        events.emit(Event(kind, clock.now(), subscription.agency, subscription.programme, {**data, "effect": effect}))
    return done.rowcount


def _effect(
    store: RecordStore, subscription: Subscription, *, change: Change, shown: Mapping[str, tuple[str, str]]
) -> Effect:
    own = {
        (row["field"], row["value"])
        for row in store.db.execute(
            "SELECT field, value FROM own_filing WHERE programme = ? AND key = ?", (subscription.programme, change.key)
        )
    }
    if shown and all((name, after) in own for name, (_, after) in shown.items()):
        return Effect.FILED
    given = store.lineage(CORPORATION.id, change.version).get("basis", "")
    return Effect.DEEMED if given == BASIS else Effect.KNOWN


def filings(store: RecordStore, programme: str, *, since: dt.datetime | None = None) -> tuple[DeemedFiling, ...]:
    """The changes recorded at a programme (``since`` a moment), in order."""
    query = "SELECT * FROM deemed_filing WHERE programme = ? AND deemed_at >= ? ORDER BY change"
    rows = store.db.execute(query, (programme, since.isoformat() if since else ""))
    return tuple(
        DeemedFiling(
            row["programme"],
            row["change"],
            row["key"],
            row["law"],
            {name: (pair[0], pair[1]) for name, pair in json.loads(row["fields"]).items()},
            dt.date.fromisoformat(row["changed_on"]),
            dt.datetime.fromisoformat(row["deemed_at"]),
            Effect(row["effect"]),
        )
        for row in rows
    )
