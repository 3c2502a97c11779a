"""Facts that cannot stand beside each other, each with its place and what to do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from kiban.heirs.days import conceived, earlier
from kiban.heirs.errors import BadFamily
from kiban.heirs.kinship import candidates
from kiban.heirs.model import (
    Adoption,
    Disqualification,
    Dissolution,
    Divorce,
    Event,
    FailureDeclared,
    Family,
    Marriage,
    Person,
    Recognition,
    Renunciation,
    Sex,
)
from kiban.kernel.errors import Where
from kiban.kernel.located import Place, dotted

TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
GENERATIONS = 50
"""Registers reach back to 1872."""
COMPARE = "compare the day with the register"


class Fault(NamedTuple):
    """What is wrong, at which place of the family (``persons``, id, field or ``events``, number), and the remedy."""

    place: Place
    what: str
    remedy: str


def check(family: Family) -> None:
    """Raise the first fault. Raises: BadFamily."""
    for fault in faults(family):
        raise BadFamily(fault.what, where=Where(field=dotted(fault.place)), remedy=fault.remedy)


def faults(family: Family) -> tuple[Fault, ...]:
    """All faults, persons before events; references first, as nothing else can be judged without them."""
    unknown = tuple(_unknown(family))
    if unknown:
        return unknown
    found = [*_decedent(family), *(fault for one in family.persons.values() for fault in _person(family, one))]
    for number, event in enumerate(family.events):
        found += [Fault(("events", number), *fault) for fault in _event(family, event)]
    return (*found, *_cycles(family), *_two_parents(family))


def in_the_future(family: Family, today: dt.date) -> Iterator[Fault]:
    """Days after today, which no register can hold."""
    for one in family.persons.values():
        for name in ("birth", "death"):
            day = getattr(one, name)
            if day is not None and day.span[0] > today:
                yield Fault(("persons", one.id, name), f"{day} is not yet", "compare the year with the register")
    for number, event in enumerate(family.events):
        day = event.deemed if isinstance(event, FailureDeclared) else event.on
        if day is not None and day.span[0] > today:
            yield Fault(("events", number), f"{day} is not yet", "compare the year with the register")


def _unknown(family: Family) -> Iterator[Fault]:
    known = family.persons
    named: list[tuple[Place, str | None]] = [(("decedent",), family.decedent)]
    for one in known.values():
        named += [(("persons", one.id, "father"), one.father), (("persons", one.id, "mother"), one.mother)]
    for number, event in enumerate(family.events):
        named += [(("events", number), name) for name in _named(event)]
    named += [(("registers", number), one.person) for number, one in enumerate(family.registers)]
    for place, name in named:
        if name and name not in known:
            yield Fault(place, f"there is no person {name!r}", "write the person among persons, or correct the id")
    if not family.decedent:
        yield Fault(("decedent",), "nobody is named whose heirs are asked for", "write the person's id")


def _named(event: Event) -> tuple[str, ...]:
    if isinstance(event, Marriage | Divorce):
        return event.spouses
    if isinstance(event, Adoption | Dissolution):
        return (event.child, *event.by)
    if isinstance(event, Recognition):
        return event.child, event.by
    if isinstance(event, Renunciation | Disqualification):
        return event.person, event.of
    return (event.person,) if isinstance(event, FailureDeclared) else (event.person, event.by)


def _decedent(family: Family) -> Iterator[Fault]:
    person = family.persons[family.decedent]
    deemed = any(isinstance(event, FailureDeclared) and event.person == person.id for event in family.events)
    if person.death is None and not deemed:
        what = f"{person.id} has no day of death: no succession has opened (民法 882条)"
        yield Fault(("persons", person.id, "death"), what, "write the day of death")


def _person(family: Family, one: Person) -> Iterator[Fault]:
    at = ("persons", one.id)
    if earlier(one.death, one.birth):
        yield Fault((*at, "death"), f"{one.id} died before being born", COMPARE)
    if one.death_time and not TIME.fullmatch(one.death_time):
        yield Fault((*at, "death_time"), f"{one.death_time!r} is no time", "write it as 08:30 or 20:05")
    if (one.unborn or one.stillborn) and (one.birth or one.death):
        yield Fault((*at, "unborn"), f"{one.id} is unborn and has a day of birth or death", "keep one of the two")
    if (one.unborn or one.stillborn) and not (one.father or one.mother):
        yield Fault((*at, "unborn"), f"whose child {one.id} would be is not told", "write father or mother")
    for name, sex in (("father", Sex.FEMALE), ("mother", Sex.MALE)):
        parent = family.persons.get(getattr(one, name) or "")
        if parent is not None:
            yield from (Fault((*at, name), *fault) for fault in _parent(one, parent, name=name, not_sex=sex))
    if one.father and one.father == one.mother:
        yield Fault((*at, "mother"), f"{one.father} is father and mother of {one.id}", "correct one of the two")


def _parent(child: Person, parent: Person, *, name: str, not_sex: Sex) -> Iterator[tuple[str, str]]:
    if parent.sex is not_sex:
        remedy = "correct the sex, or enter an adoption as an event"
        yield f"{parent.id} is {not_sex.value} and cannot be the {name} of {child.id} by birth", remedy
    if earlier(child.birth, parent.birth):
        yield f"{child.id} was born before the {name} {parent.id}", COMPARE
    if child.birth and parent.death:
        late = not conceived(child, parent.death) if name == "father" else earlier(parent.death, child.birth)
        if late:
            yield f"{child.id} was born too long after the death of the {name} {parent.id}", COMPARE


def _event(family: Family, event: Event) -> Iterator[tuple[str, str]]:
    who = [family.persons[name] for name in _named(event)]
    if len({one.id for one in who}) < len(who):
        yield f"{who[0].id} stands on both sides", "write the ids of two persons"
        return
    kind = type(event).__name__.lower()
    when = getattr(event, "on", None)
    for one in who:
        if earlier(when, one.birth) and not isinstance(event, Recognition):
            yield f"a {kind} on {when}, before {one.id} was born ({one.birth})", COMPARE
    if isinstance(event, Marriage | Divorce | Adoption):
        for one in who:
            if earlier(one.death, when):
                yield f"a {kind} on {when}, after {one.id} had died ({one.death})", COMPARE
    yield from _special(family, event)


def _special(family: Family, event: Event) -> Iterator[tuple[str, str]]:
    """Faults of single kinds of events."""
    if isinstance(event, Divorce):
        wed = [e for e in family.events if isinstance(e, Marriage) and set(e.spouses) == set(event.spouses)]
        if not any(not earlier(event.on, one.on) for one in wed):
            yield "a divorce without a marriage before it", "enter the marriage as an event"
    elif isinstance(event, Dissolution):
        links = {p for e in family.events if isinstance(e, Adoption) and e.child == event.child for p in e.by}
        if not set(event.by) <= links:
            yield "a dissolution without an adoption", "enter the adoption as an event"
    elif isinstance(event, Adoption):
        yield from _adoption(family, event)
    elif isinstance(event, Renunciation):
        yield from _renunciation(family, event)
    elif isinstance(event, FailureDeclared):
        if family.persons[event.person].death is not None:
            yield f"{event.person} has a day of death and is declared missing", "keep the one that the register has"
    elif isinstance(event, Disqualification) and not 0 <= event.ground <= 5:
        yield f"民法 891条 has no item {event.ground}", "write 1 to 5"


def _adoption(family: Family, event: Adoption) -> Iterator[tuple[str, str]]:
    if len(event.by) not in {1, 2}:
        yield "an adoption is by one person or a couple", "write one or two ids under by"
    for parent in event.by:
        if earlier(family.persons[event.child].birth, family.persons[parent].birth):
            yield f"{event.child} is older than the adopter {parent} (民法 793条)", COMPARE
    if event.special and event.on is not None and event.on.span[1] < dt.date(1988, 1, 1):
        yield "there was no special adoption before 1988", "compare the day, or leave special out"


def _renunciation(family: Family, event: Renunciation) -> Iterator[tuple[str, str]]:
    of = family.persons[event.of]
    deemed = any(isinstance(one, FailureDeclared) and one.person == of.id for one in family.events)
    if of.death is None and not deemed:
        yield f"{of.id} is not dead: nothing can be renounced yet (民法 915条)", "write the day of death"
    elif earlier(event.on, of.death):
        yield f"a renunciation on {event.on}, before the death of {of.id} ({of.death})", COMPARE
    elif earlier(family.persons[event.person].death, event.on):
        yield f"a renunciation on {event.on}, after {event.person} had died", COMPARE


def _cycles(family: Family) -> Iterator[Fault]:
    """Somebody who would be an own forebear, or more generations than registers can tell of."""
    parents = candidates(family)
    depth: dict[str, int] = {}
    for start in sorted(parents):
        trail, waiting = [start], [iter(parents[start])]
        while waiting and start not in depth:
            up = next(waiting[-1], None)
            if up is None:
                waiting.pop()
                last = trail.pop()
                depth[last] = 1 + max((depth[one] for one in parents[last]), default=0)
            elif up in trail:
                ring = " → ".join([*trail[trail.index(up) :], up])
                yield Fault(("persons", up), f"{up} would be an own forebear: {ring}", "correct a parent in this ring")
                return
            elif up not in depth:
                trail.append(up)
                waiting.append(iter(parents[up]))
    lowest = max(sorted(depth), key=lambda one: depth[one], default="")
    if depth.get(lowest, 0) > GENERATIONS:
        what = f"{lowest} has forebears in {depth[lowest] - 1} generations"
        yield Fault(("persons", lowest), what, f"leave out who is not needed; {GENERATIONS} generations are read")


def _two_parents(family: Family) -> Iterator[Fault]:
    """A father by recognition where the register names another father."""
    for number, event in enumerate(family.events):
        if isinstance(event, Recognition):
            fathers = {e.by for e in family.events if isinstance(e, Recognition) and e.child == event.child}
            fathers |= {one for one in [family.persons[event.child].father] if one}
            if len(fathers - {family.persons[event.child].mother}) > 1:
                what = f"{event.child} has two fathers by birth: {', '.join(sorted(fathers))}"
                yield Fault(("events", number), what, "keep the one whom the register names now")
