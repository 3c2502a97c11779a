"""A plan compiled to one pass by numba, where that is installed; the array kernel takes what does not fit.

Compiling costs seconds, so only runs over many households use it (`batch.py`), never the answer for one.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from kiban.rules.arrays import Batch, Results, compute
from kiban.rules.columns import Array, Column
from kiban.rules.errors import NoForm
from kiban.rules.fusedcode import MOST_MEMBERS
from kiban.rules.fusedpass import Pass, write_pass
from kiban.rules.fusedplan import Given, Shared, given_of, share
from kiban.rules.plan import Plan

Kernel = Callable[[Batch], Results]
MOST_LINES = 800
"""A longer pass takes more seconds to compile than it saves."""
DTYPES = {"boolean": np.bool_, "text": np.int32}


def kernel(plan: Plan, *, households: int, least: int = 2_000_000) -> Kernel:
    """The way to compute a plan's batches: compiled when there are many households and numba is there."""
    if households < least or find_spec("numba") is None:
        return lambda batch: compute(plan, batch)
    return Fused(plan)


class Fused:
    """A plan that computes batches in one pass; ``refused`` counts batches that the array kernel computed."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.refused = 0
        self._made: list[tuple[Given, _Compiled | None]] = []

    def __call__(self, batch: Batch) -> Results:
        """All results of a batch, as `arrays.compute` gives them."""
        given = given_of(self.plan, batch)
        found = self._for(given) if given is not None else None
        results = found.run(batch) if found is not None else None
        if results is None:
            self.refused += 1
            return compute(self.plan, batch)
        return results

    def _for(self, given: Given) -> _Compiled | None:
        for made_for, found in self._made:
            if made_for.covers(given):
                return found
        wide = given
        for made_for, _ in self._made:
            wide = wide.joined(made_for)
        self._made.append((wide, _compiled(self.plan, wide)))
        return self._made[-1][1]


def _compiled(plan: Plan, given: Given) -> _Compiled | None:
    shared = share(plan, given)
    try:
        text = write_pass(shared)
    except NoForm:
        return None
    return _Compiled(shared, text) if len(text.lines) <= MOST_LINES else None


class _Compiled:
    def __init__(self, shared: Shared, text: Pass) -> None:
        self.shared, self.text = shared, text
        self.names = list(self._arguments())
        self.source = "\n".join([f"def one_pass({', '.join(['n', *self.names])}):", *("  " + x for x in text.lines)])
        self.call: Any = None

    def _arguments(self) -> list[str]:
        shared, names = self.shared, []
        for number, entity in enumerate(shared.plan.entities):
            names += [f"a{number}", *([f"g{number}"] if entity in shared.given.nullable else [])]
        for name, number in shared.facts.items():
            names += [f"f{number}", *([f"m{number}"] if name in shared.given.nullable else [])]
        names += [f"t{number}" for number in range(len(shared.tables))]
        names += list(self.text.scratch)
        for number, one in enumerate(self.text.written):
            names += [f"w{number}", f"q{number}", *([f"y{number}"] if one.nullable else [])]
        return names

    def run(self, batch: Batch) -> Results | None:
        """The results, or None when a value is outside of what the pass is made for."""
        given = self._given(batch)
        if given is None:
            return None
        if self.call is None:
            self.call = _jit(self.source)
        if self.call(batch.households, *(given[name] for name in self.names)):
            return None
        return self._results(given)

    def _given(self, batch: Batch) -> dict[str, Array] | None:
        shared, given = self.shared, {}
        most = 0
        for number, entity in enumerate(shared.plan.entities):
            members = batch.members[entity]
            ends = np.zeros(batch.households + 1, dtype=np.int64)
            np.cumsum(members.counts, out=ends[1:])
            given[f"a{number}"] = ends
            most = max(most, int(members.counts.max(initial=0)))
            if entity in shared.given.nullable:
                given[f"g{number}"] = _mask(members.known, batch.households)
        if most > MOST_MEMBERS:
            return None
        for name, number in shared.facts.items():
            column = batch.facts[name]
            values = self._values(column)
            if values is None:
                return None
            given[f"f{number}"] = values
            if name in shared.given.nullable:
                given[f"m{number}"] = _mask(column.known, len(values))
        given |= {f"t{number}": table for number, table in enumerate(shared.tables)}
        given |= {n: np.zeros(max(1, most), DTYPES.get(kind, np.int64)) for n, kind in self.text.scratch.items()}
        return given | self._room(batch)

    def _values(self, column: Column) -> Array | None:
        values = column.values
        if column.kind == "text":
            return self._codes(column)
        if column.kind == "boolean":
            return np.ascontiguousarray(values, dtype=np.bool_)
        if column.kind == "date":
            inside = not values.size or (values.min() >= self.shared.first_day and values.max() <= self.shared.last_day)
            return np.ascontiguousarray(values, dtype=np.int32) if inside else None
        return np.ascontiguousarray(values, dtype=np.int64)

    def _codes(self, column: Column) -> Array:
        """Texts by their number among the words of the formulas; others by numbers beyond."""
        words, codes = column.words, column.values
        if words is None:
            words, codes = np.unique(column.values.astype(str), return_inverse=True)
        own = self.shared.words
        beyond = len(own)
        numbers = np.array([own.get(str(word), beyond + place) for place, word in enumerate(words)], dtype=np.int32)
        return numbers[codes] if len(numbers) else np.zeros(len(codes), dtype=np.int32)

    def _room(self, batch: Batch) -> dict[str, Array]:
        room: dict[str, Array] = {}
        for number, one in enumerate(self.text.written):
            of = self.shared.steps[one.name].of
            rows = int(batch.members[of].counts.sum()) if of else batch.households
            room[f"w{number}"] = np.empty(rows, DTYPES.get(one.kind, np.int64))
            room[f"q{number}"] = np.empty(rows, np.uint8)
            if one.nullable:
                room[f"y{number}"] = np.empty(rows, np.bool_)
        return room

    def _results(self, given: dict[str, Array]) -> Results:
        columns, reasons = {}, {}
        words = np.array(list(self.shared.words), dtype=object)
        place = {one.name: number for number, one in enumerate(self.text.written)}
        for name in self.shared.plan.outputs:
            number = place[self.shared.names[name]]
            one = self.text.written[number]
            known = given[f"y{number}"] if one.nullable else None
            values = given[f"w{number}"]
            columns[name] = Column(one.kind, values, known, words=words if one.kind == "text" else None)
            reasons[name] = given[f"q{number}"]
        return Results(columns, reasons)


def _mask(known: Array | None, rows: int) -> Array:
    return np.ones(rows, dtype=np.bool_) if known is None else np.ascontiguousarray(known, dtype=np.bool_)


def _jit(source: str) -> Any:
    import numba

    room: dict[str, Any] = {}
    exec(compile(source, "<one pass>", "exec"), room)  # noqa: S102 - of our own numbers and places only
    return numba.njit(nogil=True, error_model="numpy")(room["one_pass"])


__all__ = ["Fused", "Kernel", "kernel"]
