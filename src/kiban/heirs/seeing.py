"""Which registers must be seen, from birth to death or at one day, and which of their days were not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from kiban.heirs.answer import Extent, Need
from kiban.heirs.case import Case
from kiban.heirs.model import Family, Person, Register
from kiban.kernel.values import PartialDate

Gap = tuple[PartialDate | None, PartialDate | None]
DAY = dt.timedelta(days=1)
COVERED_BY_WHOLE = (Extent.AFTER_DEATH, Extent.DEATH)


def needs(family: Family, cases: Iterable[Case]) -> tuple[Need, ...]:
    """What the successions rest on, each once: who must be seen whole needs no smaller piece beside it."""
    found: dict[tuple[str, Extent], Need] = {}
    for case in cases:
        for (person, extent), reason in case.wanted.items():
            gaps = _gaps(family, person, extent=extent, case=case)
            need = Need(person, extent, reason, not gaps, gaps)
            known = found.get((person, extent))
            if known is None or (known.seen and not need.seen):
                found[person, extent] = need
    whole = {person for person, extent in found if extent is Extent.WHOLE}
    order = list(Extent)
    kept = (need for key, need in found.items() if not (key[1] in COVERED_BY_WHOLE and key[0] in whole))
    return tuple(sorted(kept, key=lambda need: (need.seen, order.index(need.extent), need.person)))


def _gaps(family: Family, person: str, *, extent: Extent, case: Case) -> tuple[Gap, ...]:
    """The days of which no register was seen; none when all was. A paper or fact that lacks is one open gap."""
    if extent is Extent.PARENT:
        told = family.persons[person]
        return ((None, None),) if told.father is None or told.mother is None else ()
    if family.complete:
        return ()
    own = [one for one in family.registers if one.person == person]
    if extent is Extent.CERTIFICATE:
        kind = case.wanted[person, extent].key.removeprefix("need_")
        named = {"renunciation": "renunciation", "judgment": "disqualification"}[kind]
        return () if any(one.certificate == named for one in own) else ((None, None),)
    who, registers = case.family.persons[person], [one for one in own if not one.certificate]
    if extent is Extent.WHOLE:
        return _uncovered(who, registers, until=who.death or case.day)
    after = who.death if extent is Extent.DEATH and who.death else case.day
    return () if any(_reaches(one, who, day=after) for one in registers) else ((after, None),)


def _reaches(register: Register, person: Person, *, day: PartialDate) -> bool:
    """Whether a register tells of the time after a day, or of the death itself."""
    end = register.end or person.death
    return end is None or end.span[1] > day.span[0] or end == person.death


def _uncovered(person: Person, registers: list[Register], *, until: PartialDate) -> tuple[Gap, ...]:
    """The gaps between the registers of one person, from birth to ``until``; a register may begin the day after."""
    spans = sorted((_first(one.start, person), _last(one.end, person, until=until)) for one in registers)
    reached, at_birth = (person.birth.span[1], True) if person.birth else (dt.date.min, False)
    gaps: list[Gap] = []
    for first, last in spans:
        if first > reached and not (first - reached <= DAY):
            gaps.append((_day(reached) if at_birth or reached > dt.date.min else None, _day(first)))
        reached = max(reached, last)
    if reached < until.span[0]:
        gaps.append((_day(reached) if reached > dt.date.min else None, until))
    return tuple(gaps)


def _first(start: PartialDate | None, person: Person) -> dt.date:
    return start.span[0] if start else person.birth.span[0] if person.birth else dt.date.min


def _last(end: PartialDate | None, person: Person, *, until: PartialDate) -> dt.date:
    return end.span[1] if end else person.death.span[1] if person.death else until.span[1]


def _day(day: dt.date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day)
