"""The rows of studies: appended, never changed."""

from __future__ import annotations

from collections.abc import Sequence

from kiban.evidence.store.warehouse import Row, Warehouse

FOUND = """
SELECT sheet_year, project_id, policy, indicator, method, units, observations, effect, low, high,
  yen, yen_low, yen_high, population, unit_yen, notes
FROM studies WHERE {} ORDER BY recorded_at DESC"""
OF_SHEET, OF_POLICY = FOUND.format("sheet_year = ? AND project_id = ?"), FOUND.format("policy = ?")
APPEND = "INSERT INTO studies VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


def append(warehouse: Warehouse, row: Sequence[object]) -> None:
    """Add one, in the order of the table's columns."""
    warehouse.connection.execute(APPEND, list(row))


def of_sheet(warehouse: Warehouse, sheet_year: int, *, project_id: int) -> list[Row]:
    """Those written to a sheet, newest first."""
    return warehouse.rows(OF_SHEET, [sheet_year, project_id])


def of_policy(warehouse: Warehouse, policy: str) -> list[Row]:
    """Those about a policy or measure, newest first."""
    return warehouse.rows(OF_POLICY, [policy])
