"""What every field of the mapping reads a case with: its households, its persons, and the values that it expects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from kiban.rules.peers.files import UNKNOWN, Mapped, Pair, RuleFiles

Case = dict[str, Any]
Household = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """One expected value of a case.

    ``name`` is the person's or household's ("" where the case has one household only), ``given`` what the case gives
    for it, ``day`` the day of the value (ISO; the case's own where none is written).
    """

    key: str
    name: str
    given: dict[str, Any]
    day: str
    expected: Any


def slots(case: Case, key: str) -> Iterator[Slot]:
    """Every value that a case expects of one result: of a person, of a household, on one day or on several."""
    given, out = case["input"], case["output"]
    levels = [("", given.get("世帯", given), out), ("", given.get("世帯", given), out.get("世帯", {}))]
    for level in ("世帯一覧", "世帯員"):
        levels += [(name, given.get(level, {}).get(name, {}), found) for name, found in out.get(level, {}).items()]
    for name, facts, found in levels:
        if key in found:
            value = found[key]
            by_day = value if isinstance(value, dict) else {str(case["period"]): value}
            for day, expected in by_day.items():
                yield Slot(key, name, facts, str(day), expected)


class OfSlot(Protocol):
    """Our value for one expected value of a case."""

    def __call__(self, rules: RuleFiles, case: Case, *, slot: Slot) -> Any: ...


def of_slots(key: str, compute: OfSlot) -> Mapped:
    """Pairs of ours and theirs over all values that a case expects of one result."""

    def pairs(rules: RuleFiles, case: Case) -> list[Pair]:
        return [(compute(rules, case, slot=slot), slot.expected) for slot in slots(case, key)]

    return pairs


def households(case: Case) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each household with the expected values of it."""
    given, out = case["input"], case["output"]
    if "世帯一覧" in given:
        for name, household in given["世帯一覧"].items():
            yield household, out["世帯一覧"][name]
    else:
        yield given["世帯"], out.get("世帯", out)


def number(value: Any) -> Any:
    """A value that may be given by day."""
    return next(iter(value.values())) if isinstance(value, dict) else value


class Compute(Protocol):
    """Our values of a household of a case, in the order of its keys."""

    def __call__(self, rules: RuleFiles, case: Case, *, household: Household) -> Any: ...


def of_households(keys: tuple[str, ...], compute: Compute) -> Mapped:
    """Pairs of ours and theirs over all households of a case; a key that the case does not expect is left out."""

    def pairs(rules: RuleFiles, case: Case) -> list[Pair]:
        found = []
        for household, expected in households(case):
            ours = compute(rules, case, household=household)
            if ours is UNKNOWN:
                return [(UNKNOWN, None)]
            found += [(one, number(expected[key])) for one, key in zip(ours, keys, strict=True) if key in expected]
        return found

    return pairs


def of_range(name: str, compute: Compute) -> dict[str, Mapped]:
    """A result that the peer gives at its most and at its least; one computation answers both."""
    keys = (f"{name}_最大", f"{name}_最小")
    return dict.fromkeys(keys, of_households(keys, compute))
