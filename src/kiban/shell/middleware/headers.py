"""Security headers on every answer, static files included; open data may be read by pages of any site."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Disposition, ETag, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""For data that are the same for everybody; with ``*`` a browser sends no cookie and shows no answer to one."""


def is_open(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether an answer is open data (or its refusal), and no session was begun with it."""
    found = request.resolver_match
    route = getattr(found.func, "route", None) if found else None
    return bool(route and route.open_data) and not response.cookies


class SecurityHeaders:
    """Sets what a browser may do; pages are never stored by a shared or private cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.headers = {
            "Content-Security-Policy": settings.CONTENT_SECURITY_POLICY,
            "Permissions-Policy": settings.PERMISSIONS,
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }
        if settings.SECURE_HSTS_SECONDS:
            self.headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        own = {**self.headers, **OPEN} if is_open(request, response) else self.headers
        for name, value in own.items():
            response.headers.setdefault(name, value)
        return response
