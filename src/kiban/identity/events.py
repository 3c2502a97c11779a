"""What happened in identity, for the ledger and the log; by hashes, accounts and codes only."""

from __future__ import annotations

import datetime as dt

from kiban.identity.model import CardRequest
from kiban.kernel.events import Event, Scalar

PORTAL = "portal"


def card_request_opened(request: CardRequest, *, at: dt.datetime) -> Event:
    """A portal asked a card for a sign-in or a signature."""
    return _of_request("card_request_opened", request, at=at)


def card_request_answered(request: CardRequest, *, at: dt.datetime, outcome: str) -> Event:
    """A card answered and the answer was verified, or the holder said no."""
    return _of_request("card_request_answered", request, at=at, outcome=outcome)


def card_request_refused(request: CardRequest, *, at: dt.datetime, code: str) -> Event:
    """An answer was refused; ``code`` tells why."""
    return _of_request("card_request_refused", request, at=at, code=code)


def _of_request(kind: str, request: CardRequest, *, at: dt.datetime, **data: Scalar) -> Event:
    return Event(kind, at, PORTAL, request.handle_hash[:16], {"request": request.ask.kind.value, **data})


def staff_event(kind: str, *, account: str, agency: str, at: dt.datetime, data: dict[str, Scalar]) -> Event:
    """Something happened to a staff account; ``kind`` in the past tense."""
    return Event(kind, at, agency, account, data)
