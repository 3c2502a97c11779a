"""Makes the letter's data from a case and lets typst set it: the same case gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

from kiban.cases.appeals import competent
from kiban.cases.applicant import applicant_name
from kiban.cases.decisions import Result, results_of
from kiban.cases.errors import StepFailed
from kiban.cases.model import Case, Outcome
from kiban.credentials.errors import NotTypeset
from kiban.credentials.typeset import typeset
from kiban.procedures.model import Reason
from kiban.procedures.plan import Shelf
from kiban.procedures.values import counted, full_name, is_amount, plain

OUTCOMES = {
    Outcome.GRANTED: "申請のとおり決定しましたので通知します。",
    Outcome.REFUSED: "次の理由により、申請には応じられないことと決定しましたので通知します。",
    Outcome.ACCEPTED: "届出を受理しましたので通知します。",
}


@dataclass(frozen=True)
class TypstLetters:
    """See :class:`kiban.cases.ports.Letters`; a pack's own template is used where it has one."""

    shelf: Shelf

    @cached_property
    def _own(self) -> str:
        return (files("kiban.cases.letters") / "letter.typ").read_text(encoding="utf-8")

    def render(self, case: Case, *, letter: str) -> bytes:
        source = self.shelf.letter(case.procedure, letter) or self._own
        return compile_letter(source, letter_data(case, self.shelf, letter=letter))


def letter_data(case: Case, shelf: Shelf, *, letter: str) -> dict[str, Any]:
    """What a letter's template reads: title, date, number, addressee, office, outcome, reasons, results, appeal."""
    decision = case.decision
    moment = decision.at if decision and decision.at else case.opened_at
    return {
        "title": shelf.text(case.procedure, f"letters.{letter}.title", lang="ja"),
        "date": f"{moment.year}年{moment.month}月{moment.day}日",
        "number": case.number,
        "addressee": applicant_name(case),
        "office": competent(shelf, case).head,
        "outcome": OUTCOMES[decision.outcome] if decision else "",
        "reasons": [_reason(one) for one in decision.reasons] if decision else [],
        "results": [_result(case, shelf, one=one) for one in results_of(case, decision)] if decision else [],
        "appeal": decision.appeal if decision else "",
        "facts": {key: plain(fact.value) for key, fact in case.facts.items()},
    }


def _result(case: Case, shelf: Shelf, *, one: Result) -> list[str]:
    """A line of the letter's table: what is fixed, for whom, and its value."""
    label = shelf.text(case.procedure, f"results.{one.rule}", lang="ja")
    unit = shelf.plan(case.procedure).units.get(one.rule, "")
    value = f"{counted(one.value)}円" if is_amount(one.value, unit=unit) else counted(one.value)
    return [f"{label}（{full_name(one.member.name)}）" if one.member else label, value]


def _reason(reason: Reason) -> str:
    basis = f"{reason.law} {reason.article}".strip()
    return f"{reason.text}（{basis}）" if basis else reason.text


def compile_letter(source: str, data: dict[str, Any]) -> bytes:
    """PDF/UA-1 of a typst source with data. Raises: StepFailed with typst's own words."""
    try:
        return typeset(source, data)
    except NotTypeset as error:
        raise StepFailed(error.what.replace("the page", "the letter"), remedy="run kiban pack check") from error
