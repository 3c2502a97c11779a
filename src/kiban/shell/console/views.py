"""The officers' pages: sign-in, inbox, case, statistics."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kiban.kernel.errors import KibanError
from kiban.shell.access import limited
from kiban.shell.components.environment import page
from kiban.shell.platform import platform
from kiban.shell.portal.answers import problem_of
from kiban.shell.principals import forget, remember
from kiban.shell.requests import download, officer, own_path, submitted, whole


def sign_in(request: HttpRequest) -> HttpResponse:
    """Password and one-time code together; what was wrong is not told."""
    after = own_path(request.POST.get("next") or request.GET.get("next", ""), default=reverse("console"))
    if request.method == "GET":
        return page(request, "console/sign_in.html", after=after, ended="ended" in request.GET)
    given = submitted(request).values
    limited(request, "staff-sign-in", account=given.get("account", ""))
    asked = {name: given.get(name, "") for name in ("account", "password", "code")}
    try:
        remember(request, platform().offices.sign_in(**asked))
    except KibanError as error:
        wrong = (problem_of(error, field="account"),)
        return page(request, "console/sign_in.html", after=after, ended=False, errors=wrong)
    return HttpResponseRedirect(after)


def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the officer's session."""
    forget(request)
    return HttpResponseRedirect(reverse("staff_signed_out"))


def signed_out(request: HttpRequest) -> HttpResponse:
    """Tells the officer that the session has ended."""
    return page(request, "console/signed_out.html")


def inbox(request: HttpRequest) -> HttpResponse:
    """The cases that wait for this officer's roles."""
    state, number = request.GET.get("state", ""), max(1, whole(request.GET.get("page")))
    asked = request.GET.get("number", "").strip()[:40]
    work = platform().offices.work(officer(request), page=number, state=state, number=asked)
    return page(request, "console/inbox.html", work=work, state=state, asked=asked)


def case(request: HttpRequest, case: str) -> HttpResponse:
    """One case: evidence beside the facts, the drafted decision with its reasons, and what may be done now."""
    desk, person, sent = platform().offices, officer(request), submitted(request)
    action = sent.values.get("do", "")
    wrong = desk.act(case, person=person, action=action, sent=sent) if request.method == "POST" else ()
    if request.method == "POST" and not wrong:
        return HttpResponseRedirect(reverse("office_case", kwargs={"case": case}))
    seen = desk.case(case, person=person)
    return page(request, "console/case.html", case=seen, errors=wrong, typed=dict(sent.values), lists=dict(sent.lists))


def letter(request: HttpRequest, *, case: str, letter: str) -> HttpResponse:
    """A letter of the case as PDF; before the decision, its draft."""
    body = platform().offices.letter(case, person=officer(request), letter=letter)
    return download(body, name=f"{letter}.pdf", media_type="application/pdf", inline=True)


def statistics(request: HttpRequest) -> HttpResponse:
    """The office's numbers."""
    return page(request, "console/statistics.html", figures=platform().offices.figures(officer(request)))
