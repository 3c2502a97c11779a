"""What a case changes in the agency's own register: one change per person concerned, each under its key. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from kiban.cases.decisions import facts_of
from kiban.cases.model import Case
from kiban.cases.ports import RegisterChange
from kiban.procedures.form import concerned
from kiban.procedures.model import MEMBER, Member
from kiban.procedures.plan import StepPlan


def subjects(case: Case, *, each: str) -> tuple[Member | None, ...]:
    """For whom something is done: one ``None`` for the applicant, the living members, the children, or who died."""
    return (None,) if each == "none" else concerned(case.members, each=each, on=case.basis_date)


def changes_of(case: Case, step: StepPlan) -> tuple[RegisterChange, ...]:
    """The changes of a register step, in the household's order, for those whom it concerns."""
    members = subjects(case, each=step.each)
    made = ((_data(case, step, member=member, at=at), member) for at, member in enumerate(members))
    return tuple(
        RegisterChange(
            agency=case.agency,
            kind=step.change,
            person=member.link if member else case.person,
            data=data,
            key=f"{case.id}/{step.id}/{member.key if member else ''}/{case.decisions}",
            case=case.id,
        )
        for data, member in made
        if not step.only or data.get(step.only) is True
    )


def _data(case: Case, step: StepPlan, *, member: Member | None, at: int) -> dict[str, Any]:
    """What the node's mapping may put into columns.

    The case's facts by id, the member's own record and facts, the decision's amounts, ``household_id`` (new with the
    case) and ``position``; then the names that the step gives to facts.
    """
    results = case.decision.results if case.decision else {}
    data: dict[str, Any] = {**facts_of(case), **results}
    if member is not None:
        data |= {name: value[at] for name, value in results.items() if isinstance(value, list)}
        data |= msgspec.to_builtins(member)
        data |= {
            key.partition(MEMBER)[0]: fact.value
            for key, fact in case.facts.items()
            if key.partition(MEMBER)[2] == member.key
        }
        data["position"] = case.members.index(member) + 1
    data |= {"household_id": case.id, "basis_date": case.basis_date.isoformat()}
    return data | {name: data.get(fact) for name, fact in step.data.items()}
