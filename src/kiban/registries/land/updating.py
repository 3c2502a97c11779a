"""Changes of the land register → the rows of a ledger that are to be taken over, once each.

In place of the CSV of registered notices (登記済通知, 地方税法 382条): a ledger is told what changed since it was
told last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiban.kernel.clock import Clock
from kiban.kernel.events import Event, EventSink, Scalar
from kiban.registries.engine.model import Change
from kiban.registries.land.differing import Difference, Item
from kiban.registries.land.joining import Joined, Ledger, join, unsure_rows
from kiban.registries.land.model import Parcel, written
from kiban.registries.land.register import FACTS, PARCEL, REGISTER, key_of, parcel_of
from kiban.registries.store import filings as positions
from kiban.registries.store.records import RecordStore

_ITEMS = {
    "place": frozenset({Item.PLACE, Item.NUMBER}),
    "category": frozenset({Item.CATEGORY}),
    "area": frozenset({Item.AREA}),
    "owners": frozenset(item for item in Item if item.startswith("owner")) | {Item.SHARE},
}
_BASELINE = 1
"""What the first version of the register has is no change: ``join`` compares it with the ledgers."""


class Work(StrEnum):
    """What is to be done in the ledger."""

    CHANGE = "change"
    ADD = "add"
    """The register has a new parcel (分筆, 表題登記) that this ledger should have."""
    END = "end"
    """The register closed the parcel (合筆, 滅失)."""
    LOOK = "look"
    """It is not clear which row is the parcel."""


@dataclass(frozen=True, slots=True)
class Update:
    """One parcel that the ledger is to take over.

    Attributes:
        seq: the last change of the register that it rests on; a repeat is known by it.
        fields: what changed in the register: place, category, area, owners.
        parcel: the parcel as registered now (of ``END``: as it was last).
        row: the ledger's rows of it, None of ``ADD``.
        differences: what the rows say otherwise.
        changed_on: the day from which the register's state is known, ISO.
    """

    work: Work
    seq: int
    fields: tuple[str, ...]
    parcel: Parcel
    row: Parcel | None
    changed_on: str
    differences: tuple[Difference, ...] = field(default=())


def updates(
    store: RecordStore,
    ledger: Ledger,
    *,
    hand_over: Callable[[Sequence[Update]], object],
    clock: Clock,
    events: EventSink,
) -> tuple[Update, ...]:
    """Hand over what the ledger is to take over of the changes since it was told last, in the order of the changes.

    A parcel that changed several times comes once, with its last state; one whose rows say the same already does not
    come. The position moves with the audit event when ``hand_over`` returned: a crash before that repeats the list, and
    a repeat is known by ``seq``.
    """
    name = f"land:{ledger.name}"
    with store.transaction():
        seen = positions.position(store, name)
        changes = list(_changes(store, seen))
        told = tuple(_told(store, ledger, changes=changes))
        hand_over(told)
        last = max(seen, store.last_change(PARCEL.id))
        positions.move(store, name, seq=last)
        data: dict[str, Scalar] = {"n_updates": len(told), "since": seen, "upto": last}
        events.emit(Event("land_updates_listed", clock.now(), "core", ledger.name, data))
    return told


def _changes(store: RecordStore, seen: int) -> Iterator[Change]:
    found = store.changes(PARCEL.id, since=seen, size=store.changes_after(PARCEL.id, seen))
    return (change for change in found if change.version > _BASELINE)


def _told(store: RecordStore, ledger: Ledger, *, changes: Sequence[Change]) -> Iterator[Update]:
    by_key: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_key[change.key].append(change)
    if not by_key:
        return
    present = {record.key: parcel_of(record) for record in store.everything(PARCEL.id)}
    gone = {key: parcel for key in by_key if key not in present and (parcel := _last(store, key))}
    joined = join([Ledger(REGISTER, [*present.values(), *gone.values()], register=True), ledger]).parcels
    found, waiting = _by_key(joined), unsure_rows(joined)
    for key, ones in sorted(by_key.items(), key=lambda pair: pair[1][-1].seq):
        parcel = present.get(key) or gone.get(key)
        if parcel is None:
            continue
        now = _Now(parcel, found.get(key), waiting.get((parcel.place.key, ledger.name)), key in gone)
        if made := _update(now, ledger=ledger.name, changes=ones):
            yield made


def _last(store: RecordStore, key: str) -> Parcel | None:
    states, _ = store.told(PARCEL.id, key)
    return parcel_of(states[-1]) if states else None


def _by_key(parcels: Iterable[Joined]) -> Mapping[str, Joined]:
    return {key_of(one.parcels[REGISTER]): one for one in parcels if REGISTER in one.parcels}


@dataclass(frozen=True, slots=True)
class _Now:
    """A changed parcel: what it is joined with, the row that may be of it, and whether the register closed it."""

    parcel: Parcel
    joined: Joined | None
    perhaps: Parcel | None
    gone: bool


def _update(now: _Now, *, ledger: str, changes: Sequence[Change]) -> Update | None:
    fields = tuple(name for name in FACTS if any(name in change.fields for change in changes))
    row = now.joined.parcels.get(ledger) if now.joined else None
    day = max(change.valid_from for change in changes).isoformat()
    made = Update(Work.CHANGE, changes[-1].seq, fields, now.parcel, row, day)
    if now.joined is None or now.joined.unsure or (row is None and now.perhaps):
        return replace(made, work=Work.LOOK, row=row or now.perhaps)
    if now.gone:
        return replace(made, work=Work.END) if row else None
    if row is None:
        return replace(made, work=Work.ADD) if ledger in now.joined.absent else None
    wanted = {item for name in fields or FACTS for item in _ITEMS[name]}
    differing = tuple(one for one in now.joined.differences if one.item in wanted and one.disagrees)
    return replace(made, differences=differing) if differing else None


COLUMNS = ("work", "seq", "changed_on", "fields", "municipality_code", "town", "small", "lot", "number", "lines", "ids",
           "category", "area", "registered_on", "owners")  # fmt: skip


def table(told: Iterable[Update], *, persons: bool = True) -> Iterator[list[str]]:
    """Rows for a spreadsheet, the header first: the ledger's lines and ids, and what is registered now."""
    yield list(COLUMNS)
    for one in told:
        now, place = one.parcel, one.parcel.place
        yield [
            *(one.work, str(one.seq), one.changed_on, " ".join(one.fields)),
            *(place.code, place.town, place.small, place.lot, now.number),
            " ".join(map(str, one.row.lines)) if one.row else "",
            " ".join(one.row.ids) if one.row else "",
            *(now.category or "", str(now.area or ""), now.registered_on),
            written(now.owners) if persons else "",
        ]
