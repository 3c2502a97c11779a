"""GET /api/v1/datasets/{key}: one data set of the catalogue as DCAT."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from kiban.registries.errors import UnknownDataset
from kiban.registries.opendata.dcat import CONTEXT, entry
from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.api.negotiate import LINKED_ONLY, answer, counted
from kiban.shell.registries.datasets import catalogue


class Entry(Schema):
    """The DCAT entry of a data set."""

    key: str
    dataset: dict[str, Any]


@endpoint("GET", "/datasets/{key}", gives=Entry, forms=LINKED_ONLY)
def get_dataset(request: HttpRequest, key: str) -> HttpResponse:
    """The entry of a data set by its key, as the search gives it."""
    counted(request)
    found = catalogue(request).datasets.get(key)
    if found is None:
        raise UnknownDataset(f"there is no data set {key[:40]!r}", remedy="take a key of /api/v1/datasets")
    return answer(request, {"key": key, "dataset": entry(found)}, context=[CONTEXT, {"dataset": "@graph"}])
