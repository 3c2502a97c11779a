"""The pages of refusal: 400, 403, 404, 422, 429, 500, in three languages, with what to do next."""

from __future__ import annotations

import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from kiban.kernel.errors import Audience, KibanError
from kiban.shell.components.environment import entrance, page
from kiban.shell.principals import visitor

log = logging.getLogger("kiban.access")
OF_CODE = {"SHELL-403-FORM": "form", "EXCHANGE-005": "form"}
"""Refusals with words of their own."""
KNOWN = (400, 403, 404, 405, 409, 429, 500, 503)
BY_CODE = {
    "SHELL-403": 403,
    "SHELL-404": 404,
    "SHELL-429": 429,
    "PROCEDURES-001": 404,
    "PROCEDURES-002": 409,
    "PROCEDURES-003": 409,
    "PROCEDURES-011": 503,
    "PROCEDURES-012": 404,
    "PROCEDURES-013": 403,
    "NOTICES-001": 404,
    "CASES-001": 404,
    "CASES-002": 409,
    "CASES-003": 409,
    "CASES-004": 403,
    "CASES-005": 403,
    "CASES-006": 409,
    "CASES-011": 403,
    "CASES-012": 409,
}


def status_of(error: KibanError) -> int:
    """The HTTP status of an error: what a person can mend is a 4xx, what an operator must mend is a 5xx."""
    given = getattr(error, "status", None) or BY_CODE.get(error.code)
    if given:
        return int(given)
    return {Audience.USER: 400, Audience.OPERATOR: 503, Audience.DEVELOPER: 500}[error.audience]


MACHINE = "/api/"
PROBLEM = "application/problem+json"
SAID = {
    400: ("the request is malformed", "see /api/v1/openapi.json"),
    403: ("this is not for you", "see /api/v1/openapi.json"),
    404: ("there is no such address", "see /api/v1/openapi.json; addresses end without a slash"),
    405: ("this method is not offered here", "use one of the Allow header"),
    500: ("the platform failed", "try again later, or tell the operator"),
}


def problem(status: int, *, code: str, what: str, remedy: str) -> JsonResponse:
    """A refusal for a program: problem details (RFC 9457) with the error's ``code`` and ``remedy`` beside them."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": what}
    return JsonResponse(
        {**told, "code": code, "remedy": remedy},
        status=status,
        content_type=PROBLEM,
        json_dumps_params={"ensure_ascii": False},
    )


def refusal_page(request: HttpRequest, status: int, *, code: str = "") -> HttpResponse:
    """The page of one status; the code helps whoever is asked for help. A program gets problem details."""
    if request.path.startswith(MACHINE) and status in SAID:
        what, remedy = SAID[status]
        return problem(status, code=code or f"SHELL-{status}", what=what, remedy=remedy)
    kind = OF_CODE.get(code) or str(status if status in KNOWN else 400 if status < 500 else 500)
    response = page(request, "common/refused.html", status=status, kind=kind, code=code, back=_back(request))
    if status == 429:
        response.headers["Retry-After"] = "60"
    return response


def _back(request: HttpRequest) -> str:
    """The route of the entrance that the reader came in by, or was on the way to."""
    known = entrance(request, "common/refused.html")
    if known == "portal" and visitor(request).kind == "nobody":
        return next((name for name in ("console", "studio") if request.path.startswith(reverse(name))), "home")
    return "home" if known == "portal" else known


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 Django passes it by name
    """Django's handler of a malformed request."""
    return refusal_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 the framework passes it
    """Django's handler of a permission refused."""
    return refusal_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 the framework passes it
    """Django's handler of an address that is not there."""
    return refusal_page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Django's handler of our own failure."""
    return refusal_page(request, 500)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is not ours, or from a session that has ended."""
    log.warning("403 %s form refused: %s", request.path, reason)
    return refusal_page(request, 403, code="SHELL-403-FORM")
