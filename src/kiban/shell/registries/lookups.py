"""Views of the look-up pages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from kiban.kernel.errors import BadInput
from kiban.kernel.values import CorporateNumber
from kiban.registries import normalise
from kiban.registries.address.model import Level
from kiban.registries.corporation import CORPORATION
from kiban.registries.engine.model import Record
from kiban.registries.municipality import find_former, find_municipalities, region
from kiban.shell.components.environment import page
from kiban.shell.registries.library import records


def _asked(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:100]


def index(request: HttpRequest) -> HttpResponse:
    """What can be looked up."""
    return page(request, "registries/index.html")


def address(request: HttpRequest) -> HttpResponse:
    """An address in the fields of the address base registry, with the level reached."""
    asked = _asked(request)
    found = normalise(asked) if asked else None
    known = found if found and found.level >= Level.PREFECTURE else None
    return page(request, "registries/address.html", q=asked, found=known)


def corporations(request: HttpRequest) -> HttpResponse:
    """Corporations by number, name or reading."""
    asked = _asked(request)
    found: tuple[Record, ...]
    try:
        one = records().at(CORPORATION.id, CorporateNumber.parse(asked).value)
        found = (one,) if one else ()
    except BadInput:
        found = records().search(CORPORATION.id, asked, limit=50)
    return page(request, "registries/corporations.html", q=asked, found=found)


def corporation(request: HttpRequest, *, number: str) -> HttpResponse:
    """One corporation with its changes, closure and successor."""
    states = records().history(CORPORATION.id, number)
    if not states:
        raise Http404
    return page(request, "registries/corporation.html", states=states[::-1], fields=CORPORATION.fields)


def municipalities(request: HttpRequest) -> HttpResponse:
    """Municipalities of today by code, name or reading, and merged ones with their successors."""
    asked = _asked(request)
    found = [(m, region(m.code)) for m in find_municipalities(asked)]
    return page(request, "registries/municipalities.html", q=asked, found=found, former=find_former(asked))
