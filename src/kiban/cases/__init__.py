"""Case work: steps, enquiries, decisions with reasons, deadlines, letters (審査, 処分通知)."""

from kiban.cases.actions import (
    advance,
    answer_send_back,
    open_case,
    pass_deadlines,
    public_timeline,
    timeline,
    withdraw,
)
from kiban.cases.desk import CaseDesk, Outside
from kiban.cases.handlers import QueuedIntake, handlers
from kiban.cases.model import Case, CaseEvent, CaseState, Decision, Fault, Happening, Officer, Outcome
from kiban.cases.officers import (
    Confirmation,
    Hand,
    claim,
    complete_step,
    confirm_decision,
    letter,
    look_at,
    record_visit,
    release,
    send_back,
    statistics,
    work_list,
)
from kiban.cases.ports import WorkQuery
from kiban.cases.review import review_decision
from kiban.cases.satisfaction import Satisfaction, close_survey, may_be_asked
from kiban.cases.supply import supply_facts
from kiban.cases.visits import awaits_visit, move_visit, other_times, visit_of, visits_of_day

__all__ = [
    "Case",
    "CaseDesk",
    "CaseEvent",
    "CaseState",
    "Confirmation",
    "Decision",
    "Fault",
    "Hand",
    "Happening",
    "Officer",
    "Outcome",
    "Outside",
    "QueuedIntake",
    "Satisfaction",
    "WorkQuery",
    "advance",
    "answer_send_back",
    "awaits_visit",
    "claim",
    "close_survey",
    "complete_step",
    "confirm_decision",
    "handlers",
    "letter",
    "look_at",
    "may_be_asked",
    "move_visit",
    "open_case",
    "other_times",
    "pass_deadlines",
    "public_timeline",
    "record_visit",
    "release",
    "review_decision",
    "send_back",
    "statistics",
    "supply_facts",
    "timeline",
    "visit_of",
    "visits_of_day",
    "withdraw",
    "work_list",
]
