"""The language of a page: chosen by a link, kept in the session, guessed from the browser."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from kiban.shell.locale.languages import DEFAULT, LANGUAGES, preferred
from kiban.shell.middleware.headers import Handler


class Language:
    """Activates one of the three languages for the request; ``?lang=`` chooses and is remembered."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.GET.get("lang", "")
        if chosen in LANGUAGES:
            request.session["language"] = chosen
        language = request.session.get("language") or preferred(request.headers.get("Accept-Language", ""))
        with translation.override(language if language in LANGUAGES else DEFAULT):
            response = self.get_response(request)
        response.headers.setdefault("Vary", "Accept-Language, Cookie")
        return response
