"""GET /api/v1/cases/{case_id}: one procedure of the token bearer with its timeline and decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.platform import platform
from kiban.shell.screens import DecisionView


class Happened(Schema):
    """One line of the timeline."""

    at: dt.datetime
    text: str


class Decided(Schema):
    """A decision with its reasons."""

    outcome: str
    reasons: list[str]
    appeal: str
    automatic: bool
    at: dt.datetime | None


class CaseDetail(Schema):
    """A procedure of the person."""

    id: str
    number: str
    title: str
    office: str
    status: str
    due: dt.date | None
    timeline: list[Happened]
    decision: Decided | None


@endpoint("GET", "/cases/{case_id}", gives=CaseDetail, private=True)
def get_case(request: Any, case_id: str) -> CaseDetail:
    """One procedure; another person's is not found."""
    seen = platform().my_cases.case(case_id, person=request.auth)
    made = seen.decision
    return CaseDetail(
        id=seen.card.id,
        number=seen.card.number,
        title=seen.card.title,
        office=seen.card.office,
        status=seen.card.status,
        due=seen.card.due,
        timeline=[Happened(at=m.at, text=m.text) for m in seen.timeline],
        decision=_decided(made) if made else None,
    )


def _decided(made: DecisionView) -> Decided:
    return Decided(
        outcome=made.title,
        reasons=list(map(str, made.reasons)),
        appeal=made.appeal,
        automatic=made.automatic,
        at=made.at,
    )
