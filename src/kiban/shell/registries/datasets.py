"""The catalogue of open data for page and machine interface: the files of the folder and the registries themselves."""

from __future__ import annotations

import logging
import math
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kiban.registries.engine.catalogue import dcat
from kiban.registries.opendata.catalogue import Asked, Catalogue, Hit, read_folder, state_of
from kiban.registries.opendata.dcat import MEDIA, Dataset, read
from kiban.registries.tables import REGISTRIES
from kiban.shell.components.environment import page
from kiban.shell.registries.library import records

PAGE = 50
LOG = logging.getLogger("kiban.catalogue")


@lru_cache(maxsize=4)
def _read(folder: Path, _: tuple[tuple[str, int, int], ...]) -> tuple[Dataset, ...]:
    return tuple(read_folder(folder, told=lambda error: LOG.warning("%s", error)))


def catalogue(request: HttpRequest) -> Catalogue:
    """What can be searched now: a file that is new, changed or gone is seen at once."""
    folder = Path(settings.CATALOGUE)
    there = _read(folder, state_of(folder)) if folder.is_dir() else ()
    return Catalogue((*_own(request), *there))


def _own(request: HttpRequest) -> list[Dataset]:
    """The registries that hold something."""
    base, store = request.build_absolute_uri("/api/v1/registries"), records()
    made = (
        dcat(info, base=base, version=version, modified=store.modified(info.id))
        for info in REGISTRIES.values()
        if (version := store.version(info.id))
    )
    return [one for node in made for one in read({**node, "dcat:service": {"dcat:endpointURL": node["@id"]}})]


def web(address: str) -> str:
    """An address that a page may lead to; nothing of another kind than the web's."""
    return address if address.startswith(("https://", "http://")) else ""


def datasets(request: HttpRequest) -> HttpResponse:
    """Open data by words, form and interface, page by page; also what is held and not open, with the reason."""
    found, asked = catalogue(request), _asked(request)
    hits = found.search(asked)
    pages = max(1, math.ceil(len(hits) / PAGE))
    number = min(_number(request.GET.get("page", "1")), pages)
    kinds = [{"value": name, "text": name.upper(), "group": ""} for name in found.facets()["kind"] if name in MEDIA]
    shown = [_shown(hit) for hit in hits[(number - 1) * PAGE : number * PAGE]]
    told: dict[str, Any] = {"kinds": kinds, "count": len(hits), "number": number, "pages": pages, **_again(asked)}
    return page(request, "registries/datasets.html", hits=shown, **told)


def _asked(request: HttpRequest) -> Asked:
    which, kind = request.GET.getlist("which"), request.GET.get("kind", "")
    words = request.GET.get("q", "").strip()[:100]
    return Asked(words, kind=kind if kind in MEDIA else "", api="api" in which, closed="closed" in which)


def _again(asked: Asked) -> dict[str, object]:
    """What was asked, for the form and for the links to other pages."""
    which = [name for name, on in (("api", asked.api), ("closed", asked.closed)) if on]
    kind = asked.kind or "all"
    address = urlencode([("q", asked.text), ("kind", kind), *(("which", one) for one in which)])
    return {"q": asked.text, "kind": kind, "which": which, "again": address}


def _shown(hit: Hit) -> dict[str, object]:
    one = hit.dataset
    forms = [(form.kind.upper(), address) for form in one.distributions if (address := web(form.address))]
    return {"key": hit.key, "one": one, "forms": forms} | {
        "page": web(one.page),
        "api": web(one.api),
        "licence": web(one.licence),
    }


def _number(given: str) -> int:
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 5 else 1
