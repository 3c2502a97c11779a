"""The person's procedures: where each stands, what was decided and why, what is paid when."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kiban.shell.components.environment import page
from kiban.shell.platform import platform
from kiban.shell.requests import download, resident, submitted


def cases(request: HttpRequest) -> HttpResponse:
    """All procedures of the person."""
    return page(request, "portal/cases.html", cases=platform().my_cases.cases(resident(request)))


def case(request: HttpRequest, case: str) -> HttpResponse:
    """One procedure; where it was returned for correction (補正), the fields that the office named.

    After the decision it asks one question (利用者満足度).
    """
    desk, person = platform().my_cases, resident(request)
    takes = {"survey": desk.survey, "pass": desk.survey, "move_visit": desk.move_visit}
    take = takes.get(request.POST.get("do", ""), desk.answer)
    wrong = take(case, person=person, sent=submitted(request)) if request.method == "POST" else ()
    if request.method == "POST" and not wrong:
        return HttpResponseRedirect(reverse("case", kwargs={"case": case}))
    typed = {name: request.POST[name] for name in request.POST}
    return page(request, "portal/case.html", case=desk.case(case, person=person), errors=wrong, typed=typed)


def withdraw(request: HttpRequest, case: str) -> HttpResponse:
    """Takes the application back (取下げ)."""
    platform().my_cases.withdraw(case, person=resident(request), version=submitted(request).version)
    return HttpResponseRedirect(reverse("case", kwargs={"case": case}))


def letter(request: HttpRequest, *, case: str, letter: str) -> HttpResponse:
    """A letter of the case as PDF."""
    body = platform().my_cases.letter(case, person=resident(request), letter=letter)
    return download(body, name=f"{letter}.pdf", media_type="application/pdf", inline=True)
