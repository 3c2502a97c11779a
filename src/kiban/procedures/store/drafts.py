"""Drafts, receipts, applications and files in the database."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

import msgspec
from django.db import IntegrityError, transaction

from kiban.procedures.errors import DraftChangedElsewhere, UnknownDraft
from kiban.procedures.model import Application, Draft, Receipt
from kiban.procedures.store.models import ApplicationRow, DraftRow, FileRow, ReceiptRow
from kiban.procedures.store.slots import Slots

NOT_YOURS = "no such application in your name"
TO_LIST = "open it from the list of your applications"


@dataclass(frozen=True, slots=True)
class DatabaseDrafts(Slots):
    """See :class:`kiban.procedures.ports.DraftStore`."""

    def atomic(self) -> AbstractContextManager[object]:
        return transaction.atomic()

    def insert_draft(self, draft: Draft) -> Draft:
        fields = {"id": draft.id, "bundle": draft.bundle, **_columns(draft)}
        try:
            with transaction.atomic():
                row, _ = DraftRow.objects.get_or_create(person=draft.person, key=draft.idempotency_key, defaults=fields)
        except IntegrityError:  # two windows at the same moment: the other one won
            row = DraftRow.objects.get(person=draft.person, key=draft.idempotency_key)
        return _draft(row)

    def draft(self, draft_id: str, *, person: str) -> Draft:
        row = DraftRow.objects.filter(pk=draft_id, person=person).first()
        if row is None:
            raise UnknownDraft(NOT_YOURS, remedy=TO_LIST)
        return _draft(row)

    def drafts(self, person: str) -> tuple[Draft, ...]:
        rows = DraftRow.objects.filter(person=person).order_by("-updated_at")[:100]
        return tuple(_draft(row) for row in rows)

    def update_draft(self, draft: Draft) -> Draft:
        after = msgspec.structs.replace(draft, version=draft.version + 1)
        mine = DraftRow.objects.filter(pk=draft.id, person=draft.person, version=draft.version)
        if not mine.update(**_columns(after)):
            raise DraftChangedElsewhere(
                "this application was changed in another window", remedy="reload the page; what was saved there is kept"
            )
        return after

    def keep_receipt(self, receipt: Receipt, *, applications: tuple[Application, ...]) -> None:
        ReceiptRow.objects.create(
            id=receipt.id,
            draft=receipt.draft,
            person=receipt.person,
            received_at=receipt.received_at,
            body=msgspec.to_builtins(receipt),
        )
        ApplicationRow.objects.bulk_create(_application_row(one) for one in applications)

    def receipt(self, receipt_id: str, *, person: str) -> Receipt:
        row = ReceiptRow.objects.filter(pk=receipt_id, person=person).first()
        if row is None:
            raise UnknownDraft(NOT_YOURS, remedy=TO_LIST)
        return msgspec.convert(row.body, Receipt)

    def receipts(self, person: str) -> tuple[Receipt, ...]:
        rows = ReceiptRow.objects.filter(person=person).order_by("-received_at")[:100]
        return tuple(msgspec.convert(row.body, Receipt) for row in rows)

    def application(self, application_id: str, *, agency: str) -> Application:
        row = ApplicationRow.objects.filter(pk=application_id, agency=agency).first()
        if row is None:
            raise UnknownDraft("no such application at this agency", remedy=TO_LIST)
        return msgspec.convert(row.body, Application)

    def of_receipt(self, receipt: str, *, agency: str) -> tuple[Application, ...]:
        rows = ApplicationRow.objects.filter(receipt=receipt, agency=agency).order_by("received_at", "id")
        return tuple(msgspec.convert(row.body, Application) for row in rows)

    def keep_file(self, *, draft: str, key: str, body: bytes) -> None:
        FileRow.objects.update_or_create(draft=draft, key=key, defaults={"body": body})

    def file(self, *, draft: str, key: str) -> bytes:
        row = FileRow.objects.filter(draft=draft, key=key).first()
        if row is None:
            raise UnknownDraft("no such document", remedy=TO_LIST)
        return bytes(row.body)


def _columns(draft: Draft) -> dict[str, object]:
    return {
        "state": draft.state.value,
        "version": draft.version,
        "updated_at": draft.updated_at,
        "body": msgspec.to_builtins(draft),
    }


def _draft(row: DraftRow) -> Draft:
    return msgspec.convert(row.body, Draft)


def _application_row(application: Application) -> ApplicationRow:
    return ApplicationRow(
        id=application.id,
        agency=application.agency,
        procedure=application.procedure,
        receipt=application.receipt,
        received_at=application.received_at,
        body=msgspec.to_builtins(application),
    )
