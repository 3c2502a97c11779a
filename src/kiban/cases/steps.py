"""What each kind of step does by itself; each effect has a key that makes repeating it harmless."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from kiban.cases.appeals import competent
from kiban.cases.decisions import draft_decision, facts_of, with_results
from kiban.cases.desk import CaseDesk, New, grow
from kiban.cases.errors import AmountUnknown, BrokenPack
from kiban.cases.missing import amount_missing, missing_keys
from kiban.cases.model import SYSTEM, Case, Decision, Enquired, Happening, Outcome, Waiting
from kiban.cases.ports import Question
from kiban.cases.register import changes_of, subjects
from kiban.cases.transitions import finish
from kiban.kernel.events import Scalar
from kiban.procedures.errors import EnquiryRefused, HolderDown, NotHeld
from kiban.procedures.model import Answer, FactState, FactValue, Member, fact_key
from kiban.procedures.plan import FactPlan, Plan, StepPlan, agency_of, at_path

Runner = Callable[[CaseDesk, Case], Case]


def check(desk: CaseDesk, case: Case) -> Case:
    """A check by rule where it is exact, by an officer otherwise."""
    step = desk.step(case)
    if not step.auto:
        return await_officer(desk, case, why="manual")
    judgment = desk.rules.judge(case.procedure, step.auto, facts=facts_of(case, desk.plan(case)), on=case.basis_date)
    if judgment.value is None:
        return await_officer(desk, case, why="unknown_facts")
    return finish(desk, case, outcome="ok" if judgment.value else "not_ok")


def enquire(desk: CaseDesk, case: Case) -> Case:
    """Ask each holder for what the applicant need not bring; one that is down delays only this."""
    step = desk.step(case)
    for question, facts in _open_questions(desk, case, step=step).items():
        try:
            answer: Answer | None = desk.outside.offices.ask(question)
        except HolderDown:
            return _delayed(desk, case, holder=question.holder, item=question.item)
        except NotHeld:
            answer = None
        except EnquiryRefused as error:
            return await_officer(desk, case, why=error.code)
        case = _answered(desk, case, question=question, facts=facts, answer=answer)
    return finish(desk, case, outcome="answered")


Facts = dict[str, FactPlan]
"""Facts that one answer gives, by their key in the case."""


def _open_questions(desk: CaseDesk, case: Case, *, step: StepPlan) -> dict[Question, Facts]:
    """The enquiries that are still to be made, each with the facts it gives."""
    found: dict[Question, Facts] = {}
    plan = desk.plan(case)
    for name in step.enquire:
        fact = plan.facts[name]
        for member in subjects(case, each=fact.each):
            key = fact_key(fact.id, member=member.key if member else "")
            known = case.facts.get(key)
            if known is None or known.state is FactState.PENDING or not known.source:
                question = _question(case, plan, fact=fact, member=member)
                found.setdefault(question, {})[key] = fact
    return found


def _question(case: Case, plan: Plan, *, fact: FactPlan, member: Member | None) -> Question:
    return Question(
        agency=case.agency,
        holder=agency_of(fact.holder, case.places),
        item=fact.item,
        subject=member.link if member else case.person,
        affair=plan.affair,
        key=f"{case.id}/{case.step}/{fact.item}/{member.key if member else ''}",
        case=case.id,
    )


def _answered(desk: CaseDesk, case: Case, *, question: Question, facts: Facts, answer: Answer | None) -> Case:
    """Keep what the holder answered; nothing held is an answer too, and no reason to wait."""
    moment = answer.as_of if answer else desk.clock.now()
    receipt = answer.receipt if answer else ""
    source = f"{question.holder}/{question.item}"
    values = {
        key: FactValue(
            value=at_path(answer.data, fact.path) if answer else fact.nothing,
            source=source,
            as_of=moment,
            state=FactState.MISSING if answer is None and fact.nothing is None else FactState.KNOWN,
            receipt=receipt,
        )
        for key, fact in facts.items()
    }
    enquired = Enquired(
        holder=question.holder,
        item=question.item,
        subject=question.subject,
        data=answer.data if answer else {},
        as_of=moment,
        receipt=receipt,
    )
    data = {"facts": values, "enquired": enquired}
    audit: dict[str, Scalar] = {"holder": question.holder, "item": question.item, "held": answer is not None}
    new = New(Happening.ENQUIRY_ANSWERED, data=data, audit=audit)
    return grow(desk, case, case_id=case.id, news=(new,))


def _delayed(desk: CaseDesk, case: Case, *, holder: str, item: str) -> Case:
    """The holder is down: the case shows it and asks again with growing intervals, for ever if need be."""
    before, moment = case.waiting, desk.clock.now()
    same = before is not None and (before.holder, before.item) == (holder, item)
    attempts = before.attempts + 1 if before and same else 1
    waiting = Waiting(
        holder=holder,
        item=item,
        attempts=attempts,
        since=before.since if before and same else moment,
        retry_at=moment + desk.retry.after(attempts),
    )
    audit: dict[str, Scalar] = {"holder": holder, "item": item, "attempts": attempts}
    new = New(Happening.ENQUIRY_DELAYED, data={"waiting": waiting}, audit=audit)
    return grow(desk, case, case_id=case.id, news=(new,))


def decide(desk: CaseDesk, case: Case) -> Case:
    """Decide by itself where the rule is exact and the pack allows it; otherwise draft for an officer."""
    step = desk.step(case)
    by = competent(desk.shelf, case)
    draft = draft_decision(case, desk.plan(case), step=step, rules=desk.rules, by=by)
    draft = with_results(draft, case, plan=desk.plan(case), step=step, rules=desk.rules)
    granted = draft.outcome is Outcome.GRANTED
    missing = amount_missing(case, desk.plan(case), rules=desk.rules) if granted else ()
    if step.auto and draft.exact and not step.four_eyes and not missing:
        decided = replace(draft, automatic=True, by=SYSTEM, at=desk.clock.now())
        return finish(desk, case, outcome=decided.outcome.value, before=(decided_event(case, decided),))
    audit: dict[str, Scalar] = {"outcome": draft.outcome.value, "exact": draft.exact, "missing": len(missing)}
    new = New(Happening.DECISION_DRAFTED, data={"decision": draft, "missing": missing}, audit=audit)
    return grow(desk, case, case_id=case.id, news=(new,))


def decided_event(case: Case, decision: Decision, *, actor: str = SYSTEM) -> New:
    """The event of a decision; its audit carries what the indicators count."""
    days = (decision.at - case.opened_at).days if decision.at else 0
    enquired = len({(one.holder, one.item, one.subject) for one in case.evidence if one.data})
    audit: dict[str, Scalar] = {
        "outcome": decision.outcome.value,
        "automatic": decision.automatic,
        "days": days,
        "documents_omitted": enquired,
    }
    return New(Happening.DECIDED, actor=actor, data={"decision": decision}, audit=audit)


def register(desk: CaseDesk, case: Case) -> Case:
    """Change the agency's own register through its node, once."""
    step = desk.step(case)
    try:
        receipts = [desk.outside.registers.apply(change) for change in changes_of(case, step)]
    except HolderDown:
        return _delayed(desk, case, holder=case.agency, item=step.change)
    except EnquiryRefused as error:
        return await_officer(desk, case, why=error.code)
    audit: dict[str, Scalar] = {"change": step.change, "persons": len(receipts)}
    done = New(Happening.CHANGE_APPLIED, data={"receipts": receipts}, audit=audit)
    return finish(desk, case, outcome="done", before=(done,))


