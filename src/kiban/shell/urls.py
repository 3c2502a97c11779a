"""The URL table: every page and endpoint, each with its access policy."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import IntConverter

from kiban.shell.access import guarded
from kiban.shell.api.v1 import ROUTES as API
from kiban.shell.common.routes import ROUTES as COMMON
from kiban.shell.console.routes import ROUTES as CONSOLE
from kiban.shell.evidence.routes import ROUTES as EVIDENCE
from kiban.shell.portal.routes import ROUTES as PORTAL
from kiban.shell.registries.routes import ROUTES as REGISTRIES
from kiban.shell.routes import Route
from kiban.shell.studio.routes import ROUTES as STUDIO


class Number(IntConverter):
    """A number in an address: of at most 15 digits, as every store holds; others are no page."""

    regex = "[0-9]{1,15}"


register_converter(Number, "number")
ROUTES: tuple[Route, ...] = PORTAL + CONSOLE + STUDIO + COMMON + EVIDENCE + REGISTRIES + API

urlpatterns: list[URLPattern | URLResolver] = [path(r.path, guarded(r), name=r.name) for r in ROUTES]
handler400 = "kiban.shell.common.refused.bad_request"
handler403 = "kiban.shell.common.refused.forbidden"
handler404 = "kiban.shell.common.refused.not_found"
handler500 = "kiban.shell.common.refused.broken"
