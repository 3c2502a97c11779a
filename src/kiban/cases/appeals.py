"""The appeal text (教示) that a disposition must carry: to whom, until when, against whom. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from kiban.cases.model import Case, Outcome
from kiban.procedures.content import office_name
from kiban.procedures.plan import Shelf
from kiban.registries import UnknownMunicipality, town_registry

REVIEW = (
    "この処分に不服があるときは、この処分があったことを知った日の翌日から起算して3か月以内に、{to}に対して"
    "審査請求をすることができます（この処分の日の翌日から起算して1年を経過したときは、審査請求をすることができません。）。"
)
COURT = (
    "また、この処分の取消しの訴えは、この処分があったことを知った日の翌日から起算して6か月以内に、{defendant}を被告として"
    "提起することができます（この処分の日の翌日から起算して1年を経過したときは、提起することができません。）。"
    "審査請求をした場合は、その裁決があったことを知った日の翌日から起算して6か月以内に、提起することができます。"
)
COURT_AFTER_REVIEW = (
    "この処分の取消しの訴えは、審査請求に対する裁決を経た後でなければ提起することができません。その場合は、裁決があった"
    "ことを知った日の翌日から起算して6か月以内に、{defendant}を被告として提起することができます（裁決の日の翌日から起算"
    "して1年を経過したときは、提起することができません。）。"
)
"""行政不服審査法 (平成26年法律第68号) 82条1項, 18条1項・2項; 行政事件訴訟法 (昭和37年法律第139号) 46条1項, 14条・8条.

The articles concern dispositions (処分); the receipt of a notification (届出) is none and carries no such text.
"""


@dataclass(frozen=True, slots=True)
class Competent:
    """Who decides, and where a complaint goes.

    Attributes:
        head: the deciding authority (和歌山市長, 和歌山市教育委員会).
        body: the public body that is sued (和歌山市).
        appeal_to: who reviews; ``first`` when no action lies before its ruling (審査請求前置).
    """

    head: str
    body: str
    appeal_to: str
    first: bool = False


def competent(shelf: Shelf, case: Case) -> Competent:
    """The authority of a case by its pack's words and its agency."""
    code = case.agency.rpartition("-")[2]
    try:
        one = town_registry().municipality(code)
        prefecture, body = one.prefecture, one.name
    except UnknownMunicipality:
        prefecture = town_registry().prefectures.get(code, "")
        body = office_name(case.agency) if prefecture else "国"
    names = {"{agency}": office_name(case.agency), "{prefecture}": prefecture}
    head = _named(shelf.text(case.procedure, "office", lang="ja"), names)
    plan = shelf.plan(case.procedure)
    to = _named(plan.appeal.to, names) if plan.appeal else head
    return Competent(head, body, to, first=bool(plan.appeal and plan.appeal.decision_first))


def _named(words: str, names: dict[str, str]) -> str:
    for mark, name in names.items():
        words = words.replace(mark, name)
    return words


def instruction(outcome: Outcome, *, by: Competent) -> str:
    """The appeal text of a decision; none for a notification that was accepted."""
    if outcome is Outcome.ACCEPTED:
        return ""
    court = COURT_AFTER_REVIEW if by.first else COURT
    return REVIEW.format(to=by.appeal_to) + court.format(defendant=by.body)
