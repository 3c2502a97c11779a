"""The Ministry of Finance's budget and settlement books by item (財務省 予算書・決算書 事項別), beside the sheets.

An item (事項) is not a project: about four projects stand under one. Budget, supplementary budget and settlement are
different books and are never added up; nor are general and special accounts, which pay into one another.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from kiban.evidence.errors import BadSheet
from kiban.evidence.store.editions import Edition, arriving
from kiban.evidence.store.warehouse import Warehouse, moment
from kiban.kernel.errors import Where
from kiban.kernel.packed import content as unpacked
from kiban.kernel.wire import UNREADABLE

FIELDS = {
    "stage": "budgetType", "account_type": "accountType", "ministry": "ministry", "organization": "organization",
    "section": "sectionName", "item": "name", "amount": "amount", "previous_amount": "previousAmount",
    "spent": "spent", "description": "description", "address": "sourceUrl",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BookItem:
    """One item of one book; yen. ``spent`` is known in settlements only, ``address`` is the page it stands on."""

    fiscal_year: int
    stage: str
    account_type: str
    ministry: str
    section: str
    item: str
    amount: int | None
    spent: int | None
    address: str


def load_books(warehouse: Warehouse, folder: Path) -> dict[str, int]:
    """Load `mof-jikou-<year>.json[.gz]`; what was loaded of a year before is kept as past. Returns items by file name.

    Raises:
        BadSheet: there is no such file, or one is not of that form; nothing is loaded then.
    """
    files = sorted(folder.glob("mof-jikou-*.json*"))
    if not files:
        raise BadSheet("no mof-jikou-<year>.json here", where=Where(str(folder)))
    with warehouse.transaction():
        return {path.name: _load(warehouse, path) for path in files}


def _load(warehouse: Warehouse, path: Path) -> int:
    try:
        content = json.loads(unpacked(path))
        year, items = int(content["metadata"]["fiscalYear"]), content["items"]
        columns = {name: [item[key] for item in items] for name, key in FIELDS.items()}
    except (*UNREADABLE, KeyError, TypeError, OSError) as error:
        raise BadSheet(
            f"this is no file of budget items: {error}",
            where=Where(path.name),
            remedy="metadata.fiscalYear and items are needed",
        ) from error
    frame = pa.table({"fiscal_year": [year] * len(items), **columns, "source": [path.name] * len(items)})
    names = ", ".join(frame.column_names)
    with arriving(warehouse.connection, Edition("book_items", (year,), moment())):
        warehouse.connection.register("coming", frame)
        warehouse.connection.execute(f"INSERT INTO book_items ({names}) SELECT {names} FROM coming")  # noqa: S608 own names
        warehouse.connection.unregister("coming")
    return len(items)


def search_books(warehouse: Warehouse, fiscal_year: int, *, words: str, stage: str, limit: int = 50) -> list[BookItem]:
    """Items of one year and one book whose item, section or description contains the words, largest first."""
    rows = warehouse.rows(
        "SELECT fiscal_year, stage, account_type, ministry, section, item, amount, spent, address FROM book_items "
        "WHERE fiscal_year = ? AND stage = ? "
        "AND (contains(item, ?) OR contains(section, ?) OR contains(description, ?)) "
        "ORDER BY amount DESC NULLS LAST, item LIMIT ?",
        [fiscal_year, stage, *[words] * 3, limit],
    )
    return [BookItem(*row) for row in rows]
