"""Tries a pack on synthetic applicants to the last step: fill, submit, decide, pay, notify, count."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from kiban.cases import Case, CaseState
from kiban.cases.model import Officer
from kiban.cases.officers import Confirmation, Hand, complete_step, confirm_decision, record_visit
from kiban.cases.supply import supply_facts
from kiban.jobs.model import Delivery
from kiban.kernel.clock import Clock, SystemClock, today
from kiban.population import Resident, residents
from kiban.procedures import (
    Change,
    Draft,
    Edit,
    Places,
    Start,
    choose_recommended,
    missing_fields,
    prefill,
    save_answers,
    start_draft,
    submit,
)
from kiban.procedures.content import content_to_sign
from kiban.procedures.form import fields
from kiban.procedures.model import MEMBER, FactState, Signature, Slot, Value
from kiban.procedures.plan import FactPlan
from kiban.shell.wiring.build import Outer, Rooms, rooms
from kiban.shell.wiring.library import Library
from kiban.simulators.agencies.people import agency_rows, joined, story_family, story_rows
from kiban.simulators.paper import PaperOffices

A, B = "302023", "302015"
HOME = {
    "municipality_code": A,
    "prefecture": "和歌山県",
    "city": "海南市",
    "full_address": "和歌山県海南市日方1525番地6",
}
NEW = {
    "municipality_code": B,
    "prefecture": "和歌山県",
    "city": "和歌山市",
    "full_address": "和歌山県和歌山市秋葉町1番1号",
}
ROLES = frozenset({"counter", "officer", "examiner", "approver", "payments"})
MOST_ROUNDS = 40


@dataclass(slots=True)
class Tried:
    """What came of one applicant."""

    person: str
    shown: int = 0
    asked: int = 0
    typed: int = 0
    enquiries: int = 0
    missing: tuple[str, ...] = ()
    ended: Counter[str] = field(default_factory=Counter)
    letters: int = 0
    payments: int = 0
    notices: int = 0
    open_cases: tuple[str, ...] = ()
    pays: tuple[str, ...] = ()
    """The agencies that are to pay."""

    @property
    def done(self) -> bool:
        """Everything was filed and came to its end."""
        return not self.missing and not self.open_cases


@dataclass(frozen=True, slots=True)
class Trying:
    """What is played: a bundle or procedure, one procedure of it alone, how many, answers by fact, by whom, and when.

    Without ``who``, the family of the story and then the heads of households apply.
    """

    bundle: str
    only: str = ""
    applicants: int = 3
    answers: Mapping[str, Value] = field(default_factory=dict)
    who: Callable[[Resident], bool] | None = None
    clock: Clock = field(default_factory=SystemClock)


def try_pack(library: Library, trying: Trying) -> Iterator[Tried]:
    """Play a bundle (or one procedure of it) with a family and further synthetic households."""
    clock = trying.clock
    day = today(clock)
    family = story_family(A, address=HOME)
    town = list(residents(A, persons=40 * trying.applicants, on=day))
    offices = PaperOffices(joined(agency_rows(town, on=day), story_rows(family, on=day)), clock)
    outer = Outer(library, offices, offices.own(), offices, offices, {A: "海南市", B: "和歌山市"}, clock)
    room = rooms(outer)
    starts = dt.datetime.combine(day + dt.timedelta(days=3), dt.time(9), clock.now().tzinfo)
    slot = Slot(id="trial", agency=B, starts_at=starts, minutes=30, capacity=trying.applicants, free=trying.applicants)
    room.procedures.store.offer_slot(slot)
    for head in _applicants(family, town, trying=trying):
        yield _Trial(room, offices, head.id, trying).play(day)


def _applicants(family: tuple[Resident, ...], town: list[Resident], *, trying: Trying) -> list[Resident]:
    if trying.who is None:
        found = [family[0], *(person for person in town if person.position == 1)]
    else:
        found = [person for person in town if trying.who(person)]
    return found[: trying.applicants]


@dataclass(slots=True)
class _Trial:
    """One applicant's way."""

    room: Rooms
    offices: PaperOffices
    person: str
    trying: Trying

    def play(self, day: dt.date) -> Tried:
        tried, before = Tried(self.person), len(self.offices.asked)
        draft = self._filled(self._begun(), day, tried=tried)
        tried.missing, tried.typed = missing_fields(self.room.procedures, draft), draft.typed
        if not tried.missing and draft.procedures:
            self._submit(draft)
            self._decide(tried)
        tried.enquiries = len(self.offices.asked) - before
        return tried

    def _begun(self) -> Draft:
        desk = self.room.procedures
        alone = not desk.shelf.plan(self.trying.bundle).members
        places = Places(origin=A, destination=A if alone else B)
        key = f"trial-{len(desk.store.drafts(self.person))}"
        start = Start(person=self.person, bundle=self.trying.bundle, idempotency_key=key, places=places)
        draft = prefill(desk, start_draft(desk, start), door="paper")
        draft = choose_recommended(desk, draft)
        if self.trying.only:
            chosen = (self.trying.only,) if self.trying.only in draft.procedures else ()
            draft = save_answers(
                desk, Edit(draft=draft.id, person=self.person, version=draft.version, procedures=chosen)
            )
        return prefill(desk, draft, door="paper")

    def _filled(self, draft: Draft, day: dt.date, *, tried: Tried) -> Draft:
        """The draft with a plausible answer to each question that is left."""
        form = fields(self.room.procedures.shelf, draft)
        asked = [one for one in form if one.value.value is None and one.value.state is not FactState.PENDING]
        tried.shown, tried.asked = len(form), len(asked)
        changes = {one.key: Change(value=self._answer(one.fact, day=day)) for one in asked if one.fact.required}
        visit = any(self.room.procedures.shelf.plan(name).visit for name in draft.procedures)
        edit = Edit(
            draft=draft.id, person=self.person, version=draft.version, changes=changes, slot="trial" if visit else None
        )
        return save_answers(self.room.procedures, edit)

    def _answer(self, fact: FactPlan, *, day: dt.date) -> Value:
        return self.trying.answers[fact.id] if fact.id in self.trying.answers else plausible(fact, day=day)

    def _submit(self, draft: Draft) -> None:
        content = content_to_sign(self.room.procedures.shelf, draft)
        submit(
            self.room.procedures,
            draft,
            signature=Signature(content=content, value=b"paper", certificate=b""),
            door="paper",
        )

    def _decide(self, tried: Tried) -> None:
        worker = self.room.worker(self.room.cases.clock, receivers=(_nobody,))
        for _ in range(MOST_ROUNDS):
            worker.run_until_idle()
            waiting = [case for case in self._cases() if case.state in {CaseState.WITH_OFFICER, CaseState.VISIT}]
            if not waiting:
                break
            for case in waiting:
                self._officer(case)
        self._count(tried)

    def _cases(self) -> tuple[Case, ...]:
        return tuple(self.room.cases.store.cases_of(self.person))

    def _officer(self, case: Case) -> None:
        """The officer's part: the visit, the draft as it stands, a second officer where the pack wants one."""
        name = "second" if case.proposed_by else "first"
        hand = Hand(Officer(id=name, agency=case.agency, roles=ROLES), case.version)
        desk = self.room.cases
        if case.state is CaseState.VISIT:
            record_visit(desk, case, hand=hand, identified_by="card")
        elif case.missing:
            plan = desk.plan(case)
            facts = {key: plan.facts[key.partition(MEMBER)[0]] for key in case.missing}
            day = today(desk.clock)
            given = {key: Change(value=self._answer(fact, day=day), reason="trial") for key, fact in facts.items()}
            supply_facts(desk, case, hand=hand, given=given)
        elif case.draft is not None:
            word = Confirmation(reasons=() if case.draft.reasons else desk.plan(case).law)
            confirm_decision(desk, case, hand=hand, word=word)
        else:
            complete_step(desk, case, hand=hand, outcome=next(iter(desk.step(case).outcomes)))

    def _count(self, tried: Tried) -> None:
        cases = self._cases()
        tried.ended = Counter(case.decision.outcome.value if case.decision else case.state.value for case in cases)
        tried.letters = sum(len(case.letters) for case in cases)
        tried.open_cases = tuple(f"{case.procedure} at {case.step}" for case in cases if case.closed_at is None)
        owed = [case.agency for case in cases for one in self.room.benefits.store.of_case(case.id, agency=case.agency)
                for _ in self.room.benefits.store.payments(one.id, agency=case.agency)]  # fmt: skip
        tried.payments, tried.pays = len(owed), tuple(dict.fromkeys(owed))
        tried.notices = len(self.room.notices.store.inbox(self.person, start=0, size=100))


def _nobody(delivery: Delivery) -> None:
    """Receives the events of a trial; nobody listens."""


def plausible(fact: FactPlan, *, day: dt.date) -> Value:
    """A value that an applicant could give for a fact of this type."""
    if fact.type == "choice":
        return fact.choices[0]
    values: dict[str, Value] = {
        "date": day.isoformat(), "boolean": True, "integer": 1, "money": 1000, "address": dict(NEW), "text": "見本",
        "person_name": {"family": "見本", "given": "花子"},
        "account": {"bank_code": "9998", "bank": "模擬銀行", "branch_code": "101", "branch": "本店", "type": "1",
                    "number": "1234567", "holder_kana": "ﾐﾎﾝ ﾊﾅｺ"},
        "school": {"school_name": "模擬小学校"},
    }  # fmt: skip
    return values.get(fact.type)


__all__ = ["Tried", "Trying", "plausible", "try_pack"]
