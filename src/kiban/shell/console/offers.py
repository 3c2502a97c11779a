"""Pages of offers by post: the number of a letter, then its answer as the paper or the person at the counter says."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kiban.shell.components.environment import page
from kiban.shell.platform import platform
from kiban.shell.requests import officer, submitted


def offers(request: HttpRequest) -> HttpResponse:
    """How many letters are out, and the field for the number of one that came back."""
    desk, person, sent = platform().offers, officer(request), submitted(request)
    number, wrong = desk.find(sent.values.get("number", ""), person=person) if request.method == "POST" else ("", ())
    if number:
        return HttpResponseRedirect(reverse("offer", kwargs={"number": number}))
    return page(request, "console/offers.html", offers=desk.page(person), errors=wrong, typed=dict(sent.values))


def offer(request: HttpRequest, number: str) -> HttpResponse:
    """The answer of one letter."""
    desk, person, sent = platform().offers, officer(request), submitted(request)
    wrong = desk.enter(number, person=person, sent=sent) if request.method == "POST" else ()
    if request.method == "POST" and not wrong:
        return HttpResponseRedirect(reverse("offer", kwargs={"number": number}))
    seen = desk.offer(number, person=person)
    return page(request, "console/offer.html", offer=seen, errors=wrong, typed=dict(sent.values))
