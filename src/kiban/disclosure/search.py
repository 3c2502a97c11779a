"""The least coarse table that fulfils what is asked: an exact search in the lattice of generalisations.

A node says for each column how many steps up its hierarchy it is told. What is lost is a sum over columns that only
grows upward, so nodes are visited in the order of their loss and the first that holds is the best there is; no proof
beyond that order is needed. Two things spare most checks: a node that fails, where every requirement is closed, tells
that all finer ones fail (found quickly by halving a way to the top), and the classes of a node are counted from those
of a finer one that is known already, not from the rows.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kiban.disclosure.encoding import Codes, Counts, Encoded, Ladder, packed
from kiban.disclosure.errors import NotAnonymous
from kiban.disclosure.requirements import Classes, Parts, Requirement, failing

Node = tuple[int, ...]
KEPT = 8_000_000
"""Tuples of finer nodes that are kept to count from: 40 to 80 bytes each."""
DENSE = 8
"""Keys that reach no further than so many times their number are counted by place, others by sorting."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best node, its loss in bits, the rows that no class holds, and how many nodes were counted."""

    node: Node
    loss: float
    suppressed: int
    checks: int


@dataclass(frozen=True, slots=True)
class Groups:
    """Distinct tuples at a node, columns as in :class:`Encoded`."""

    node: Node
    codes: Codes
    counts: Counts


class Marks:
    """Nodes with a number each, asked as one table: which of them lie below or above a node."""

    def __init__(self, width: int) -> None:
        self._nodes = np.empty((16, width), np.int8)
        self.numbers: list[int] = []

    def add(self, node: Node, number: int = 0) -> None:
        if len(self.numbers) == len(self._nodes):
            self._nodes = np.concatenate([self._nodes, np.empty_like(self._nodes)])
        self._nodes[len(self.numbers)] = node
        self.numbers.append(number)

    def any_below(self, node: Node) -> bool:
        """One of them is nowhere coarser than a node."""
        return bool((self._nodes[: len(self.numbers)] <= np.array(node, np.int8)).all(axis=1).any())

    def least_below(self, node: Node) -> int:
        """The place of the one with the least number among those that are nowhere coarser than a node."""
        below = np.flatnonzero((self._nodes[: len(self.numbers)] <= np.array(node, np.int8)).all(axis=1))
        return int(min(below, key=self.numbers.__getitem__))

    def any_above(self, node: Node) -> bool:
        """One of them is nowhere finer than a node."""
        return bool((self._nodes[: len(self.numbers)] >= np.array(node, np.int8)).all(axis=1).any())


def losses(ladder: Ladder, counts: Counts, *, codes: Codes) -> list[float]:
    """Non-uniform entropy in bits (Gionis and Tassa 2009) of a column at each level: what its labels no longer tell."""
    own = np.bincount(codes, weights=counts, minlength=len(ladder.labels[0]))
    out = []
    for up in ladder.up:
        alike = np.bincount(up, weights=own)[up]
        out.append(float((own * np.log2(np.divide(alike, own, out=np.ones_like(own), where=own > 0))).sum()))
    return out


@dataclass
class Lattice:
    """The nodes over an encoded table, with what is known of them."""

    table: Encoded
    requirements: Sequence[Requirement]
    limit: int
    checks: int = 0
    _known: dict[Node, int] = field(default_factory=dict)
    _kept: list[Groups] = field(default_factory=list)

    def __post_init__(self) -> None:
        ladders = self.table.ladders
        self.loss = [losses(one, self.table.counts, codes=self.table.codes[:, at]) for at, one in enumerate(ladders)]
        self.top: Node = tuple(one.height for one in ladders)
        self.closed = self.limit == 0 or all(one.closed for one in self.requirements)
        self._finer, self._failed, self._held = (Marks(len(ladders)) for _ in range(3))
        self._room = KEPT
        self._keep(Groups((0,) * len(ladders), self.table.codes, self.table.counts))

    def cost(self, node: Node) -> float:
        """What a node loses, in bits over all rows."""
        return sum(own[level] for own, level in zip(self.loss, node, strict=True))

    def holds(self, node: Node) -> bool:
        """No more rows are in failing classes than may be left out."""
        if self.closed and self._held.any_below(node):
            return True
        held = self.suppressed(node) <= self.limit
        if held:
            self._held.add(node)
        return held

    def suppressed(self, node: Node) -> int:
        """Rows in classes that fail at a node."""
        if node not in self._known:
            self.checks += 1
            classes = self.classes(node)
            self._known[node] = int(classes.sizes[failing(self.requirements, classes)].sum())
        return self._known[node]

    def classes(self, node: Node) -> Classes:
        """The classes at a node."""
        groups = self.groups(node)
        if not self.table.sensitive:
            return Classes(groups.counts, {})
        return classes_of(groups, self.table)[0]

    def released(self, node: Node) -> NDArray[np.bool_]:
        """Of each tuple of the table: whether its class at a node fails in nothing."""
        columns = [one.up[node[at]][self.table.codes[:, at]] for at, one in enumerate(self.table.ladders)]
        codes = np.stack([*columns, *self.table.codes[:, len(node) :].T], axis=1)
        classes, of = classes_of(Groups(node, codes, self.table.counts), self.table)
        return ~failing(self.requirements, classes)[of]

    def groups(self, node: Node) -> Groups:
        """Distinct tuples at a node, counted from the smallest finer node at hand."""
        source = self._kept[self._finer.least_below(node)]
        if source.node == node:
            return source
        columns = [
            source.codes[:, at] if low == high else self.table.ladders[at].between(low, high)[source.codes[:, at]]
            for at, (low, high) in enumerate(zip(source.node, node, strict=True))
        ]
        columns += [source.codes[:, len(node) + at] for at in range(len(self.table.sensitive))]
        found = Groups(node, *_counted(np.stack(columns, axis=1), source.counts, sizes=_sizes(self.table, node)))
        if len(found.counts) <= self._room:
            self._keep(found)
        return found

    def _keep(self, groups: Groups) -> None:
        self._kept.append(groups)
        self._finer.add(groups.node, len(groups.counts))
        self._room -= len(groups.counts)

    def ruled_out(self, node: Node) -> bool:
        """A coarser node is known to fail, and so does this one."""
        return self._failed.any_above(node)

    def explore(self, node: Node) -> None:
        """Halve a way from a node to the top: the last failing node on it rules out all below."""
        way = [node, *self._upward(node)]
        low, high = 0, len(way) - 1  # the top holds
        if self.holds(node):
            return
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.holds(way[middle]) else (middle, high)
        self._failed.add(way[low])

    def _upward(self, node: Node) -> Iterator[Node]:
        """A way to the top that always takes the step which loses least."""
        while node != self.top:
            at = min((at for at, level in enumerate(node) if level < self.top[at]), key=lambda at: self._step(node, at))
            node = (*node[:at], node[at] + 1, *node[at + 1 :])
            yield node

    def _step(self, node: Node, at: int) -> float:
        return self.loss[at][node[at] + 1] - self.loss[at][node[at]]


