"""Sums of a whole level of areas, kept as the change each day brought, so that the nation by month is a small query.

The sum known on a day is the sum of all changes up to that day: a first figure adds itself, a revision adds what it
differs from the one it replaces. The table is derived and made anew for an indicator whenever one of its figures is
written; a store from before it existed answers by the plain query.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import duckdb

from kiban.evidence.store.warehouse import Warehouse

NATION, MUNICIPALITY = 0, 5
# own figures of the nation ('00') are one level, municipalities (5 digits) the other; prefectures' own are in neither
CHANGES = """INSERT INTO level_changes
WITH leveled AS (SELECT indicator, area, month, as_of, revision, numerator, denominator,
    CASE WHEN area = '00' THEN 0 ELSE 5 END AS level
  FROM observations WHERE indicator IN (SELECT unnest($names)) AND (area = '00' OR length(area) = 5)),
changed AS (
  SELECT indicator, level, month, as_of, numerator, denominator, (denominator IS NOT NULL)::INTEGER AS had
  FROM leveled l WHERE NOT EXISTS
    (FROM revised r WHERE r.indicator = l.indicator AND r.area = l.area AND r.month = l.month)
  UNION ALL
  SELECT l.indicator, level, l.month, as_of, numerator - coalesce(lag(numerator) OVER w, 0),
    coalesce(denominator, 0) - coalesce(lag(denominator) OVER w, 0),
    (denominator IS NOT NULL)::INTEGER - coalesce((lag(denominator) OVER w IS NOT NULL)::INTEGER, 0)
  FROM leveled l JOIN revised r ON r.indicator = l.indicator AND r.area = l.area AND r.month = l.month
  WINDOW w AS (PARTITION BY l.indicator, l.area, l.month ORDER BY as_of, revision))
SELECT indicator, level, month, as_of, sum(numerator), sum(denominator), sum(had) FROM changed
GROUP BY ALL ORDER BY ALL"""
KNOWN_SUMS = """SELECT level, month, sum(numerator), CASE WHEN sum(with_denominator) > 0 THEN sum(denominator) END,
  max(as_of) FROM level_changes WHERE indicator = ? AND as_of <= ? GROUP BY level, month ORDER BY month"""

Sum = tuple[dt.date, float, float | None, dt.date]


def note_levels(warehouse: Warehouse, indicators: Iterable[str]) -> None:
    """Make the changes of these indicators anew; `revised` has to be up to date."""
    names = sorted(set(indicators))
    warehouse.connection.execute("DELETE FROM level_changes WHERE indicator IN (SELECT unnest(?))", [names])
    warehouse.connection.execute(CHANGES, {"names": names})


def nation_sums(warehouse: Warehouse, indicator: str, *, known: dt.date) -> list[Sum] | None:
    """Month, numerator, denominator and newest day: the nation's own figures where it has any, else all municipalities.

    None when nothing is kept here for the indicator and that day.
    """
    try:
        rows = warehouse.rows(KNOWN_SUMS, [indicator, known])
    except duckdb.CatalogException:  # a store written before this table existed, opened for reading
        return None
    level = min((row[0] for row in rows), default=None)
    return [row[1:] for row in rows if row[0] == level] or None
