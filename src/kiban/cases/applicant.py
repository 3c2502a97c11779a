"""The applicant's name and the case's number on an officer's pages: who may see them, and the audit of who did."""

from __future__ import annotations

import unicodedata
from typing import Any

from kiban.cases.desk import CaseDesk
from kiban.cases.model import Case, Officer
from kiban.procedures.values import full_name


def applicant_name(case: Case) -> str:
    """The applicant's name as the application carries it, else that of the head of the household; "" when unknown."""
    given = (fact.value for fact in case.facts.values() if isinstance(fact.value, dict) and "family" in fact.value)
    names = (dict(member.name) for member in case.members if member.name)
    name: Any = next(given, None) or next(names, None) or {}
    return full_name(name)


def may_see(desk: CaseDesk, procedure: str, *, officer: Officer) -> bool:
    """Whether the officer has a role in the procedure: only then is the applicant named to them."""
    roles = {step.role for step in desk.shelf.plan(procedure).steps if step.role}
    return not roles or bool(roles & officer.roles)


def listed(desk: CaseDesk, officer: Officer, *, page: str, cases: tuple[str, ...]) -> None:
    """Record, before a list is shown, whose applicants it names to the officer."""
    if cases:
        data = {"actor": officer.id, "page": page, "cases": " ".join(cases)}
        desk.tell("applicants_listed", agency=officer.agency, subject=officer.id, data=data)


def viewed(desk: CaseDesk, case: Case, *, officer: Officer) -> None:
    """Record, before a case is shown, that the officer opened it."""
    data = {"procedure": case.procedure, "step": case.step, "actor": officer.id}
    desk.tell("case_viewed", agency=case.agency, subject=case.id, data=data)


def as_number(typed: str) -> str:
    """A case's number (受付番号) as it is kept, from what somebody typed: any width, zeros in front left out.

    "" for what is none.
    """
    year, _, count = unicodedata.normalize("NFKC", typed).replace(" ", "").partition("-")
    fits = year.isascii() and year.isdecimal() and len(year) == 4 and count.isascii() and count.isdecimal()
    return f"{year}-{int(count):06d}" if fits and len(count) <= 9 else ""
