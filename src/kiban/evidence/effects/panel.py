"""A balanced panel: one outcome by unit and time, when each unit was first treated, and what must be warned of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kiban.evidence.errors import BadStudy
from kiban.kernel.errors import Where

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEVER = 0
FEW_CLUSTERS = 30
TINY_COHORT = 5


@dataclass(frozen=True, slots=True)
class Panel:
    """Outcomes of ``n`` units at ``T`` times.

    Attributes:
        units: names, length n.
        times: increasing times, length T.
        outcome: shape (n, T).
        cohort: first treated time of each unit; 0 for never, length n.
        covariates: name → shape (n, T).
        cluster: number of the cluster of each unit, or None when each unit is its own.
        warnings: what a reader of the result must know about the data.
    """

    units: tuple[str, ...]
    times: Ints
    outcome: Floats
    cohort: Ints
    covariates: Mapping[str, Floats] = field(default_factory=dict)
    cluster: Ints | None = None
    warnings: tuple[str, ...] = ()

    def cohorts(self) -> Ints:
        """The treated cohorts, in order of time."""
        return np.unique(self.cohort[self.cohort != NEVER])

    def at(self, time: int) -> int:
        """The column of a time."""
        return int(np.searchsorted(self.times, time))


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns of a long table that make the panel."""

    unit: str
    time: str
    outcome: str
    first_treated: str
    covariates: tuple[str, ...] = ()
    cluster: str | None = None


def read_panel(table: Mapping[str, Sequence[object]], columns: Columns) -> Panel:
    """Make a balanced panel from a long table (column name → values, one row per unit and time).

    Units with a missing outcome or covariate, or not seen at every time, are set aside and counted in the warnings;
    units treated from the first time on have no untreated period and are set aside too. Infinite or missing first
    treatment means never treated.

    Raises:
        BadStudy: a column is absent, a unit's cohort changes over time, a row is double, or nobody is left.
    """
    needed = (columns.unit, columns.time, columns.outcome, columns.first_treated, *columns.covariates)
    for name in (*needed, *([columns.cluster] if columns.cluster else [])):
        if name not in table:
            raise BadStudy(
                f"the table has no column {name!r}", where=Where(field=name), remedy=f"columns are: {', '.join(table)}"
            )
    units, row_unit = np.unique(np.asarray(table[columns.unit]).astype(str), return_inverse=True)
    times, row_time = np.unique(_times(table, columns), return_inverse=True)
    _refuse_double_rows(units, times, cells=row_unit * len(times) + row_time)
    grid = _Grid(len(units), len(times), row_unit, row_time)
    outcome = grid.spread(_numbers(table, columns.outcome))
    covariates = {name: grid.spread(_numbers(table, name)) for name in columns.covariates}
    cohort = _cohorts(grid.spread(_first_treated(table, columns)), units)
    complete = np.asarray(np.isfinite(outcome).all(axis=1))
    for values in covariates.values():
        complete &= np.isfinite(values).all(axis=1)
    cluster = None if columns.cluster is None else _clusters(grid, table[columns.cluster])
    whole = Panel(tuple(units), times, outcome, cohort, covariates, cluster)
    return _kept(whole, complete)


def _times(table: Mapping[str, Sequence[object]], columns: Columns) -> NDArray[np.int64]:
    found, where = _numbers(table, columns.time), Where(field=columns.time)
    if not len(found):
        raise BadStudy("the table has no rows", where=where, remedy="one row per unit and time")
    if not (np.isfinite(found).all() and (found == np.floor(found)).all() and (np.abs(found) < 10**9).all()):
        raise BadStudy("a time is missing or no whole number", where=where, remedy="number the years or months")
    return found.astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Puts a long column into the (unit, time) rectangle; absent cells are not a number."""

    n: int
    t: int
    unit: NDArray[np.intp]
    time: NDArray[np.intp]

    def spread(self, values: Floats) -> Floats:
        rectangle = np.full((self.n, self.t), np.nan)
        rectangle[self.unit, self.time] = values
        return rectangle


def _numbers(table: Mapping[str, Sequence[object]], name: str) -> Floats:
    values = np.asarray(table[name])
    if values.dtype == object:
        values = np.asarray([np.nan if value is None or value == "" else value for value in table[name]])
    try:
        return values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise BadStudy(f"column {name!r} is not numeric: {error}", where=Where(field=name)) from error


def _first_treated(table: Mapping[str, Sequence[object]], columns: Columns) -> Floats:
    values = _numbers(table, columns.first_treated)
    return np.where(np.isfinite(values), values, NEVER)


def _refuse_double_rows(units: NDArray[np.str_], times: Ints, *, cells: NDArray[np.intp]) -> None:
    counts = np.bincount(cells, minlength=len(units) * len(times))
    if counts.max(initial=0) > 1:
        cell = int(counts.argmax())
        raise BadStudy(
            f"unit {units[cell // len(times)]} has {counts[cell]} rows for time {times[cell % len(times)]}",
            remedy="aggregate the rows of one unit and time before the study",
        )


def _cohorts(spread: Floats, units: NDArray[np.str_]) -> Ints:
    low, high = np.nanmin(spread, axis=1), np.nanmax(spread, axis=1)
    changed = np.flatnonzero(low != high)
    if changed.size:
        raise BadStudy(
            f"the first treated time of unit {units[changed[0]]} changes over time ({changed.size} units)",
            remedy="a unit is treated once and stays treated; give one first time per unit",
        )
    cohorts: Ints = low.astype(np.int64)
    return cohorts


def _clusters(grid: _Grid, values: Sequence[object]) -> Ints:
    _, numbers = np.unique(np.asarray(values).astype(str), return_inverse=True)
    found: Ints = np.nanmax(grid.spread(numbers.astype(np.float64)), axis=1).astype(np.int64)
    return found


def _kept(panel: Panel, complete: Flags) -> Panel:
    always = (panel.cohort != NEVER) & (panel.cohort <= panel.times[0])
    keep = complete & ~always
    if not keep.any():
        raise BadStudy(
            "no unit is complete over all times",
            remedy="the panel must be balanced: every unit needs an outcome at every time",
        )
    cohort = np.where(panel.cohort > panel.times[-1], NEVER, panel.cohort)[keep]
    kept = Panel(
        tuple(np.asarray(panel.units)[keep]),
        panel.times,
        panel.outcome[keep],
        cohort,
        {name: values[keep] for name, values in panel.covariates.items()},
        None if panel.cluster is None else panel.cluster[keep],
    )
    found = [f"{int((~complete).sum())} units with missing cells were set aside"] if not complete.all() else []
    found += [f"{int(always.sum())} units treated from the first time on were set aside"] if always.any() else []
    return Panel(
        kept.units, kept.times, kept.outcome, kept.cohort, kept.covariates, kept.cluster, (*found, *_cautions(kept))
    )


def _cautions(panel: Panel) -> list[str]:
    cautions = []
    if not (panel.cohort == NEVER).any():
        cautions.append("no unit is never treated: only not-yet-treated units can serve as controls")
    sizes = {int(g): int((panel.cohort == g).sum()) for g in panel.cohorts()}
    cautions += [
        f"cohort {g} has only {size} units: its effects are imprecise"
        for g, size in sizes.items()
        if size < TINY_COHORT
    ]
    clusters = len(panel.units) if panel.cluster is None else len(np.unique(panel.cluster))
    if clusters < FEW_CLUSTERS:
        cautions.append(f"only {clusters} clusters: intervals that rest on many clusters are too narrow")
    return cautions
