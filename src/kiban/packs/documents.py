"""Documents nobody has to bring for a pack: facts that an office supplies, with the legal row that allows it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from kiban.exchange.legal import ANY, LegalTable, Row
from kiban.exchange.model import AgencyKind
from kiban.packs.model import Fact, Pack

HOLDERS = {
    "origin": AgencyKind.MUNICIPALITY, "destination": AgencyKind.MUNICIPALITY, "pension": AgencyKind.PENSION,
    "tax_office": AgencyKind.TAX_OFFICE, "health_insurer": AgencyKind.HEALTH_INSURER,
    "digital_agency": AgencyKind.DIGITAL_AGENCY, "education_board": AgencyKind.EDUCATION_BOARD,
    "elderly_union": AgencyKind.ELDERLY_UNION,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Supplied:
    """An item that replaces a document: the facts read from it, the row that allows it, its law and article."""

    item: str
    holder: AgencyKind
    facts: tuple[str, ...]
    row: str
    basis: str
    verified: bool


def supplied(pack: Pack, table: LegalTable, *, on: dt.date) -> Iterator[Supplied]:
    """Each item of the exchange that the pack reads, behind the person's door or in the office's own affair."""
    found: dict[tuple[str, AgencyKind, bool], list[str]] = {}
    for name, fact in pack.facts.items():
        if fact.source.item and (holder := HOLDERS.get(fact.source.holder.partition(":")[0])):
            found.setdefault((fact.source.item, holder, _own(fact)), []).append(name)
    for (item, holder, own), names in found.items():
        asker, affair = (AgencyKind.PORTAL, "self") if own else (AgencyKind(pack.office.kind), pack.affair)
        for row in _rows(table, item, asked=(asker, affair, holder), on=on)[:1]:
            yield Supplied(item, holder, tuple(names), row.id, table.basis(row.id), row.verified)


def _own(fact: Fact) -> bool:
    return fact.when == "prefill"


def _rows(table: LegalTable, item: str, *, asked: tuple[AgencyKind, str, AgencyKind], on: dt.date) -> list[Row]:
    asker, affair, holder = asked
    return [
        row
        for row in table.rows
        if (row.asker, row.affair) == (asker, affair)
        and item in row.items
        and row.holder in {holder, ANY}
        and row.in_force(on)
    ]
