"""Which day was earlier, when days may be known in part only."""

from __future__ import annotations

import datetime as dt

from kiban.heirs.model import Person
from kiban.kernel.values import PartialDate

CONCEIVED = dt.timedelta(days=300)
"""Who is born within so many days is taken as conceived before (民法 772条2項)."""


def earlier(one: PartialDate | None, other: PartialDate | None) -> bool | None:
    """Whether ``one`` is a day before ``other``; ``None`` when that cannot be told."""
    if one is None or other is None:
        return None
    if one.span[1] < other.span[0]:
        return True
    return False if one.span[0] >= other.span[1] else None


def died_first(one: Person, other: Person) -> bool | None:
    """Whether ``one`` died before ``other``; ``None`` when neither order is clear: both died at once (民法 32条の2)."""
    if one.death is None or other.death is None:
        return None
    if one.death.complete and one.death == other.death and one.death_time and other.death_time:
        return None if one.death_time == other.death_time else one.death_time < other.death_time
    if earlier(one.death, other.death):
        return True
    return False if earlier(other.death, one.death) else None


def conceived(person: Person, day: PartialDate) -> bool:
    """Whether somebody had been born or at least conceived on a day (民法 886条)."""
    if person.birth is None:
        return True
    first, last = person.birth.span[0], day.span[1]
    return first <= (last + CONCEIVED if last < dt.date.max - CONCEIVED else last)


def age_at_least(person: Person, day: PartialDate) -> int | None:
    """Full years between the latest day of birth and a day, when the birth is known."""
    if person.birth is None:
        return None
    return day.span[0].year - person.birth.span[1].year - 1
