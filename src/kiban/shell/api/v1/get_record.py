"""GET /api/v1/registries/{registry}/records/{key}: one record with its history."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse

from kiban.registries.errors import UnknownRecord
from kiban.registries.tables import registry as registry_of
from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.api.negotiate import answer, counted
from kiban.shell.registries.library import records


class State(Schema):
    """One state: valid from a day until before another, from which source."""

    data: dict[str, str]
    valid_from: dt.date
    valid_to: dt.date | None
    recorded_at: dt.datetime
    source: str


class History(Schema):
    """The states of a record, the oldest first."""

    key: str
    states: list[State]


@endpoint("GET", "/registries/{registry}/records/{key}", gives=History)
def get_record(request: HttpRequest, registry: str, *, key: str, on: dt.date | None = None) -> HttpResponse:
    """The states of a key; with ``on`` only the one of that day."""
    counted(request)
    info, store = registry_of(registry), records()
    one = store.at(info.id, key, on=on) if on else None
    found = ((one,) if one else ()) if on else store.history(info.id, key)
    if not found:
        raise UnknownRecord(f"{info.id} has no such record on that day", remedy="compare key and day")
    states = [
        {
            "data": dict(r.data),
            "valid_from": r.valid_from.isoformat(),
            "valid_to": r.valid_to.isoformat() if r.valid_to else None,
            "recorded_at": r.recorded_at.isoformat(),
            "source": r.source,
        }
        for r in found
    ]
    return answer(request, {"key": key, "states": states}, context={"@vocab": "urn:gif:"})
