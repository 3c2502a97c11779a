"""Verbs of the registers: take in a file's entries as one version; each change is told once, in order."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from kiban.kernel.clock import Clock
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.events import Event, EventSink, Scalar
from kiban.kernel.tabular import Fault, Report
from kiban.registries.engine.model import Change, Entry, RegistryInfo, Source, Stamp
from kiban.registries.store.records import RecordStore
from kiban.registries.store.staging import Staging, staging

Entries = Iterable[Entry] | Callable[[int], Iterable[Entry]]


class Using(NamedTuple):
    """What an import works with: the clock, the sink of its audit event, the report of its reader, who is told."""

    clock: Clock
    events: EventSink
    report: Report | None = None
    progress: Callable[[int], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: the version it made and how many changes of each kind.

    ``same`` said nothing new; ``repeated`` was said anew by a later row of the same key and day; of ``outdated`` a
    source of a later day had said otherwise.
    """

    version: int
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Import:
    store: RecordStore
    info: RegistryInfo
    source: Source
    version: int
    at: dt.datetime

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.version, self.source.file, self.at)


def take_in(store: RecordStore, info: RegistryInfo, *, entries: Entries, source: Source, using: Using) -> Taken:
    """Take in the entries of one source as one version, all or nothing; taking the same twice changes nothing.

    Entries are first read beside the register, in portions; when the source has a digest, an import that was broken off
    goes on after the last portion where ``entries`` can be called with the line up to which the file was read.
    A source that is ``whole`` ends what it does not have, on its day. The audit event is ``registry_updated``.
    """
    clock, report = using.clock, using.report
    with staging(store, info, source=source) as portions:
        if not callable(entries):
            portions.afresh()
        done = portions.resume(report)
        for count in portions.read(entries(done) if callable(entries) else entries, report=report):
            using.progress(count)
        portions.prepare()
        if report is not None and store.path:
            portions.tell(report, Path(f"{store.path}.{source.file}.faults.csv"))
        _check_kept(source, report)
        at = clock.now()
        with store.transaction():
            work = _Import(store, info, source, store.begin_version(info.id, source, at=at), at)
            counts = _take_over(work, portions, report=report)
            _audit(work, counts, using=using)
    return Taken(work.version, counts)


def _audit(work: _Import, counts: Counter[str], *, using: Using) -> None:
    """Which bytes were taken in as which version, and how many records of each kind; never what a record says."""
    source, report = work.source, using.report
    data: dict[str, Scalar] = {"version": work.version, "given_by": source.by}
    data |= {"file": source.file, "digest": source.digest, "as_of": source.as_of.isoformat()}
    data |= {"whole": source.whole, "basis": source.basis}
    data |= {"n_read": report.read, "n_faults": report.n_faults} if report else {}
    data |= {f"n_{kind}": n for kind, n in counts.items()}
    using.events.emit(Event("registry_updated", work.at, "core", work.info.id, data))


def _check_kept(source: Source, report: Report | None) -> None:
    if report is not None and not (report.read or report.n_faults):
        raise BadInput(
            "the file has no rows", where=Where(source.file, 1), remedy="nothing need be taken in; or fetch it"
        )
    if report is not None and report.read and not report.kept:
        first = report.faults[0] if report.faults else None
        raise BadInput(
            f"none of its {report.read:,} rows can be read{f'; the first: {first.what}' if first else ''}",
            where=first.where if first else Where(source.file),
            remedy="compare the file with the registry's form (kiban registry dictionary)",
        )


def _ends(work: _Import, report: Report | None) -> bool:
    """Whether what the file does not have is over: not when rows of it could not be read, or when it has none."""
    if not work.source.whole or report is None:
        return work.source.whole
    if not report.n_faults and report.kept:
        return True
    report.note(
        Fault(Where(work.source.file), "nothing was ended, for the file is not whole", "mend it and take it again")
    )
    return False


def _take_over(work: _Import, portions: Staging, *, report: Report | None) -> Counter[str]:
    rest, again, total = portions.classify()
    created = portions.take_new(work.stamp)
    counts = Counter({"created": created, "same": total - rest - created, "repeated": again})
    counts.update(_apply(work, _entry(row)) for row in portions.rest())
    if _ends(work, report):
        counts.update(_ended(work, key) for key in portions.missing())
    return +counts


