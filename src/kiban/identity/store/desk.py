"""The portal's card desk on the database, made once for a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kiban.identity.certificates import Verifier
from kiban.identity.profile import TEST_CARDS
from kiban.identity.requests import CardDesk
from kiban.identity.revocation import RevocationChecker
from kiban.identity.store.requests import DjangoCardRequests
from kiban.identity.trust import ListFolder, load_trust
from kiban.kernel.clock import Clock
from kiban.kernel.events import EventSink


@cache
def verifier(trust: Path) -> Verifier:
    """The verifier for cards of the authorities and lists in a folder.

    Raises:
        BadTrust: the folder has no authorities.
    """
    return Verifier(TEST_CARDS, load_trust(trust), RevocationChecker(ListFolder(trust)))


def card_desk(*, origin: str, trust: Path, clock: Clock, events: EventSink) -> CardDesk:
    """A desk for the portal at this origin."""
    return CardDesk(origin.rstrip("/"), DjangoCardRequests(), verifier(trust), clock, events)
