"""What a class, the rows alike in all quasi-identifiers, must fulfil to be given away.

Each requirement names the classes that fail. ``closed`` says that what fulfils it still does when it is joined with any
other class; only then a failing step of the lattice tells that all finer ones fail too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kiban.disclosure.errors import BadPlan

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Parts:
    """A sensitive column within the classes: for each pair of class and value that occurs, how many rows.

    Sorted by class; ``values`` counts the values of the whole column, ``whole`` its rows by value.
    """

    of: NDArray[np.intp]
    value: NDArray[np.intp]
    counts: NDArray[np.int64]
    whole: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Classes:
    """Sizes in rows, and the parts by the name of the sensitive column."""

    sizes: NDArray[np.int64]
    parts: dict[str, Parts]


class Requirement(Protocol):
    """One thing asked of every class."""

    @property
    def closed(self) -> bool: ...

    @property
    def column(self) -> str: ...

    def failing(self, classes: Classes) -> Flags: ...


@dataclass(frozen=True, slots=True)
class KAnonymity:
    """At least ``k`` rows are alike (Sweeney 2002)."""

    k: int
    column: str = ""
    closed: bool = True

    def __post_init__(self) -> None:
        if self.k < 1:
            raise BadPlan(f"k is {self.k}", remedy="ask for at least 2 rows alike")

    def failing(self, classes: Classes) -> Flags:
        return classes.sizes < self.k

    def __str__(self) -> str:
        return f"k = {self.k}"


@dataclass(frozen=True, slots=True)
class DistinctDiversity:
    """At least ``least`` different values of a sensitive column (distinct ℓ-diversity, Machanavajjhala 2007)."""

    column: str
    least: int
    closed: bool = True

    def failing(self, classes: Classes) -> Flags:
        return np.bincount(classes.parts[self.column].of, minlength=len(classes.sizes)) < self.least

    def __str__(self) -> str:
        return f"{self.column}: at least {self.least} values"


@dataclass(frozen=True, slots=True)
class EntropyDiversity:
    """The entropy of a sensitive column is at least log ``least`` (entropy ℓ-diversity)."""

    column: str
    least: float
    closed: bool = False

    def failing(self, classes: Classes) -> Flags:
        parts = classes.parts[self.column]
        share = parts.counts / classes.sizes[parts.of]
        entropy = np.bincount(parts.of, weights=-share * np.log2(share), minlength=len(classes.sizes))
        low: Flags = entropy < np.log2(self.least) - 1e-12
        return low

    def __str__(self) -> str:
        return f"{self.column}: entropy of at least {self.least:g} values"


@dataclass(frozen=True, slots=True)
class Closeness:
    """A sensitive column is spread as in the whole table, up to ``most`` (t-closeness, equal distance; Li 2007)."""

    column: str
    most: float
    closed: bool = False

    def failing(self, classes: Classes) -> Flags:
        parts = classes.parts[self.column]
        whole = parts.whole / parts.whole.sum()
        share = parts.counts / classes.sizes[parts.of]
        over = np.maximum(share - whole[parts.value], 0)
        far: Flags = np.bincount(parts.of, weights=over, minlength=len(classes.sizes)) > self.most + 1e-12
        return far

    def __str__(self) -> str:
        return f"{self.column}: no further than {self.most:g} from the whole table"


def failing(requirements: Sequence[Requirement], classes: Classes) -> Flags:
    """The classes that fail in anything."""
    out = np.zeros(len(classes.sizes), np.bool_)
    for one in requirements:
        out |= one.failing(classes)
    return out
