"""Missing facts on an officer's page: what is missing, who can give it, and what the officer entered."""

from __future__ import annotations

from dataclasses import dataclass

from kiban.cases import Case, CaseDesk
from kiban.procedures import Change
from kiban.procedures.errors import BadValue
from kiban.procedures.model import MEMBER, Changes
from kiban.procedures.plan import FactPlan, Origin, agency_of
from kiban.procedures.values import read
from kiban.shell.locale import texts
from kiban.shell.ports import Submitted
from kiban.shell.screens import FormField, Option, Problem
from kiban.shell.wiring.forms import control
from kiban.shell.wiring.words import Words, missing, whose, yes_or_no


@dataclass(frozen=True, slots=True)
class MissingFacts:
    """Translates between a case's missing facts and the page's form."""

    desk: CaseDesk
    words: Words

    def fields(self, case: Case) -> tuple[FormField, ...]:
        """One control for each missing fact; its hint says who can give it."""
        return tuple(self._field(case, key) for key in case.missing)

    def _field(self, case: Case, key: str) -> FormField:
        fact = self._fact(case, key)
        label = self.words.of_pack(case.procedure, f"facts.{fact.id}") + whose(case, key)
        return FormField(control(key), key, label, fact.type, "ask", hint=self._who(case, fact),
                         options=self._options(case, fact))  # fmt: skip

    def _fact(self, case: Case, key: str) -> FactPlan:
        return self.desk.plan(case).facts[key.partition(MEMBER)[0]]

    def _options(self, case: Case, fact: FactPlan) -> tuple[Option, ...]:
        if fact.type == "boolean":
            return yes_or_no()
        return tuple(
            Option(one, self.words.of_pack(case.procedure, f"choices.{fact.id}.{one}")) for one in fact.choices
        )

    def _who(self, case: Case, fact: FactPlan) -> str:
        if fact.origin is Origin.ASK and fact.when == "examination":
            return texts.plain("supply.officer")
        if fact.origin is not Origin.EXCHANGE:
            return texts.said("supply.applicant")
        office = self.words.agency(agency_of(fact.holder, case.places))
        return texts.said("supply.office", office=office, item=self.words.item(fact.item))

    def problems(self, case: Case, sent: Submitted) -> tuple[Problem, ...]:
        """What keeps the facts from being taken."""
        wrong = [problem for field in self.fields(case) for problem in self._wrong(case, field, sent=sent)]
        if not sent.values.get("known_by"):
            wrong.append(missing("known_by", texts.said("supply.known_by")))
        return tuple(wrong)

    def _wrong(self, case: Case, field: FormField, *, sent: Submitted) -> tuple[Problem, ...]:
        typed = sent.values.get(field.name, "")
        try:
            known = read(self._fact(case, field.key), typed) is not None
        except BadValue:
            return (Problem(field.name, texts.said("problem.value", label=field.label)),)
        return () if known else (missing(field.name, field.label, kind=field.kind),)

    def given(self, case: Case, sent: Submitted) -> Changes:
        """What the officer entered, with how it is known."""
        known_by = sent.values.get("known_by", "")
        return {one.key: Change(value=sent.values.get(one.name, ""), reason=known_by) for one in self.fields(case)}
