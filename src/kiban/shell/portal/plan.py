"""The one page of a life event: everything known is shown, confirmed, corrected or added, then signed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kiban.identity.errors import IdentityError
from kiban.procedures.errors import ProcedureError
from kiban.shell import unsent
from kiban.shell.components.environment import page
from kiban.shell.locale.texts import language
from kiban.shell.platform import platform
from kiban.shell.portal.answers import problem_of
from kiban.shell.requests import came_back, card_session, download, resident, submitted
from kiban.shell.screens import Problem


def begin(request: HttpRequest, bundle: str) -> HttpResponse:
    """Opens the person's draft of this life event and goes to it; the open one is resumed."""
    notice = request.GET.get("notice", "")
    draft = platform().drafts.begin(bundle, person=resident(request), notice=notice)
    return HttpResponseRedirect(reverse("plan", kwargs={"draft": draft}))


def plan(request: HttpRequest, draft: str) -> HttpResponse:
    """Shows the draft; keeps what is sent; goes on to the signature when nothing is missing."""
    if request.method == "GET":
        return show(request, draft)
    sent = submitted(request)
    wrong = platform().drafts.save(draft, person=resident(request), sent=sent)
    wanted = sent.values.get("do", "save")
    if not wrong and wanted == "sign":
        wrong = platform().drafts.problems(draft, person=resident(request))
        return show(request, draft, errors=wrong) if wrong else to_card(request, draft)
    return show(request, draft, errors=wrong, saved=not wrong and wanted == "save")


def show(request: HttpRequest, draft: str, *, errors: tuple[Problem, ...] = (), saved: bool = False) -> HttpResponse:
    """The plan page."""
    seen = platform().drafts.plan(draft, person=resident(request))
    typed = {name: request.POST[name] for name in request.POST} if errors else {}
    return page(request, "portal/plan.html", plan=seen, errors=errors, saved=saved, typed=typed)


def to_card(request: HttpRequest, draft: str) -> HttpResponse:
    """Sends the browser to the card app, which shows the exact content and asks for the signature."""
    address = platform().cards.begin_signature(
        draft,
        person=resident(request),
        session=card_session(request),
        return_to=reverse("signed", kwargs={"draft": draft}),
        language=language(),
    )
    return HttpResponseRedirect(address)


def signed(request: HttpRequest, draft: str) -> HttpResponse:
    """Where the card app sends the browser back to after a signature: submission, once, and its receipt."""
    try:
        receipt = platform().cards.finish_signature(draft, person=resident(request), back=came_back(request))
    except (IdentityError, ProcedureError) as error:
        return show(request, draft, errors=(problem_of(error, field="sign"),))
    return HttpResponseRedirect(reverse("receipt", kwargs={"receipt": receipt}))


def discard(request: HttpRequest, draft: str) -> HttpResponse:
    """Throws a draft away."""
    platform().drafts.discard(draft, person=resident(request))
    unsent.drop(resident(request), reverse("plan", kwargs={"draft": draft}))
    return HttpResponseRedirect(reverse("home"))


def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """Done: what was received, by whom, and what happens next."""
    seen = platform().drafts.receipt(receipt, person=resident(request))
    return page(request, "portal/receipt.html", receipt=seen)


def receipt_file(request: HttpRequest, receipt: str) -> HttpResponse:
    """The receipt as a file that anyone can verify offline."""
    body = platform().drafts.receipt_file(receipt, person=resident(request))
    return download(body, name=f"receipt-{receipt}.json", media_type="application/json")
