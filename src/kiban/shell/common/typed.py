"""Where the script of the pages hands over what is being typed, and where a person throws it away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from kiban.shell import unsent
from kiban.shell.access import still_here
from kiban.shell.errors import NotThere, Refused


def typed(request: HttpRequest) -> HttpResponse:
    """Keeps what is typed on one of our pages for the person who types; typing is use of the session."""
    path = request.POST.get(unsent.PATH, "")
    route = unsent.keeping(path)
    if route is None:
        raise NotThere("no page of this address keeps what is typed")
    person = unsent.typist(request, route)
    if person.kind == "nobody":
        raise Refused("nobody is signed in", remedy="sign in again")
    if request.POST.get("do") == "drop":
        unsent.drop(person, path)
        return HttpResponseRedirect(path)
    unsent.keep(person, path, form=request.POST.get(unsent.FORM, ""), controls=_named(request))
    still_here(request)
    return HttpResponse(status=204)


def _named(request: HttpRequest) -> unsent.Controls:
    """The controls that the script names; one without a value is a box that was unchecked."""
    names = set(request.POST.getlist(unsent.NAMES))
    return {name: tuple(map(str, request.POST.getlist(name))) for name in names}
