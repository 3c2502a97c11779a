"""A case's decision as a credential: the words of its letter as data, for the applicant to keep and to show."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kiban.cases.decisions import results_of
from kiban.cases.errors import StepFailed
from kiban.cases.letters import letter_data
from kiban.cases.model import Case
from kiban.credentials.certificates import kind
from kiban.credentials.jose import PublicKey
from kiban.credentials.office import Issued, Office
from kiban.kernel.clock import JST
from kiban.kernel.errors import Where
from kiban.procedures.plan import Shelf

KIND = "kettei"


def decision_values(case: Case, shelf: Shelf) -> dict[str, Any]:
    """The fields of the kind ``kettei`` from a decided case, in the words of its letter.

    Raises:
        StepFailed: the case is not decided.
    """
    decision = case.decision
    if decision is None or decision.at is None:
        raise StepFailed(
            "the case is not decided", where=Where(record=case.number or case.id), remedy="decide it first"
        )
    said = letter_data(case, shelf, letter="decision")
    values: dict[str, Any] = {
        "procedure": shelf.text(case.procedure, "title", lang="ja"),
        "outcome": said["outcome"],
        "decided_on": decision.at.astimezone(JST).date().isoformat(),
        "reference": case.number,
        "name": said["addressee"],
        "reasons": said["reasons"],
        "results": said["results"] if list(results_of(case, decision)) else [],
        "appeal": said["appeal"],
    }
    return {name: value for name, value in values.items() if value}


def issue_decision(
    office: Office, case: Case, *, shelf: Shelf, at: dt.datetime, holder: PublicKey | None = None
) -> Issued:
    """Issue a decided case's decision, entered in the register under the case's number.

    A case that is decided again after a review gets a new one, and those of before are the caller's to revoke.

    Raises:
        StepFailed: the case is not decided. NotIssuable: a field cannot be certified.
    """
    values = decision_values(case, shelf)
    return office.issue(kind(KIND), values, at=at, holder=holder, reference=case.number or case.id)
