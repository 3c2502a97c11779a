"""Who was born in wedlock or legitimated (嫡出, 準正): asked only of successions before 5 September 2013."""

from __future__ import annotations

from kiban.heirs.days import conceived, earlier
from kiban.heirs.kinship import Kin, candidates
from kiban.heirs.model import NOBODY, Divorce, Family, Marriage, Person
from kiban.heirs.worlds import Question
from kiban.kernel.values import PartialDate


def nonmarital(kin: Kin, parent: str, *, child: str) -> bool:
    """Whether a child is born out of wedlock to a parent; a child adopted is not (民法 809条)."""
    if any(link.adopted and link.parent == parent for link in kin.parents(child)):
        return False
    person = kin.family.persons[child]
    others = {one for one in candidates(kin.family)[child] if one != parent}
    weddings = [event for event in kin.family.events if isinstance(event, Marriage)]
    if any(
        parent in one.spouses and set(one.spouses) & others and _covers(kin.family, one, child=person)
        for one in weddings
    ):
        return False
    told = NOBODY in {person.father, person.mother} or (person.father is not None and person.mother is not None)
    return True if told else kin.world.holds(Question("nonmarital", child, parent), False)


def _covers(family: Family, marriage: Marriage, *, child: Person) -> bool:
    """Whether the marriage makes the child legitimate: born in it, within 300 days of its end, or before it (789条)."""
    end = _end(family, marriage)
    return end is None or conceived(child, end)


def _end(family: Family, marriage: Marriage) -> PartialDate | None:
    ends = [family.persons[one].death for one in marriage.spouses]
    ends += [
        event.on
        for event in family.events
        if isinstance(event, Divorce) and set(event.spouses) == set(marriage.spouses)
        if not earlier(event.on, marriage.on)
    ]
    return min((end for end in ends if end is not None), default=None)
