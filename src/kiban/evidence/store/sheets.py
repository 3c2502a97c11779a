"""Queries over the review sheets; every amount is keyed by sheet year and budget year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiban.evidence.errors import NoSuchSheet
from kiban.evidence.sheets.model import BudgetRule, Sheet, SheetQuery, Total
from kiban.evidence.store.quality import Doubt, doubtful, doubts_file, quality
from kiban.evidence.store.warehouse import Warehouse

BUDGET = {
    BudgetRule.HELD: ("s.initial_budget", "s.budget_fy"),
    BudgetRule.OWN: ("n.initial_budget", "n.budget_fy"),
    BudgetRule.REQUEST: ("s.next_request", "s.sheet_year + 1"),
}
# FY Y's own initial budget stands on the sheet of Y + 1; the change is against the sheet of Y − 1
NEXT = """LEFT JOIN sheets n
  ON n.project_id = s.project_id AND n.sheet_year = s.sheet_year + 1 AND n.budget_fy = s.sheet_year"""
BEFORE = "LEFT JOIN sheets p ON p.project_id = s.project_id AND p.sheet_year = s.sheet_year - 1"
ORDERS = {
    "budget": "budget DESC NULLS LAST",
    "executed": "s.executed DESC NULLS LAST",
    "name": "s.name",
    "ministry": "s.ministry, s.bureau",
}


JOINED = "length({0}corporate_number) = 13 AND {0}corporate_number NOT IN ('9999999999999', '0000000000000')"
"""A number that stands for one corporation: 9999999999999 is written for everybody who has none."""
ACCOUNTS = """SELECT budget_fy, coalesce(account_category, ''), coalesce(account, ''), coalesce(sub_account, ''),
    coalesce(budget_type, ''), sum(amount)::BIGINT, sum(next_request)::BIGINT
  FROM budget_items WHERE sheet_year = $1 AND project_id = $2
  GROUP BY ALL HAVING sum(amount) IS NOT NULL OR sum(next_request) IS NOT NULL
  ORDER BY budget_fy DESC, 2, 3, 4, 5"""


@dataclass(frozen=True, slots=True)
class Account:
    """Yen of one sheet in one budget year, account (会計) and kind of budget, from its items (歳出予算項目)."""

    budget_fy: int
    category: str
    account: str
    sub_account: str
    budget_type: str
    amount: int | None
    next_request: int | None


@dataclass(frozen=True, slots=True)
class Payee:
    """Who received money: yen by block; ``direct`` money comes from the ministry, the rest was passed on."""

    name: str | None
    corporate_number: str | None
    amount: int | None
    direct: bool
    chain: str
    contract: str | None


def _conditions(query: SheetQuery) -> tuple[str, list[object]]:
    budget, _ = BUDGET[query.budget_rule]
    parts: list[tuple[bool, str, list[object]]] = [
        (True, "s.sheet_year = ?", [query.sheet_year]),
        (bool(query.name), "contains(s.name, ?)", [query.name]),
        (
            bool(query.words),
            "(contains(s.name, ?) OR contains(s.purpose, ?) OR contains(s.issues, ?) OR contains(s.overview, ?))",
            [query.words] * 4,
        ),
        (bool(query.ministry), "s.ministry = ?", [query.ministry]),
        (bool(query.bureau), "s.bureau = ?", [query.bureau]),
        (query.initial_budget_min is not None, f"{budget} >= ?", [query.initial_budget_min]),
        (query.initial_budget_max is not None, f"{budget} <= ?", [query.initial_budget_max]),
        (query.change_min is not None, "s.initial_budget - p.initial_budget >= ?", [query.change_min]),
        (query.executed_min is not None, "s.executed >= ?", [query.executed_min]),
        (
            bool(query.payee),
            (
                "EXISTS (FROM payees y WHERE y.sheet_year = s.sheet_year AND y.project_id = s.project_id "
                f"AND ((y.corporate_number = ? AND {JOINED.format('y.')}) OR contains(y.payee, ?)))"
            ),
            [query.payee] * 2,
        ),
    ]
    used = [(text, values) for wanted, text, values in parts if wanted]
    return " AND ".join(text for text, _ in used), [value for _, values in used for value in values]


def _from(query: SheetQuery) -> str:
    """The sheets, with those of the years beside only where the question needs them."""
    joins = (NEXT if query.budget_rule is BudgetRule.OWN else "", BEFORE if query.change_min is not None else "")
    return " ".join(("FROM sheets s", *joins))


class SheetStore:
    """Search and drill-down over a warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def years(self) -> list[int]:
        """The sheet years that are loaded, newest first."""
        return [
            int(str(row[0])) for row in self.warehouse.rows("SELECT DISTINCT sheet_year FROM sheets ORDER BY 1 DESC")
        ]

    def count(self, query: SheetQuery) -> int:
        """Number of sheets that match."""
        where, values = _conditions(query)
        return int(str(self.warehouse.rows(f"SELECT count(*) {_from(query)} WHERE {where}", values)[0][0]))

    def search(self, query: SheetQuery, *, limit: int = 50, offset: int = 0) -> list[Sheet]:
        """One page of matching sheets."""
        sql, values = self._select(query)
        rows = self.warehouse.rows(f"{sql} LIMIT ? OFFSET ?", [*values, limit, offset])
        return [Sheet(*row) for row in rows]

    def export(self, query: SheetQuery) -> Iterator[list[tuple[object, ...]]]:
        """All matching sheets, header first, streamed; nothing is cut off."""
        sql, values = self._select(query)
        return self.warehouse.stream(sql, values)

    def _select(self, query: SheetQuery) -> tuple[str, list[object]]:
        where, values = _conditions(query)
        budget, year = BUDGET[query.budget_rule]
        columns = (
            f"s.sheet_year, s.project_id, s.name, s.ministry, s.bureau, {year} AS budget_fy, {budget} AS budget, "
            "s.total_budget, s.executed"
        )
        order = ORDERS[query.order]
        return f"SELECT {columns} {_from(query)} WHERE {where} ORDER BY {order}, s.project_id", values

    def sheet(self, sheet_year: int, project_id: int) -> dict[str, object]:
        """Every column of one sheet.

        Raises:
            NoSuchSheet: there is none.
        """
        cursor = self.warehouse.connection.cursor().execute(
            "SELECT * FROM sheets WHERE sheet_year = ? AND project_id = ?", [sheet_year, project_id]
        )
        names = [column[0] for column in cursor.description]
        row = cursor.fetchone()
        if row is None:
            raise NoSuchSheet(
                f"there is no review sheet {project_id} of FY{sheet_year}", remedy="search by name, or check the year"
            )
        return dict(zip(names, row, strict=True))

    def totals(self, query: SheetQuery, by: str = "ministry") -> list[Total]:
        """Sums by ministry or bureau over the matching sheets, largest budget first.

        The initial budget is the sheet's own (held); money handed on is not counted again, because sheets hold it once.
        """
        column = {"ministry": "s.ministry", "bureau": "s.bureau"}[by]
        where, values = _conditions(query)
        table = _from(query)
        rows = self.warehouse.rows(
            f"SELECT coalesce({column}, '（記載なし）'), count(*), coalesce(sum(s.initial_budget), 0)::BIGINT, "
            f"coalesce(sum(s.total_budget), 0)::BIGINT, coalesce(sum(s.executed), 0)::BIGINT {table} WHERE {where} "
            "GROUP BY 1 ORDER BY 3 DESC, 1",
            values,
        )
        return [Total(*row) for row in rows]

    def payees(self, sheet_year: int, project_id: int) -> list[Payee]:
        """Who received the money of one sheet, in the order of the chain."""
        number = f"CASE WHEN {JOINED.format('')} THEN corporate_number END"
        rows = self.warehouse.rows(
            f"SELECT payee, {number}, amount, depth = 0, chain, contract FROM payees "  # noqa: S608 own names
            "WHERE sheet_year = ? AND project_id = ? ORDER BY depth, block, amount DESC NULLS LAST",
            [sheet_year, project_id],
        )
        return [Payee(*row) for row in rows]

    def top_payees(self, sheet_year: int, *, ministry: str = "", limit: int = 20) -> list[tuple[str, str, int, int]]:
        """Corporations by money received directly: (法人番号, a name, yen, sheets).

        Only direct payments (depth 0) are added up: what a payee passes on would be counted twice.
        """
        condition = "AND s.ministry = ?" if ministry else ""
        rows = self.warehouse.rows(
            "SELECT y.corporate_number, any_value(y.payee), sum(y.amount)::BIGINT, count(DISTINCT y.project_id) "  # noqa: S608 own names
            "FROM payees y JOIN sheets s USING (sheet_year, project_id) WHERE y.sheet_year = ? AND y.depth = 0 "
            f"AND {JOINED.format('y.')} {condition} GROUP BY 1 ORDER BY 3 DESC NULLS LAST, 1 LIMIT ?",
            [sheet_year, *([ministry] if ministry else []), limit],
        )
        return [(str(a), str(b), int(str(c)), int(str(d))) for a, b, c, d in rows]

    def received_by(self, corporate_number: str) -> list[tuple[int, int, str, int, bool]]:
        """What one corporation received: (sheet year, sheet, its name, yen, direct), newest first."""
        rows = self.warehouse.rows(
            "SELECT y.sheet_year, y.project_id, s.name, sum(y.amount)::BIGINT, y.depth = 0 FROM payees y "  # noqa: S608 own names
            f"JOIN sheets s USING (sheet_year, project_id) WHERE y.corporate_number = ? AND {JOINED.format('y.')} "
            "GROUP BY ALL ORDER BY 1 DESC, 4 DESC NULLS LAST",
            [corporate_number],
        )
        return [(int(str(a)), int(str(b)), str(c), int(str(d or 0)), bool(e)) for a, b, c, d, e in rows]

    def names_of(self, corporate_number: str, *, limit: int = 3) -> list[str]:
        """How a corporation is called on the sheets, the most frequent name first."""
        rows = self.warehouse.rows(
            "SELECT payee FROM payees WHERE corporate_number = ? AND payee IS NOT NULL GROUP BY 1 "
            "ORDER BY count(*) DESC, 1 LIMIT ?",
            [corporate_number, limit],
        )
        return [str(row[0]) for row in rows]

    def accounts(self, sheet_year: int, project_id: int) -> list[Account]:
        """The money of one sheet by budget year and account (the keys of every amount), newest year first."""
        rows = self.warehouse.rows(ACCOUNTS, [sheet_year, project_id])
        return [Account(*row) for row in rows]

    def quality(self, sheet_year: int) -> dict[str, int]:
        """How many sheets have a doubtful figure, by kind of doubt."""
        return quality(self.warehouse, sheet_year)

    def doubtful(self, sheet_year: int, doubt: str) -> list[Doubt]:
        """The sheets with one kind of doubtful figure, largest first."""
        return doubtful(self.warehouse, sheet_year, doubt=doubt)

    def doubts_file(self, sheet_year: int) -> Iterator[list[tuple[object, ...]]]:
        """Every doubtful figure of a year, header first, streamed."""
        return doubts_file(self.warehouse, sheet_year)
