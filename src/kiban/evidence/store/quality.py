"""Doubtful figures of the review sheets: which, how many, and the sheets themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiban.evidence.store.warehouse import Warehouse

DOUBTS = {
    "executed_over_budget": "executed > total_budget",
    "initial_budget_missing": "initial_budget IS NULL",
    "initial_budget_zero": "initial_budget = 0",
    "executed_missing": "executed IS NULL",
    "overview_missing": "coalesce(overview, '') = ''",
}
"""Kind of doubt → what makes a sheet doubtful."""
COLUMNS = "sheet_year, project_id, name, ministry, budget_fy, initial_budget, total_budget, executed"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A sheet with a doubtful figure; yen."""

    sheet_year: int
    project_id: int
    name: str
    ministry: str
    budget_fy: int | None
    initial_budget: int | None
    total_budget: int | None
    executed: int | None


def quality(warehouse: Warehouse, sheet_year: int) -> dict[str, int]:
    """How many sheets of a year have each kind of doubtful figure."""
    counts = ", ".join(f"count(*) FILTER ({condition})" for condition in DOUBTS.values())
    row = warehouse.rows(f"SELECT {counts} FROM sheets WHERE sheet_year = ?", [sheet_year])[0]  # noqa: S608 own names
    return {name: int(value) for name, value in zip(DOUBTS, row, strict=True)}


def doubtful(warehouse: Warehouse, sheet_year: int, *, doubt: str) -> list[Doubt]:
    """The sheets of a year with one kind of doubtful figure, the largest execution first."""
    rows = warehouse.rows(
        f"SELECT {COLUMNS} FROM sheets WHERE sheet_year = ? AND {DOUBTS[doubt]} "  # noqa: S608 own names
        "ORDER BY executed DESC NULLS LAST, project_id",
        [sheet_year],
    )
    return [Doubt(*row) for row in rows]


def doubts_file(warehouse: Warehouse, sheet_year: int) -> Iterator[list[tuple[object, ...]]]:
    """Every doubtful figure of a year with its kind, header first, streamed."""
    parts = (
        f"SELECT '{name}' AS doubt, {COLUMNS} FROM sheets WHERE sheet_year = $1 AND {condition}"  # noqa: S608 own names
        for name, condition in DOUBTS.items()
    )
    return warehouse.stream(f"{' UNION ALL '.join(parts)} ORDER BY doubt, project_id", [sheet_year])
