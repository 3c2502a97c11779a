"""A table made anonymous by its plan: the rows to give away, and what was done, why, and what risk is left.

The measures are those of 個人情報の保護に関する法律施行規則 62条 (行政機関等匿名加工情報; 34条 is its twin for
others than agencies).
Whether they suffice for the file at hand is the office's judgement; the report says which answers which number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kiban.disclosure.encoding import Encoded, encode
from kiban.disclosure.errors import BadPlan
from kiban.disclosure.plan import Plan
from kiban.disclosure.requirements import failing
from kiban.disclosure.search import Lattice, Node, Optimum, optimum
from kiban.kernel.errors import Where
from kiban.kernel.values.codes import IndividualNumber

SAMPLE, MANY = 1000, 0.9
Columns = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Step:
    """One quasi-identifier: the level it is told at, of how many, a label as example, the share of information lost.

    ``finer`` is how many rows would fail with this column one step finer, or None where it is told as it is.
    """

    column: str
    level: int
    height: int
    example: str
    lost: float
    finer: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a table. Risks: the worst and the mean chance to find a row's person by the quasi-identifiers."""

    rows: int
    released: int
    left_out: int
    classes: int
    smallest: int
    unique_before: int
    worst_risk: float
    mean_risk: float
    steps: tuple[Step, ...]
    dropped: tuple[str, ...]
    requirements: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: int


@dataclass(frozen=True, slots=True)
class Release:
    """The header and rows to give away, sorted so that nothing tells where a row stood, and the outcome."""

    header: list[str]
    rows: list[list[str]]
    outcome: Outcome


def anonymise(columns: Columns, plan: Plan) -> Release:
    """Make a table, given by columns, anonymous at the least loss of information.

    Raises:
        BadPlan: a column of which the plan says nothing, or that must not be given away as it is.
        BadHierarchy: a value that a hierarchy does not know.
        NotAnonymous: nothing fulfils the plan.
    """
    check(columns, plan)
    table = encode(columns, plan.hierarchies, sensitive=plan.of("sensitive"))
    lattice = Lattice(table, plan.requirements, int(plan.left_out * table.rows))
    found = optimum(lattice)
    kept = np.flatnonzero(lattice.released(found.node)[table.of]).tolist()
    header = [name for name in columns if plan.columns[name] in ("quasi", "sensitive", "keep")]
    told = {one.name: _told(table, at, level=found.node[at]) for at, one in enumerate(table.ladders)}
    rows = sorted([told.get(name, columns[name])[row] for name in header] for row in kept)
    return Release(header, rows, _outcome(lattice, found, plan=plan, columns=columns))


def check(columns: Columns, plan: Plan) -> None:
    """The plan says of each column what becomes of it, asks for something, and keeps no number of a person."""
    check_columns(columns, plan)
    if not plan.requirements or not plan.hierarchies:
        raise BadPlan("nothing is asked of the release", remedy="set k, and make columns `quasi`")
    if kept := plan.of("pseudonym"):
        what = "a pseudonym still links the release with the register (規則62条3号)"
        raise BadPlan(what, where=Where(field=kept[0]), remedy="drop the column; pseudonyms are `pseudonymise`")
    refuse_numbers(columns, plan)


def check_columns(columns: Columns, plan: Plan) -> None:
    """The columns of the table and of the plan are the same.

    Raises:
        BadPlan: those that one of them lacks.
    """
    if missing := [name for name in columns if name not in plan.columns]:
        what = f"the plan does not say what becomes of {', '.join(missing)}"
        raise BadPlan(what, remedy="add each column; what is not needed is `drop`")
    if extra := [name for name in plan.columns if name not in columns]:
        raise BadPlan(f"the table has no column {', '.join(extra)}", remedy="compare the names with the header")


def refuse_numbers(columns: Columns, plan: Plan) -> None:
    """No column that goes out holds 個人番号.

    Raises:
        BadPlan: the values of one that is not dropped are such numbers.
    """
    for name, values in columns.items():
        if plan.columns[name] not in ("drop", "pseudonym") and _all_numbers(values):
            what = "the values are 個人番号, which never leave (番号法19条)"
            raise BadPlan(what, where=Where(field=name), remedy="write `drop` for this column")


def _all_numbers(values: Sequence[str]) -> bool:
    given = [value for value in values[:SAMPLE] if value.strip()]
    return bool(given) and all(
        len(one) == 12 and one.isdigit() and IndividualNumber.check_digit(one[:11]) == int(one[11]) for one in given
    )


def _told(table: Encoded, at: int, *, level: int) -> list[str]:
    """The labels of a quasi-identifier, row by row."""
    ladder = table.ladders[at]
    codes = ladder.up[level][table.codes[table.of, at]]
    return [ladder.labels[level][code] for code in codes]


def _outcome(lattice: Lattice, found: Optimum, *, plan: Plan, columns: Columns) -> Outcome:
    sizes = lattice.classes(found.node).sizes
    good = sizes[~failing(plan.requirements, lattice.classes(found.node))]
    whole = lattice.table
    released = int(good.sum())
    return Outcome(
        whole.rows,
        released,
        whole.rows - released,
        len(good),
        int(good.min(initial=whole.rows)),
        int((lattice.classes((0,) * len(found.node)).sizes == 1).sum()),
        1 / int(good.min()) if len(good) else 0.0,
        len(good) / released if released else 0.0,
        tuple(_steps(lattice, found.node)),
        tuple(plan.of("drop")),
        tuple(str(one) for one in plan.requirements),
        tuple(_warnings(columns, plan)),
        found.checks,
    )


def _steps(lattice: Lattice, node: Node) -> Iterator[Step]:
    for at, (one, level) in enumerate(zip(lattice.table.ladders, node, strict=True)):
        finer = lattice.suppressed((*node[:at], level - 1, *node[at + 1 :])) if level else None
        most = lattice.loss[at][-1]
        lost = lattice.loss[at][level] / most if most else 0.0
        example = one.labels[level][0] if one.labels[level] else ""
        yield Step(one.name, level, one.height, example, lost, finer)


def _warnings(columns: Columns, plan: Plan) -> Iterator[str]:
    for name in plan.of("keep"):
        values = [value for value in columns[name] if value]
        if len(values) > 1 and len(set(values)) > MANY * len(values):
            yield f"{name}: nearly every value is another; who knows it finds the row. Make it `quasi` or `drop` it"
