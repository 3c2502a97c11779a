"""Signing in by the card app (デジタル認証アプリ) and signing out; no script is needed on the way."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kiban.kernel.errors import KibanError
from kiban.shell.access import limited
from kiban.shell.common.refused import status_of
from kiban.shell.components.environment import page
from kiban.shell.locale.texts import language
from kiban.shell.platform import platform
from kiban.shell.portal.answers import problem_of
from kiban.shell.principals import forget, principal, receive_at_counter, remember
from kiban.shell.requests import came_back, card_session, own_path, resident


def sign_in(request: HttpRequest) -> HttpResponse:
    """Explains, and sends the browser to the card app."""
    if request.method == "GET":
        after, ended = own_path(request.GET.get("next", ""), default="/"), "ended" in request.GET
        return page(request, "portal/sign_in.html", after=after, ended=ended)
    limited(request, "sign-in")
    after = own_path(request.POST.get("next", ""), default=reverse("home"))
    return HttpResponseRedirect(to_card(request, after=after))


def to_card(request: HttpRequest, *, after: str, reader: str = "") -> str:
    """Open a request at the card app for this browser; the address to go to."""
    request.session["after_card"] = after
    return platform().cards.begin_sign_in(
        session=card_session(request), return_to=reverse("card_back"), language=language(), reader=reader
    )


def card_back(request: HttpRequest) -> HttpResponse:
    """Where the card app sends the browser back to after a sign-in."""
    after = request.session.get("after_card", reverse("home"))
    try:
        person = platform().cards.finish_sign_in(came_back(request))
    except KibanError as error:
        problem = problem_of(error, field="sign-in-button")
        return page(
            request, "portal/sign_in.html", status=status_of(error), after=after, ended=False, errors=(problem,)
        )
    enter = receive_at_counter if principal(request).kind == "staff" else remember
    enter(request, person)
    return HttpResponseRedirect(after)


def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; the door closes and every token issued in it dies."""
    platform().cards.close(resident(request))
    forget(request)
    return HttpResponseRedirect(reverse("signed_out"))


def signed_out(request: HttpRequest) -> HttpResponse:
    """Tells that the session has ended."""
    return page(request, "portal/signed_out.html")
