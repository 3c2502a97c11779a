"""From a result's name and its computation to pairs of our values and theirs, over all that a case expects of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from kiban.kernel.errors import BadInput
from kiban.rules.peers.files import UNKNOWN, Mapped, Pair, RuleFiles
from kiban.rules.peers.mapping.homes import Case, Home, Person, Unsaid, home_of, record, whole


@dataclass(frozen=True, slots=True)
class Slot:
    """One expected value of a case: of a household or a member ("": the only household), on a day."""

    name: str
    member: bool
    day: str
    expected: Any


def slots(case: Case, key: str) -> Iterator[Slot]:
    """Every value that a case expects of one result: of a person, of a household, on one day or on several."""
    out = record(case["output"], "output")
    levels = [("", False, out), ("", False, out.get("世帯", {}))]
    for level in ("世帯一覧", "世帯員"):
        levels += [(name, level == "世帯員", found) for name, found in record(out.get(level, {}), level).items()]
    for name, member, found in levels:
        if key in record(found, name or "output"):
            value = found[key]
            for day, expected in (value if isinstance(value, dict) else {str(case["period"]): value}).items():
                if not isinstance(expected, int | float) or expected != expected:
                    raise BadInput(f"{key} in output, which must be a number, or yes or no: {expected!r}")
                yield Slot(name, member, whole(str(day)), expected)


class OfSlot(Protocol):
    """Our value for a household of a case, or for a member of it."""

    def __call__(self, rules: RuleFiles, home: Home, /, *, person: Person | None) -> Any: ...


class OfPerson(Protocol):
    """Our value for a person of a household."""

    def __call__(self, rules: RuleFiles, home: Home, /, *, person: Person) -> Any: ...


OfHome = Callable[[RuleFiles, Home], Any]


def known(value: Any) -> Any:
    """Our value for the comparison: an exact fraction as a number, an open answer as unknown."""
    if value is None:
        return UNKNOWN
    return float(value) if isinstance(value, Fraction) else value


def of_slots(key: str, compute: OfSlot) -> Mapped:
    """Pairs of ours and theirs over all values that a case expects of one result."""

    def ours(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
        home, person = home_of(case, slot.name, day=slot.day, member=slot.member)
        try:
            return known(compute(rules, home, person=person))
        except Unsaid:
            return UNKNOWN

    def pairs(rules: RuleFiles, case: Case) -> list[Pair]:
        return [(ours(rules, case, slot=slot), slot.expected) for slot in slots(case, key)]

    return pairs


def of_homes(key: str, compute: OfHome) -> Mapped:
    """A result of a household; asked of a member, of the household where the member lives."""

    def value(rules: RuleFiles, home: Home, /, *, person: Person | None) -> Any:
        del person
        return compute(rules, home)

    return of_slots(key, value)


def of_persons(key: str, compute: OfPerson) -> Mapped:
    """A result of a person; asked of a household, the sum over its members, or whether it holds of any."""

    def value(rules: RuleFiles, home: Home, /, *, person: Person | None) -> Any:
        if person is not None:
            return compute(rules, home, person=person)
        found = [compute(rules, home, person=one) for one in home.persons]
        return any(found) if found and all(isinstance(one, bool) for one in found) else total(found)

    return of_slots(key, value)


def of_ends(name: str, compute: OfHome) -> dict[str, Mapped]:
    """``name``_最小 and ``name``_最大 from one computation of the least and the most of a household."""

    def end(place: int) -> OfHome:
        def value(rules: RuleFiles, home: Home) -> Any:
            return compute(rules, home)[place]

        return value

    return {f"{name}_{word}": of_homes(f"{name}_{word}", end(place)) for place, word in enumerate(("最小", "最大"))}


def total(values: list[Any]) -> Any:
    """The sum; open where one is."""
    return None if None in values else sum(values)
