"""What the exchange needs from others: who verifies a card, where the core keeps persons, how a holder reads data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Protocol

from kiban.exchange.model import CardProof, Change


class CardVerifier(Protocol):
    """Verifies the 利用者証明用 certificate and signature of a sign-in, independently of the portal."""

    def authenticator(self, proof: CardProof, *, at: dt.datetime) -> str:
        """What the core knows this card by (``issuer:serial``).

        Raises:
            CardRefused: certificate or signature do not hold, or the message is no sign-in at this portal.
        """
        ...


class Adapter(Protocol):
    """Reads and changes an agency's existing data by its mapping; knows persons by the agency's own codes only."""

    def read(self, item: str, codes: Sequence[str]) -> list[dict[str, Any] | None]:
        """One record per code, in order; None where nothing is held. A ``link`` in it is the agency's own code.

        Raises:
            UnknownItem: the mapping has no such item.
            HolderUnavailable: the data source does not answer.
        """
        ...

    def check_change(self, change: Change) -> None:
        """Whether the mapping can make this change, before it is recorded.

        Raises:
            UnknownItem: it has no such change; BadMessage: a value that it needs is missing.
        """
        ...

    def apply(self, change: Change) -> int:
        """Apply a change; the number of rows it touched. Applying it again changes nothing more.

        Raises:
            UnknownItem, HolderUnavailable; BadMessage: a value that the mapping needs is missing.
        """
        ...

    def holdings_after(self, change: Change) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Persons on whom the agency holds data after this change, and those on whom it does not any more."""
        ...

    def codes_of(self, records: Sequence[str]) -> dict[str, str]:
        """The agency's own record number → its code of the person, for those it has and that one person has alone.

        Raises:
            UnknownItem: the mapping does not say where record numbers stand.
        """
        ...

    def check(self) -> str:
        """A sentence on the data source; raises HolderUnavailable when it cannot be used."""
        ...
