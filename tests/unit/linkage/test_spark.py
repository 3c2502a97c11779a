"""The probabilistic search on Spark: the same answers as on DuckDB, over more than 100,000 links."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiban.linkage.fingerprints import Source
from kiban.linkage.probabilistic import JAPANESE
from kiban.linkage.probabilistic.actions import best, learn
from kiban.linkage.probabilistic.backends import local, spark, spark_session
from kiban.linkage.probabilistic.records import table
from kiban.population.faults import Faults
from unit.linkage.nation import made

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]
HARD = Faults(family_mixup=0.01, name_typing=0.03, birth_typing=0.03, late_move=0.5)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spark")


@pytest.fixture(scope="module")
def session(work: Path) -> Iterator[Any]:
    pytest.importorskip("pyspark", reason="Spark is an extra of its own")
    found = spark_session("local[2]", work, settings={"spark.driver.memory": "4g"})
    yield found
    found.stop()


def test_spark_and_duckdb_give_the_same_answers(session: Any, work: Path) -> None:
    folder = made("health", faults=HARD, persons=34_000_000)
    register, records = (table(Source.of(folder / part)) for part in ("register", "agencies/health"))
    trained = learn((register, records), model=JAPANESE, api=local())
    here = best(records, register, trained=trained, api=local())
    there = best(records, register, trained=trained, api=spark(session, work))

    assert len(records) >= 100_000
    assert len(here) >= 0.99 * len(records)
    assert [(one.record, one.person) for one in there] == [(one.record, one.person) for one in here]
    for item, least in (("probability", 2e-6), ("lead", 0.011)):  # the last digit that is kept
        assert max(abs(getattr(a, item) - getattr(b, item)) for a, b in zip(here, there, strict=True)) <= least
