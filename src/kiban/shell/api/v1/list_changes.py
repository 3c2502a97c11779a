"""GET /api/v1/registries/{registry}/changes: what changed, in order, for those who keep a copy."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse

from kiban.registries.tables import registry as registry_of
from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.api.negotiate import answer, counted
from kiban.shell.registries.library import records

HIGHEST = 2**62


class Changed(Schema):
    """One change; ``fields`` tell the values before and after."""

    seq: int
    key: str
    kind: str
    version: int
    valid_from: dt.date
    fields: dict[str, list[str]]


class Changes(Schema):
    """Changes after a ``seq``; ask again with the last one until none comes."""

    changes: list[Changed]


@endpoint("GET", "/registries/{registry}/changes", gives=Changes)
def list_changes(request: HttpRequest, registry: str, *, since: int = 0, size: int = 100) -> HttpResponse:
    """Changes of a registry after ``since``, at most 1,000 at a time."""
    counted(request)
    info, first = registry_of(registry), min(max(0, since), HIGHEST)
    found = [
        {
            "seq": c.seq,
            "key": c.key,
            "kind": c.kind,
            "version": c.version,
            "valid_from": c.valid_from.isoformat(),
            "fields": {name: list(pair) for name, pair in c.fields.items()},
        }
        for c in records().changes(info.id, since=first, size=min(max(1, size), 1000))
    ]
    return answer(request, {"changes": found}, context={"@vocab": "urn:gif:"})
