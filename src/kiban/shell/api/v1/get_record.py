"""GET /api/v1/registries/{registry}/records/{key}: one record with its history."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse

from kiban.registries.engine.catalogue import context
from kiban.registries.engine.model import RegistryInfo, Withdrawal
from kiban.registries.errors import UnknownRecord
from kiban.registries.tables import registry as registry_of
from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.api.negotiate import CSV, FORMS, KINDS, Rows, answer, counted, wanted
from kiban.shell.registries.library import records

HIGHEST = 2**62
COLUMNS = ("valid_from", "valid_to", "recorded_at", "version", "ended", "source", "quality")


class State(Schema):
    """One state: valid from a day until before another; from which source and version, with its quality marks.

    ``ended``: the version from which on it is believed no more.
    """

    data: dict[str, str]
    valid_from: dt.date
    valid_to: dt.date | None
    recorded_at: dt.datetime
    version: int
    ended: int | None
    source: str
    quality: list[str]


class Withdrawn(Schema):
    """When a source took a key back."""

    on: dt.date
    version: int
    recorded_at: dt.datetime
    source: str


class History(Schema):
    """The states of a record, the oldest first; of one that was withdrawn, those that were believed until then."""

    key: str
    states: list[State]
    withdrawn: Withdrawn | None


@endpoint("GET", "/registries/{registry}/records/{key}", gives=History, forms=FORMS)
def get_record(
    request: HttpRequest, registry: str, *, key: str, on: dt.date | None = None, known: int | None = None
) -> HttpResponse:
    """The states of a key; ``on``: only that of a day; ``known``: as it was known in a version."""
    counted(request)
    info, store = registry_of(registry), records()
    version = None if known is None else min(max(0, known), HIGHEST)
    found, gone = store.told(info.id, key, known=version)
    if on:
        one = store.at(info.id, key, on=on, known=gone.version - 1 if gone else version)
        found = (one,) if one else ()
    if not (found or gone):
        raise _unknown(info, key, on=on)
    flat, states = wanted(request, KINDS) == CSV, []
    for r in found:
        data = {field.name: r.data[field.name] for field in info.fields}
        valid = {"valid_from": r.valid_from.isoformat(), "valid_to": r.valid_to.isoformat() if r.valid_to else None}
        known_as = {"recorded_at": r.recorded_at.isoformat(), "version": r.version, "ended": r.ended}
        known_as["source"] = r.source
        quality = " ".join(r.quality) if flat else list(r.quality)
        states.append({**({**data} if flat else {"data": data}), **valid, **known_as, "quality": quality})
    where = request.build_absolute_uri("/api/v1/registries")
    body = {"key": key, "states": states, "withdrawn": _shown(gone)}
    columns = [*(field.name for field in info.fields), *COLUMNS]
    return answer(request, body, rows=Rows("states", columns), context=context(info, base=where))


def _unknown(info: RegistryInfo, key: str, *, on: dt.date | None) -> UnknownRecord:
    form = info.fields[0]
    remedy = f"a key is {form.note or form.title}; look for it with {info.id}?text="
    return UnknownRecord(f"{info.id} has no record {key[:60]!r}{f' on {on}' if on else ''}", remedy=remedy)


def _shown(gone: Withdrawal | None) -> dict[str, str | int] | None:
    if gone is None:
        return None
    recorded = {"recorded_at": gone.recorded_at.isoformat(), "source": gone.source}
    return {"on": gone.on.isoformat(), "version": gone.version, **recorded}
