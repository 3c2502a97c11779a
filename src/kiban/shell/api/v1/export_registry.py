"""GET /api/v1/registries/{registry}/all: the whole register in force, as it is read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from kiban.registries.export import as_csv, as_lines
from kiban.registries.tables import registry as registry_of
from kiban.shell.api.adapter import endpoint
from kiban.shell.api.negotiate import CSV, LINES, counted_whole, stream, wanted
from kiban.shell.registries.library import records

WHOLE: dict[str, Any] = {
    "responses": {200: {"content": {CSV: {"schema": {"type": "string"}}, LINES: {"schema": {"type": "string"}}}}}
}


@endpoint("GET", "/registries/{registry}/all", gives=str, forms=WHOLE)
def export_registry(request: HttpRequest, registry: str, *, area: str = "") -> HttpResponse | StreamingHttpResponse:
    """One JSON object a line, or CSV; ``area``: beginning of the municipality code. The ETag is that of the version."""
    counted_whole(request)
    info, store, kind = registry_of(registry), records(), wanted(request, (LINES, CSV))
    found = store.everything(info.id, area=area[:6])
    lines = as_csv(info, found) if kind == CSV else as_lines(info, found)
    tag = f'"{info.id}-{store.version(info.id)}-{area[:6].encode().hex()}-{kind[-6:]}"'
    return stream(request, lines, kind=kind, tag=tag)
