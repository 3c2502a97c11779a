"""A small bundle with its offices, for the tests of the services: nothing outside the process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from kiban.benefits.actions import BenefitDesk
from kiban.benefits.ordering import BenefitOrders
from kiban.benefits.store.repository import DatabaseBenefits
from kiban.cases import CaseDesk, Outside, QueuedIntake, handlers
from kiban.cases.model import Case
from kiban.cases.ports import Question, RegisterChange
from kiban.cases.store.repository import DatabaseCases
from kiban.exchange.errors import DoorShut
from kiban.jobs import Worker
from kiban.jobs.store.outbox import Outbox
from kiban.jobs.store.queue import DatabaseQueue
from kiban.kernel.clock import JST, FixedClock
from kiban.procedures.actions import Edit, ProcedureDesk, Start, choose_recommended, prefill, save_answers, start_draft
from kiban.procedures.content import content_to_sign
from kiban.procedures.errors import EnquiryRefused, HolderDown, NotHeld, UnknownPack
from kiban.procedures.model import Answer, Change, Draft, Places, Reason, Receipt, Signature, Signer, Slot, Value
from kiban.procedures.plan import (
    AttachmentPlan,
    BenefitPlan,
    FactPlan,
    Judgment,
    MemberPlan,
    Origin,
    Plan,
    QuestionPlan,
    SectionPlan,
    StepPlan,
)
from kiban.procedures.store.drafts import DatabaseDrafts
from kiban.procedures.submission import submit

A, B = "302023", "302015"
PERSON, DOOR = "portal-1", "door-1"
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=JST)
ARTICLE = Reason(text="転入をした日から14日以内に届け出ること", law="住民基本台帳法", article="22")


def fact(name: str, /, **about: object) -> FactPlan:
    return FactPlan(id=name, **{"type": "text", "origin": Origin.ASK, **about})  # type: ignore[arg-type]  # a stand-in, or wrong on purpose


BUNDLE = Plan(
    id="move",
    version="1",
    facts={
        one.id: one
        for one in (
            fact("household", type="household", origin=Origin.EXCHANGE, holder="origin", item="resident.household",
                 path="members"),
            fact("name", type="person_name", origin=Origin.EXCHANGE, holder="origin", item="resident.basic",
                 path="name", edit="correct"),
            fact("insured", type="boolean", origin=Origin.EXCHANGE, holder="origin", item="nhi.qualification",
                 path="insured", required=False),
            fact("new_address", type="address"),
            fact("moved_on", type="date"),
            fact("note", required=False),
        )
    },
    sections=(SectionPlan("who", ("name",)), SectionPlan("move", ("new_address", "moved_on", "note"))),
    members=(MemberPlan("move-in"), MemberPlan("allowance", applies="has_child"), MemberPlan("nhi", applies="insured")),
    questions=(QuestionPlan("q-insured", "insured"), QuestionPlan("q-children", "children")),
)  # fmt: skip

MOVE_IN = Plan(
    id="move-in",
    version="1",
    affair="resident_move_in",
    facts={
        one.id: one
        for one in (
            fact("name", type="person_name", origin=Origin.BUNDLE, name="name"),
            fact("new_address", type="address", origin=Origin.BUNDLE, name="new_address"),
            fact("moved_on", type="date", origin=Origin.BUNDLE, name="moved_on"),
            fact("birth_date", type="date", origin=Origin.EXCHANGE, holder="origin", item="resident.household",
                 path="birth_date", each="member"),
        )
    },
    sections=(SectionPlan("household", ("birth_date",)),),
    steps=(
        StepPlan("visit", "visit", role="counter", days=14, outcomes={"made": "register"}),
        StepPlan("register", "register", role="register", change="moved_in", each="member",
                 data={"address": "new_address", "date": "moved_on"}, outcomes={"done": "decide"}),
        StepPlan("decide", "decide", role="register", days=1, auto="complete", outcomes={"accepted": "tell"},
                 letter="accepted"),
        StepPlan("tell", "notify", notice="done", outcomes={"done": "end"}),
    ),
    law=(ARTICLE,),
)  # fmt: skip

ALLOWANCE = Plan(
    id="allowance",
    version="1",
    affair="child_allowance",
    facts={
        one.id: one
        for one in (
            fact("moved_on", type="date", origin=Origin.BUNDLE, name="moved_on"),
            fact("income", type="money", origin=Origin.EXCHANGE, holder="origin", item="tax.income",
                 path="total_income", when="examination"),
            fact("category", type="text", origin=Origin.EXCHANGE, holder="pension", item="pension.category",
                 path="category", when="examination"),
            fact("account", type="account", origin=Origin.EXCHANGE, holder="digital_agency", item="account.public",
                 path="", when="examination"),
        )
    },
    attachments=(AttachmentPlan("proof", "児童手当法施行規則", "1条の4", needed="lives_apart"),),
    steps=(
        StepPlan("enquire", "enquire", role="benefit", days=14, enquire=("income", "category", "account"),
                 outcomes={"answered": "decide"}),
        StepPlan("decide", "decide", role="benefit", days=15, auto="entitled", four_eyes=True,
                 outcomes={"granted": "pay", "refused": "end"}, letter="decision", notice="decided"),
        StepPlan("pay", "pay", role="benefit", outcomes={"done": "end"}),
    ),
    benefit=BenefitPlan("child_allowance", amount="monthly", account="account"),
)  # fmt: skip

NHI = Plan(id="nhi", version="1", affair="nhi", steps=(StepPlan("check", "check", role="nhi"),))


@dataclass
class SampleShelf:
    """See Shelf."""

    plans: dict[str, Plan] = field(
        default_factory=lambda: {plan.id: plan for plan in (BUNDLE, MOVE_IN, ALLOWANCE, NHI)}
    )

    def plan(self, pack: str) -> Plan:
        try:
            return self.plans[pack]
        except KeyError:
            raise UnknownPack(f"no pack {pack}") from None

    def own(self, procedure: str, *, agency: str) -> str:
        return procedure

    def text(self, pack: str, path: str, *, lang: str) -> str:
        return f"{pack}.{path}" if lang == "ja" else f"{pack}.{path}.{lang}"

    def letter(self, pack: str, letter: str) -> str:
        return ""


@dataclass
class SampleRules:
    """See Rules: a handful of rules written out."""

    def judge(self, pack: str, rule: str, *, facts: Mapping[str, Value], on: dt.date) -> Judgment:
        if rule == "has_child":
            children = facts.get("children")
            return Judgment(children, (), ("children",) if children is None else ())
        if rule == "insured":
            insured = facts.get("insured")
            return Judgment(insured, (), ("insured",) if insured is None else ())
        if rule == "lives_apart":
            return Judgment(facts.get("lives_apart", False))
        if rule == "entitled":
            income = facts.get("income")
            known = None if income is None else True
            return Judgment(known, (Reason(text="支給要件に該当", law="児童手当法", article="4-1"),))
        if rule == "monthly":
            return Judgment(20_000)
        return Judgment(True, (ARTICLE,))


HOUSEHOLD = {
    "household_id": "h1",
    "members": [
        {"link": "portal-1", "relation": "世帯主", "name": {"family": "山田", "given": "太郎"},
         "birth_date": "1988-04-01", "sex": "1"},
        {"link": "portal-2", "relation": "子", "name": {"family": "山田", "given": "花子"}, "birth_date": "2021-06-10",
         "sex": "2"},
    ],
}  # fmt: skip
ACCOUNT = {"bank_code": "0001", "bank": "みずほ", "branch_code": "001", "branch": "東京営業部", "type": "1",
           "number": "1234567", "holder_kana": "ﾔﾏﾀﾞ ﾀﾛｳ"}  # fmt: skip
RECORDS = {
    (A, "resident.basic"): {"name": {"family": "山田", "given": "太郎"}, "birth_date": "1988-04-01"},
    (A, "resident.household"): HOUSEHOLD,
    (A, "nhi.qualification"): {"insured": False},
    (A, "tax.income"): {"total_income": 3_000_000},
    ("nenkin", "pension.category"): {"category": "2"},
    ("digital-agency", "account.public"): ACCOUNT,
}


@dataclass
class SampleOffices:
    """Own data, office data, registers and introductions; ``down`` do not answer, ``refused`` may not be asked."""

    clock: FixedClock
    records: dict[tuple[str, str], dict[str, object]] = field(default_factory=lambda: dict(RECORDS))
    down: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    changes: dict[str, RegisterChange] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    """Doors that had the household's answer: only there its members are introduced, as at the core."""

    def _answer(self, holder: str, item: str, *, key: str) -> Answer:
        if holder in self.down:
            raise HolderDown(f"{holder} does not answer", remedy="later")
        if holder in self.refused:
            raise EnquiryRefused(f"{holder} may not tell", remedy="ask the person")
        self.asked.append((holder, item, key))
        if (holder, item) not in self.records:
            raise NotHeld(f"{holder} holds no {item}")
        return Answer(data=self.records[holder, item], as_of=self.clock.now(), receipt=f"r-{holder}-{item}")

    def own(self) -> OwnOffices:
        return OwnOffices(self)

    def ask(self, question: Question) -> Answer:
        return self._answer(question.holder, question.item, key=question.key)

    def apply(self, change: RegisterChange) -> str:
        if change.agency in self.down:
            raise HolderDown(f"{change.agency} does not answer", remedy="later")
        self.changes.setdefault(change.key, change)
        return f"changed-{change.key}"

    def open(self, link: str, *, agency: str) -> str:
        if agency in self.down:
            raise HolderDown(f"{agency} does not answer", remedy="later")
        person, _, bound = link.partition("->")
        assert bound == agency
        return f"{agency}:{person}"

    def introduce(self, *, person: str, agency: str, door: str) -> str:
        if "core" in self.down:
            raise HolderDown("the core does not answer", remedy="later")
        if person != PERSON and door not in self.told:
            raise DoorShut("this door is another person's", remedy="only one's own data, and one's household's")
        return f"{person}->{agency}"


