"""GET /api/v1/procedures/{procedure_id}: one procedure: its legal basis, what it asks, how it is worked on."""

from __future__ import annotations

from django.http import HttpRequest

from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.platform import platform


class Fact(Schema):
    """A fact of the form: who says it, and whether the applicant only confirms it or is asked."""

    id: str
    label: str
    type: str
    edit: str
    source: str


class Step(Schema):
    """A step of the work."""

    title: str
    role: str
    deadline: str


class ProcedureDetail(Schema):
    """A procedure."""

    id: str
    kind: str
    title: str
    summary: str
    laws: list[str]
    facts: list[Fact]
    steps: list[Step]
    members: list[str]


@endpoint("GET", "/procedures/{procedure_id}", gives=ProcedureDetail)
def get_procedure(request: HttpRequest, procedure_id: str) -> ProcedureDetail:  # noqa: ARG001 the framework passes it
    """One procedure as its pack describes it."""
    seen = platform().studio.pack(procedure_id)
    facts = [
        Fact(id=f.key, label=f.label, type=f.kind, edit=f.edit, source=f.source)
        for s in seen.sections
        for f in s.fields
    ]
    return ProcedureDetail(
        id=seen.card.id,
        kind=seen.card.kind,
        title=seen.card.title,
        summary=seen.summary,
        laws=list(map(str, seen.laws)),
        facts=facts,
        steps=[Step(title=title, role=role, deadline=deadline) for title, role, deadline in seen.steps],
        members=[one for one, _ in seen.members],
    )
