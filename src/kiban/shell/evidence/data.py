"""Open data: every public table as CSV, JSON and Parquet, its data dictionary (CSVW) and catalogue entry (DCAT-AP)."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from kiban.evidence.opendata import DATASETS, KINDS, Dataset, catalogue, catalogue_entry, dictionary
from kiban.evidence.opendata import as_json as json_of
from kiban.evidence.store import Warehouse
from kiban.kernel.clock import JST, SystemClock, today
from kiban.shell.components.environment import page
from kiban.shell.evidence.days import store_of
from kiban.shell.evidence.library import warehouse

JSON_LD = "application/ld+json"


class _Line:
    """A file that hands each written line back."""

    def write(self, text: str) -> str:
        return text


def _found(request: HttpRequest, key: str) -> tuple[Dataset, Warehouse]:
    store = store_of(request)
    if key not in DATASETS or store is None:
        raise Http404
    return DATASETS[key], store


def _address(request: HttpRequest, dataset: Dataset, *, kind: str) -> str:
    return request.build_absolute_uri(reverse(f"evidence_data_{kind}", kwargs={"key": dataset.id}))


def _written() -> dt.date:
    """The day on which the store was last written."""
    path = Path(settings.EVIDENCE) / "evidence.duckdb"
    return dt.datetime.fromtimestamp(path.stat().st_mtime, JST).date() if path.exists() else today(SystemClock())


def _entry(request: HttpRequest, dataset: Dataset) -> dict[str, object]:
    addresses = {kind: _address(request, dataset, kind=kind) for kind in KINDS}
    described = _address(request, dataset, kind="dictionary")
    return catalogue_entry(dataset, at=_written(), addresses=addresses, dictionary_at=described)


def index(request: HttpRequest) -> HttpResponse:
    """The catalogue for people."""
    return page(request, "evidence/data.html", datasets=tuple(DATASETS.values()) if warehouse() else ())


def catalogue_file(request: HttpRequest) -> JsonResponse:
    """The catalogue for machines: DCAT-AP in JSON-LD."""
    entries = [_entry(request, dataset) for dataset in DATASETS.values()]
    content = catalogue(entries, at=_written())
    return JsonResponse(content, content_type=JSON_LD, json_dumps_params={"ensure_ascii": False})


def as_csv(request: HttpRequest, *, key: str) -> HttpResponseBase:
    """All rows, streamed; with ``known`` those that were known on that day."""
    dataset, store = _found(request, key)
    writer = csv.writer(_Line(), lineterminator="\r\n")
    lines = ("".join(writer.writerow(row) for row in rows) for rows in store.stream(dataset.sql))
    return _file(lines, f"{dataset.id}.csv", kind="text/csv; charset=utf-8")


def as_json(request: HttpRequest, *, key: str) -> HttpResponseBase:
    """All rows as one JSON array, streamed."""
    dataset, store = _found(request, key)
    return _file(json_of(store.stream(dataset.sql)), f"{dataset.id}.json", kind="application/json")


def _file(parts: Iterable[str], name: str, *, kind: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(parts, content_type=kind, headers=headers)


def as_parquet(request: HttpRequest, *, key: str) -> HttpResponseBase:
    """All rows as one Parquet file, written beside and sent as it is."""
    dataset, store = _found(request, key)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{dataset.id}.parquet"
        store.write_parquet(dataset.sql, path)
        opened = path.open("rb")
    media = "application/vnd.apache.parquet"
    return FileResponse(opened, as_attachment=True, filename=path.name, content_type=media)


def as_dictionary(request: HttpRequest, *, key: str) -> JsonResponse:
    """What each column means (CSVW)."""
    dataset, _ = _found(request, key)
    return JsonResponse(
        dictionary(dataset), content_type="application/csvm+json", json_dumps_params={"ensure_ascii": False}
    )
