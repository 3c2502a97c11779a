"""The day whose knowledge a page shows: today, or a past day that the address asks for with ``known``."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse

from kiban.evidence.store import Warehouse
from kiban.kernel.clock import SystemClock, today
from kiban.shell.components.environment import page
from kiban.shell.evidence.library import warehouse


def known_day(request: HttpRequest) -> dt.date:
    """The day asked for; today when none, no date or a day to come is asked for."""
    now = today(SystemClock())
    try:
        asked = dt.date.fromisoformat(request.GET.get("known", ""))
    except ValueError:
        return now
    return min(asked, now)


def store_of(request: HttpRequest) -> Warehouse | None:
    """The store as it was known on the day asked for."""
    known = known_day(request)
    return warehouse(None if known == today(SystemClock()) else known)


def shown(request: HttpRequest, template: str, **values: Any) -> HttpResponse:
    """A page of evidence, which tells when it shows a past day and can be asked for one."""
    known = known_day(request)
    kept = [(name, value) for name, value in request.GET.items() if name not in {"known", "lang"}]
    day: dict[str, Any] = {"known": known, "past": known < today(SystemClock()), "kept": kept}
    return page(request, template, **day, **values)
