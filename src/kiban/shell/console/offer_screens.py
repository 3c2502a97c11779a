"""What the pages of offers by post (確認書) show."""

from __future__ import annotations

from dataclasses import dataclass

from kiban.shell.screens import Plan


@dataclass(frozen=True, slots=True)
class OffersPage:
    """How many letters wait to be printed, were posted and not answered, and came back."""

    made: int
    posted: int
    answered: int


@dataclass(frozen=True, slots=True)
class OfferView:
    """A letter whose answer is entered: whom it was sent to, what it offers, the form; or how it was answered."""

    number: str
    title: str
    yen: int
    plan: Plan | None
    way: str = ""
