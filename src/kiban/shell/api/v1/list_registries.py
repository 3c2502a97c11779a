"""GET /api/v1/registries: the base registries as a DCAT catalogue."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from kiban.registries.engine.catalogue import dcat, dictionary
from kiban.registries.tables import REGISTRIES
from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.api.negotiate import LINKED_ONLY, answer, counted
from kiban.shell.registries.library import records


class Registries(Schema):
    """The catalogue: one DCAT data set per registry, with its data dictionary."""

    registries: list[dict[str, Any]]


@endpoint("GET", "/registries", gives=Registries, forms=LINKED_ONLY)
def list_registries(request: HttpRequest) -> HttpResponse:
    """All registries with version, licence and data dictionary."""
    counted(request)
    store, base = records(), request.build_absolute_uri("/api/v1/registries")
    found = [
        dcat(info, base=base, version=store.version(info.id), modified=store.modified(info.id))
        | {"dictionary": dictionary(info)}
        for info in REGISTRIES.values()
    ]
    return answer(
        request, {"registries": found}, context={"@vocab": "http://www.w3.org/ns/dcat#", "registries": "@graph"}
    )
