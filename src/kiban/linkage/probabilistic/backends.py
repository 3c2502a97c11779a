"""Where Splink computes: DuckDB in this process, or a Spark session, for files beyond one machine."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from splink.backends.duckdb import DuckDBAPI


def local() -> DuckDBAPI:
    """Splink on DuckDB in this process, without its progress bar."""
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    return DuckDBAPI(connection)


def spark_session(master: str, work: Path, *, settings: dict[str, str] | None = None) -> Any:
    """A Spark session with the checkpoints that Splink needs (needs pyspark and Java 17).

    Args:
        master: address of the cluster, or ``local[2]`` for two cores of this machine.
        work: folder for checkpoints, reachable by all workers.
        settings: more of Spark's own settings.
    """
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("kiban linkage")
    builder = builder.config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "8")
    builder = builder.config("spark.sql.autoBroadcastJoinThreshold", "-1")
    if master.startswith("local"):
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    for name, value in (settings or {}).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    session.sparkContext.setCheckpointDir(str(work))
    return session


def spark(session: Any, work: Path) -> Any:
    """Splink on a Spark session, with tables of its own in it; they go through Parquet files in ``work``.

    Splink's own functions in Scala are not needed: our levels are plain SQL.
    """
    from splink.backends.spark import SparkAPI

    found: Any = SparkAPI(spark_session=session.newSession(), register_udfs_automatically=False)  # type: ignore[no-untyped-call]  # no types there
    found.work = work
    return found


def given(side: Any, api: Any) -> Any:
    """A table in the form in which the backend takes it: Spark's workers read a file."""
    work = getattr(api, "work", None)
    if work is None:
        return side
    path = Path(work) / f"{uuid.uuid4().hex}.parquet"
    pq.write_table(side, path)
    return api.spark.read.parquet(str(path))
