"""GET /api/v1/registries/{registry}: records in force, searched or page by page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query

from kiban.registries.engine.catalogue import context
from kiban.registries.store.queries import DEEPEST, page_mark
from kiban.registries.tables import registry as registry_of
from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.api.negotiate import FORMS, Rows, answer, counted
from kiban.shell.registries.library import records

MOST = 1000


class Records(Schema):
    """A page of records; ``next`` is the mark after which the next page begins, empty on the last one."""

    records: list[dict[str, str]]
    version: int
    next: str


class Asked(Schema):
    """``text``: name or reading; ``area``: beginning of the municipality code; ``after``: ``next`` of the last page."""

    text: str = ""
    area: str = ""
    after: str = ""
    size: int = Field(100, ge=1, le=MOST)


@endpoint("GET", "/registries/{registry}", gives=Records, forms=FORMS)
def search_registry(request: HttpRequest, registry: str, *, asked: Query[Asked]) -> HttpResponse:
    """Records in force by the beginning of name or reading, then by a part of the name; or all, page by page."""
    counted(request)
    info, store, size = registry_of(registry), records(), asked.size
    area, after = asked.area[:6], asked.after[:200]
    if asked.text:
        skip = int(after) if after.isascii() and after.isdigit() and len(after) < 5 else 0
        found = store.search(info, asked.text, area=area, limit=min(skip + size, DEEPEST))[skip:]
        following = str(skip + size) if len(found) == size and skip + size < DEEPEST else ""
    else:
        found = store.present(info.id, area=area, after=after, size=size)
        following = page_mark(found[-1], area=area) if len(found) == size else ""
    rows = [{field.name: record.data[field.name] for field in info.fields} for record in found]
    body = {"records": rows, "version": store.version(info.id), "next": following}
    where = request.build_absolute_uri("/api/v1/registries")
    table = Rows("records", [field.name for field in info.fields])
    return answer(request, body, rows=table, context=context(info, base=where))
