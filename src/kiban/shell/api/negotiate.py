"""One answer in JSON, CSV or JSON-LD, with ETag; open data may be asked for 600 times a minute from one address."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import time
from typing import Any

from django.http import HttpRequest, HttpResponse

from kiban.shell.access import TooMany
from kiban.shell.store.rates import count

PER_MINUTE = 600


def counted(request: HttpRequest) -> None:
    """Count one request of open data. Raises: TooMany."""
    if count("open-data", request.META.get("REMOTE_ADDR", ""), minute=int(time.time()) // 60) > PER_MINUTE:
        raise TooMany(f"more than {PER_MINUTE} requests in a minute", remedy="wait a minute, or take the whole file")


def answer(request: HttpRequest, body: dict[str, Any], *, rows: str = "", context: dict[str, Any]) -> HttpResponse:
    """The body as the Accept header wants it: JSON, its ``rows`` as CSV, or JSON-LD with ``context``."""
    accept = request.headers.get("Accept", "")
    if rows and "text/csv" in accept:
        kind, text = "text/csv; charset=utf-8", _csv(body[rows])
    elif "application/ld+json" in accept:
        kind, text = "application/ld+json", json.dumps({"@context": context, **body}, ensure_ascii=False)
    else:
        kind, text = "application/json", json.dumps(body, ensure_ascii=False)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'
    same = tag in request.headers.get("If-None-Match", "")
    response = HttpResponse(b"" if same else text.encode(), status=304 if same else 200, content_type=kind)
    response["ETag"], response["Vary"], response["Cache-Control"] = tag, "Accept", "public, max-age=60"
    return response


def _csv(rows: list[dict[str, Any]]) -> str:
    written = io.StringIO()
    header = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(written, header, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()
