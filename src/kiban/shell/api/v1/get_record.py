"""GET /api/v1/registries/{registry}/records/{key}: one record with its history."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse

from kiban.registries.engine.catalogue import context
from kiban.registries.errors import UnknownRecord
from kiban.registries.tables import registry as registry_of
from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.api.negotiate import CSV, FORMS, answer, counted, wanted
from kiban.shell.registries.library import records

HIGHEST = 2**62


class State(Schema):
    """One state: valid from a day until before another; from which source and version, with its quality marks."""

    data: dict[str, str]
    valid_from: dt.date
    valid_to: dt.date | None
    recorded_at: dt.datetime
    version: int
    source: str
    quality: list[str]


class History(Schema):
    """The states of a record, the oldest first."""

    key: str
    states: list[State]


@endpoint("GET", "/registries/{registry}/records/{key}", gives=History, forms=FORMS)
def get_record(
    request: HttpRequest, registry: str, *, key: str, on: dt.date | None = None, known: int | None = None
) -> HttpResponse:
    """The states of a key; ``on``: only that of a day; ``known``: as it was known in a version."""
    counted(request)
    info, store = registry_of(registry), records()
    version = None if known is None else min(max(0, known), HIGHEST)
    one = store.at(info.id, key, on=on, known=version) if on else None
    found = ((one,) if one else ()) if on else store.history(info.id, key, known=version)
    if not found:
        raise UnknownRecord(f"{info.id} has no such record on that day", remedy="compare key and day")
    flat, states = wanted(request, ("application/json", CSV)) == CSV, []
    for r in found:
        data = {field.name: r.data[field.name] for field in info.fields}
        valid = {"valid_from": r.valid_from.isoformat(), "valid_to": r.valid_to.isoformat() if r.valid_to else None}
        known_as = {"recorded_at": r.recorded_at.isoformat(), "version": r.version, "source": r.source}
        quality = " ".join(r.quality) if flat else list(r.quality)
        states.append({**({**data} if flat else {"data": data}), **valid, **known_as, "quality": quality})
    where = request.build_absolute_uri("/api/v1/registries")
    return answer(request, {"key": key, "states": states}, rows="states", context=context(info, base=where))
