"""Open data: every public table as CSV and Parquet, its data dictionary (CSVW) and catalogue entry (DCAT-AP)."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from kiban.evidence.opendata import DATASETS, Dataset, catalogue, catalogue_entry, dictionary
from kiban.evidence.store import Warehouse
from kiban.kernel.clock import SystemClock, today
from kiban.shell.components.environment import page
from kiban.shell.evidence.library import warehouse

JSON_LD = "application/ld+json"


class _Line:
    """A file that hands each written line back."""

    def write(self, text: str) -> str:
        return text


def _found(key: str) -> tuple[Dataset, Warehouse]:
    store = warehouse()
    if key not in DATASETS or store is None:
        raise Http404
    return DATASETS[key], store


def _address(request: HttpRequest, dataset: Dataset, *, kind: str) -> str:
    return request.build_absolute_uri(reverse(f"evidence_data_{kind}", kwargs={"key": dataset.id}))


def _entry(request: HttpRequest, dataset: Dataset) -> dict[str, object]:
    addresses = {kind: _address(request, dataset, kind=kind) for kind in ("csv", "parquet")}
    described = _address(request, dataset, kind="dictionary")
    return catalogue_entry(dataset, at=today(SystemClock()), addresses=addresses, dictionary_at=described)


def index(request: HttpRequest) -> HttpResponse:
    """The catalogue for people."""
    return page(request, "evidence/data.html", datasets=tuple(DATASETS.values()) if warehouse() else ())


def catalogue_file(request: HttpRequest) -> JsonResponse:
    """The catalogue for machines: DCAT-AP in JSON-LD."""
    entries = [_entry(request, dataset) for dataset in DATASETS.values()]
    return JsonResponse(catalogue(entries), content_type=JSON_LD, json_dumps_params={"ensure_ascii": False})


def as_csv(_request: HttpRequest, *, key: str) -> HttpResponseBase:
    """All rows, streamed."""
    dataset, store = _found(key)
    writer = csv.writer(_Line(), lineterminator="\r\n")

    def lines() -> Iterator[str]:
        for rows in store.stream(dataset.sql):
            yield "".join(writer.writerow(row) for row in rows)

    headers = {"Content-Disposition": f'attachment; filename="{dataset.id}.csv"'}
    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8", headers=headers)


def as_parquet(_request: HttpRequest, *, key: str) -> HttpResponseBase:
    """All rows as one Parquet file, written beside and sent as it is."""
    dataset, store = _found(key)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{dataset.id}.parquet"
        store.connection.cursor().execute(f"COPY ({dataset.sql}) TO '{path}' (FORMAT parquet)")
        opened = path.open("rb")
    media = "application/vnd.apache.parquet"
    return FileResponse(opened, as_attachment=True, filename=path.name, content_type=media)


def as_dictionary(_request: HttpRequest, *, key: str) -> JsonResponse:
    """What each column means (CSVW)."""
    dataset, _ = _found(key)
    return JsonResponse(
        dictionary(dataset), content_type="application/csvm+json", json_dumps_params={"ensure_ascii": False}
    )
