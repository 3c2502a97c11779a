"""The search finds the best there is: published optima of ARX, and every node of small lattices tried."""

from __future__ import annotations

import csv
import gzip
import itertools
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared_data import shared

from kiban.disclosure import (
    BadHierarchy,
    Closeness,
    DistinctDiversity,
    EntropyDiversity,
    KAnonymity,
    Listed,
    NotAnonymous,
    Prefix,
    flat,
)
from kiban.disclosure.encoding import Encoded, encode, merged
from kiban.disclosure.requirements import Requirement, failing
from kiban.disclosure.search import Lattice, optimum

ORDER = [
    "sex",
    "age",
    "race",
    "marital-status",
    "education",
    "native-country",
    "workclass",
    "occupation",
    "salary-class",
]


@cache
def adult() -> tuple[dict[str, list[str]], dict[str, Listed]]:
    """Adult (UCI, CC BY 4.0) with the hierarchies of ARX (Apache-2.0)."""
    with gzip.open(shared("data/insight-anon/adult.csv.gz"), "rt") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    steps = {}
    for name in ORDER:
        with gzip.open(shared(f"data/insight-anon/adult_hierarchy_{name}.csv.gz"), "rt") as file:
            steps[name] = Listed.of(csv.reader(file, delimiter=";"))
    return {name: [row[name] for row in rows] for name in ORDER}, steps


@pytest.mark.parametrize(
    ("k", "share", "node", "loss", "left_out"),
    [
        (5, 0.04, (1, 0, 1, 1, 3, 2, 2, 0, 1), 255559.85455731, 906),
        (100, 0.04, (1, 1, 1, 1, 3, 2, 2, 1, 1), 379417.34605710, 866),
        (5, 0.0, (1, 2, 1, 1, 3, 2, 2, 1, 1), 407289.53889253, 0),
        (100, 0.0, (0, 4, 1, 1, 3, 2, 2, 1, 1), 453196.89324587, 0),
    ],
)
def test_the_published_optima_of_k_anonymity(
    k: int, share: float, node: tuple[int, ...], loss: float, left_out: int
) -> None:
    columns, steps = adult()
    table = encode(columns, steps)
    found = optimum(Lattice(table, [KAnonymity(k)], int(share * table.rows)))
    assert (found.node, found.suppressed) == (node, left_out)
    assert found.loss == pytest.approx(loss, abs=1e-5)


def test_the_published_optimum_of_entropy_diversity() -> None:
    columns, steps = adult()
    quasi = {name: one for name, one in steps.items() if name != "occupation"}
    table = encode(columns, quasi, sensitive=["occupation"])
    found = optimum(Lattice(table, [EntropyDiversity("occupation", 5)], 0))
    assert found.node == (1, 1, 1, 1, 3, 2, 2, 1)
    assert found.loss == pytest.approx(324620.52699187, abs=1e-5)


def small(rows: list[tuple[str, str, str]]) -> Encoded:
    code, sex, ill = ([row[at] for row in rows] for at in range(3))
    steps = {"code": Prefix((2, 1)), "sex": flat}
    return encode({"code": code, "sex": sex, "ill": ill}, steps, sensitive=["ill"])


ROWS = st.lists(
    st.tuples(st.text("ab", min_size=3, max_size=3), st.sampled_from("mf"), st.sampled_from("xyz")),
    min_size=1,
    max_size=40,
)
ASKED = st.sampled_from(
    [
        [KAnonymity(2)],
        [KAnonymity(4), DistinctDiversity("ill", 2)],
        [EntropyDiversity("ill", 1.5)],
        [KAnonymity(2), Closeness("ill", 0.3)],
    ]
)


