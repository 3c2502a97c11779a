"""Who is whose parent on a day, by blood, recognition and adoption (民法 727条, 729条, 817条の9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kiban.heirs.days import earlier
from kiban.heirs.model import Adoption, Dissolution, Divorce, Family, Marriage, Recognition
from kiban.heirs.worlds import Question, World
from kiban.kernel.values import PartialDate


class Link(NamedTuple):
    """A parent and a child; ``since`` is the birth, or the day of adoption. An own child can be adopted as well."""

    parent: str
    child: str
    adopted: bool
    since: PartialDate | None
    by_birth: bool


class Kin:
    """The relations of a family as they stood on a day, in one world of unknown facts."""

    def __init__(self, family: Family, day: PartialDate, *, world: World) -> None:
        self.family, self.day, self.world = family, day, world
        self._up: dict[str, tuple[Link, ...]] = {}
        self._down: dict[str, tuple[str, ...]] = {}
        for child, parents in candidates(family).items():
            for parent in parents:
                self._down[parent] = (*self._down.get(parent, ()), child)

    def parents(self, child: str) -> tuple[Link, ...]:
        """The child's legal parents on the day, by id."""
        if child not in self._up:
            links = {link.parent: link for link in self._natural(child)}
            for link in self._adoptive(child):
                own = links.get(link.parent)
                links[link.parent] = own._replace(adopted=True) if own and own.by_birth else link
            self._up[child] = tuple(links[parent] for parent in sorted(links))
        return self._up[child]

    def children(self, parent: str) -> tuple[Link, ...]:
        """The parent's legal children on the day, the eldest first."""
        found = [link for child in self._down.get(parent, ()) for link in self.parents(child) if link.parent == parent]
        return tuple(sorted(found, key=self._by_age))

    def lost(self, parent: str) -> Iterator[tuple[str, str]]:
        """Who was the parent's child and is not on the day, with the reason."""
        left = set(self._down.get(parent, ())) - {link.child for link in self.children(parent)}
        for child in sorted(left):
            if any(self._ends(event) for event in self._special(child) if parent not in event.by):
                yield child, "special_adoption"
            elif any(isinstance(e, Dissolution) and e.child == child and parent in e.by for e in self.family.events):
                yield child, "adoption_dissolved"

    def descendants(self, ancestor: str) -> frozenset[str]:
        """Whoever descends from somebody; an adoption brings those with it who came after it (民法 727条)."""
        waiting, seen = list(self.children(ancestor)), set[Link]()
        while waiting:
            link = waiting.pop()
            if link not in seen:
                seen.add(link)
                waiting += [one for one in self.children(link.child) if self.carries(link, one)]
        return frozenset(link.child for link in seen)

    def carries(self, upper: Link, lower: Link) -> bool:
        """Whether kinship goes on from ``upper`` to ``lower``: not to who was there before the adoption."""
        if upper.by_birth:
            return True
        before = earlier(lower.since, upper.since)
        return (
            self.world.holds(Question("after_adoption", lower.child, upper.child), True)
            if before is None
            else not before
        )

    def married(self, person: str, *, day: PartialDate | None = None) -> tuple[str, ...]:
        """Who was married to somebody on a day (the family's day without one), dead or alive."""
        on = day or self.day
        found = []
        for number, event in enumerate(self.family.events):
            if isinstance(event, Marriage) and person in event.spouses and self._by(number, on):
                other = event.spouses[0] if event.spouses[1] == person else event.spouses[1]
                if not self._divorced(event, on):
                    found.append(other)
        return tuple(sorted(set(found)))

    def holds(self, number: int) -> bool:
        """Whether an event took effect; one that is pending has not, as long as nothing else is shown."""
        return not self.family.events[number].pending or self.world.holds(Question("pending", str(number)), False)

    def _by(self, number: int, on: PartialDate) -> bool:
        """Whether an event had happened by a day; without a date it had."""
        event = self.family.events[number]
        when = getattr(event, "on", None)
        late = earlier(on, when)
        if late is None and when is not None:
            late = not self.world.holds(Question("by_then", str(number)), True)
        return not late and self.holds(number)

    def _divorced(self, marriage: Marriage, on: PartialDate) -> bool:
        return any(
            isinstance(event, Divorce)
            and set(event.spouses) == set(marriage.spouses)
            and not earlier(event.on, marriage.on)
            and self._by(number, on)
            for number, event in enumerate(self.family.events)
        )

    def _natural(self, child: str) -> Iterator[Link]:
        person = self.family.persons[child]
        fathers = [event.by for number, event in self._events(Recognition, child) if self.holds(number)]
        for parent in (person.father, person.mother, *fathers):
            if isinstance(parent, str) and parent and not self._severed(child, parent, since=None):
                yield Link(parent, child, False, person.birth, True)

    def _adoptive(self, child: str) -> Iterator[Link]:
        for number, event in self._events(Adoption, child):
            assert isinstance(event, Adoption)
            for parent in event.by if self._by(number, self.day) else ():
                if not self._dissolved(event, parent) and not self._severed(child, parent, since=event.on):
                    yield Link(parent, child, True, event.on, False)

    def _events(self, kind: type, child: str) -> Iterator[tuple[int, Adoption | Recognition]]:
        for number, event in enumerate(self.family.events):
            if isinstance(event, kind) and isinstance(event, Adoption | Recognition) and event.child == child:
                yield number, event

    def _dissolved(self, adoption: Adoption, parent: str) -> bool:
        return any(
            isinstance(event, Dissolution)
            and event.child == adoption.child
            and parent in event.by
            and not earlier(event.on, adoption.on)
            and self._by(number, self.day)
            for number, event in enumerate(self.family.events)
        )

    def _special(self, child: str) -> list[Adoption]:
        return [e for _, e in self._events(Adoption, child) if isinstance(e, Adoption) and e.special]

    def _ends(self, event: Adoption) -> bool:
        return self._by(self.family.events.index(event), self.day)

    def _severed(self, child: str, parent: str, *, since: PartialDate | None) -> bool:
        """Whether a special adoption had ended the relation, but to the adopter's own spouse (民法 817条の9)."""
        for event in self._special(child):
            if parent in event.by or (since is not None and earlier(event.on, since)):
                continue
            with_spouse = len(event.by) == 1 and parent in self.married(event.by[0], day=event.on)
            if not with_spouse and self._ends(event):
                return True
        return False

    def _by_age(self, link: Link) -> tuple[PartialDate, str]:
        return self.family.persons[link.child].birth or PartialDate(9999, 12, 31), link.child


def candidates(family: Family) -> dict[str, tuple[str, ...]]:
    """Each person's parents of any kind and time, by id."""
    found = {
        person.id: {parent for parent in (person.father, person.mother) if parent} for person in family.persons.values()
    }
    for event in family.events:
        if isinstance(event, Adoption):
            found[event.child] |= set(event.by)
        elif isinstance(event, Recognition):
            found[event.child].add(event.by)
    return {child: tuple(sorted(parents)) for child, parents in sorted(found.items())}
