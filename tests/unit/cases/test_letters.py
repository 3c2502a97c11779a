"""A letter without a template of its own is a tagged PDF with title, reasons and appeal text."""

from __future__ import annotations

import datetime as dt

import pytest

from kiban.cases.appeals import Competent, instruction
from kiban.cases.errors import StepFailed
from kiban.cases.letters.render import TypstLetters, compile_letter, letter_data
from kiban.cases.model import Case, Decision, Outcome
from kiban.procedures.model import FactValue, Member, Places
from services.sample import ARTICLE, NOON, SampleShelf


def case(outcome: Outcome) -> Case:
    decision = Decision(
        outcome=outcome,
        reasons=(ARTICLE,),
        exact=True,
        appeal=instruction(outcome, by=Competent("和歌山市長", "和歌山市", "和歌山市長")),
        at=NOON,
    )
    return Case(
        id="11111111-0000", agency="302015", application="a", procedure="allowance", pack_version="1", person="p",
        subject="s", places=Places(), members=(Member(key="m1", name={"family": "𠮷田", "given": "邉子"}),),
        facts={"x": FactValue(value=1)}, opened_at=NOON, basis_date=dt.date(2026, 11, 20), decision=decision,
    )  # fmt: skip


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_letter_is_pdf_ua_1(outcome: Outcome) -> None:
    pdf = TypstLetters(SampleShelf()).render(case(outcome), letter="decision")

    assert pdf.startswith(b"%PDF-")
    assert b"pdfuaid:part>1<" in pdf
    assert b"/Lang (ja" in pdf or b"<dc:language>" in pdf


def test_the_appeal_text_stands_only_under_a_disposition() -> None:
    shelf = SampleShelf()

    assert "審査請求" in letter_data(case(Outcome.REFUSED), shelf, letter="decision")["appeal"]
    assert letter_data(case(Outcome.ACCEPTED), shelf, letter="decision")["appeal"] == ""


def test_text_in_the_data_is_never_run() -> None:
    wicked = case(Outcome.GRANTED)
    data = letter_data(wicked, SampleShelf(), letter="decision") | {"addressee": '#panic("run") $ * _ @x'}

    assert compile_letter(TypstLetters(SampleShelf())._own, data).startswith(b"%PDF-")


def test_a_broken_template_says_what_is_wrong() -> None:
    with pytest.raises(StepFailed):
        compile_letter("#let x = ", {})
