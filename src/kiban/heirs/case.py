"""One succession while it is being decided: the family on the day of death, and what is noted on the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from kiban.heirs.answer import Extent, Reason
from kiban.heirs.days import conceived, died_first, earlier
from kiban.heirs.kinship import Kin
from kiban.heirs.law import Period, civil_code, reason
from kiban.heirs.model import (
    Capacity,
    Disinheritance,
    DisinheritanceRevoked,
    Disqualification,
    Family,
    Person,
    Renunciation,
)
from kiban.heirs.worlds import Question, World
from kiban.kernel.values import PartialDate

CAUSES = frozenset({"predeceased", "simultaneous", "disqualified", "disinherited"})
"""Losses after which descendants step in (民法 887条2項); renunciation is none."""

DISQUALIFIED = frozenset({"disqualified", "cause_disqualified"})


@dataclass
class Case:
    """Whose succession, in which world; and its notes: who is excluded, what is remarked, what must be seen."""

    family: Family
    decedent: Person
    world: World
    excluded: dict[str, Reason] = field(default_factory=dict)
    remarks: dict[tuple[str, str], Reason] = field(default_factory=dict)
    wanted: dict[tuple[str, Extent], Reason] = field(default_factory=dict)
    judged: set[str] = field(default_factory=set)
    renounced_as: dict[str, set[Capacity]] = field(default_factory=dict)
    grounds: dict[str, int] = field(default_factory=dict)

    @property
    def day(self) -> PartialDate:
        """The day of the death, on which the succession opens (民法 882条)."""
        assert self.decedent.death is not None
        return self.decedent.death

    @cached_property
    def kin(self) -> Kin:
        """The relations on that day."""
        return Kin(self.family, self.day, world=self.world)

    @cached_property
    def period(self) -> Period:
        """The law of that day."""
        return civil_code().at(self.day, self.decedent.id)

    def because(self, key: str, *, about: str = "", of: str = "", others: tuple[str, ...] = ()) -> Reason:
        """A reason with the articles of the day; of a disqualification with the item that it falls under."""
        found = reason(key, self.day, about=about, of=of, others=others)
        ground = self.grounds.get(about) if key in DISQUALIFIED else None
        return _with_item(found, ground) if ground else found

    def exclude(self, person: str, key: str, *, of: str = "") -> None:
        """Note why somebody is no heir; the first reason stands."""
        self.excluded.setdefault(person, self.because(key, about=person, of=of or self.decedent.id))

    def remark(self, key: str, *, about: str = "") -> None:
        """Note what the reader must know."""
        self.remarks.setdefault((key, about), self.because(key, about=about, of=self.decedent.id))

    def want(self, person: str, extent: Extent, *, key: str) -> None:
        """Note which paper shows a fact that was used."""
        self.wanted.setdefault((person, extent), self.because(key, about=person, of=self.decedent.id))


def loss(case: Case, person: str, *, capacity: Capacity) -> str:
    """Why somebody does not inherit in a capacity; empty when nothing stands against it. Each loss is noted."""
    case.judged.add(person)
    found = _existence(case, case.family.persons[person]) or _conduct(case, person, capacity=capacity)
    if found:
        case.exclude(person, found)
    else:
        _note(case, case.family.persons[person])
    _want(case, person, found=found)
    return found


def _existence(case: Case, person: Person) -> str:
    """Who inherits must be there when the decedent dies, born or conceived (民法 882条, 886条)."""
    if person.stillborn:
        return "stillborn"
    if person.unborn and not case.world.holds(Question("born_alive", person.id), True):
        return "stillborn"
    if not conceived(person, case.day):
        return "not_conceived"
    if person.death is None:
        unknown = person.death_unknown and case.world.holds(Question("dead_before", person.id), False)
        return "predeceased" if unknown else ""
    first = died_first(person, case.decedent)
    if first is None:
        case.remark("presumed_simultaneous", about=person.id)
        return "simultaneous"
    return "predeceased" if first else ""


def _conduct(case: Case, person: str, *, capacity: Capacity) -> str:
    """Disqualification and disinheritance touch the person in every capacity; renunciation may name one."""
    of = case.decedent.id
    for number, event in enumerate(case.family.events):
        if isinstance(event, Disqualification) and (event.person, event.of) == (person, of) and case.kin.holds(number):
            case.grounds[person] = event.ground
            return "disqualified"
    if _disinherited(case, person):
        return "disinherited"
    for number, event in enumerate(case.family.events):
        if not isinstance(event, Renunciation) or (event.person, event.of) != (person, of):
            continue
        if case.kin.holds(number) and _covers(case, event, capacity=capacity):
            return "renounced"
    return ""


def _disinherited(case: Case, person: str) -> bool:
    numbered = list(enumerate(case.family.events))
    for number, event in numbered:
        if isinstance(event, Disinheritance) and (event.person, event.by) == (person, case.decedent.id):
            revoked = any(
                isinstance(other, DisinheritanceRevoked)
                and (other.person, other.by) == (event.person, event.by)
                and not earlier(other.on, event.on)
                and case.kin.holds(at)
                for at, other in numbered
            )
            if not revoked and case.kin.holds(number):
                return True
    return False


def _covers(case: Case, event: Renunciation, *, capacity: Capacity) -> bool:
    """Whether a renunciation covers this capacity: the first that arises surely, others by the registries' practice."""
    if event.capacity is not None:
        return event.capacity in {capacity, Capacity.ALL}
    before = case.renounced_as.setdefault(event.person, set())
    if not before or capacity in before:
        before.add(capacity)
        return True
    case.remark("renounced_capacity", about=event.person)
    return case.world.holds(Question("capacity", event.person, capacity.value), True)


def _with_item(reason: Reason, ground: int) -> Reason:
    bases = tuple(replace(one, article=f"891--{ground}") if one.article == "891" else one for one in reason.bases)
    return Reason(reason.key, bases, reason.about, reason.of, reason.share, reason.others)


def _note(case: Case, person: Person) -> None:
    if person.unborn:
        case.remark("unborn_waits", about=person.id)
    if person.missing:
        case.remark("missing", about=person.id)


def _want(case: Case, person: str, *, found: str) -> None:
    if found in {"renounced", "disqualified"}:
        key = "need_renunciation" if found == "renounced" else "need_judgment"
        case.want(person, Extent.CERTIFICATE, key=key)
    elif not found and not case.family.persons[person].unborn:
        case.want(person, Extent.AFTER_DEATH, key="need_alive")
