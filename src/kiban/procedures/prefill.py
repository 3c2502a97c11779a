"""What offices already know goes into the draft: one enquiry per holder and item, never the same twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec.structs import replace

from kiban.procedures.errors import EnquiryRefused, HolderDown, NotHeld
from kiban.procedures.form import own_key, packs_of, resolved, subjects
from kiban.procedures.inheritance import HEIRS, heirs_told
from kiban.procedures.model import Answer, Draft, FactState, FactValue, Member, Value
from kiban.procedures.plan import FactPlan, Origin, Plan, Rules, Shelf, agency_of, at_path
from kiban.procedures.ports import OwnData

SETTLED = frozenset({FactState.KNOWN, FactState.CORRECTED, FactState.ADDED})

ASK = FactValue(state=FactState.PENDING)
HOUSEHOLD = "resident.household"
KIN = "family.deceased"
LISTS = {HOUSEHOLD: "m", "resident.deceased": "d", KIN: "d"}
"""Items that list persons, and the letter that their keys begin with: who lives in the household, and who died."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One enquiry of a prefill: the holder, the item, and of whom (a member's link, "" for the applicant)."""

    holder: str
    item: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """The open door with its data; the answers of one prefill are kept so that each enquiry is made once."""

    own_data: OwnData
    handle: str
    person: str
    answers: dict[Asked, Answer | FactState | None]

    def ask(self, asked: Asked) -> Answer | FactState | None:
        """The answer; None when the office holds nothing, MISSING when it may not tell, PENDING when it is down."""
        if asked.link and not self.knows_household:
            return FactState.PENDING
        if asked not in self.answers:
            self.answers[asked] = self._ask(asked)
        return self.answers[asked]

    @property
    def knows_household(self) -> bool:
        """Whether this door has had the household's answer, without which nothing on a member is answered."""
        return any(one.item == HOUSEHOLD and isinstance(told, Answer) for one, told in self.answers.items())

    def _ask(self, asked: Asked) -> Answer | FactState | None:
        try:
            return self.own_data.ask(
                door=self.handle, subject=asked.link or self.person, holder=asked.holder, item=asked.item
            )
        except HolderDown:
            return FactState.PENDING
        except NotHeld:
            return None
        except EnquiryRefused:
            return FactState.MISSING


def prefilled(shelf: Shelf, draft: Draft, *, door: Door) -> Draft:
    """The draft with what the door's offices know; what the applicant settled is left alone."""
    plans = packs_of(shelf, draft)
    with_members = _household(plans[0], draft, door=door)
    facts = dict(with_members.facts)
    for plan in plans:
        for fact in _exchangeable(plan):
            facts.update(_facts(with_members, plan, fact=fact, door=door))
    return replace(with_members, facts=facts)


def unfilled(shelf: Shelf, draft: Draft) -> bool:
    """Whether an office is still to be asked: it was down, or the enquiries were cut off before it."""
    for plan in packs_of(shelf, draft):
        for fact in _exchangeable(plan):
            if fact.type == "household" and not draft.members:
                return True
            keys = (own_key(plan, draft, fact=fact.id, member=member) for member in subjects(draft, fact))
            if any(draft.facts.get(key, ASK).state is FactState.PENDING for key in keys):
                return True
    return False


def _exchangeable(plan: Plan) -> Iterator[FactPlan]:
    return (fact for fact in plan.facts.values() if fact.origin is Origin.EXCHANGE and fact.when == "prefill")


def ask_household(shelf: Shelf, draft: Draft, *, own_data: OwnData, door: str) -> None:
    """Ask for a draft's household in a door that has not had the answer, so that its members can be introduced there.

    Raises: HolderDown, NotHeld, EnquiryRefused.
    """
    for fact in _lists(packs_of(shelf, draft)[0]):
        holder = agency_of(fact.holder, draft.places)
        own_data.ask(door=door, subject=draft.person, holder=holder, item=fact.item)


def _lists(plan: Plan) -> list[FactPlan]:
    return [one for one in _exchangeable(plan) if one.type == "household"]


