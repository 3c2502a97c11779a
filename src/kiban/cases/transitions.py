"""From step to step: which outcome leads where, until when, and what a finished step still owes."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

from msgspec.structs import replace

from kiban.cases.desk import CaseDesk, New, grow, wake
from kiban.cases.errors import BrokenPack
from kiban.cases.model import SYSTEM, Case, Happening, Letter
from kiban.cases.visits import leave_visit
from kiban.kernel.clock import today
from kiban.procedures.plan import Plan, StepPlan

END = "end"
POSITIVE = ("done", "ok", "passed", "complete", "answered", "granted", "accepted", "made")


def target(step: StepPlan, outcome: str, *, plan: Plan) -> str:
    """The step that follows an outcome.

    A step with one outcome has that one; one without outcomes goes on to the step behind it, or ends.
    """
    if not step.outcomes:
        names = [one.id for one in plan.steps]
        after = names.index(step.id) + 1
        return names[after] if after < len(names) else END
    if outcome in step.outcomes:
        return step.outcomes[outcome]
    if outcome in POSITIVE:
        for name in POSITIVE:
            if name in step.outcomes:
                return step.outcomes[name]
    if len(step.outcomes) == 1:
        return next(iter(step.outcomes.values()))
    raise BrokenPack(
        f"the step {step.id} has no outcome {outcome}", remedy=f"name one of {', '.join(step.outcomes)} in the pack"
    )


def finish(desk: CaseDesk, case: Case, *, outcome: str, before: tuple[New, ...] = (), actor: str = SYSTEM) -> Case:
    """Finish the present step: what was done (``before``), its letter and notice, and the next step, all at once."""
    plan, step = desk.plan(case), desk.step(case)
    following = target(step, outcome, plan=plan)
    written = _written(desk, _pictured(case, before), step=step)  # before the transaction: others write meanwhile
    with desk.store.atomic():
        owed = _owed(desk, case, step=step, written=written)
        if following == END and all(new.kind is not Happening.VISITED for new in before):
            leave_visit(desk, case)
        news = (*before, *owed, entered(desk, plan, following=following, actor=actor, outcome=outcome))
        after = grow(desk, case, case_id=case.id, news=news)
        _deliver(desk, after, news=owed, step=step)
        if actor != SYSTEM:  # the worker that runs automatic steps goes on by itself
            wake(desk, after)
    return after


def entered(desk: CaseDesk, plan: Plan, *, following: str, actor: str, outcome: str) -> New:
    """The event of going on to a step, or of closing the case."""
    if following == END:
        return New(Happening.CLOSED, actor=actor, data={"outcome": outcome}, audit={"outcome": outcome})
    step = plan.step(following)
    if step is None:
        raise BrokenPack(f"the pack {plan.id} has no step {following}", remedy="run kiban pack check")
    return New(
        Happening.STEP_ENTERED,
        actor=actor,
        step=step.id,
        data={"due": due_of(desk, step), "outcome": outcome},
        audit={"outcome": outcome},
    )


def due_of(desk: CaseDesk, step: StepPlan) -> str | None:
    """The deadline of a step that begins today, as events keep it; None where the pack names none."""
    return None if step.days is None else (today(desk.clock) + dt.timedelta(days=step.days)).isoformat()


def _written(desk: CaseDesk, case: Case, *, step: StepPlan) -> tuple[Letter, bytes] | None:
    """The letter of a step, issued once under each decision of the case; None where there is none to issue."""
    if not step.letter or (step.letter, case.decisions) in {(one.kind, one.decision) for one in case.letters}:
        return None
    pdf = desk.outside.letters.render(case, letter=step.letter)
    letter = Letter(
        id=str(uuid.uuid4()),
        kind=step.letter,
        sha256=hashlib.sha256(pdf).hexdigest(),
        issued_at=desk.clock.now(),
        decision=case.decisions,
    )
    return letter, pdf


def _owed(desk: CaseDesk, case: Case, *, step: StepPlan, written: tuple[Letter, bytes] | None) -> tuple[New, ...]:
    """The letter and the notice of a step."""
    owed = []
    if written:
        letter, pdf = written
        desk.store.keep_letter(letter, case=case.id, pdf=pdf)
        owed.append(New(Happening.LETTER_ISSUED, data={"letter": letter}, audit={"letter": letter.kind}))
    if step.notice:
        owed.append(New(Happening.NOTIFIED, data={"notice": step.notice}, audit={"notice": step.notice}))
    return tuple(owed)


def _pictured(case: Case, before: tuple[New, ...]) -> Case:
    """The case as a letter written now must see it: with the decision that is being made."""
    made = next((new.data["decision"] for new in before if new.kind is Happening.DECIDED), None)
    return case if made is None else replace(case, decision=made, decisions=case.decisions + 1)


def _deliver(desk: CaseDesk, case: Case, *, news: tuple[New, ...], step: StepPlan) -> None:
    if any(new.kind is Happening.NOTIFIED for new in news):
        desk.outside.messages.tell(case, notice=step.notice, key=f"{case.id}:{step.id}:{case.version}")