def successors(node: Node, top: Node, *, since: int = 0) -> Iterator[tuple[int, Node]]:
    """One step up in each column from ``since`` on, with the column: from the bottom one way leads to each node."""
    for at in range(since, len(node)):
        if node[at] < top[at]:
            yield at, (*node[:at], node[at] + 1, *node[at + 1 :])


def optimum(lattice: Lattice) -> Optimum:
    """The node of least loss that holds; of equals the one whose first columns are finest.

    Raises:
        NotAnonymous: not even the coarsest does.
    """
    if not lattice.holds(lattice.top):
        left, most = lattice.suppressed(lattice.top), lattice.limit
        what = f"even with nothing told in any column {left} rows fail, and {most} may be left out"
        raise NotAnonymous(what, remedy="ask for less, let more rows be left out, or use a larger table")
    bottom: Node = (0,) * len(lattice.top)
    heap: list[tuple[float, Node, int]] = [(lattice.cost(bottom), bottom, 0)]
    while True:
        loss, node, since = heapq.heappop(heap)
        if lattice.closed:
            if not lattice.ruled_out(node):
                lattice.explore(node)
            found = not lattice.ruled_out(node)
        else:
            found = lattice.holds(node)
        if found:
            return Optimum(node, loss, lattice.suppressed(node), lattice.checks)
        for at, up in successors(node, lattice.top, since=since):
            heapq.heappush(heap, (lattice.cost(up), up, at))


def classes_of(groups: Groups, table: Encoded) -> tuple[Classes, NDArray[np.intp]]:
    """The classes of tuples, and the class of each tuple."""
    border = len(table.ladders)
    _, of = np.unique(packed(groups.codes[:, :border], _sizes(table, groups.node)[:border]), return_inverse=True)
    sizes = np.bincount(of, weights=groups.counts).astype(np.int64)
    parts = {
        one.name: _parts(of, groups.codes[:, border + at], counts=groups.counts, values=len(one.labels[0]))
        for at, one in enumerate(table.sensitive)
    }
    return Classes(sizes, parts), of


def _sizes(table: Encoded, node: Node) -> list[int]:
    own = [len(one.labels[level]) for one, level in zip(table.ladders, node, strict=True)]
    return [*own, *(len(one.labels[0]) for one in table.sensitive)]


def _counted(codes: Codes, counts: Counts, *, sizes: Sequence[int]) -> tuple[Codes, Counts]:
    """Equal tuples become one with their sum."""
    keys = packed(codes, sizes)
    if int(keys.max(initial=0)) < DENSE * len(keys):
        total = np.bincount(keys, weights=counts)
        present = np.flatnonzero(total)
        where = np.empty(len(total), np.intp)
        where[keys] = np.arange(len(keys))
        return codes[where[present]], total[present].astype(np.int64)
    order = np.argsort(keys)
    keys = keys[order]
    start = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return codes[order[start]], np.add.reduceat(counts[order], start)


def _parts(of: NDArray[np.intp], value: Codes, *, counts: Counts, values: int) -> Parts:
    keys, first = np.unique(of * values + value, return_inverse=True)
    sums = np.bincount(first, weights=counts).astype(np.int64)
    whole = np.bincount(value, weights=counts, minlength=values).astype(np.int64)
    return Parts(keys // values, keys % values, sums, whole)
