"""Pages of payment runs: freeze what is due, a second person approves, take the file, bring the results, work list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kiban.shell.components.environment import page
from kiban.shell.platform import platform
from kiban.shell.requests import download, officer, submitted


def payments(request: HttpRequest) -> HttpResponse:
    """What is due, the runs, and what failed."""
    desk, person = platform().payments, officer(request)
    wrong = desk.act(person, sent=submitted(request)) if request.method == "POST" else ()
    if request.method == "POST" and not wrong:
        return HttpResponseRedirect(reverse("payments"))
    return page(request, "console/payments.html", pay=desk.page(person), errors=wrong)


def run(request: HttpRequest, run: int) -> HttpResponse:
    """One run; the second person approves it here or gives it back."""
    desk, person = platform().payments, officer(request)
    wrong = desk.act_on(run, person=person, sent=submitted(request)) if request.method == "POST" else ()
    if request.method == "POST" and not wrong:
        return HttpResponseRedirect(reverse("payment_run", kwargs={"run": run}))
    return page(request, "console/payment_run.html", run=desk.run(run, person=person), errors=wrong)


def file(request: HttpRequest, run: int) -> HttpResponse:
    """The bank file of an approved run, or the same as pain.001."""
    iso = request.POST.get("format") == "pain001"
    body = platform().payments.file(run, person=officer(request), iso=iso)
    ending, media_type = ("xml", "application/xml") if iso else ("txt", "application/octet-stream")
    return download(body, name=f"payments-{run}.{ending}", media_type=media_type)
