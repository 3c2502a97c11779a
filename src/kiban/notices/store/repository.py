"""Inboxes in the database; every query names the person."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager

import msgspec
from django.db import IntegrityError, transaction

from kiban.notices.errors import UnknownNotice
from kiban.notices.model import Notice, Outward, OutwardState
from kiban.notices.store.models import NoticeRow, OutwardRow
from kiban.notices.store.offers import DatabaseOffers


class DatabaseNotices(DatabaseOffers):
    """See :class:`kiban.notices.ports.NoticeStore`."""

    def atomic(self) -> AbstractContextManager[object]:
        return transaction.atomic()

    def insert(self, notice: Notice, *, key: str) -> Notice:
        fields = {
            "id": notice.id,
            "person": notice.person,
            "agency": notice.agency,
            "sent_at": notice.sent_at,
            "body": msgspec.to_builtins(notice),
        }
        try:
            with transaction.atomic():
                row, _ = NoticeRow.objects.get_or_create(key=key, defaults=fields)
        except IntegrityError:  # another worker was faster
            row = NoticeRow.objects.get(key=key)
        return _notice(row)

    def update(self, notice: Notice) -> None:
        NoticeRow.objects.filter(pk=notice.id, person=notice.person).update(body=msgspec.to_builtins(notice))

    def notice(self, notice_id: str, *, person: str) -> Notice:
        row = NoticeRow.objects.filter(pk=notice_id, person=person).first()
        if row is None:
            raise UnknownNotice("no such notice in your inbox", remedy="open it from the list of notices")
        return _notice(row)

    def inbox(self, person: str, *, start: int, size: int) -> tuple[Notice, ...]:
        rows = NoticeRow.objects.filter(person=person).order_by("-sent_at", "-id")
        return tuple(_notice(row) for row in rows[start : start + size])

    def counts(self, person: str) -> tuple[int, int]:
        mine = NoticeRow.objects.filter(person=person)
        return mine.count(), mine.filter(read_at=None).count()

    def mark_read(self, notice_id: str, *, person: str, at: dt.datetime) -> bool:
        return bool(NoticeRow.objects.filter(pk=notice_id, person=person, read_at=None).update(read_at=at))

    def queue_outward(self, outward: Outward) -> None:
        OutwardRow.objects.create(
            id=outward.id,
            notice_id=outward.notice,
            channel=outward.channel,
            state=outward.state.value,
            body=msgspec.to_builtins(outward),
        )

    def outward(self, outward_id: str) -> Outward:
        row = OutwardRow.objects.filter(pk=outward_id).first()
        if row is None:
            raise UnknownNotice("no such outward message", remedy="set the job aside")
        return msgspec.structs.replace(msgspec.convert(row.body, Outward), state=OutwardState(row.state))

    def set_outward(self, outward_id: str, *, state: OutwardState) -> None:
        OutwardRow.objects.filter(pk=outward_id).update(state=state.value)


def _notice(row: NoticeRow) -> Notice:
    return msgspec.structs.replace(msgspec.convert(row.body, Notice), read_at=row.read_at)
