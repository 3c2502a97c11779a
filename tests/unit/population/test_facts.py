"""The nation's facts for rules: whole households, in order, resumed, and readable by `kiban rules compute`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from kiban.population.facts import DAMAGE, write_facts
from kiban.population.model import Settings, parts
from kiban.rules import load_rules
from kiban.rules.batch import run_folder
from kiban.rules.plan import plan
from kiban.shell.cli import main
from rules_sample import NATION

PERSONS = 3000


def test_facts_are_household_aligned_and_computable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["population", "facts", "--persons", str(PERSONS), "--out", str(tmp_path)]) == 0
    assert "3,000 persons" in capsys.readouterr().out
    households = [pq.read_table(path) for path in sorted(tmp_path.glob("世帯-*.parquet"))]
    people = [pq.read_table(path) for path in sorted(tmp_path.glob("世帯員-*.parquet"))]
    assert sum(table.num_rows for table in people) == PERSONS
    for own, members in zip(households, people, strict=True):
        ids = own["世帯"].to_pylist()
        assert ids == sorted(set(ids))
        assert members["世帯"].to_pylist() == sorted(members["世帯"].to_pylist())
        assert set(members["世帯"].to_pylist()) == set(ids)
        assert members["生年月日"].null_count == 0
        assert set(own["被害"].to_pylist()) <= set(DAMAGE)
    total = run_folder(plan(load_rules(NATION), dt.date(2026, 10, 5)), tmp_path, out=tmp_path / "out")
    assert total.households == sum(table.num_rows for table in households)
    assert total.bad == 0
    assert set(total.undecided.values()) == {0}
    assert total.sums["児童手当"] > 0
    found = [pq.read_table(path, columns=["児童手当"]) for path in (tmp_path / "out").glob("世帯*.parquet")]
    assert sum(pc.sum(table["児童手当"]).as_py() for table in found) == total.sums["児童手当"]


def test_a_part_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    settings = Settings(PERSONS)
    part = parts(settings)[0]
    assert write_facts(part, settings, folder=tmp_path) == part.persons
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert write_facts(part, settings, folder=tmp_path) == part.persons
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
