"""Pages of the link check's work list: list, compare and decide, search the register, progress of all agencies."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kiban.shell.components.environment import page
from kiban.shell.platform import platform
from kiban.shell.requests import download, officer, submitted, whole
from kiban.shell.screens import Problem


def links(request: HttpRequest) -> HttpResponse:
    """The findings of this officer's office, with filters and counts."""
    found = platform().links.page(officer(request), asked=request.GET.dict())
    return page(request, "console/links.html", work=found)


def link(request: HttpRequest, item: int) -> HttpResponse:
    """One finding: record, linked person and likely right persons side by side, and what may be done now."""
    desk, person, sent = platform().links, officer(request), submitted(request)
    wrong = desk.act(item, person=person, sent=sent) if request.method == "POST" else ()
    if request.method == "POST" and not wrong:
        return HttpResponseRedirect(reverse("link", kwargs={"item": item}))
    seen = desk.item(item, person=person)
    return page(request, "console/link.html", it=seen, errors=wrong, typed=dict(sent.values))


def letter(request: HttpRequest, *, item: int, who: str) -> HttpResponse:
    """The letter to one of the two persons as PDF."""
    body = platform().links.letter(item, person=officer(request), who=who)
    return download(body, name=f"link-{item}-{who}.pdf", media_type="application/pdf", inline=True)


def corrections(request: HttpRequest) -> HttpResponse:
    """The corrected links as a file for the office's own system."""
    body = platform().links.corrections(officer(request))
    return download(body, name="link-corrections.csv", media_type="text/csv; charset=utf-8")


def search(request: HttpRequest) -> HttpResponse:
    """Four-attribute lookup, or assisted search; what was asked and found is in no address."""
    desk, person, sent = platform().links, officer(request), submitted(request)
    item = whole(sent.values.get("item") or request.GET.get("item"))
    wrong: tuple[Problem, ...] = ()
    if sent.values.get("choose"):
        wrong = desk.choose(person, sent=sent)
        if not wrong:
            return HttpResponseRedirect(reverse("link", kwargs={"item": item}))
    found = desk.search(person, sent=sent, item=item)
    errors = (*wrong, *found.problems)
    return page(request, "console/link_search.html", found=found, errors=errors, typed=dict(sent.values))


def progress(request: HttpRequest) -> HttpResponse:
    """The inspection's table by clerical work and by agency; counts only."""
    table = platform().links.progress(officer(request), asked=request.GET.dict())
    return page(request, "console/link_progress.html", table=table)


def progress_file(_: HttpRequest) -> HttpResponse:
    """The same table as a file."""
    return download(platform().links.progress_file(), name="link-progress.csv", media_type="text/csv; charset=utf-8")
