"""The compiled pass is the array kernel, value by value and reason by reason; what does not fit goes to the kernel."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from kiban.rules import RuleSet, load_rules, read_rules
from kiban.rules.arrays import Batch, compute
from kiban.rules.fused import Fused, kernel
from kiban.rules.plan import Plan, plan
from kiban.rules.records import answers, batch_of
from kiban.rules.spark import mapper
from rules_sample import NATION, WHOLE, Households
from shared_data import ROOT

pytest.importorskip("numba", reason="the one pass is compiled by numba, which is an extra")
ON = dt.date(2026, 12, 1)
ALLOWANCE = ROOT / "packs/national/cfa/jido-teate/rules.yaml"
PASSABLE = ["額", "順", "減額", "年齢", "最年長", "最高所得", "誰か", "人頭"]
"""Results of the sample that have a form in the pass."""


def sample(rules: RuleSet, ready: Plan, *, unknown: float, count: int = 2000, seed: int = 3) -> Batch:
    source = Households(rules, seed=seed, unknown=unknown)
    return batch_of(ready, [source.one() for _ in range(count)])


def same(ready: Plan, batch: Batch, fused: Fused) -> None:
    found, wanted = fused(batch), compute(ready, batch)
    assert answers(ready, batch, results=found) == answers(ready, batch, results=wanted)
    for name, reasons in wanted.reasons.items():
        np.testing.assert_array_equal(found.reasons[name], reasons)


@pytest.mark.parametrize("unknown", [0.0, 0.05])
def test_every_kind_of_node_with_a_form_gives_the_same(unknown: float) -> None:
    rules = read_rules(WHOLE, file="whole.yaml")
    ready = plan(rules, dt.date(2025, 4, 1), outputs=PASSABLE)
    fused = Fused(ready)
    same(ready, sample(rules, ready, unknown=unknown), fused)
    assert fused.refused == 0


@pytest.mark.long
def test_seven_results_of_five_programmes_give_the_same_in_one_pass() -> None:
    rules = load_rules(NATION)
    ready = plan(rules, dt.date(2025, 4, 5))
    fused = Fused(ready)
    same(ready, sample(rules, ready, unknown=0.0, count=20_000), fused)
    assert fused.refused == 0


def test_a_pass_that_would_take_long_to_compile_goes_to_the_array_kernel() -> None:
    rules = load_rules(NATION)
    ready = plan(rules, dt.date(2025, 4, 5))
    fused = Fused(ready)
    same(ready, sample(rules, ready, unknown=0.05, count=200), fused)
    assert fused.refused == 1


def test_a_node_without_a_form_goes_to_the_array_kernel() -> None:
    rules = read_rules(WHOLE, file="whole.yaml")
    ready = plan(rules, dt.date(2025, 4, 1))
    fused = Fused(ready)
    same(ready, sample(rules, ready, unknown=0.05, count=200), fused)
    assert fused.refused == 1


def test_what_is_outside_of_the_pass_goes_to_the_array_kernel() -> None:
    rules = read_rules(WHOLE, file="whole.yaml")
    ready = plan(rules, dt.date(2025, 4, 1), outputs=["額", "最年長"])
    fused = Fused(ready)
    for person in ({"所得": 2**40, "生年月日": "2000-01-01"}, {"所得": 5, "生年月日": "1700-01-01"}):
        facts = {"人": [{**person, "障害": False, "続柄": "妻"}], "世帯所得": 7, "級地": "他"}
        same(ready, batch_of(ready, [facts]), fused)
    assert fused.refused == 2


def test_later_batches_with_unknown_or_larger_facts_are_compiled_anew_and_right() -> None:
    rules = load_rules(ALLOWANCE)
    ready = plan(rules, ON)
    fused = Fused(ready)
    for unknown in (0.0, 0.1, 0.0):
        same(ready, sample(rules, ready, unknown=unknown, count=300), fused)
    assert fused.refused == 0


def test_order_and_chunks_do_not_matter_in_one_pass() -> None:
    rules = load_rules(ALLOWANCE)
    ready, source = plan(rules, ON), Households(rules, seed=11)
    households, fused = [source.one() for _ in range(500)], Fused(ready)

    def run(chosen: list[dict[str, object]]) -> list[object]:
        batch = batch_of(ready, chosen)
        return list(answers(ready, batch, results=fused(batch)))

    whole = run(households)
    assert run(households[::-1])[::-1] == whole
    for size in (1, 13, 128):
        assert [one for i in range(0, 500, size) for one in run(households[i : i + size])] == whole


def test_few_households_are_never_compiled_for() -> None:
    rules = load_rules(NATION)
    ready = plan(rules, dt.date(2025, 4, 5))
    assert not isinstance(kernel(ready, households=1000), Fused)
    assert isinstance(kernel(ready, households=10_000_000), Fused)


def test_the_map_function_for_spark_gives_the_same_compiled() -> None:
    rules = load_rules(ALLOWANCE)
    ready = plan(rules, ON, outputs=["月額"])
    child = {"監護生計": True, "国内居住": True, "施設入所": False}
    members = [[{"生年月日": dt.date(2010 + n, 4, 2 - n % 2), **child} for n in range(count)] for count in (0, 1, 3, 5)]
    rows = [{"世帯": n, "受給者国内居住": True, "子": people} for n, people in enumerate(members)]
    batches = pa.Table.from_pylist(rows).to_batches()

    plain, compiled = (list(mapper(ready, compiled=way)(batches)) for way in (False, True))

    assert compiled == plain
    assert plain[0].column("月額").to_pylist() == [0, 10_000, 50_000, 110_000]
