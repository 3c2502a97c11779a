"""Verbs of the registers: take in a file's entries as one version; each change is told once, in order."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kiban.kernel.clock import Clock
from kiban.kernel.events import Event, EventSink, Scalar
from kiban.registries.engine.model import Change, Entry, RegistryInfo, Source, Stamp
from kiban.registries.store.records import RecordStore


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: the version it made and how many changes of each kind; ``same`` said nothing new."""

    version: int
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Import:
    store: RecordStore
    info: RegistryInfo
    source: Source
    version: int
    at: dt.datetime


def take_in(
    store: RecordStore, info: RegistryInfo, *, entries: Iterable[Entry], source: Source, using: tuple[Clock, EventSink]
) -> Taken:
    """Take in the entries of one source as one version, all or nothing; taking the same twice changes nothing.

    ``using`` is the clock and the sink of the audit event ``registry_updated``.
    """
    clock, events = using
    at = clock.now()
    with store.transaction():
        work = _Import(store, info, source, store.begin_version(info.id, source, at=at), at)
        counts = Counter(_apply(work, entry) for entry in entries)
        told: dict[str, Scalar] = {f"n_{kind}": n for kind, n in counts.items()}
        data = {"version": work.version, "file": source.file, **told}
        events.emit(Event("registry_updated", at, source.by or "core", info.id, data))
    return Taken(work.version, counts)


def _apply(work: _Import, entry: Entry) -> str:
    rows = work.store.beliefs(work.info.id, entry.key)
    day = entry.valid_from.isoformat()
    holding = next((r for r in reversed(rows) if r["valid_from"] <= day and (r["valid_to"] or "9999") > day), None)
    if entry.kind == "withdrawn":
        return _withdraw(work, entry, rows=rows)
    if entry.data is None:
        return _close(work, entry, row=holding)
    before = json.loads(holding["data"]) if holding else {}
    differs = {
        name: (before.get(name, ""), entry.data.get(name, ""))
        for name in {**before, **entry.data}
        if before.get(name, "") != entry.data.get(name, "")
    }
    if holding is not None and not differs:
        return "same"
    later = min((r["valid_from"] for r in rows if r["valid_from"] > day), default=None)
    span_end = holding["valid_to"] if holding else later
    if holding is not None:
        work.store.end_belief(holding, version=work.version)
        if holding["valid_from"] < day:
            work.store.repeat(holding, valid_to=entry.valid_from, version=work.version, at=work.at)
    stamp = Stamp(work.version, work.source.file, work.at)
    work.store.believe(work.info, entry, span_end=span_end, stamp=stamp)
    again = "reopened" if rows else "created"
    correction = holding is not None and (entry.kind == "correction" or holding["valid_from"] == day)
    return _told(work, entry, kind="corrected" if correction else "changed" if holding else again, fields=differs)


def _close(work: _Import, entry: Entry, *, row: sqlite3.Row | None) -> str:
    if row is None or row["valid_to"] is not None:
        return "same"
    work.store.end_belief(row, version=work.version)
    work.store.repeat(row, valid_to=entry.valid_from, version=work.version, at=work.at)
    return _told(work, entry, kind="closed", fields={})


def _withdraw(work: _Import, entry: Entry, *, rows: Iterable[sqlite3.Row]) -> str:
    ended = False
    for row in rows:
        work.store.end_belief(row, version=work.version)
        ended = True
    return _told(work, entry, kind="withdrawn", fields={}) if ended else "same"


def _told(work: _Import, entry: Entry, *, kind: str, fields: dict[str, tuple[str, str]]) -> str:
    change = Change(0, work.info.id, entry.key, kind, work.version, entry.valid_from, work.at, fields)
    work.store.note_change(change)
    return kind
