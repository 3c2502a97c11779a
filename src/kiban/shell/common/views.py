"""Pages without an entrance of their own."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from kiban import __version__
from kiban.shell.components.environment import page


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (ウェブアクセシビリティ方針, みんなの公共サイト運用ガイドライン)."""
    return page(request, "common/accessibility.html")


def about(request: HttpRequest) -> HttpResponse:
    """What this is, and that it is a reference implementation."""
    return page(request, "common/about.html", version=__version__)


def help_page(request: HttpRequest) -> HttpResponse:
    """Questions and answers."""
    return page(request, "common/help.html")


def health(_request: HttpRequest) -> HttpResponse:
    """Whether this process can answer and reach its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok", "version": __version__})