def pay(desk: CaseDesk, case: Case) -> Case:
    """Enter (or end) the benefit in the transaction that finishes the step; an unknown amount is an officer's work."""
    try:
        with desk.store.atomic():
            entitlement = desk.outside.payments.order(case)
            done = New(Happening.ENTITLED, data={"entitlement": entitlement}, audit={"entitlement": entitlement})
            return finish(desk, case, outcome="done", before=(done,))
    except AmountUnknown as error:
        missing = missing_keys(case, desk.plan(case), unknown=error.unknown)
        return await_officer(desk, case, why=error.code, missing=missing)


def tell(desk: CaseDesk, case: Case) -> Case:
    """A step that only sends its notice, or issues its letter."""
    return finish(desk, case, outcome="done")


def visit(desk: CaseDesk, case: Case) -> Case:
    """Wait for the reserved visit (対面, where the law still asks for it)."""
    new = New(Happening.VISIT_AWAITED, data={"slot": case.slot}, audit={"reserved": bool(case.slot)})
    return grow(desk, case, case_id=case.id, news=(new,))


def await_officer(desk: CaseDesk, case: Case, *, why: str, missing: tuple[str, ...] = ()) -> Case:
    """Leave the step to an officer, and say why; ``missing`` are keys of facts that they are to supply."""
    new = New(Happening.OFFICER_AWAITED, data={"why": why, "missing": missing}, audit={"why": why})
    return grow(desk, case, case_id=case.id, news=(new,))


RUNNERS: dict[str, Runner] = {
    "check": check,
    "enquire": enquire,
    "decide": decide,
    "register": register,
    "pay": pay,
    "notify": tell,
    "issue": tell,
    "visit": visit,
}


def run_step(desk: CaseDesk, case: Case) -> Case:
    """Run the present step of a running case once."""
    step = desk.step(case)
    try:
        runner = RUNNERS[step.kind]
    except KeyError:
        raise BrokenPack(f"the step {step.id} is of no kind {step.kind}", remedy="run kiban pack check") from None
    return runner(desk, case)
