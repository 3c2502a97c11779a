"""What the shell needs of the loaded packs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kiban.packs import Packs
from kiban.procedures.plan import Rules, Shelf
from kiban.procedures.rulebook import RuleBook
from kiban.procedures.shelf import PackShelf


class Checks(Protocol):
    """What the checks say of a pack, one line per fault: file, line, what, how to mend."""

    def __call__(self, pack: str) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Library:
    """The packs of this process.

    Attributes:
        bundles: ids of the life events that residents can begin.
        packs: ids of all packs, also of those that were not loaded because of their faults.
        letters: ids of the letters of each pack.
    """

    shelf: Shelf
    rules: Rules
    checks: Checks
    bundles: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def pack_library(packs: Packs) -> Library:
    """The library of loaded packs; what is wrong with the others is told by its checks."""
    loaded = packs.loaded
    rules = {one.pack.id: one.rules for one in loaded.values() if one.rules is not None}
    followed = {one.pack.id: one.pack.rule_facts for one in loaded.values()}
    faults = {pack: tuple(str(fault) for fault in found) for pack, found in packs.faults.items()}
    return Library(
        shelf=PackShelf(loaded),
        rules=RuleBook(rules, followed),
        checks=lambda pack: faults.get(pack, ()),
        bundles=tuple(sorted(one.pack.id for one in loaded.values() if one.pack.kind == "bundle")),
        packs=tuple(sorted({*loaded, *faults})),
        letters={one.pack.id: one.pack.letters for one in loaded.values()},
    )
