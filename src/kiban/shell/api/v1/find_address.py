"""GET /api/v1/registries/address/normalise: a written address in the fields of GIF."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from kiban.registries import normalise
from kiban.registries.address.suggest import suggestions
from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.api.negotiate import LINKED_ONLY, answer, counted


class Found(Schema):
    """The address's fields, with the level reached (0 nothing – 8 a known house number); names that come close."""

    address: dict[str, Any]
    suggestions: list[str]


@endpoint("GET", "/registries/address/normalise", gives=Found, forms=LINKED_ONLY)
def find_address(request: HttpRequest, *, text: str) -> HttpResponse:
    """The fields of a written address; what was not understood stays in ``rest``."""
    counted(request)
    found = normalise(text[:300])
    body = {"address": {**found.as_dict(), "notes": list(found.notes)}, "suggestions": list(suggestions(found))}
    return answer(request, body, context={"@vocab": "urn:gif:"})
