"""Views of the look-up pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from kiban.kernel.errors import BadInput
from kiban.kernel.values import CorporateNumber
from kiban.registries import normalise
from kiban.registries.address.model import Level
from kiban.registries.address.suggest import suggestions
from kiban.registries.code_register import CODE, find_codes
from kiban.registries.corporation import CORPORATION, successors
from kiban.registries.engine.model import Record, Withdrawal
from kiban.registries.errors import UnknownPlace
from kiban.registries.municipality_history import KNOWN_TO
from kiban.registries.municipality_register import find_former, find_municipalities, places_named, region
from kiban.registries.postal import by_postal_code
from kiban.registries.store.queries import DEEPEST
from kiban.registries.town_registry import town_registry
from kiban.shell.components.environment import page
from kiban.shell.registries.library import records

PAGE = 50


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
    notes, near = (found.notes, suggestions(found)) if found else ((), ())
    return page(request, "registries/address.html", q=asked, found=known, notes=notes, near=near)


def corporations(request: HttpRequest) -> HttpResponse:
    """Corporations by number, name or reading, page by page; a withdrawn one by its number."""
    asked, number = _asked(request), _page(request)
    found, more, gone = _corporations(asked, page_number=number)
    empty = not records().version(CORPORATION.id)
    shown: dict[str, Any] = {"found": found, "number": number, "more": more, "unfilled": empty, "gone": gone}
    return page(request, "registries/corporations.html", q=asked, **shown)


def _corporations(asked: str, *, page_number: int) -> tuple[tuple[Record, ...], bool, Withdrawal | None]:
    """What a page shows, whether there is more, and whether the number asked for was withdrawn."""
    try:
        states, gone = records().told(CORPORATION.id, CorporateNumber.parse(asked).value)
    except BadInput:
        until = page_number * PAGE
        found = records().search(CORPORATION, asked, limit=until + 1)
        return found[until - PAGE : until], len(found) > until, None
    return states[-1:], False, gone


def corporation(request: HttpRequest, *, number: str) -> HttpResponse:
    """One corporation with its changes, closure and who took over; of a withdrawn number what was known before."""
    states, gone = records().told(CORPORATION.id, number)
    if not states:
        raise Http404
    last = states[-1].data
    return page(
        request,
        "registries/corporation.html",
        name=last["name"],
        closed=_shown("closed_on", last["closed_on"]),
        states=[_State.of(one) for one in reversed(states)],
        after=successors(records(), number),
        gone=gone,
    )


@dataclass(frozen=True, slots=True)
class _State:
    """One state as the page shows it: since when, its fields with the days as days, where it comes from."""

    since: dt.date
    fields: list[tuple[str, str | dt.date]]
    source: str
    recorded: dt.datetime

    @classmethod
    def of(cls, record: Record) -> _State:
        names = [field.name for field in CORPORATION.fields if record.data[field.name]]
        fields = [(name, _shown(name, record.data[name])) for name in names]
        return cls(record.valid_from, fields, record.source, record.recorded_at)


def _shown(name: str, value: str) -> str | dt.date:
    try:
        return dt.date.fromisoformat(value) if name.endswith("_on") else value
    except ValueError:
        return value


def postal(request: HttpRequest) -> HttpResponse:
    """The towns of a postal code, or the postal code of a written address."""
    asked = _asked(request)
    try:
        found = by_postal_code(asked) if asked else ()
    except BadInput:
        code = normalise(asked).postal_code
        found = by_postal_code(code) if code else ()
    towns = [(one, town_registry().municipality(one.municipality_code)) for one in found]
    return page(request, "registries/postal.html", q=asked, found=towns)


def municipalities(request: HttpRequest) -> HttpResponse:
    """Municipalities of today by code, name or reading, and former ones with what became of them."""
    asked = _asked(request)
    found = [(m, region(m.code)) for m in find_municipalities(asked)]
    return page(
        request,
        "registries/municipalities.html",
        q=asked,
        found=found,
        former=find_former(asked),
        ambiguous=_ambiguous(asked),
        known_to=KNOWN_TO,
    )


def codes(request: HttpRequest) -> HttpResponse:
    """Codes and identifiers of government by name, reading or who administers them; all of them at first."""
    asked = _asked(request)
    return page(request, "registries/codes.html", q=asked, found=find_codes(records().everything(CODE.id), asked))


def _ambiguous(name: str) -> bool:
    try:
        return places_named(name).ambiguous
    except UnknownPlace:
        return False


def _page(request: HttpRequest) -> int:
    given = request.GET.get("page", "1")
    return min(max(1, int(given)), DEEPEST // PAGE) if given.isascii() and given.isdigit() and len(given) < 5 else 1
