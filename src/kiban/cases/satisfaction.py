"""One question after the decision (利用者満足度): was the applicant satisfied? Asked once, never needed, not traceable.

The case keeps only that the question is done, so that no officer who handles it learns the answer; the answer goes out
as an event of its own under a fresh id and without the time of day.
"""

from __future__ import annotations

import uuid
from enum import StrEnum

from kiban.cases.desk import CaseDesk, New, grow
from kiban.cases.errors import CaseChangedElsewhere, NotInThisState
from kiban.cases.model import APPLICANT, Case, Happening
from kiban.kernel.clock import JST
from kiban.kernel.events import Event

ANSWERED = "survey_answered"


class Satisfaction(StrEnum):
    """Four steps without a middle, so that every answer says one or the other."""

    SATISFIED = "satisfied"
    RATHER_SATISFIED = "rather_satisfied"
    RATHER_DISSATISFIED = "rather_dissatisfied"
    DISSATISFIED = "dissatisfied"

    @property
    def is_satisfied(self) -> bool:
        """Whether the indicator counts it as satisfied (満足した人の割合)."""
        return self in {Satisfaction.SATISFIED, Satisfaction.RATHER_SATISFIED}


def may_be_asked(case: Case) -> bool:
    """After the decision, until the question was answered or passed over."""
    return case.decision is not None and not case.surveyed


def close_survey(desk: CaseDesk, case: Case, *, answer: Satisfaction | None) -> Case:
    """Take the answer, or None when the applicant passes the question over; either way it is not asked again.

    The office's steps go on after the decision: what they change of the case is no reason to refuse an answer.

    Raises: NotInThisState before the decision or when it is done.
    """
    while may_be_asked(case):
        try:
            return _closed(desk, case, answer=answer)
        except CaseChangedElsewhere:
            case = desk.store.case(case.id, agency=case.agency)
    raise NotInThisState("the question is not open on this case", remedy="it is asked once, after the decision")


def _closed(desk: CaseDesk, case: Case, *, answer: Satisfaction | None) -> Case:
    with desk.store.atomic():
        after = grow(desk, case, case_id=case.id, news=(New(Happening.SURVEY_CLOSED, actor=APPLICANT),))
        if answer is not None:
            desk.events.emit(_answered(desk, case, answer=answer))
    return after


def _answered(desk: CaseDesk, case: Case, *, answer: Satisfaction) -> Event:
    day = desk.clock.now().astimezone(JST).replace(hour=0, minute=0, second=0, microsecond=0)
    data = {"procedure": case.procedure, "answer": answer.value, "satisfied": answer.is_satisfied}
    return Event(ANSWERED, day, case.agency, str(uuid.uuid4()), data)
