"""What a route is: an address, a name, a view, and who may come in. The tables are in each entrance's `routes.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


class Access(StrEnum):
    """Who may come in. Every route has exactly one."""

    PUBLIC = "public"
    RESIDENT = "resident"
    STAFF = "staff"
    DESIGNER = "designer"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may come in, and for officers in which of these roles (any one; none named = any officer)."""

    access: Access
    roles: frozenset[str] = frozenset()


PUBLIC = Policy(Access.PUBLIC)
RESIDENT = Policy(Access.RESIDENT)
MACHINE = Policy(Access.MACHINE)
DESIGNER = Policy(Access.DESIGNER, frozenset({"designer"}))


def staff(*roles: str) -> Policy:
    """Officers in any of these roles."""
    return Policy(Access.STAFF, frozenset(roles))


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the URL table.

    ``open_data``: the same for everybody and without a session, for pages of any site. ``keeps``: what is typed on the
    page and not sent is kept for the person (`kiban.shell.unsent`).
    """

    path: str
    name: str
    view: View
    policy: Policy
    methods: tuple[str, ...] = ("GET",)
    open_data: bool = False
    keeps: bool = False
