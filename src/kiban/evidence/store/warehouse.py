"""The DuckDB file, its tables, and loading of the saved review sheets (行政事業レビュー)."""

from __future__ import annotations

import datetime as dt
import fcntl
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from kiban.evidence.errors import BadSheet
from kiban.evidence.store.editions import SCHEMA as EDITIONS
from kiban.evidence.store.editions import Edition, arriving, as_known
from kiban.evidence.store.schema import SCHEMA
from kiban.kernel.clock import JST, SystemClock
from kiban.kernel.errors import Where

Row: TypeAlias = tuple[Any, ...]
RENAMED = {
    "fiscalYear": "budget_fy", "accountCategory": "account_category", "subAccount": "sub_account",
    "budgetType": "budget_type", "organizationAccount": "organization_account", "subItem": "sub_item",
    "nextYearRequestAmount": "next_request",
}  # fmt: skip
KINDS = {"projects": "sheets", "payees": "payees", "budget_items": "budget_items"}


def moment() -> dt.datetime:
    """Now, in local time without zone, as the store keeps it."""
    return SystemClock().now().astimezone(JST).replace(tzinfo=None, microsecond=0)


class Warehouse:
    """One evidence store: a folder with `evidence.duckdb` in it; ``None`` keeps everything in memory.

    Read-only, it is looked at through views from an instance of its own: DuckDB shares one instance a path within a
    process, so that a file put in place of another would otherwise never be seen.
    """

    def __init__(self, folder: Path | None = None, *, read_only: bool = False, known: dt.date | None = None) -> None:
        """Open a store; read-only it can be opened as it was ``known`` at the end of a past day."""
        if folder is not None and read_only:
            self.connection = _looked_at(folder / "evidence.duckdb", known)
            return
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self.connection = duckdb.connect(":memory:" if folder is None else str(folder / "evidence.duckdb"))
        self.connection.execute(SCHEMA + EDITIONS)

    def close(self) -> None:
        """Close the file; it can then be opened by another process."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: a failed load leaves the tables as they were."""
        self.connection.begin()
        try:
            yield
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def load_saved_sheets(self, folder: Path, *, at: dt.datetime | None = None) -> dict[str, int]:
        """Load `rs<year>_{projects,payees,budget_items}.parquet`; its rows follow those of the same sheet years.

        What they replace is kept and shown for days before ``at`` (local time, default now).

        Returns:
            Rows by file name.

        Raises:
            BadSheet: the folder has no such file, or a file lacks a needed column.
        """
        files = sorted(path for kind in KINDS for path in folder.glob(f"rs*_{kind}.parquet"))
        if not files:
            raise BadSheet("no rs<year>_projects.parquet, _payees or _budget_items here", where=Where(str(folder)))
        with self.transaction():
            return {path.name: self._load_file(path, at or moment()) for path in files}

    def _load_file(self, path: Path, at: dt.datetime) -> int:
        table = KINDS[path.stem.split("_", 1)[1]]
        relation = self.connection.read_parquet(str(path))
        columns = {RENAMED.get(name, name): name for name in relation.columns}
        wanted = [row[0] for row in self.rows(f"DESCRIBE {table}") if row[0] != "source"]
        missing = [name for name in wanted if name not in columns]
        if missing:
            raise BadSheet(
                f"the columns {', '.join(missing)} are missing",
                where=Where(path.name),
                remedy=f"the file has: {', '.join(relation.columns)}",
            )
        chosen = ", ".join(f'"{columns[name]}"' for name in wanted)
        years = self.rows("SELECT DISTINCT sheet_year FROM read_parquet(?)", [str(path)])
        with arriving(self.connection, Edition(table, tuple(int(row[0]) for row in years), at)):
            self.connection.execute(
                f"INSERT INTO {table} ({', '.join(wanted)}, source) SELECT {chosen}, ? FROM read_parquet(?)",  # noqa: S608 own names
                [path.name, str(path)],
            )
        counted = self.connection.execute(f"SELECT count(*) FROM {table} WHERE source = ?", [path.name])  # noqa: S608 own names
        count = int((counted.fetchone() or (0,))[0])
        self.connection.execute("INSERT INTO loads VALUES (?, ?, ?, ?)", [path.name, table, count, at])
        return count

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """The rows of a query; values are always passed as parameters."""
        return self.connection.cursor().execute(sql, list(parameters)).fetchall()

    def stream(self, sql: str, parameters: Sequence[object] = (), *, batch: int = 2000) -> Iterator[list[Row]]:
        """The header row and then the rows in batches; memory does not grow with the result."""
        cursor = self.connection.cursor().execute(sql, list(parameters))
        yield [tuple(column[0] for column in cursor.description)]
        while rows := cursor.fetchmany(batch):
            yield rows

    def write_parquet(self, sql: str, file: Path) -> None:
        """The rows of a query as one Parquet file."""
        self.connection.cursor().execute(f"COPY ({sql}) TO {_quoted(file)} (FORMAT parquet)")


def _quoted(file: Path) -> str:
    """A path as SQL text, where no parameter may stand."""
    return "'" + str(file).replace("'", "''") + "'"


def _looked_at(file: Path, known: dt.date | None) -> duckdb.DuckDBPyConnection:
    """A connection whose tables are those of the file.

    Raises:
        BadSheet: there is no store.
    """
    if not file.exists():
        raise BadSheet(
            "there is no evidence store here", where=Where(str(file.parent)), remedy="load one: `kiban evidence load`"
        )
    connection = duckdb.connect()
    connection.execute(f"ATTACH {_quoted(file)} AS store (READ_ONLY)")
    rows = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'store'").fetchall()
    tables = [str(row[0]) for row in rows]
    if known is not None:
        as_known(connection, tables, known=known)
        return connection
    for table in tables:
        connection.execute(f"CREATE VIEW {table} AS FROM store.{table}")
    return connection


@contextmanager
def replaced(folder: Path) -> Iterator[Warehouse]:
    """A writable copy of the store that takes its place when the block ends well; readers see the old one till then.

    Writers wait for one another: none overwrites what another has just written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "evidence.duckdb"
    with (folder / ".writing").open("w") as turn, tempfile.TemporaryDirectory(dir=folder, prefix=".load-") as name:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if file.exists():
            shutil.copy(file, name)
        warehouse = Warehouse(Path(name))
        try:
            yield warehouse
        finally:
            warehouse.close()
        (Path(name) / "evidence.duckdb").replace(file)
