"""GET /api/v1/registries/{registry}: records in force, searched or page by page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from kiban.registries.tables import registry as registry_of
from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.api.negotiate import answer, counted
from kiban.shell.registries.library import records

PAGE = 100


class Records(Schema):
    """A page of records; ``next`` is the key after which the next page begins, empty on the last one."""

    records: list[dict[str, str]]
    version: int
    next: str


@endpoint("GET", "/registries/{registry}", gives=Records)
def search_registry(
    request: HttpRequest, registry: str, *, text: str = "", area: str = "", after: str = ""
) -> HttpResponse:
    """Records by the beginning of name or reading (``text``) and of the municipality code (``area``)."""
    counted(request)
    info, store, most = registry_of(registry), records(), PAGE
    if text:
        found = store.search(info.id, text, area=area[:6], limit=most)
    else:
        found = store.present(info.id, area=area[:6], after=after[:100], size=most)
    following = found[-1].key if found and not text and len(found) == most else ""
    body = {"records": [dict(r.data) for r in found], "version": store.version(info.id), "next": following}
    return answer(request, body, rows="records", context={f.name: f"urn:gif:{f.title}" for f in info.fields})
