"""Where evidence is kept: one DuckDB file of append-only facts, queried in milliseconds."""

from kiban.evidence.store.sheets import SheetStore
from kiban.evidence.store.warehouse import Warehouse

__all__ = ["SheetStore", "Warehouse"]
