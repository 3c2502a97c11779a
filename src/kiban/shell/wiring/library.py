"""What the shell needs of the loaded packs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kiban.procedures.errors import UnknownPack
from kiban.procedures.model import Value
from kiban.procedures.plan import Judgment, Lang, Plan, Rules, Shelf


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


class EmptyShelf:
    """No pack is installed: nothing can be begun, everything else works."""

    def plan(self, pack: str) -> Plan:
        raise UnknownPack(f"no pack {pack!r} is loaded", remedy="see KIBAN_PACKS")

    def text(self, pack: str, path: str, *, lang: Lang) -> str:  # noqa: ARG002 the port's names
        return path

    def letter(self, pack: str, letter: str) -> str:
        raise UnknownPack(f"no pack {pack!r} is loaded ({letter})", remedy="see KIBAN_PACKS")


class NoRules:
    """No pack is installed: nothing can be judged."""

    def judge(self, pack: str, rule: str, *, facts: Mapping[str, Value], on: dt.date) -> Judgment:  # noqa: ARG002
        raise UnknownPack(f"no pack {pack!r} is loaded", remedy="see KIBAN_PACKS")


def empty_library() -> Library:
    """The library of a process without packs."""
    return Library(EmptyShelf(), NoRules(), lambda pack: (f"no pack {pack!r} is loaded",))
