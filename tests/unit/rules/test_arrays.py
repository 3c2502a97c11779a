"""The array kernel is the scalar evaluation, to the yen, in any order and chunking."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kiban.rules import NotInForce, RuleSet, evaluate, load_rules, read_rules
from kiban.rules.arrays import compute
from kiban.rules.plan import plan
from kiban.rules.records import answers, batch_of
from kiban.rules.vectordates import uncovered
from rules_sample import PROGRAMMES, WHOLE, Households
from shared_data import ROOT

DAYS = (dt.date(2024, 6, 1), dt.date(2025, 4, 1), dt.date(2026, 12, 1))


def differences(rules: RuleSet, *, on: dt.date, count: int, seed: int = 1) -> list[object]:
    source = Households(rules, seed=seed)
    households = [source.one() for _ in range(count)]
    ready = plan(rules, on)
    batch = batch_of(ready, households)
    many = answers(ready, batch, results=compute(ready, batch))
    return [
        (facts, one, found)
        for facts, found in zip(households, many, strict=True)
        if (one := dict(evaluate(rules, facts, on=on).outputs)) != found
    ]


@pytest.mark.parametrize("on", DAYS)
def test_every_kind_of_node_gives_the_same_in_the_array_kernel(on: dt.date) -> None:
    assert differences(read_rules(WHOLE, file="whole.yaml"), on=on, count=1500)[:1] == []


@pytest.mark.parametrize("path", PROGRAMMES, ids=lambda path: path.parent.name)
def test_every_programme_gives_the_same_in_the_array_kernel(path: Path) -> None:
    rules, compared = load_rules(path), 0
    for on in DAYS:
        try:
            assert differences(rules, on=on, count=300)[:1] == []
        except NotInForce:
            continue  # the programme did not exist that day
        compared += 1
    assert compared


def test_batch_is_singles_in_any_order_and_chunking() -> None:
    rules = read_rules(WHOLE, file="whole.yaml")
    source = Households(rules, seed=9)
    households = [source.one() for _ in range(400)]
    ready = plan(rules, dt.date(2025, 4, 1))

    def run(chosen: list[dict[str, object]]) -> list[object]:
        batch = batch_of(ready, chosen)
        return list(answers(ready, batch, results=compute(ready, batch)))

    whole = run(households)
    assert run(households[::-1])[::-1] == whole
    for size in (1, 7, 64):
        assert [one for i in range(0, 400, size) for one in run(households[i : i + size])] == whole


def test_sums_beyond_64_bits_do_not_wrap() -> None:
    text = WHOLE.replace("outputs: [総額, 額, 順", "outputs: [大, 総額, 額, 順").replace(
        "  平均:", '  大: {unit: 円, formula: "合計(人, 所得 * 所得 * 所得)", article: "1"}\n  平均:'
    )
    rules = read_rules(text, file="whole.yaml")
    ready = plan(rules, dt.date(2025, 4, 1), outputs=["大"])
    batch = batch_of(ready, [{"人": [{"所得": 10**9}, {"所得": -3}]}])

    assert answers(ready, batch, results=compute(ready, batch)) == [{"大": 10**27 - 27}]


def test_reasons_name_the_branch_that_decided() -> None:
    rules = load_rules(ROOT / "packs/national/cfa/jido-teate/rules.yaml")
    ready = plan(rules, dt.date(2026, 12, 1), outputs=["支給月額"])
    child = {"監護生計": True, "国内居住": True, "施設入所": False}
    children = [{"生年月日": birth, **child} for birth in ("2003-01-01", "2012-01-01", "2025-01-01")]
    batch = batch_of(
        ready, [{"受給者国内居住": True, "子": [*children, {"生年月日": None, **child}]}, {"子": children}]
    )

    found = compute(ready, batch)

    assert found.reasons["支給月額"].tolist() == [1, 0, 0, 0, 1, 4, 3]


def test_every_function_of_the_closed_list_has_an_array_form() -> None:
    assert uncovered() == set()
