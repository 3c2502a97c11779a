"""The back channel of the card app: it asks what to show, and brings the card's answer; no browser comes here."""

from __future__ import annotations

import logging

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from kiban.identity.cardapp import Refused
from kiban.kernel.errors import KibanError
from kiban.shell.access import limited
from kiban.shell.common.refused import status_of
from kiban.shell.platform import platform

log = logging.getLogger("kiban.access")


def asked(request: HttpRequest, handle: str) -> HttpResponse:
    """What the card app may know of a request."""
    limited(request, "card-channel")
    try:
        return HttpResponse(platform().cards.asked(handle), content_type="application/json")
    except KibanError as error:
        return _refused(error)


@csrf_exempt  # the card app is no browser; what it brings is bound by the card's own signature
def answered(request: HttpRequest, handle: str) -> HttpResponse:
    """The card's answer."""
    limited(request, "card-channel")
    try:
        return HttpResponse(platform().cards.answered(handle, request.body), content_type="application/json")
    except KibanError as error:
        return _refused(error)


def _refused(error: KibanError) -> HttpResponse:
    log.warning("%s back channel of the card app: %s", status_of(error), error)
    body = msgspec.json.encode(Refused(code=error.code, text=error.what))
    return HttpResponse(body, status=status_of(error), content_type="application/json")
