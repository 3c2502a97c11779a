"""Turns what the platform refuses into a page in the person's language, and logs it."""

from __future__ import annotations

import logging

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kiban.kernel.errors import KibanError
from kiban.shell.common.refused import refusal_page, status_of
from kiban.shell.middleware.headers import Handler

log = logging.getLogger("kiban.access")


class Refusals:
    """Every `KibanError` that a view did not handle becomes a page; what is ours to mend becomes a 500."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        if not isinstance(error, KibanError):
            return None
        status = status_of(error)
        log.log(logging.ERROR if status >= 500 else logging.WARNING, "%s %s %s", status, request.path, error)
        return refusal_page(request, status, code=error.code)