@dataclass
class OwnOffices:
    """The door's side of the offices."""

    offices: SampleOffices

    def ask(self, *, door: str, subject: str, holder: str, item: str) -> Answer:
        assert door
        assert subject.startswith(PERSON)
        answer = self.offices._answer(holder, item, key="")
        if item == "resident.household":
            self.offices.told.add(door)
        return answer


class SampleSignatures:
    """Accepts the signature whose value is the content reversed."""

    def verify(self, signature: Signature, *, draft: Draft) -> Signer:
        assert signature.value == signature.content[::-1]
        return Signer(certificate_serial="01", verified_at=NOON)


@dataclass
class SampleMessages:
    """Remembers what was told, once per key."""

    told: dict[str, tuple[str, str]] = field(default_factory=dict)

    def tell(self, case: Case, *, notice: str, key: str) -> None:
        self.told[key] = (case.subject, notice)


class SampleLetters:
    """A letter is its words."""

    def render(self, case: Case, *, letter: str) -> bytes:
        decision = case.decision
        return f"{letter}:{decision.outcome if decision else ''}:{decision.appeal if decision else ''}".encode()


@dataclass
class Town:
    """Everything of the sample, wired over the database of the test."""

    clock: FixedClock
    offices: SampleOffices
    procedures: ProcedureDesk
    cases: CaseDesk
    benefits: BenefitDesk
    messages: SampleMessages
    worker: Worker

    def ready_draft(self, key: str = "k1") -> Draft:
        """A draft with everything filled in and a visit reserved."""
        slot = Slot(id=f"{B}-1", agency=B, starts_at=NOON + dt.timedelta(days=3), minutes=30, capacity=5, free=5)
        self.procedures.store.offer_slot(slot)
        start = Start(person=PERSON, bundle="move", idempotency_key=key, places=Places(origin=A, destination=B),
                      answers={"children": True})  # fmt: skip
        draft = prefill(self.procedures, start_draft(self.procedures, start), door=DOOR)
        draft = choose_recommended(self.procedures, draft)
        draft = prefill(self.procedures, draft, door=DOOR)
        return save_answers(self.procedures, self.answers(draft, slot=slot.id))

    def answers(self, draft: Draft, *, slot: str = "") -> Edit:
        address = {"prefecture": "和歌山県", "city": "和歌山市", "town": "七番丁", "block": "23"}
        changes = {"new_address": Change(value=address), "moved_on": Change(value="2026-11-18")}
        return Edit(draft=draft.id, person=PERSON, version=draft.version, changes=changes, slot=slot)

    def signed(self, draft: Draft) -> Signature:
        content = content_to_sign(self.procedures.shelf, draft)
        return Signature(content=content, value=content[::-1], certificate=b"der")

    def submit(self, draft: Draft, *, door: str = DOOR) -> Receipt:
        return submit(self.procedures, draft, signature=self.signed(draft), door=door)


def town(clock: FixedClock | None = None) -> Town:
    clock = clock or FixedClock(NOON)
    offices, messages, queue, shelf = SampleOffices(clock), SampleMessages(), DatabaseQueue(clock), SampleShelf()
    outbox, drafts, rules = Outbox(queue), DatabaseDrafts(), SampleRules()
    procedures = ProcedureDesk(drafts, shelf, rules, offices.own(), SampleSignatures(), offices, QueuedIntake(queue),
                               outbox, clock)  # fmt: skip
    benefits = BenefitDesk(DatabaseBenefits(), outbox, clock)
    orders = BenefitOrders(benefits, shelf, rules)
    outside = Outside(offices, offices, offices, orders, messages, SampleLetters(), drafts, drafts)
    cases = CaseDesk(DatabaseCases(), shelf, rules, outside, queue, outbox, clock)
    worker = Worker(queue, {**handlers(cases), "forward_events": lambda job: None}, clock)
    return Town(clock, offices, procedures, cases, benefits, messages, worker)