def _household(plan: Plan, draft: Draft, *, door: Door) -> Draft:
    """The draft with its household, when the bundle has facts of that type.

    It is asked in every door: only the household's answer in the same door lets the person ask about its members.
    """
    facts = _lists(plan)
    answers = [door.ask(Asked(agency_of(fact.holder, draft.places), fact.item)) for fact in facts]
    listed = list(zip(facts, answers, strict=True))
    if draft.members or not all(
        isinstance(told, Answer) or (fact.item == KIN and told is None) for fact, told in listed
    ):
        return draft  # of relatives, that nothing is held is an answer too
    towns = [town for fact, answer in listed if fact.item == KIN for town in _towns(fact, answer)]
    if towns:
        draft = replace(draft, places=replace(draft.places, origin=towns[0]))
    return replace(draft, members=tuple(one for fact, answer in listed for one in _members(fact, answer)))


def _rows(fact: FactPlan, answer: Answer | FactState | None) -> list[dict[str, Any]]:
    """The persons of an answer; of relatives who died those of the first one's municipality, who died last."""
    found = at_path(answer.data, fact.path) if isinstance(answer, Answer) else None
    rows = found if isinstance(found, list) else []
    if fact.item != KIN:
        return rows
    return [row for row in rows if row.get("municipality") == rows[0].get("municipality")]


def _towns(fact: FactPlan, answer: Answer | FactState | None) -> Iterator[str]:
    return (str(row["municipality"]) for row in _rows(fact, answer))


def _members(fact: FactPlan, answer: Answer | FactState | None) -> Iterator[Member]:
    for number, row in enumerate(_rows(fact, answer), start=1):
        known = {name: value for name, value in row.items() if value is not None}  # a register has gaps
        yield msgspec.convert({"key": f"{LISTS.get(fact.item, 'm')}{number}", **known}, Member)


def _facts(draft: Draft, plan: Plan, *, fact: FactPlan, door: Door) -> Iterator[tuple[str, FactValue]]:
    for member in subjects(draft, fact):
        key = own_key(plan, draft, fact=fact.id, member=member)
        if draft.facts.get(key, FactValue()).state not in SETTLED:
            yield key, _value(draft, fact, member=member, door=door)


def _value(draft: Draft, fact: FactPlan, *, member: str, door: Door) -> FactValue:
    holder = agency_of(fact.holder, draft.places)
    source = f"{holder}/{fact.item}"
    person = next((one for one in draft.members if one.key == member), None)
    if person is not None and fact.item in LISTS:
        value: Value = at_path(msgspec.to_builtins(person), fact.path)
        known = value not in ("", None)
        state = FactState.KNOWN if known else FactState.MISSING
        return FactValue(value=value if known else None, source=source, state=state, as_of=draft.updated_at)
    answer = door.ask(Asked(holder, fact.item, person.link if person else ""))
    if isinstance(answer, FactState):
        return FactValue(source=source, state=answer)
    value = at_path(answer.data, fact.path) if answer else fact.nothing
    if fact.type == HEIRS:
        value = heirs_told(value)
    state = FactState.MISSING if value is None else FactState.KNOWN
    moment, receipt = (answer.as_of, answer.receipt) if answer else (draft.updated_at, "")
    return FactValue(value=value, source=source, as_of=moment, state=state, receipt=receipt)


def derived(shelf: Shelf, rules: Rules, *, draft: Draft, on: dt.date) -> Draft:
    """The draft with the facts that rules give from the others."""
    facts = dict(draft.facts)
    for plan in packs_of(shelf, draft):
        known = rule_facts(plan, replace(draft, facts=facts))
        for fact in plan.facts.values():
            if fact.origin is Origin.RULE and fact.each == "none":
                judgment = rules.judge(plan.id, fact.name, facts=known, on=on)
                state = FactState.MISSING if judgment.value is None else FactState.KNOWN
                key = own_key(plan, draft, fact=fact.id)
                facts[key] = FactValue(value=judgment.value, source=f"rule:{fact.name}", state=state)
    return replace(draft, facts=facts)


def rule_facts(plan: Plan, draft: Draft) -> Mapping[str, Value]:
    """The values of a pack's own facts by id, as rules read them; facts of members as lists in their order.

    While the office that knows the household is down, nothing is said of its members: none is not unknown.
    """
    out: dict[str, Value] = dict(draft.answers)
    alone = not draft.members and any(fact.type == "household" for fact in plan.facts.values())
    for fact in plan.facts.values():
        if fact.origin is Origin.RULE or (alone and fact.each != "none"):
            continue
        values = [value.value for _, value in resolved(draft, plan, fact=fact)]
        value: Value = values if fact.each != "none" else next(iter(values), None)
        if value is not None:
            out[fact.id] = value
    return out
