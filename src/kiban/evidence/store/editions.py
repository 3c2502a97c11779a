"""Editions of what is loaded by year: rows that a newer load replaces are kept, so that a past day can be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

KEPT = {
    "sheets": "sheet_year", "payees": "sheet_year", "budget_items": "sheet_year", "logic_nodes": "sheet_year",
    "logic_edges": "sheet_year", "budgets": "sheet_year", "official_rows": "sheet_year", "book_items": "fiscal_year",
}  # fmt: skip
"""Tables that are replaced year by year, and their column of the year."""
DATED = {
    "measures": "recorded_at < $end", "measure_status": "recorded_at < $end", "studies": "recorded_at < $end",
    "observations": "as_of < $end",
}  # fmt: skip
"""Tables that only ever grow, and what was in them before the end of a day."""
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS editions (table_name TEXT, part TEXT, year INTEGER, loaded_at TIMESTAMP);"
    + "".join(
        f"CREATE TABLE IF NOT EXISTS past_{table} AS SELECT *, NULL::TIMESTAMP AS since, NULL::TIMESTAMP AS until "  # noqa: S608 own names
        f"FROM {table} LIMIT 0;"
        for table in KEPT
    )
)


@dataclass(frozen=True, slots=True)
class Edition:
    """What arrives: a table, the years it is for, a part of it (the number of an official table), and when."""

    table: str
    years: tuple[int, ...]
    at: dt.datetime
    part: str = ""

    @property
    def which(self) -> str:
        """The condition of its rows; years are whole numbers of ours."""
        years = ", ".join(str(int(year)) for year in self.years)
        part = f" AND table_no = '{self.part}'" if self.part else ""
        return f"{KEPT[self.table]} IN ({years}){part}"


@contextmanager
def arriving(connection: duckdb.DuckDBPyConnection, edition: Edition) -> Iterator[None]:
    """The rows of these years leave the table, the block puts the new ones in; those that differ are kept as past.

    Loading the same rows again makes no edition.
    """
    table, year = edition.table, KEPT[edition.table]
    connection.execute(f"CREATE OR REPLACE TEMP TABLE leaving AS FROM {table} WHERE {edition.which}")
    connection.execute(f"DELETE FROM {table} WHERE {edition.which}")  # noqa: S608 own names
    yield
    changed = _changed(connection, edition)
    if changed:
        years = ", ".join(map(str, changed))
        connection.execute(
            f"INSERT INTO past_{table} SELECT l.*, (SELECT max(loaded_at) FROM editions e WHERE e.table_name = $table "  # noqa: S608 own names
            f"AND e.part = $part AND e.year = l.{year}), $at FROM leaving l WHERE l.{year} IN ({years})",
            {"table": table, "part": edition.part, "at": edition.at},
        )
        connection.executemany(
            "INSERT INTO editions VALUES (?, ?, ?, ?)", [[table, edition.part, one, edition.at] for one in changed]
        )
    connection.execute("DROP TABLE leaving")


def _changed(connection: duckdb.DuckDBPyConnection, edition: Edition) -> list[int]:
    """The years whose rows are others than before, whatever file they came from."""
    new, old = (
        f"SELECT * EXCLUDE (source) FROM {edition.table} WHERE {edition.which}",  # noqa: S608 own names
        "SELECT * EXCLUDE (source) FROM leaving",
    )
    year = KEPT[edition.table]
    rows = connection.execute(
        f"SELECT DISTINCT {year} FROM (({new} EXCEPT ALL {old}) UNION ALL ({old} EXCEPT ALL {new})) ORDER BY 1"  # noqa: S608 own names
    ).fetchall()
    return [int(row[0]) for row in rows]


def as_known(connection: duckdb.DuckDBPyConnection, tables: Sequence[str], *, known: dt.date) -> None:
    """Views of the attached ``store`` as it was at the end of a day; what has no date is shown as it is."""
    end = dt.datetime.combine(known + dt.timedelta(days=1), dt.time())
    for table in tables:
        connection.execute(f"CREATE VIEW {table} AS {_then(table, tables, end=end)}")


def _then(table: str, tables: Sequence[str], *, end: dt.datetime) -> str:
    written = f"TIMESTAMP '{end.isoformat(sep=' ')}'"
    if table in DATED:
        return f"FROM store.{table} WHERE {DATED[table].replace('$end', written)}"
    if table not in KEPT or f"past_{table}" not in tables or "editions" not in tables:
        return f"FROM store.{table}"
    part = "e.part = t.table_no" if table == "official_rows" else "true"
    newer = f"e.table_name = '{table}' AND {part} AND e.year = t.{KEPT[table]} AND e.loaded_at >= {written}"
    return (
        f"SELECT * FROM store.{table} t WHERE NOT EXISTS (FROM store.editions e WHERE {newer}) "  # noqa: S608 own names
        f"UNION ALL SELECT * EXCLUDE (since, until) FROM store.past_{table} "
        f"WHERE coalesce(since < {written}, true) AND until >= {written}"
    )
