"""Tables of counts in which no small number can be read or worked out (秘匿処理).

A cell from 1 to ``least`` − 1 is withheld. Since totals are told, some others must be withheld beside it, or it could
be worked out by subtraction. The choice is checked, not hoped for: for each small cell there is another table of whole
numbers with the same totals, the same told cells and no withheld cell empty, in which that cell is as large as those
that are told. So nobody can tell from the table that it is small.

Zeros are told. Tables that share rows or columns with another published table must be protected together; this looks
at one table of one or two dimensions.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiban.disclosure.errors import BadPlan, NotProtected
from kiban.kernel.errors import Where

WITHHELD = "X"
TOTAL = "計"
Cells = NDArray[np.int64]
Flags = NDArray[np.bool_]
Cell = tuple[int, int]
_ENDLESS = 10**12


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by ``rows`` and ``columns``; one column without a name where there is one dimension."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Cells

    @classmethod
    def of(cls, rows: Iterable[str], columns: Iterable[str] | None = None) -> Table:
        """Count pairs of values, or values alone."""
        across = columns is not None
        pairs = Counter(zip(rows, columns, strict=True) if columns is not None else ((one, "") for one in rows))
        down = tuple(sorted({row for row, _ in pairs}))
        names = tuple(sorted({column for _, column in pairs})) if across else ("",)
        counts = np.array([[pairs[row, column] for column in names] for row in down], np.int64)
        return cls(down, names, counts.reshape(len(down), len(names)))


@dataclass(frozen=True, slots=True)
class Protected:
    """A table with the cells that are withheld: ``small`` those below the limit, ``withheld`` these and the others."""

    table: Table
    small: Flags
    withheld: Flags

    def lines(self) -> Iterator[list[str]]:
        """Header, rows and totals, as they are published."""
        table, flat = self.table, self.table.columns == ("",)
        yield ["", *([] if flat else table.columns), TOTAL]
        for at, name in enumerate(table.rows):
            told = [
                WITHHELD if hidden else str(count)
                for hidden, count in zip(self.withheld[at], table.counts[at], strict=True)
            ]
            yield [name, *told] if flat else [name, *told, str(table.counts[at].sum())]
        sums = [str(one) for one in table.counts.sum(axis=0)]
        yield [TOTAL, *sums] if flat else [TOTAL, *sums, str(table.counts.sum())]


def protect(table: Table, *, least: int) -> Protected:
    """Withhold every count from 1 to ``least`` − 1, and as little else as is found to keep these from being worked out.

    Raises:
        NotProtected: the table is too small for it; categories must be joined.
    """
    if least < 2:
        raise BadPlan(f"the smallest count to tell is {least}", remedy="give at least 2")
    counts = table.counts
    flat = table.columns == ("",)
    if flat:  # one dimension: what stands beside is not told, so that only the total binds
        counts = np.concatenate([counts, np.full_like(counts, _ENDLESS)], axis=1)
    small = (counts > 0) & (counts < least)
    withheld = small.copy()
    if flat:
        withheld[:, 1] = True
    for row, column in zip(*np.nonzero(small), strict=True):
        if (witness(counts, withheld, cell=(int(row), int(column)), least=least)) is None:
            raise _too_small(table, int(row))
    border = len(table.columns)
    return Protected(table, small[:, :border], withheld[:, :border])


def _too_small(table: Table, row: int) -> NotProtected:
    what = f"a small count in row {table.rows[row][:40]!r} can be worked out whatever else is withheld"
    return NotProtected(what, where=Where(field=table.rows[row][:40]), remedy="join it with another category")


def witness(counts: Cells, withheld: Flags, *, cell: Cell, least: int, fixed: bool = False) -> Cells | None:
    """Another table with the same totals in which ``cell`` is at least ``least``; cells it needs become withheld.

    With ``fixed`` only what is withheld already may differ: the proof that a published table protects the cell.
    """
    values = counts.copy()
    while values[cell] < least:
        way = _cheapest(counts, values, withheld=withheld, cell=cell, fixed=fixed)
        if way is None:
            return None
        falling, rising = way[0::2], way[1::2]
        amount = min(least - int(values[cell]), *(int(values[one]) - 1 for one in falling))
        values[cell] += amount
        for one in falling:
            values[one] -= amount
        for one in rising:
            values[one] += amount
        for one in way:
            withheld[one] = True
    return values


def _cheapest(counts: Cells, values: Cells, *, withheld: Flags, cell: Cell, fixed: bool) -> list[Cell] | None:
    """Cells that fall and rise in turn from the cell's row to its column; fewest told counts are lost (Dijkstra)."""
    rows, columns = counts.shape
    start, goal = cell[0], rows + cell[1]
    best: dict[int, int] = {start: 0}
    came: dict[int, Cell] = {}
    heap = [(0, start)]
    while heap:
        cost, node = heapq.heappop(heap)
        if node == goal:
            return _way(came, start=start, goal=goal, rows=rows)
        if cost > best[node]:
            continue
        line = [(node, at) for at in range(columns)] if node < rows else [(at, node - rows) for at in range(rows)]
        for one in line:
            if one == cell or counts[one] == 0 or (fixed and not withheld[one]):
                continue
            if node < rows and values[one] < 2:  # it falls, and a withheld cell is known not to be empty
                continue
            onward = rows + one[1] if node < rows else one[0]
            total = cost + (0 if withheld[one] else int(counts[one]))
            if total < best.get(onward, _ENDLESS * _ENDLESS):
                best[onward], came[onward] = total, one
                heapq.heappush(heap, (total, onward))
    return None


def _way(came: dict[int, Cell], *, start: int, goal: int, rows: int) -> list[Cell]:
    """From the row of the cell to its column: the first falls, the second rises, and so on."""
    way: list[Cell] = []
    node = goal
    while node != start:
        one = came[node]
        way.append(one)
        node = one[0] if node >= rows else rows + one[1]
    return way[::-1]


def worked_out(protected: Protected, *, least: int) -> Sequence[Cell]:
    """Small cells that a reader of the published table could tell to be small; none where it is protected."""
    counts, withheld = protected.table.counts, protected.withheld
    if protected.table.columns == ("",):
        counts = np.concatenate([counts, np.full_like(counts, _ENDLESS)], axis=1)
        withheld = np.concatenate([withheld, np.ones_like(withheld)], axis=1)
    cells = [(int(row), int(column)) for row, column in zip(*np.nonzero(protected.small), strict=True)]
    return [one for one in cells if witness(counts, withheld.copy(), cell=one, least=least, fixed=True) is None]
