"""What notices need from others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import Protocol

from kiban.notices.model import Notice, Offer, OfferState, Outward, OutwardState


class NoticeStore(Protocol):
    """Inboxes and outward messages; every query is by person."""

    def atomic(self) -> AbstractContextManager[object]: ...

    def insert(self, notice: Notice, *, key: str) -> Notice:
        """Keep a new notice; the one already kept under the key wins."""
        ...

    def update(self, notice: Notice) -> None: ...

    def notice(self, notice_id: str, *, person: str) -> Notice: ...

    def inbox(self, person: str, *, start: int, size: int) -> tuple[Notice, ...]: ...

    def counts(self, person: str) -> tuple[int, int]:
        """All notices and unread ones."""
        ...

    def mark_read(self, notice_id: str, *, person: str, at: dt.datetime) -> bool:
        """True when it was unread."""
        ...

    def queue_outward(self, outward: Outward) -> None: ...

    def outward(self, outward_id: str) -> Outward: ...

    def set_outward(self, outward_id: str, *, state: OutwardState) -> None: ...

    def insert_offer(self, offer: Offer, *, key: str) -> Offer | None:
        """Keep a new offer by post; the one already kept under the key wins. None: another has this number."""
        ...

    def offer(self, number: str, *, agency: str) -> Offer:
        """Raises UnknownOffer."""
        ...

    def offers(self, agency: str, *, state: OfferState, after: str = "") -> tuple[Offer, ...]:
        """The next ones behind an id, in the order of ids; none: that was all."""
        ...

    def count_offers(self, agency: str) -> dict[OfferState, int]: ...

    def update_offer(self, offer: Offer, *, was: Collection[OfferState]) -> bool:
        """Keep a new state of an offer; False when it is not in one of these states any more."""
        ...


class Contacts(Protocol):
    """Which outward channels a person has chosen, and in which language; addresses stay with the carrier."""

    def channels(self, person: str) -> tuple[str, ...]: ...

    def language(self, person: str) -> str: ...


class Carrier(Protocol):
    """Carries an outward message; it knows the address of the person behind a notice, nobody else does."""

    def carry(self, outward: Outward) -> None: ...
