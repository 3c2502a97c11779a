"""What holds for every family: shares add to 1, order and strangers change nothing, ranks follow each other."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kiban.heirs import Capacity, Family, Found, Person, find
from kiban.heirs.checking import faults
from kiban.heirs.model import Adoption, Disqualification, Event, Marriage, Renunciation
from kiban.kernel.values import PartialDate

YEARS = st.integers(0, 20)


@st.composite
def families(draw: Any) -> Family:
    """Four generations around a decedent, with deaths, adoptions, losses and unknown facts."""
    persons: dict[str, Person] = {}
    events: list[Event] = []

    def person(name: str, born: int, **more: Any) -> str:
        fate = draw(st.sampled_from(["alive", "dead", "dead", "unknown"] if len(persons) < 6 else ["alive", "dead"]))
        death = (
            PartialDate(min(2025, born + 25 + draw(YEARS) * 3), draw(st.integers(1, 12)), 5) if fate == "dead" else None
        )
        persons[name] = Person(
            id=name, birth=PartialDate(born, 6, 1), death=death, death_unknown=fate == "unknown", **more
        )
        return name

    def brood(prefix: str, parents: dict[str, str | None], born: int, most: int) -> list[str]:
        return [person(f"{prefix}{n}", born + 2 * n, **parents) for n in range(draw(st.integers(0, most)))]

    father, mother, other = person("f", 1910), person("m", 1912), person("o", 1913)
    day = PartialDate(draw(st.sampled_from([1975, 1995, 2005, 2024])), 5, 5)
    persons["d"] = Person(id="d", birth=PartialDate(1940, 1, 1), death=day, father=father, mother=mother)
    spouse = person("w", 1942)
    if draw(st.booleans()):
        events.append(Marriage(("d", spouse), PartialDate(1962)))
    sibs = brood("s", {"father": father, "mother": mother}, 1936, 2)
    sibs += brood("h", {"father": father, "mother": other}, 1945, 1)
    kids = brood("c", {"father": "d", "mother": spouse}, 1963, 3)
    below = [one for up in (*kids, *sibs) for one in brood(f"{up}_", {"father": up, "mother": None}, 1990, 2)]
    below += [one for up in below[:3] for one in brood(f"{up}_", {"father": up, "mother": None}, 2010, 1)]
    alive = [one for one in persons.values() if one.id not in {"d", "f", "m", "o"}]
    for one in draw(st.lists(st.sampled_from(alive), max_size=3, unique_by=lambda one: one.id)) if alive else ():
        late = one.death is None or one.death > PartialDate(day.year + 1, 1, 1)
        if late:
            events.append(Renunciation(one.id, "d", PartialDate(day.year, 8, 1), pending=draw(st.booleans())))
    if kids and draw(st.booleans()):
        events.append(Disqualification(kids[0], "d", 5))
    young = [one for one in below if persons[one].death is None]
    if young and draw(st.booleans()):
        events.append(Adoption(young[0], ("d",), PartialDate(day.year - 1, 7, 1)))
    possible = _possible(persons)
    kept = tuple(event for event in events if getattr(event, "person", getattr(event, "child", "d")) in possible)
    return _kept(Family("d", possible, kept, complete=True))


def _possible(persons: dict[str, Person]) -> dict[str, Person]:
    """Nobody is born after a parent's death."""
    found = dict(persons)
    for one in persons.values():
        for parent in (one.father, one.mother):
            told = found.get(parent or "")
            if told is not None and told.id != "d" and told.death and one.birth and told.death <= one.birth:
                found[told.id] = replace(told, death=PartialDate(one.birth.year + 1, 1, 1))
    return {name: one for name, one in found.items() if _born_in_time(found, one)}


def _born_in_time(persons: dict[str, Person], one: Person) -> bool:
    death = persons["d"].death
    return not (one.father == "d" and one.birth and death and one.birth > death)


