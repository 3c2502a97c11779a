"""One answer in JSON, CSV or JSON-LD, with ETag; open data may be asked for 600 times a minute from one address."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from kiban.kernel.errors import Audience, KibanError
from kiban.shell.access import source_of
from kiban.shell.errors import TooMany
from kiban.shell.store.rates import count

PER_MINUTE = 600
WHOLE_PER_MINUTE = 60
Either = TypeVar("Either", HttpResponse, StreamingHttpResponse, HttpResponse | StreamingHttpResponse)
JSON, CSV, LINKED, LINES = "application/json", "text/csv", "application/ld+json", "application/x-ndjson"
KINDS = (JSON, CSV, LINKED)
FORMS: dict[str, Any] = {
    "responses": {200: {"content": {CSV: {"schema": {"type": "string"}}, LINKED: {"schema": {"type": "object"}}}}}
}
"""What the description of an endpoint says beside JSON."""
LINKED_ONLY: dict[str, Any] = {"responses": {200: {"content": {LINKED: {"schema": {"type": "object"}}}}}}


class NotAcceptable(KibanError):
    """The Accept header refuses every form that there is of this answer."""

    code = "SHELL-406"
    audience = Audience.USER
    status = 406


def counted(request: HttpRequest) -> None:
    """Count one request of open data. Raises: TooMany."""
    _count(request, "open-data", most=PER_MINUTE)


def counted_whole(request: HttpRequest) -> None:
    """Count one request of a whole register, which is the work of many. Raises: TooMany."""
    _count(request, "open-data-whole", most=WHOLE_PER_MINUTE)


def _count(request: HttpRequest, action: str, *, most: int) -> None:
    if count(action, source_of(request), minute=int(time.time()) // 60) > most:
        raise TooMany(f"more than {most} requests in a minute", remedy="wait a minute, or take the whole file")


def wanted(request: HttpRequest, kinds: tuple[str, ...]) -> str:
    """The kind that the Accept header likes best (RFC 9110 12.5.1: the closest range counts); without one the first.

    Raises:
        NotAcceptable: it names ranges, and none of them is of a kind that there is.
    """
    liked: dict[str, float] = {}
    for part in request.headers.get("Accept", "").split(","):
        name, *rest = (piece.strip().lower() for piece in part.split(";"))
        weight = _weight(rest)
        if "/" in name and weight is not None:
            liked[name] = weight
    if not liked:
        return kinds[0]
    ranges = [(kind, f"{kind.split('/')[0]}/*", "*/*") for kind in kinds]
    scores = [next((liked[name] for name in names if name in liked), 0) for names in ranges]
    if not max(scores):
        raise NotAcceptable("there is no such form of this answer", remedy=f"accept one of {', '.join(kinds)}")
    return kinds[scores.index(max(scores))]


def _weight(parameters: list[str]) -> float | None:
    """The weight of a range, 1 where none is given; none where it is no number."""
    for one in parameters:
        if one.startswith("q="):
            try:
                return min(1, max(0, float(one[2:]))) if one[2:].isascii() and one[2:3].isdigit() else None
            except ValueError:
                return None
    return 1


class Rows(NamedTuple):
    """What of a body is its table: the name of the list, and its columns, which stand also above no rows."""

    name: str
    columns: Sequence[str]


def answer(request: HttpRequest, body: dict[str, Any], *, rows: Rows | None = None, context: Any) -> HttpResponse:
    """The body as the Accept header wants it: JSON, its ``rows`` as CSV, or JSON-LD with ``context``."""
    kind = wanted(request, KINDS if rows else (JSON, LINKED))
    if rows and kind == CSV:
        text = _csv(body[rows.name], rows.columns)
    else:
        text = json.dumps({"@context": context, **body} if kind == LINKED else body, ensure_ascii=False)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'
    response = unchanged(request, tag) or HttpResponse(text.encode(), content_type=_typed(kind))
    return _described(response, tag)


def stream(request: HttpRequest, lines: Iterable[str], *, kind: str, tag: str) -> HttpResponse | StreamingHttpResponse:
    """A whole register as it is read, in bounded memory; its ``tag`` is its version."""
    response = unchanged(request, tag) or StreamingHttpResponse(
        (line.encode() for line in lines), content_type=_typed(kind)
    )
    return _described(response, tag)


def unchanged(request: HttpRequest, tag: str) -> HttpResponse | None:
    """304 when the asker has this already (If-None-Match, RFC 9110 13.1.2)."""
    held = {part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")}
    if not held & {tag, "*"}:
        return None
    response = HttpResponse(status=304)
    del response["Content-Type"]
    return response


def _typed(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind == CSV else kind


def _described(response: Either, tag: str) -> Either:
    response["ETag"], response["Vary"], response["Cache-Control"] = tag, "Accept", "public, max-age=60"
    return response


def _csv(rows: list[dict[str, Any]], columns: Sequence[str]) -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, list(dict.fromkeys(columns)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()
