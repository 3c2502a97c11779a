"""The form of a draft: every field of every chosen procedure once, with its value, its origin and what may be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kiban.procedures.inheritance import heirs_of
from kiban.procedures.model import Draft, FactState, FactValue, Member, fact_key
from kiban.procedures.plan import FactPlan, Origin, Plan, Shelf

UNASKED = FactValue()
CHILD_AGE = 18


@dataclass(frozen=True, slots=True)
class Field:
    """One field: ``key`` in the draft, the pack and fact it belongs to, the member it is about ("" for none)."""

    key: str
    pack: str
    section: str
    fact: FactPlan
    value: FactValue
    member: str = ""

    @property
    def missing(self) -> bool:
        """Required, and neither known nor to be supplied by an office later."""
        late = self.fact.when == "examination" or self.value.state is FactState.PENDING
        return self.fact.required and not late and self.value.value is None

    @property
    def needless(self) -> bool:
        """An office was asked, holds nothing, and the law does not need it: nobody is troubled with it."""
        asked = self.fact.origin is Origin.EXCHANGE and self.value.source != ""
        return asked and not self.fact.required and self.value.state is FactState.MISSING

    @property
    def editable(self) -> bool:
        """The applicant may give or correct the value."""
        return self.fact.edit == "correct" or self.value.state is not FactState.KNOWN


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form of one pack."""

    pack: str
    id: str
    fields: tuple[Field, ...]


def packs_of(shelf: Shelf, draft: Draft) -> tuple[Plan, ...]:
    """The bundle's plan and those of the chosen procedures; a procedure by itself is its own bundle."""
    return tuple(shelf.plan(name) for name in dict.fromkeys((draft.bundle, *draft.procedures)))


def sections(shelf: Shelf, draft: Draft) -> tuple[Section, ...]:
    """The form: the bundle's sections, then each procedure's, without facts that the bundle already shows.

    What an office could supply and only procedures read that were not chosen is not asked (no account where nothing
    is paid).
    """
    found = []
    plans = packs_of(shelf, draft)
    read = {fact.name for plan in plans for fact in plan.facts.values() if fact.origin is Origin.BUNDLE}
    for plan in plans:
        for section in plan.sections:
            facts = [plan.facts[name] for name in section.facts if plan.facts[name].origin is not Origin.BUNDLE]
            found_here = (f for fact in facts for f in _fields(draft, plan, section=section.id, fact=fact))
            fields = tuple(field for field in found_here if not field.needless and not _unread(plan, field, read=read))
            if fields:
                found.append(Section(plan.id, section.id, fields))
    return tuple(found)


def _unread(plan: Plan, field: Field, *, read: set[str]) -> bool:
    """Of a bundle: an office that could supply it has not, and no chosen procedure reads it."""
    supplied = field.fact.origin is not Origin.EXCHANGE or field.value.value is not None
    return bool(plan.members) and not supplied and field.fact.id not in read


def fields(shelf: Shelf, draft: Draft) -> tuple[Field, ...]:
    """All fields of the form in order."""
    return tuple(one for section in sections(shelf, draft) for one in section.fields)


def subjects(draft: Draft, fact: FactPlan) -> tuple[str, ...]:
    """The members whom a fact is asked of; one empty key for a fact of the household."""
    if fact.each == "none":
        return ("",)
    members = [member for member in draft.members if member.moves]
    return tuple(member.key for member in concerned(members, each=fact.each, on=draft.updated_at.date()))


def concerned(members: Iterable[Member], *, each: str, on: dt.date) -> tuple[Member, ...]:
    """Of whom ``each`` speaks: those who died, the children, or all who live."""
    if each == "deceased":
        return tuple(member for member in members if member.died_on is not None)
    living = (member for member in members if member.died_on is None)
    return tuple(member for member in living if each != "child" or is_child(member, on=on))


def is_child(member: Member, *, on: dt.date) -> bool:
    """Up to the 31 March after the 18th birthday (児童, 児童手当法3条1項); born on 1 April counts a year before."""
    if member.birth_date is None:
        return False
    reached = member.birth_date - dt.timedelta(days=1)  # an age is reached at the end of the day before the birthday
    year = reached.year + CHILD_AGE + (1 if (reached.month, reached.day) > (3, 31) else 0)
    return on <= dt.date(year, 3, 31)


def own_key(plan: Plan, draft: Draft, *, fact: str, member: str = "") -> str:
    """The key of a pack's fact in the draft."""
    return fact_key(fact, procedure="" if plan.id == draft.bundle else plan.id, member=member)


def _fields(draft: Draft, plan: Plan, *, section: str, fact: FactPlan) -> Iterator[Field]:
    for member in subjects(draft, fact):
        if fact.type == "heir" and not heirs_of(draft.facts, member=member):
            continue  # nobody to choose from: who decides finds out
        key = own_key(plan, draft, fact=fact.id, member=member)
        yield Field(key, plan.id, section, fact, draft.facts.get(key, UNASKED), member)


def resolved(draft: Draft, plan: Plan, *, fact: FactPlan) -> Iterator[tuple[str, FactValue]]:
    """A procedure's fact as its application carries it: ``(fact[@member], value)``, bundle facts looked up."""
    source = fact.name if fact.origin is Origin.BUNDLE else fact.id
    for member in subjects(draft, fact):
        if fact.origin is Origin.BUNDLE:
            key = fact_key(source, member=member)
        else:
            key = own_key(plan, draft, fact=source, member=member)
        yield fact_key(fact.id, member=member), draft.facts.get(key, UNASKED)
