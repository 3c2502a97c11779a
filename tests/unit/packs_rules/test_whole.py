"""Of every programme on generated households: explained = paid, nothing negative, household names are nothing."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kiban.rules import evaluate, explain
from kiban.rules.arrays import compute
from kiban.rules.batch import run_folder
from kiban.rules.domains import Domains
from kiban.rules.plan import plan
from kiban.rules.records import answers, batch_of
from packs_rules_files import FILES, NAMES, PACKS, rules_of

DAYS = {"jido-teate-2024-09": dt.date(2024, 9, 1)}
COUNT = 80


def households(path: Path) -> tuple[Any, dt.date, list[dict[str, Any]]]:
    """Complete households on the edges of the programme's own limits."""
    rules = rules_of(str(path.parent.relative_to(PACKS)))
    day, chance = DAYS.get(path.parent.name, dt.date(2026, 11, 1)), Random(20261122)
    domains = Domains(rules, day)
    return rules, day, [domains.completed({}, chance) for _ in range(COUNT)]


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_what_is_explained_is_what_the_batch_pays_and_is_never_negative(path: Path) -> None:
    rules, day, made = households(path)
    ready = plan(rules, day)
    batch = batch_of(ready, made)
    for household, paid in zip(made, answers(ready, batch, results=compute(ready, batch)), strict=True):
        found = evaluate(rules, household, on=day)
        assert dict(found.outputs) == paid
        said = {line.step.name: line.step.value for line in explain(rules, found) if line.step.member is None}
        for name, value in paid.items():
            if not rules.variables[name].of:
                assert said[name] == value
            if isinstance(value, int) and name not in {"自己負担", "学年"}:
                assert value >= 0


def write(folder: Path, rules: Any, made: list[dict[str, Any]], *, ids: list[str]) -> None:
    """Households as CSV files under these ids."""
    folder.mkdir()
    for of in ("", *rules.entities):
        names = [fact.name for fact in rules.facts.values() if fact.of == of]
        with (folder / f"{of or '世帯'}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["世帯", *names])
            for name, household in zip(ids, made, strict=True):
                for row in household[of] if of else [household]:
                    writer.writerow([name, *(_cell(row.get(one)) for one in names)])


def _cell(value: Any) -> object:
    return str(value).lower() if isinstance(value, bool) else value


@pytest.mark.parametrize("name", ["jido-teate", "jido-fuyo-teate", "juminzei-hikazei"])
def test_other_names_of_the_households_change_nothing(tmp_path: Path, name: str) -> None:
    rules, day, made = households(next(path for path in FILES if path.parent.name == name))
    ready = plan(rules, day)
    found = []
    for run, ids in enumerate(([f"{n:04}" for n in range(COUNT)], [f"a-{n * 7 + 3:05}" for n in range(COUNT)])):
        write(tmp_path / f"in{run}", rules, made, ids=ids)
        total = run_folder(ready, tmp_path / f"in{run}", out=tmp_path / f"out{run}")
        with (tmp_path / f"out{run}/世帯.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert [row.pop("世帯").strip('"') for row in rows] == ids
        found.append((total.sums, rows))
    assert found[0] == found[1]
