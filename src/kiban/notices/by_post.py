"""Offers by post (確認書): made for whom the portal does not know, printed once, answered at the counter or by post."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from kiban.kernel.events import Event, Scalar
from kiban.notices.actions import NoticeDesk
from kiban.notices.errors import OfferAnswered
from kiban.notices.model import Offer, OfferState

DIGITS = 12
WAYS = ("counter", "post")


def fresh_offer(desk: NoticeDesk, *, agency: str, pack: str, person: str) -> Offer:
    """A new offer with a number that says nothing of the person."""
    number = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    moment = desk.clock.now()
    return Offer(id=str(uuid.uuid4()), number=number, agency=agency, pack=pack, person=person, made_at=moment)


def make_offer(desk: NoticeDesk, offer: Offer) -> Offer:
    """Put an offer into the print queue; offering the same person the same twice is offering once."""
    with desk.store.atomic():
        kept = desk.store.insert_offer(offer, key=f"{offer.agency}:{offer.pack}:{offer.person}")
        if kept.id == offer.id:
            _tell(desk, kept, kind="offer_made")
    return kept


def post_offers(
    desk: NoticeDesk, agency: str, *, letter: Callable[[Offer], bytes], again: bool = False
) -> Iterator[tuple[Offer, bytes]]:
    """The letters of the print queue, one by one; each counts as posted when the next is asked for.

    ``again`` also gives those that were posted and not answered.
    """
    waiting = desk.store.offers(agency, state=OfferState.MADE)
    posted = desk.store.offers(agency, state=OfferState.POSTED) if again else ()
    for offer in (*posted, *waiting):
        yield offer, letter(offer)
        if offer.state is OfferState.MADE:
            with desk.store.atomic():
                after = replace(offer, state=OfferState.POSTED, posted_at=desk.clock.now())
                desk.store.update_offer(after)
                _tell(desk, after, kind="offer_posted")


def answer_offer(desk: NoticeDesk, offer: Offer, *, way: str, by: str) -> Offer:
    """The letter came back, or its person came to the counter. Raises: OfferAnswered."""
    with desk.store.atomic():
        now = desk.store.offer(offer.number, agency=offer.agency)
        if now.state is OfferState.ANSWERED:
            raise OfferAnswered("this letter was answered already", remedy="look at the person's case")
        after = replace(now, state=OfferState.ANSWERED, answered_at=desk.clock.now(), way=way)
        desk.store.update_offer(after)
        _tell(desk, after, kind="offer_answered", more={"way": way, "by": by})
    return after


def _tell(desk: NoticeDesk, offer: Offer, *, kind: str, more: Mapping[str, Scalar] = {}) -> None:
    data: dict[str, Scalar] = {"procedure": offer.pack, "offers": True, **more}
    moment = desk.clock.now()
    desk.events.emit(Event(kind=kind, occurred_at=moment, agency=offer.agency, subject=offer.id, data=data))
