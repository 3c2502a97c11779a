"""Requests to cards in the database."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager

from django.db import transaction

from kiban.identity.model import Ask, CardRequest, RequestKind, RequestState
from kiban.identity.store.models import CardRequestRow

ASK = ("asker", "purpose", "language", "return_to", "reader", "holder", "content")


class DjangoCardRequests:
    """`kiban.identity.ports.CardRequestStore` on Django's database."""

    def atomic(self) -> AbstractContextManager[object]:
        return transaction.atomic()

    def insert(self, request: CardRequest) -> None:
        CardRequestRow.objects.create(
            handle_hash=request.handle_hash,
            session_hash=request.session_hash,
            state=request.state.value,
            kind=request.ask.kind.value,
            nonce=request.nonce,
            created_at=request.created_at,
            expires_at=request.expires_at,
            **{name: getattr(request.ask, name) for name in ASK},
        )

    def get(self, handle_hash: str) -> CardRequest | None:
        return _request(CardRequestRow.objects.filter(handle_hash=handle_hash).first())

    def move(self, handle_hash: str, *, before: RequestState, after: RequestState) -> bool:
        rows = CardRequestRow.objects.filter(handle_hash=handle_hash, state=before.value)
        return rows.update(state=after.value) == 1

    def keep_answer(self, handle_hash: str, *, return_hash: str, certificate: bytes, signature: bytes) -> None:
        CardRequestRow.objects.filter(handle_hash=handle_hash).update(
            return_hash=return_hash, certificate=certificate, signature=signature
        )

    def by_return(self, return_hash: str) -> CardRequest | None:
        return _request(CardRequestRow.objects.filter(return_hash=return_hash).first())

    def forget_older(self, moment: dt.datetime) -> int:
        return CardRequestRow.objects.filter(expires_at__lt=moment).delete()[0]


def _request(row: CardRequestRow | None) -> CardRequest | None:
    if row is None:
        return None
    return CardRequest(
        handle_hash=row.handle_hash,
        session_hash=row.session_hash,
        ask=Ask(kind=RequestKind(row.kind), **{name: getattr(row, name) for name in ASK}),
        nonce=row.nonce,
        created_at=row.created_at,
        expires_at=row.expires_at,
        state=RequestState(row.state),
        certificate=bytes(row.certificate),
        signature=bytes(row.signature),
    )
