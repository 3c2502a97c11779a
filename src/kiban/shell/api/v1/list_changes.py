"""GET /api/v1/registries/{registry}/changes: what changed, in order, for those who keep a copy."""

from __future__ import annotations

import datetime as dt
import json

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query

from kiban.registries.tables import registry as registry_of
from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.api.negotiate import CSV, FORMS, KINDS, Rows, answer, counted, wanted
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
    """Changes after a ``seq``; ``next`` is the one after which to ask again, the same when there was none."""

    changes: list[Changed]
    next: int


class Asked(Schema):
    """``since``: ``next`` of the last answer, 0 for all."""

    since: int = Field(0, ge=0)
    size: int = Field(100, ge=1, le=1000)


@endpoint("GET", "/registries/{registry}/changes", gives=Changes, forms=FORMS)
def list_changes(request: HttpRequest, registry: str, *, asked: Query[Asked]) -> HttpResponse:
    """Changes of a registry after ``since``, at most 1,000 at a time; in CSV ``fields`` is one JSON object."""
    counted(request)
    info, first = registry_of(registry), min(asked.since, HIGHEST)
    flat = wanted(request, KINDS) == CSV
    found = []
    for c in records().changes(info.id, since=first, size=asked.size):
        fields = {name: list(pair) for name, pair in c.fields.items()}
        told = {"seq": c.seq, "key": c.key, "kind": c.kind, "version": c.version}
        shown = json.dumps(fields, ensure_ascii=False) if flat else fields
        found.append({**told, "valid_from": c.valid_from.isoformat(), "fields": shown})
    body = {"changes": found, "next": found[-1]["seq"] if found else first}
    where, table = request.build_absolute_uri(request.path + "#"), Rows("changes", list(Changed.model_fields))
    return answer(request, body, rows=table, context={"@vocab": where})
