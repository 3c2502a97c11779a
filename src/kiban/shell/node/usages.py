"""だれが見たか: an agency's own ledger, told about one person in plain values, each with its receipt."""

from __future__ import annotations

from typing import Any

import msgspec

from kiban.exchange.legal import LegalTable
from kiban.exchange.model import Usage
from kiban.ledger import Entry
from kiban.shell.node.base import Base

KINDS = {"answered", "asked", "changed"}


def usages_of(base: Base, person: str, *, since: int, limit: int) -> list[dict[str, Any]]:
    """Looks at and changes of a person's data in this agency's ledger, newest first, as JSON values of `Usage`."""
    entries = [e for e in base.store.by_subject(person, since=since, limit=limit) if e.kind in KINDS]
    receipts = base.ledger.log.receipts(entries)
    return [
        msgspec.to_builtins(_usage(base.agency.id, entry, table=base.table, receipt=receipt))
        for entry, receipt in zip(entries, receipts, strict=True)
    ]


def _usage(agency: str, entry: Entry, *, table: LegalTable, receipt: str) -> Usage:
    content = entry.body.content() if entry.body is not None else {}
    return Usage(
        at=entry.at,
        kind=entry.kind,
        agency=agency,
        asker=content.get("asker", agency),
        holder=content.get("holder", agency),
        affair=content.get("affair", ""),
        items=tuple(content.get("items", ())),
        case=content.get("case", ""),
        basis=table.basis(content.get("row", "")),
        enquiry=content.get("enquiry", ""),
        receipt_id=f"{agency}:{entry.index}",
        receipt=receipt,
    )
