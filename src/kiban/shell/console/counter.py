"""Counter mode (書かない窓口): the officer opens it, the resident's card opens the door, the same pages run here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kiban.shell.components.environment import page
from kiban.shell.platform import platform
from kiban.shell.portal.sign_in import to_card
from kiban.shell.principals import leave_counter, visitor
from kiban.shell.requests import officer, own_path


def counter(request: HttpRequest) -> HttpResponse:
    """Starts a counter session, or goes on with the one that is open."""
    guest = visitor(request)
    guest_here = guest if guest.counter else None
    bundles = platform().drafts.bundles(guest)
    return page(request, "console/counter.html", guest=guest_here, bundles=bundles)


def begin(request: HttpRequest) -> HttpResponse:
    """The resident puts the card on the reader: the card app takes over."""
    after = own_path(request.POST.get("next", ""), default=reverse("counter"))
    return HttpResponseRedirect(to_card(request, after=after, reader=officer(request).code))


def end(request: HttpRequest) -> HttpResponse:
    """Ends the counter session; the resident's door closes."""
    guest = visitor(request)
    if guest.counter:
        platform().cards.close(guest)
    leave_counter(request)
    return HttpResponseRedirect(reverse("counter"))