def _entry(row: sqlite3.Row) -> Entry:
    data = None if row["data"] is None else json.loads(row["data"])
    day = dt.date.fromisoformat(row["valid_from"])
    return Entry(row["key"], day, data, row["line"], row["kind"], tuple(row["quality"].split()))


def _ended(work: _Import, key: str) -> str:
    row = work.store.beliefs(work.info.id, key)[-1]
    day = max(work.source.as_of, dt.date.fromisoformat(row["valid_from"]))
    return _close(work, Entry(key, day, None, 0, "closed"), row=row)


def _apply(work: _Import, entry: Entry) -> str:
    rows = work.store.beliefs(work.info.id, entry.key)
    day = entry.valid_from.isoformat()
    holding = next((r for r in reversed(rows) if r["valid_from"] <= day and (r["valid_to"] or "9999") > day), None)
    if _outdated(work, entry, rows=rows, holding=holding):
        return "outdated"
    if entry.kind == "withdrawn":
        return _withdraw(work, entry, rows=rows)
    if entry.data is None:
        return _close(work, entry, row=holding)
    differs = _differing(json.loads(holding["data"]) if holding else {}, entry.data)
    if holding is not None and not differs:
        return "same"
    later = min((r["valid_from"] for r in rows if r["valid_from"] > day), default=None)
    if holding is not None:
        work.store.end_belief(holding, version=work.version)
        if holding["valid_from"] < day:
            work.store.repeat(holding, valid_to=entry.valid_from, version=work.version, at=work.at)
    work.store.believe(work.info, entry, span_end=holding["valid_to"] if holding else later, stamp=work.stamp)
    again = "reopened" if rows else "created"
    kind = "corrected" if _corrects(entry, holding) else "changed" if holding else again
    return _told(work, entry, kind=kind, fields=differs)


def _outdated(work: _Import, entry: Entry, *, rows: Sequence[sqlite3.Row], holding: sqlite3.Row | None) -> bool:
    """Whether a source of a later day withdrew the key, or says otherwise of the same day (or that it is there)."""
    if not rows and entry.kind == "withdrawn":
        return False
    if not rows:
        gone = work.store.withdrawal(work.info.id, entry.key)
        return gone is not None and entry.valid_from <= gone.on and _later(work, gone.version, same=True)
    if entry.kind == "withdrawn":
        return any(_later(work, row["version"]) for row in rows)
    standing = holding is not None and holding["valid_to"] is None and holding["valid_from"] == str(entry.valid_from)
    return standing and holding is not None and _later(work, holding["version"])


def _later(work: _Import, version: int, *, same: bool = False) -> bool:
    """Whether another version is of a later day; with ``same`` also when it came of the very file that is taken in."""
    if version == work.version:
        return False
    held = work.store.lineage(work.info.id, version)
    again = same and bool(work.source.digest) and held["digest"] == work.source.digest
    return again or held["as_of"] > work.source.as_of.isoformat()


def _corrects(entry: Entry, holding: sqlite3.Row | None) -> bool:
    """A source that tells changes as such can tell a second one of the same day; of others that is a correction."""
    if holding is None or entry.kind == "change":
        return False
    return entry.kind == "correction" or bool(holding["valid_from"] == entry.valid_from.isoformat())


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {
        name: (before.get(name, ""), after.get(name, ""))
        for name in {**before, **after}
        if before.get(name, "") != after.get(name, "")
    }


def _close(work: _Import, entry: Entry, *, row: sqlite3.Row | None) -> str:
    if row is None or row["valid_to"] is not None:
        return "same"
    work.store.end_belief(row, version=work.version)
    work.store.repeat(row, valid_to=entry.valid_from, version=work.version, at=work.at)
    return _told(work, entry, kind="closed", fields={})


def _withdraw(work: _Import, entry: Entry, *, rows: Iterable[sqlite3.Row]) -> str:
    held = list(rows)
    for row in held:
        work.store.end_belief(row, version=work.version)
    return _told(work, entry, kind="withdrawn", fields={}) if held else "same"


def _told(work: _Import, entry: Entry, *, kind: str, fields: dict[str, tuple[str, str]]) -> str:
    change = Change(0, work.info.id, entry.key, kind, work.version, entry.valid_from, work.at, fields)
    work.store.note_change(change)
    return kind
