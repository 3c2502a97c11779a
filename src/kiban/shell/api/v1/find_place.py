"""GET /api/v1/registries/municipality/places: what a name of a municipality means today and meant in the past."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse

from kiban.registries.municipality_register import places_named
from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.api.negotiate import FORMS, Rows, answer, counted


class Place(Schema):
    """A municipality; ``until`` and ``successors`` (codes) only when it is no more, ``exact``: on that very day."""

    code: str
    prefecture: str
    name: str
    until: dt.date | None
    exact: bool
    successors: str


class Places(Schema):
    """All that the name can mean; ``ambiguous`` when that is more than one place."""

    ambiguous: bool
    places: list[Place]


@endpoint("GET", "/registries/municipality/places", gives=Places, forms=FORMS)
def find_place(request: HttpRequest, *, name: str) -> HttpResponse:
    """Places of a whole name, with or without prefecture and county."""
    counted(request)
    found = places_named(name)
    now = [
        {"code": m.code, "prefecture": m.prefecture, "name": m.name, "until": None, "exact": True, "successors": ""}
        for m in found.current
    ]
    then = [
        {"code": f.code, "prefecture": f.prefecture, "name": f.name, "until": f.until.isoformat(), "exact": f.exact}
        | {"successors": " ".join(f.successors)}
        for f in found.former
    ]
    body = {"ambiguous": found.ambiguous, "places": [*now, *then]}
    where, table = request.build_absolute_uri(request.path + "#"), Rows("places", list(Place.model_fields))
    return answer(request, body, rows=table, context={"@vocab": where})
