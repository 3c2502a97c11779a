"""Tidy frames for notebooks: every public table, and one indicator as (area, month, value), as Polars."""

from __future__ import annotations

import datetime as dt

import polars as pl

from kiban.evidence.errors import BadSheet
from kiban.evidence.opendata import DATASETS
from kiban.evidence.store.observations import ObservationStore
from kiban.evidence.store.warehouse import Warehouse


def frame(warehouse: Warehouse, table: str) -> pl.DataFrame:
    """A public table by its id (``review-sheets``, ``payees``, ``indicators`` …), one row a fact.

    Raises:
        BadSheet: there is no such table.
    """
    if table not in DATASETS:
        raise BadSheet(f"there is no table {table!r}", remedy=f"tables are: {', '.join(DATASETS)}")
    return pl.DataFrame(warehouse.connection.cursor().sql(DATASETS[table].sql).to_arrow_table())


def indicator_frame(warehouse: Warehouse, indicator: str, *, known: dt.date) -> pl.DataFrame:
    """One indicator of all municipalities as it was known on a day: area, month, numerator, denominator, value."""
    store = ObservationStore(warehouse)
    figures = store.everywhere(store.indicator(indicator), known)
    columns = ("area", "month", "numerator", "denominator", "value", "as_of")
    return pl.DataFrame({name: [getattr(figure, name) for figure in figures] for name in columns})
