"""What the office's desk needs from others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from kiban.linkage.desk.model import Correction, Found, Item, Outcome, Page, Query
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

    def correction(self, item: int, *, agency: str) -> Correction | None:
        """The correction of a finding, if it has one."""
        ...

    def exchanged(self, item: int, *, agency: str, reached: Reached) -> None:
        """Keep what became of a correction at the exchange node."""
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


@dataclass(frozen=True, slots=True)
class Reached:
    """What the office's own node did with a correction, and the receipt of its ledger."""

    outcome: Outcome
    receipt: str = ""


class Exchange(Protocol):
    """The offices' own nodes of the exchange, as far as they run here."""

    def reaches(self, agency: str) -> bool:
        """Whether this office's node is known here."""
        ...

    def ask_for(self, item: int, *, agency: str) -> None:
        """See in the caller's transaction that the correction is brought to the node, sooner or later."""
        ...

    def relink(self, correction: Correction) -> Reached:
        """Give the record to the right person's code at the node; doing it twice is doing it once.

        Raises: NodeSilent, to be tried again.
        """
        ...

    def inbox(self, agency: str, *, record: str) -> str:
        """The portal's code of a person of the office's register, by the node's mapping and the core; else empty."""
        ...


class NoExchange:
    """No node runs here: the file of corrections is the only way, and inboxes are those that the office gave."""

    def reaches(self, agency: str) -> bool:  # noqa: ARG002 the port's name
        return False

    def ask_for(self, item: int, *, agency: str) -> None:
        """Nothing to do."""

    def relink(self, correction: Correction) -> Reached:  # noqa: ARG002 the port's name
        return Reached(Outcome.UNKNOWN)

    def inbox(self, agency: str, *, record: str) -> str:  # noqa: ARG002 the port's name
        return ""


class Registers(Protocol):
    """The registers of the offices of this machine, each for its own officers only."""

    def look_up(self, agency: str, person: Person, *, note: Note) -> Person | None:
        """The one person with all four attributes. Raises: NoRegister, NotFourAttributes."""
        ...

    def search(self, agency: str, person: Person, *, note: Note) -> tuple[Person, ...]:
        """At most ten persons who share two items, the best first. Raises: NoRegister."""
        ...
