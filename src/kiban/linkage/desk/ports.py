"""What the office's desk needs from others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from kiban.linkage.desk.model import Correction, Found, Item, Page, Query
from kiban.linkage.desk.progress import Row
from kiban.linkage.model import Person

Note = Callable[[str, int], None]
"""Writes down how a look into the register ended and how many persons it shows, before they are shown."""


class LinkStore(Protocol):
    """Checks, findings and corrections; every query but the counts names the agency."""

    def atomic(self) -> AbstractContextManager[object]: ...

    def take(self, found: Found) -> tuple[int, int, int] | None:
        """Number of the check, findings that are new, findings seen before; None when it was taken before."""
        ...

    def newest(self, agency: str, *, affair: str) -> int:
        """Number of the newest check of a clerical work; 0: none."""
        ...

    def item(self, number: int, *, agency: str) -> Item:
        """Raises: NoFinding."""
        ...

    def update(self, item: Item) -> Item:
        """Raises: NotAllowedNow when it was changed meanwhile."""
        ...

    def page(self, query: Query) -> Page: ...

    def counts(self, agency: str) -> dict[str, int]:
        """State → findings."""
        ...

    def affairs(self, agency: str) -> tuple[str, ...]: ...

    def correct(self, correction: Correction) -> None:
        """Keep the corrected link. Raises: NotAllowedNow when this finding was corrected before."""
        ...

    def corrections(self, agency: str) -> tuple[Correction, ...]:
        """Corrected links that no later check has shown to be in effect, oldest first."""
        ...

    def inbox(self, agency: str, *, record: str) -> str:
        """The portal's code of a person of the register; empty when the office knows none."""
        ...

    def set_inboxes(self, agency: str, inboxes: Sequence[tuple[str, str]]) -> None:
        """Record number and portal's code of persons whom the office reaches in the portal."""
        ...

    def progress(self) -> tuple[Row, ...]:
        """One row per agency and clerical work; counts only."""
        ...


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told to one person: ``who`` is ``right`` (whose record it is) or ``linked`` (whose key it carried)."""

    key: str
    person: str
    agency: str
    affair: str
    who: str


class Teller(Protocol):
    """Puts a notice into a person's inbox, in the caller's transaction; once per key."""

    def tell(self, telling: Telling) -> None: ...


class Registers(Protocol):
    """The registers of the offices of this machine, each for its own officers only."""

    def look_up(self, agency: str, person: Person, *, note: Note) -> Person | None:
        """The one person with all four attributes. Raises: NoRegister, NotFourAttributes."""
        ...

    def search(self, agency: str, person: Person, *, note: Note) -> tuple[Person, ...]:
        """At most ten persons who share two items, the best first. Raises: NoRegister."""
        ...
