"""What the shell needs of the loaded packs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kiban.benefits.schedule import EVERY_MONTH, Calendar
from kiban.packs import Packs
from kiban.packs.loaded import Loaded
from kiban.procedures.plan import Rules, Shelf
from kiban.procedures.rulebook import RuleBook
from kiban.procedures.shelf import PackShelf, replaces, town_of


class Checks(Protocol):
    """What the checks say of a pack, one line per fault: file, line, what, how to mend."""

    def __call__(self, pack: str) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Library:
    """The packs of this process.

    Attributes:
        bundles: ids of the life events, and of the procedures in none of them, that residents can begin.
        towns: the municipality whose pack it is, of those that are one's own.
        instead: the pack that a municipality's stands in the place of, by the municipality's.
        calendars: by benefit, months and day of payment.
        packs: ids of all packs, also of those that were not loaded because of their faults.
        letters: ids of the letters of each pack.
    """

    shelf: Shelf
    rules: Rules
    checks: Checks
    bundles: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    towns: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)

    def begun_in(self, home: str) -> tuple[str, ...]:
        """What a resident of a municipality can begin: its own packs in the place of those that they extend."""
        here = [one for one in self.bundles if self.towns.get(one, home) == home]
        gone = {self.instead[one] for one in here if one in self.instead}
        return tuple(one for one in here if one not in gone)


def _alone(loaded: Mapping[str, Loaded]) -> list[str]:
    """Procedures in no bundle, nor a town's own in the place of one that is, that residents begin by themselves."""
    inside = {member.procedure for one in loaded.values() for member in one.pack.members}
    inside |= {one.pack.id for one in loaded.values() if one.pack.extends in inside and replaces(one, loaded)}
    packs = (one.pack for one in loaded.values() if one.pack.kind == "procedure")
    return sorted(pack.id for pack in packs if pack.id not in inside and pack.offered == "portal")


def _calendars(loaded: Mapping[str, Loaded]) -> dict[str, Calendar]:
    benefits = (one.pack.benefit for one in loaded.values() if one.pack.benefit is not None)
    return {one.id: Calendar(one.months or EVERY_MONTH, one.day) for one in benefits if one.amount}


def pack_library(packs: Packs) -> Library:
    """The library of loaded packs; what is wrong with the others is told by its checks."""
    loaded = packs.loaded
    rules = {one.pack.id: one.rules for one in loaded.values() if one.rules is not None}
    followed = {one.pack.id: one.pack.rule_facts for one in loaded.values()}
    faults = {pack: tuple(str(fault) for fault in found) for pack, found in packs.faults.items()}
    return Library(
        shelf=PackShelf(loaded),
        rules=RuleBook(rules, followed, {one.pack.id: one.pack.rule_members for one in loaded.values()}),
        checks=lambda pack: faults.get(pack, ()),
        bundles=(*sorted(one.pack.id for one in loaded.values() if one.pack.kind == "bundle"), *_alone(loaded)),
        packs=tuple(sorted({*loaded, *faults})),
        letters={one.pack.id: one.pack.letters for one in loaded.values()},
        towns={one.pack.id: town for one in loaded.values() if (town := town_of(one))},
        instead={one.pack.id: one.pack.extends for one in loaded.values() if replaces(one, loaded)},
        calendars=_calendars(loaded),
    )
