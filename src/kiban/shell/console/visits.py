"""The counter's day (来庁予約): who comes when, and which places are free."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from kiban.shell.components.environment import page
from kiban.shell.platform import platform
from kiban.shell.requests import officer


def visits(request: HttpRequest) -> HttpResponse:
    """The reserved visits of a day."""
    day = platform().visits.day(officer(request), asked=request.GET.get("day", ""))
    return page(request, "console/visits.html", visits=day)
