"""GET /api/v1/datasets: the catalogue of open data, searched as one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query

from kiban.registries.opendata.catalogue import Asked
from kiban.registries.opendata.dcat import CONTEXT, Dataset, entry
from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.api.negotiate import FORMS, JSON, KINDS, Rows, answer, counted, wanted
from kiban.shell.registries.datasets import catalogue

COLUMNS = (
    "key",
    "title",
    "publisher",
    "licence",
    "modified",
    "frequency",
    "themes",
    "kinds",
    "address",
    "api",
    "rights",
)


class Datasets(Schema):
    """A page of data sets, the best first; ``count`` of all that fit; ``next`` page, empty on the last one."""

    datasets: list[dict[str, Any]]
    count: int
    next: str


class Sought(Schema):
    """``text``: words, all of which are there; ``api``: only with an interface; ``closed``: also what is not open."""

    text: str = ""
    publisher: str = ""
    theme: str = ""
    kind: str = ""
    api: bool = False
    closed: bool = False
    after: int = Field(0, ge=0, le=1_000_000)
    size: int = Field(100, ge=1, le=1000)


@endpoint("GET", "/datasets", gives=Datasets, forms=FORMS)
def find_dataset(request: HttpRequest, *, sought: Query[Sought]) -> HttpResponse:
    """Data sets of the catalogue by words and filters: a table (JSON, CSV), or DCAT entries (JSON-LD)."""
    counted(request)
    words = (sought.text[:200], sought.publisher[:100], sought.theme[:100], sought.kind[:20])
    asked = Asked(*words, api=sought.api, closed=sought.closed)
    hits = catalogue(request).search(asked)
    part = hits[sought.after : sought.after + sought.size]
    following = str(sought.after + sought.size) if len(hits) > sought.after + sought.size else ""
    linked = wanted(request, KINDS) not in (JSON, "text/csv")
    rows = [entry(hit.dataset) if linked else row(hit.key, hit.dataset) for hit in part]
    body = {"datasets": rows, "count": len(hits), "next": following}
    return answer(request, body, rows=Rows("datasets", COLUMNS), context=[CONTEXT, {"datasets": "@graph"}])


def row(key: str, one: Dataset) -> dict[str, str]:
    """A data set as one line of a table."""
    return {
        "key": key,
        "title": one.title,
        "publisher": one.publisher,
        "licence": one.licence,
        "modified": one.modified.isoformat() if one.modified else "",
        "frequency": one.frequency,
        "themes": ";".join(one.themes),
        "kinds": ";".join(form.kind for form in one.distributions),
        "address": one.page or next((form.address for form in one.distributions), ""),
        "api": one.api,
        "rights": one.rights,
    }