def judged(table: Encoded, asked: list[Requirement], node: tuple[int, ...]) -> int:
    """Rows that fail at a node, counted from the rows and by other means than the search."""
    classes: dict[tuple[str, ...], list[str]] = {}
    whole: list[str] = []
    for row in table.of:
        codes = table.codes[row]
        key = tuple(
            one.labels[level][one.up[level][code]] for one, level, code in zip(table.ladders, node, codes, strict=False)
        )
        ill = table.sensitive[0].labels[0][codes[-1]]
        classes.setdefault(key, []).append(ill)
        whole.append(ill)
    return sum(len(ills) for ills in classes.values() if not all(fulfilled(one, ills, whole) for one in asked))


def fulfilled(asked: Requirement, ills: list[str], whole: list[str]) -> bool:
    share = {ill: ills.count(ill) / len(ills) for ill in set(ills)}
    match asked:
        case KAnonymity(k):
            return len(ills) >= k
        case DistinctDiversity(_, least):
            return len(share) >= least
        case EntropyDiversity(_, least):
            return float(-sum(one * np.log2(one) for one in share.values())) >= np.log2(least) - 1e-9
        case Closeness(_, most):
            apart = sum(abs(share.get(ill, 0) - whole.count(ill) / len(whole)) for ill in set(whole)) / 2
            return apart <= most + 1e-9
    raise AssertionError(asked)


@given(ROWS, ASKED, st.sampled_from([0.0, 0.1, 0.3]))
def test_no_node_of_less_loss_would_do(
    rows: list[tuple[str, str, str]], asked: list[Requirement], share: float
) -> None:
    table = small(rows)
    limit = int(share * len(rows))
    lattice = Lattice(table, asked, limit)
    nodes = itertools.product(*(range(one.height + 1) for one in table.ladders))
    good = [node for node in nodes if judged(table, asked, node) <= limit]
    if not good:
        with pytest.raises(NotAnonymous, match="may be left out"):
            optimum(lattice)
        return
    found = optimum(lattice)
    assert found.node in good
    assert found.loss == pytest.approx(min(map(lattice.cost, good)), abs=1e-9)
    assert found.suppressed == judged(table, asked, found.node)
    assert int((~lattice.released(found.node)[table.of]).sum()) == found.suppressed


@given(ROWS, st.integers(1, 4))
def test_tables_of_several_holders_have_the_optimum_of_the_whole(
    rows: list[tuple[str, str, str]], holders: int
) -> None:
    whole = small(rows)
    parts = []
    for holder in range(holders):
        mine = np.arange(holder, len(rows), holders)
        tuples, of = np.unique(whole.of[mine], return_inverse=True)
        counts = np.bincount(of, minlength=len(tuples)).astype(np.int64)
        parts.append(Encoded(whole.ladders, whole.sensitive, whole.codes[tuples], counts, of))
    together = merged(parts)
    assert together.rows == whole.rows
    asked = [KAnonymity(min(2, len(rows)))]
    try:
        best = optimum(Lattice(whole, asked, 0))
    except NotAnonymous:
        with pytest.raises(NotAnonymous):
            optimum(Lattice(together, asked, 0))
        return
    assert (found := optimum(Lattice(together, asked, 0))).node == best.node
    assert found.loss == pytest.approx(best.loss)


def test_tables_over_other_values_are_not_added() -> None:
    with pytest.raises(BadHierarchy, match="encoded over different values"):
        merged([small([("aaa", "m", "x")]), small([("bbb", "m", "x")])])


def test_keys_that_outgrow_a_word_are_still_told_apart() -> None:
    columns = {f"c{at}": [str(row * (at + 1) % 97) for row in range(500)] for at in range(12)}
    table = encode(columns, dict.fromkeys(columns, flat))
    assert len(table.counts) == len(set(zip(*columns.values(), strict=True)))
    lattice = Lattice(table, [KAnonymity(2)], 0)
    sizes = lattice.classes((0,) * 12).sizes
    assert int(sizes.sum()) == 500
    assert not failing([KAnonymity(1)], lattice.classes((0,) * 12)).any()
