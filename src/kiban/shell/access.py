"""The one gate through which every view is reached: the route's policy, the methods, and the idle end of a session."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from kiban.exchange.errors import DoorShut
from kiban.shell import unsent
from kiban.shell.common.refused import refusal_page
from kiban.shell.errors import Refused, TooMany
from kiban.shell.platform import platform
from kiban.shell.principals import Principal, forget, principal, visitor
from kiban.shell.routes import Access, Route
from kiban.shell.store.rates import count

log = logging.getLogger("kiban.access")
SIGN_IN = {Access.RESIDENT: "sign_in", Access.STAFF: "staff_sign_in", Access.DESIGNER: "staff_sign_in"}


def guarded(route: Route) -> Callable[..., HttpResponseBase]:
    """The route's view behind its policy."""

    @functools.wraps(route.view)
    def view(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        if request.method not in route.methods and not (request.method == "HEAD" and "GET" in route.methods):
            return _not_allowed(request, route)
        if route.policy.access in SIGN_IN:
            refusal = _enter(request, route)
            if refusal is not None:
                return refusal
        try:
            response = route.view(request, **parts)
        except DoorShut:
            if route.policy.access is not Access.RESIDENT or principal(request).kind != "resident":
                raise
            log.info("session of resident ended: the core has closed its door")
            _keep(request, route)
            _end(request)
            return _to_sign_in(request, route, ended=True)
        if route.keeps and request.method == "POST" and response.status_code < 400:
            unsent.sent(unsent.typist(request, route), request.path, names=request.POST)
        return response

    view.route = route  # type: ignore[attr-defined]  # the census reads it from the URL table
    return view


def _not_allowed(request: HttpRequest, route: Route) -> HttpResponse:
    refusal = refusal_page(request, 405)
    refusal.headers["Allow"] = ", ".join(sorted({*route.methods, *(["HEAD"] if "GET" in route.methods else [])}))
    return refusal


def _enter(request: HttpRequest, route: Route) -> HttpResponse | None:
    ended = _idle(request, principal(request))
    if ended:
        _keep(request, route)
        _end(request)
    person = visitor(request) if route.policy.access is Access.RESIDENT else principal(request)
    wanted = "resident" if route.policy.access is Access.RESIDENT else "staff"
    if person.kind == "nobody":
        return _to_sign_in(request, route, ended=ended)
    if person.kind != wanted or (route.policy.roles and not route.policy.roles & set(person.roles)):
        raise Refused(f"{person.kind} {person.code} may not open {route.name}", remedy="sign in with the right account")
    return None


def _to_sign_in(request: HttpRequest, route: Route, *, ended: bool) -> HttpResponse:
    """The sign-in page, told where to go on after it, and whether a session ended on the way there."""
    told = {"next": request.get_full_path()} if "GET" in route.methods else {}
    told |= {"ended": "1"} if ended or request.method == "POST" else {}
    return HttpResponseRedirect(f"{reverse(SIGN_IN[route.policy.access])}?{urlencode(told)}")


def _keep(request: HttpRequest, route: Route) -> None:
    """What a form brings after its session ended is not lost: the person finds it on the page after the sign-in."""
    if route.keeps and request.method == "POST":
        unsent.keep_sent(unsent.typist(request, route), request.path, sent=request.POST)


def still_here(request: HttpRequest) -> None:
    """Somebody is typing: the session is in use, unless it had ended before."""
    _idle(request, principal(request))


def _end(request: HttpRequest) -> None:
    for door in {visitor(request), principal(request)}:
        if door.door:
            platform().cards.close(door)
    forget(request)


def _idle(request: HttpRequest, person: Principal) -> bool:
    limit = settings.RESIDENT_IDLE_SECONDS if person.kind == "resident" else settings.STAFF_IDLE_SECONDS
    now, seen = int(time.time()), request.session.get("seen")
    if person.kind == "nobody":
        return False
    if seen is not None and now - seen > limit:
        log.info("session of %s ended: idle", person.kind)
        return True
    if seen is None or now - seen > 30:  # one write in half a minute is exact enough
        request.session["seen"] = now
    return False


def source_of(request: HttpRequest) -> str:
    """The asker's address; behind a proxy the one that the proxy saw: what stands before it anybody can write."""
    forwarded = str(request.headers.get("X-Forwarded-For", "")) if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def limited(request: HttpRequest, action: str, *, account: str = "") -> None:
    """Count one try from this address (and for this account).

    Raises:
        TooMany: there were more than the setting allows in this minute.
    """
    minute = int(time.time()) // 60
    sources = [source_of(request), *([account] if account else [])]
    most = max(count(action, source, minute=minute) for source in sources)
    if most > settings.SIGN_IN_TRIES_PER_MINUTE:
        raise TooMany(
            f"more than {settings.SIGN_IN_TRIES_PER_MINUTE} tries of {action} in a minute", remedy="wait a minute"
        )
