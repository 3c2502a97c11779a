"""The array kernel inside Spark: households as rows with their members nested, one `mapInArrow`, no shuffle.

A row has the household's id in ``世帯``, its facts, and for each entity a list of structures with the members' facts; a
null list means that the members are unknown. Needs the extra ``kiban[spark]`` only where a Spark session is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kiban.kernel.errors import Where
from kiban.rules.arrays import Batch, Members
from kiban.rules.arrow import fact_column
from kiban.rules.columns import Column
from kiban.rules.errors import BadFact
from kiban.rules.fused import kernel
from kiban.rules.model import Type
from kiban.rules.plan import Plan
from kiban.rules.tables import HOUSEHOLD, Piece, result_tables

WORDS = {
    Type.INTEGER: "bigint", Type.NUMBER: "bigint", Type.BOOLEAN: "boolean", Type.DATE: "date", Type.TEXT: "string",
}  # fmt: skip


def schema(plan: Plan, *, key: str = "bigint") -> str:
    """The schema of the answer in Spark's words, for the household's outputs; ``key`` is the type of the id."""
    names = _household_outputs(plan)
    results = [f"`{name}` {WORDS[plan.rules.variables[name].type]}, `{name}_理由` smallint" for name in names]
    return ", ".join([f"`{HOUSEHOLD}` {key}", *results])


def mapper(plan: Plan, *, compiled: bool = False) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """The function for ``frame.mapInArrow(mapper(plan), schema(plan))``.

    ``compiled`` has each worker compile the plan to one pass when numba is there: for millions of households a worker.
    """

    def run(batches: Iterable[Any]) -> Iterator[Any]:
        call = kernel(plan, households=1, least=1 if compiled else 2)
        for batch in batches:
            piece = Piece(batch.column(HOUSEHOLD), nested_batch(plan, batch))
            found = result_tables(plan, piece, results=call(piece.batch))[""]
            wide = [f.with_type(pa.int16()) if f.type == pa.uint8() else f for f in found.schema]
            yield from found.cast(pa.schema(wide)).to_batches()

    return run


def _household_outputs(plan: Plan) -> list[str]:
    return [name for name in plan.outputs if not plan.rules.variables[name].of]


def nested_batch(plan: Plan, batch: Any) -> Batch:
    """A batch of rows with nested members.

    Raises:
        BadFact: a column is missing, or a value is not of its fact's type.
    """
    facts = {name: _column(plan, batch, name=name) for name in plan.facts if not plan.rules.facts[name].of}
    members = {}
    for entity in plan.entities:
        lists = _present(batch, entity)
        counts = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        known = lists.is_valid().to_numpy(zero_copy_only=False) if lists.null_count else None
        members[entity] = Members(counts, known)
        flat = pa.RecordBatch.from_struct_array(lists.flatten())
        names = [name for name in plan.facts if plan.rules.facts[name].of == entity]
        facts |= {name: _column(plan, flat, name=name) for name in names}
    return Batch(batch.num_rows, facts, members)


def _present(batch: Any, name: str) -> Any:
    if name not in batch.schema.names:
        raise BadFact(f"the column {name} is missing", where=Where(field=name), remedy="add it; null means unknown")
    return batch.column(name)


def _column(plan: Plan, batch: Any, *, name: str) -> Column:
    column, bad = fact_column(_present(batch, name), plan.rules.facts[name], file="")
    for row, reason in bad.items():
        raise BadFact(reason, where=Where(record=str(row), field=name), remedy="clean the frame before")
    return column


def total(table: Any, name: str) -> int:
    """The sum of a result column; unknown rows do not count."""
    return int(pc.sum(table.column(name)).as_py() or 0)
