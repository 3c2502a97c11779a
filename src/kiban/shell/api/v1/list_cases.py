"""GET /api/v1/cases: the token bearer's procedures."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.platform import platform


class CaseLine(Schema):
    """A procedure of the person: which office has it, how it stands, until when it is due."""

    id: str
    number: str
    title: str
    office: str
    status: str
    note: str
    due: dt.date | None


class Cases(Schema):
    """All procedures of the person."""

    cases: list[CaseLine]


@endpoint("GET", "/cases", gives=Cases, private=True)
def list_cases(request: Any) -> Cases:
    """The person's procedures, newest first."""
    found = platform().my_cases.cases(request.auth)
    lines = [
        CaseLine(id=c.id, number=c.number, title=c.title, office=c.office, status=c.status, note=c.note, due=c.due)
        for c in found
    ]
    return Cases(cases=lines)
