"""The landing page of the portal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from kiban.shell.components.environment import page
from kiban.shell.platform import platform
from kiban.shell.requests import resident


def home(request: HttpRequest) -> HttpResponse:
    """What can be done here, and the way in."""
    return page(request, "portal/home.html", bundles=platform().drafts.bundles(resident(request)))
