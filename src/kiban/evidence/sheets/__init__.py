"""Review sheets (行政事業レビュー): search, drill-down, money flow, quality."""

from kiban.evidence.sheets.model import BudgetRule, Sheet, SheetQuery, Total

__all__ = ["BudgetRule", "Sheet", "SheetQuery", "Total"]
