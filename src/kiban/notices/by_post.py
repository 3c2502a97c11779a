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


def fresh_number() -> str:
    """The number of a letter; it says nothing of the person."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def fresh_offer(desk: NoticeDesk, *, agency: str, pack: str, person: str) -> Offer:
    """A new offer."""
    moment = desk.clock.now()
    return Offer(id=str(uuid.uuid4()), number=fresh_number(), agency=agency, pack=pack, person=person, made_at=moment)


def make_offer(desk: NoticeDesk, offer: Offer) -> Offer:
    """Put an offer into the print queue; offering the same person the same twice is offering once."""
    with desk.store.atomic():
        key = f"{offer.agency}:{offer.pack}:{offer.person}"
        while (kept := desk.store.insert_offer(offer, key=key)) is None:
            offer = replace(offer, number=fresh_number())  # taken by another letter
        if kept.id == offer.id:
            _tell(desk, kept, kind="offer_made")
    return kept


def post_offers(
    desk: NoticeDesk, agency: str, *, letter: Callable[[Offer], bytes | None], again: bool = False
) -> Iterator[tuple[Offer, bytes]]:
    """The letters of the print queue, one by one; each counts as posted when the next is asked for.

    ``again`` also gives those that were posted and not answered. An offer for which ``letter`` gives None waits on.
    """
    for offer in _each(desk, agency, state=OfferState.POSTED) if again else ():
        if (body := letter(offer)) is not None:
            yield offer, body
    for offer in _each(desk, agency, state=OfferState.MADE):
        if (body := letter(offer)) is not None:
            yield offer, body
            _posted(desk, offer)


def _each(desk: NoticeDesk, agency: str, *, state: OfferState) -> Iterator[Offer]:
    after = ""
    while some := desk.store.offers(agency, state=state, after=after):
        yield from some
        after = some[-1].id


def _posted(desk: NoticeDesk, offer: Offer) -> None:
    """Not of one that was answered meanwhile."""
    with desk.store.atomic():
        after = replace(offer, state=OfferState.POSTED, posted_at=desk.clock.now())
        if desk.store.update_offer(after, was=(OfferState.MADE,)):
            _tell(desk, after, kind="offer_posted")


def keep_draft(desk: NoticeDesk, offer: Offer, *, draft: str) -> None:
    """Note where the answer is entered; a letter that was posted or answered meanwhile stays so."""
    with desk.store.atomic():
        now = desk.store.offer(offer.number, agency=offer.agency)
        if now.draft != draft:
            desk.store.update_offer(replace(now, draft=draft), was=(now.state,))


def answer_offer(desk: NoticeDesk, offer: Offer, *, way: str, by: str) -> Offer:
    """The letter came back, or its person came to the counter. Raises: OfferAnswered."""
    with desk.store.atomic():
        now = desk.store.offer(offer.number, agency=offer.agency)
        after = replace(now, state=OfferState.ANSWERED, answered_at=desk.clock.now(), way=way)
        if not desk.store.update_offer(after, was=(OfferState.MADE, OfferState.POSTED)):
            raise OfferAnswered("this letter was answered already", remedy="look at the person's case")
        _tell(desk, after, kind="offer_answered", more={"way": way, "by": by})
    return after


def _tell(desk: NoticeDesk, offer: Offer, *, kind: str, more: Mapping[str, Scalar] = {}) -> None:
    data: dict[str, Scalar] = {"procedure": offer.pack, "offers": True, **more}
    moment = desk.clock.now()
    desk.events.emit(Event(kind=kind, occurred_at=moment, agency=offer.agency, subject=offer.id, data=data))
