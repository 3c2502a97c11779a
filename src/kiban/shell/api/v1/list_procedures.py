"""GET /api/v1/procedures: the procedures and life events that this platform carries out."""

from __future__ import annotations

from django.http import HttpRequest

from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.platform import platform


class Procedure(Schema):
    """A procedure (制度・手続) in a list; ``faults`` counts what the checks of its pack found."""

    id: str
    kind: str
    title: str
    faults: int


class Procedures(Schema):
    """A page of procedures."""

    procedures: list[Procedure]
    total: int
    start: int


@endpoint("GET", "/procedures", gives=Procedures)
def list_procedures(request: HttpRequest, *, start: int = 0, size: int = 50) -> Procedures:  # noqa: ARG001 ninja
    """Procedures in the order of their ids; titles in the language of Accept-Language."""
    found = platform().studio.packs()
    first, size = max(0, start), min(max(1, size), 100)
    shown = [Procedure(id=p.id, kind=p.kind, title=p.title, faults=p.faults) for p in found[first : first + size]]
    return Procedures(procedures=shown, total=len(found), start=first)
