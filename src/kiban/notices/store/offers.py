"""Offers by post in the database; every query names the agency."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Count

from kiban.notices.errors import UnknownOffer
from kiban.notices.model import Offer, OfferState
from kiban.notices.store.models import OfferRow

STEP = 500


class DatabaseOffers:
    """The part of :class:`kiban.notices.ports.NoticeStore` about offers by post."""

    def insert_offer(self, offer: Offer, *, key: str) -> Offer | None:
        fields = {"id": offer.id, "number": offer.number, "agency": offer.agency, "state": offer.state.value,
                  "body": msgspec.to_builtins(offer)}  # fmt: skip
        row: OfferRow | None
        try:
            with transaction.atomic():
                row, _ = OfferRow.objects.get_or_create(key=key, defaults=fields)
        except IntegrityError:  # another worker was faster, or another letter has the number
            row = OfferRow.objects.filter(key=key).first()
        return _offer(row) if row else None

    def offer(self, number: str, *, agency: str) -> Offer:
        row = OfferRow.objects.filter(number=number, agency=agency).first()
        if row is None:
            raise UnknownOffer("no letter has this number", remedy="read the number at the head of the letter again")
        return _offer(row)

    def offers(self, agency: str, *, state: OfferState, after: str = "") -> tuple[Offer, ...]:
        rows = OfferRow.objects.filter(agency=agency, state=state.value, id__gt=after).order_by("id")[:STEP]
        return tuple(map(_offer, rows))

    def count_offers(self, agency: str) -> dict[OfferState, int]:
        rows = OfferRow.objects.filter(agency=agency).values_list("state").annotate(Count("id"))
        return dict.fromkeys(OfferState, 0) | {OfferState(state): count for state, count in rows}

    def update_offer(self, offer: Offer, *, was: Collection[OfferState]) -> bool:
        mine = OfferRow.objects.filter(pk=offer.id, agency=offer.agency, state__in=[state.value for state in was])
        return bool(mine.update(state=offer.state.value, body=msgspec.to_builtins(offer)))


def _offer(row: OfferRow) -> Offer:
    return msgspec.convert(row.body, Offer)
