"""The person's inbox, own data, and who looked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from kiban.shell.components.environment import page
from kiban.shell.platform import platform
from kiban.shell.requests import download, resident


def notices(request: HttpRequest) -> HttpResponse:
    """The inbox (お知らせ)."""
    return page(request, "portal/notices.html", notices=platform().records.notices(resident(request)))


def notice(request: HttpRequest, notice: str) -> HttpResponse:
    """One notice; opening it marks it as read."""
    return page(request, "portal/notice.html", notice=platform().records.notice(notice, person=resident(request)))


def looked(request: HttpRequest) -> HttpResponse:
    """だれが見たか: who, when, for what affair, which items, each with its proof checked now."""
    return page(request, "portal/looked.html", looked=platform().records.looks(resident(request)))


def look_file(request: HttpRequest, look: str) -> HttpResponse:
    """The receipt of one entry, to be checked elsewhere with ``kiban ledger check FILE``."""
    body = platform().records.look_file(look, person=resident(request))
    return download(body, name=f"look-{look}.json", media_type="application/json")


def my_data(request: HttpRequest) -> HttpResponse:
    """What the offices hold on the person; nothing is fetched before it is asked for."""
    desk, person = platform().records, resident(request)
    holder, item = request.GET.get("holder", ""), request.GET.get("item", "")
    record = desk.own(person, holder=holder, item=item) if holder and item else None
    return page(request, "portal/my_data.html", holdings=desk.holdings(person), record=record)
