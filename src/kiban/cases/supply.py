"""Missing facts that an officer supplies: the decision is drafted again with them."""

from __future__ import annotations

from kiban.cases.desk import CaseDesk, New, grow, wake
from kiban.cases.errors import NotInThisState, UndecidableCase
from kiban.cases.model import Case, CaseState, Happening
from kiban.cases.officers import Hand, has_in_hand, may_act
from kiban.cases.transitions import due_of
from kiban.kernel.events import Scalar
from kiban.procedures.model import MEMBER, Changes, FactState, FactValue
from kiban.procedures.values import read

BY_OFFICER = "officer"
"""Source of a fact that an officer found out in another way than by an enquiry."""


def supply_facts(desk: CaseDesk, case: Case, *, hand: Hand, given: Changes) -> Case:
    """Enter missing facts, each with how it is known; the decision is then drafted anew with them.

    So the amount stands in the decision and its letter, and where the pack asks for four eyes two officers see it.

    Raises: NotInThisState, NotYourRole, CaseTaken, CaseChangedElsewhere; UndecidableCase for another fact, none, or one
        without how it is known; BadValue.
    """
    may_act(desk, case, hand=hand)
    has_in_hand(case, hand=hand)
    if case.state is not CaseState.WITH_OFFICER or not case.missing:
        raise NotInThisState("no fact is missing", remedy="see where the case stands")
    if not given or set(given) - set(case.missing) or not all(one.reason.strip() for one in given.values()):
        raise UndecidableCase("missing facts are given with how they are known", remedy="name the fact and its source")
    plan = desk.plan(case)
    facts = {
        key: FactValue(
            value=read(plan.facts[key.partition(MEMBER)[0]], one.value),
            reason=one.reason.strip()[:200],
            source=BY_OFFICER,
            as_of=desk.clock.now(),
            state=FactState.KNOWN,
        )
        for key, one in given.items()
    }
    step = plan.deciding
    data = {"facts": facts, "due": due_of(desk, step)}
    audit: dict[str, Scalar] = {"fields": len(facts)}
    new = New(Happening.FACTS_SUPPLIED, actor=hand.officer.id, step=step.id, data=data, audit=audit)
    with desk.store.atomic():
        after = grow(desk, case, case_id=case.id, news=(new,))
        wake(desk, after)
    return after