def _kept(family: Family) -> Family:
    """The family without the events that no register could hold."""
    wrong = {fault.place[1] for fault in faults(family) if fault.place[0] == "events"}
    return replace(family, events=tuple(event for n, event in enumerate(family.events) if n not in wrong))


def _answer(found: Found) -> Any:
    others = {(one.person, one.reason.key) for one in found.first.excluded}
    alternatives = [(one.heirs, one.final) for one in found.alternatives]
    return found.status, found.first.shares(), found.final, others, alternatives


@given(families())
def test_shares_add_to_one_and_nobody_is_heir_and_excluded(family: Family) -> None:
    found = find(family)

    for succession in (found.first, *found.later):
        shares = succession.shares()
        assert sum(shares.values(), Fraction(0)) == (1 if shares else 0)
        assert all(share > 0 for share in shares.values())
        assert not set(shares) & {one.person for one in succession.excluded}
        assert family.decedent not in shares
        assert all(sum((stake.share for stake in heir.stakes), Fraction(0)) == heir.share for heir in succession.heirs)
    assert sum(found.final.values(), Fraction(0)) == (1 if found.heirs else 0)
    for other in found.alternatives:
        assert sum(other.heirs.values(), Fraction(0)) == (1 if other.heirs else 0)


@given(families(), st.integers(0, 10**6))
def test_the_order_of_persons_and_events_means_nothing(family: Family, seed: int) -> None:
    names, events = list(family.persons), list(family.events)
    random.Random(seed).shuffle(names)
    random.Random(seed + 1).shuffle(events)
    mixed = replace(family, persons={name: family.persons[name] for name in names}, events=tuple(events))

    assert _answer(find(mixed)) == _answer(find(family))


@given(families())
def test_strangers_change_nothing(family: Family) -> None:
    strangers = {
        "x": Person(id="x", birth=PartialDate(1960, 1, 1)),
        "y": Person(id="y", birth=PartialDate(1990, 1, 1), father="x", death_unknown=True),
        "z": Person(id="z", birth=PartialDate(1961, 1, 1)),
    }
    more = replace(
        family, persons={**strangers, **family.persons}, events=(*family.events, Marriage(("x", "z"), pending=True))
    )

    assert _answer(find(more)) == _answer(find(family))


@given(families())
def test_when_all_of_a_rank_renounce_the_next_rank_inherits(family: Family) -> None:
    """Until nobody is left: each round moves on, and whoever renounced never comes back."""
    order = [Capacity.CHILD, Capacity.ASCENDANT, Capacity.SIBLING, None]
    gone: set[str] = set()
    family = replace(family, events=tuple(event for event in family.events if not _open(event)))
    last = -1
    for _ in range(12):
        found = find(family).first
        if found.rank is None:
            break
        assert order.index(found.rank) >= last
        assert not gone & set(found.shares())
        last = order.index(found.rank)
        new = [heir.person for heir in found.heirs if heir.stakes[0].capacity is not Capacity.SPOUSE]
        gone |= set(new)
        family = replace(
            family, events=(*family.events, *(Renunciation(one, "d", capacity=Capacity.ALL) for one in new))
        )
    assert find(family).first.rank is None
    assert set(find(family).first.shares()) <= {"w"}


def _open(event: Event) -> bool:
    return bool(getattr(event, "pending", False))


@given(families())
@settings(max_examples=50)
def test_a_renunciation_of_one_heir_never_takes_from_the_others_of_the_rank(family: Family) -> None:
    before = find(replace(family, events=tuple(event for event in family.events if not _open(event))))
    first = before.first.shares()
    peers = [heir.person for heir in before.heirs if heir.stakes[0].capacity is not Capacity.SPOUSE]
    if len(peers) < 2:
        return
    given_up = Renunciation(peers[0], "d", capacity=Capacity.ALL)
    after = find(replace(before.family, events=(*before.family.events, given_up))).first

    if after.rank is before.first.rank:
        assert all(after.shares()[one] >= first[one] for one in first if one != peers[0])
