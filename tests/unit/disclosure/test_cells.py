"""No small number of a published table can be worked out: every table that fits what is told is tried."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiban.disclosure import BadPlan, NotProtected, Table, protect, worked_out
from kiban.disclosure.cells import Protected, witness

COUNTS = st.integers(1, 4).flatmap(
    lambda rows: st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 12), min_size=columns, max_size=columns), min_size=rows, max_size=rows
        )
    )
)


def table(counts: list[list[int]]) -> Table:
    names = tuple(f"r{at}" for at in range(len(counts))), tuple(f"c{at}" for at in range(len(counts[0])))
    return Table(*names, np.array(counts, np.int64))


def test_a_single_small_cell_needs_three_others() -> None:
    found = protect(table([[3, 40, 50], [30, 20, 60], [70, 80, 90]]), least=10)
    assert found.small.sum() == 1
    assert found.withheld.sum() == 4
    assert list(found.lines()) == [
        ["", "c0", "c1", "c2", "計"],
        ["r0", "X", "X", "50", "93"],
        ["r1", "X", "X", "60", "110"],
        ["r2", "70", "80", "90", "240"],
        ["計", "103", "140", "200", "443"],
    ]


def test_one_dimension_withholds_the_cheapest_other() -> None:
    found = protect(Table.of(["a"] * 3 + ["b"] * 25 + ["c"] * 12), least=10)
    assert list(found.lines()) == [["", "計"], ["a", "X"], ["b", "25"], ["c", "X"], ["計", "40"]]


def test_zeros_and_great_counts_are_told() -> None:
    found = protect(table([[0, 40], [30, 0]]), least=10)
    assert not found.withheld.any()


@pytest.mark.parametrize("counts", [[[5]], [[5, 0], [0, 30]], [[1, 1], [1, 1]]])
def test_what_cannot_be_protected_is_refused(counts: list[list[int]]) -> None:
    with pytest.raises(NotProtected, match="can be worked out") as refused:
        protect(table(counts), least=10)
    assert "join" in refused.value.remedy


def test_a_limit_below_two_is_refused() -> None:
    with pytest.raises(BadPlan, match="smallest count"):
        protect(table([[5]]), least=1)


@given(COUNTS, st.integers(2, 9))
def test_a_witness_is_a_table_that_a_reader_cannot_rule_out(counts: list[list[int]], least: int) -> None:
    given_table = table(counts)
    try:
        found = protect(given_table, least=least)
    except NotProtected:
        assume(False)
    assert not worked_out(found, least=least)
    assert (found.withheld | ~found.small).all()
    for row, column in zip(*np.nonzero(found.small), strict=True):
        other = witness(given_table.counts, found.withheld.copy(), cell=(row, column), least=least, fixed=True)
        assert other is not None
        assert other[row, column] >= least
        assert (other.sum(axis=0) == given_table.counts.sum(axis=0)).all()
        assert (other.sum(axis=1) == given_table.counts.sum(axis=1)).all()
        assert (other[~found.withheld] == given_table.counts[~found.withheld]).all()
        assert (other[found.withheld] >= 1).all()


@given(st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=2), min_size=2, max_size=3), st.integers(2, 4))
def test_what_is_called_worked_out_is_so_in_every_table_that_fits(counts: list[list[int]], least: int) -> None:
    given_table = table(counts)
    small = (given_table.counts > 0) & (given_table.counts < least)
    published = Protected(given_table, small, small.copy())
    cells = list(zip(*np.nonzero(small), strict=True))
    assume(0 < len(cells) <= 5)
    rows, columns = given_table.counts.sum(axis=1), given_table.counts.sum(axis=0)
    largest = dict.fromkeys(cells, 0)
    for values in itertools.product(range(1, 12), repeat=len(cells)):
        other = given_table.counts.copy()
        for cell, value in zip(cells, values, strict=True):
            other[cell] = value
        if (other.sum(axis=1) == rows).all() and (other.sum(axis=0) == columns).all():
            largest = {cell: max(largest[cell], int(other[cell])) for cell in cells}
    known = {cell for cell in cells if largest[cell] < least}
    assert {(int(row), int(column)) for row, column in known} == set(worked_out(published, least=least))
