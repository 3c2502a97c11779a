"""GET /api/v1/registries/municipality/on/{day}: which municipalities and wards there were on a day."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse

from kiban.registries.municipality_history import KNOWN_TO, Standing, beyond, municipalities_on, numbers_on
from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.api.negotiate import FORMS, Rows, answer, counted


class Stood(Schema):
    """A municipality under one name; not ``certain``: perhaps since earlier."""

    code: str
    prefecture: str
    name: str
    kind: str
    since: dt.date
    until: dt.date | None
    certain: bool


class OnDay(Schema):
    """Municipalities of a day; ``numbers``: of each kind in the whole country, without the six of 北方領土.

    Changes are known up to ``known_to``; for a later day the answer is that of ``known_to``, and ``note`` says so.
    """

    day: dt.date
    known_to: dt.date
    note: str
    numbers: dict[str, int]
    municipalities: list[Stood]


def told(one: Standing) -> dict[str, str | bool | None]:
    """A municipality as the machine interface writes it."""
    since, until = one.since.isoformat(), one.until.isoformat() if one.until else None
    known = {"code": one.code, "prefecture": one.prefecture, "name": one.name, "kind": one.kind}
    return {**known, "since": since, "until": until, "certain": one.certain}


@endpoint("GET", "/registries/municipality/on/{day}", gives=OnDay, forms=FORMS)
def list_municipalities(request: HttpRequest, day: dt.date, *, area: str = "") -> HttpResponse:
    """From 1970-04-01 on every municipality and ward; ``area``: beginning of the municipality code.

    Of a day after ``known_to`` the answer is what was known on that day; ``note`` says so.
    """
    counted(request)
    found = [told(one) for one in municipalities_on(day, area=area[:6])]
    known = {"known_to": KNOWN_TO.isoformat(), "note": beyond(day)}
    body = {"day": day.isoformat(), **known, "numbers": dict(numbers_on(day)), "municipalities": found}
    where = request.build_absolute_uri(request.path + "#")
    return answer(request, body, rows=Rows("municipalities", list(Stood.model_fields)), context={"@vocab": where})
