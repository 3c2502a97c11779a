"""Documents nobody has to bring: facts that an office supplied, each with the row of the legal table that allows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from kiban.exchange.legal import LegalTable, Row
from kiban.exchange.model import AgencyKind
from kiban.rules.explain import address
from kiban.rules.model import Basis, RuleSet
from kiban.rules.plan import plan


@dataclass(frozen=True, slots=True)
class Omitted:
    """An item that replaces a document: the facts read from it, and the row, law and article that allow it."""

    item: str
    facts: tuple[str, ...]
    row: str
    basis: str
    address: str
    verified: bool


def omitted(rules: RuleSet, table: LegalTable, *, on: dt.date, asker: AgencyKind, affair: str) -> Iterator[Omitted]:
    """The items that an asker may fetch for a programme's facts on a day, instead of a document.

    A fact whose item stands in no row in force for this affair is not in the answer: its document must be asked for.
    """
    used: dict[str, list[str]] = {}
    for name in plan(rules, on).facts:
        used.setdefault(rules.facts[name].source, []).append(name)
    for item, names in used.items():
        row = _row(table, item, on=on, asked=(asker, affair))
        if row is not None:
            where = address(Basis(row.law, row.article.replace("_", "の")))
            yield Omitted(item, tuple(names), row.id, table.basis(row.id), where, row.verified)


def _row(table: LegalTable, item: str, *, on: dt.date, asked: tuple[AgencyKind, str]) -> Row | None:
    fitting = (row for row in table.rows if (row.asker, row.affair) == asked and item in row.items and row.in_force(on))
    return next(fitting, None)
