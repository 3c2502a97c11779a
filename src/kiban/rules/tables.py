"""The nation from files: household-aligned Parquet or CSV in, results out, a piece of the file at a time.

A folder holds ``世帯*.parquet`` (one row a household, its id in column ``世帯``, ascending) and for every entity of the
rules a file of the same ending with the members (``世帯`` again, ascending). An empty cell is unknown. A household
with a value that cannot be read is left out and named in ``bad*.csv``; every other is computed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from kiban.kernel.errors import Where
from kiban.rules.arrays import Batch, Members, Results
from kiban.rules.arrow import arrow_of, fact_column
from kiban.rules.columns import Array, Column
from kiban.rules.errors import BadFact
from kiban.rules.model import Type
from kiban.rules.plan import Plan

HOUSEHOLD, ORDER, REASON = "世帯", "番号", "_理由"
ROWS = 262_144
"""Households at a time."""
MEMBERS = 4
"""Members' rows at a time, per household."""


@dataclass(frozen=True, slots=True)
class Part:
    """Files of one ending: the households' and each entity's."""

    ending: str
    files: dict[str, Path]


@dataclass(frozen=True, slots=True)
class Bad:
    """A value or row that cannot be used."""

    file: str
    row: int
    household: str
    field: str
    reason: str


@dataclass(slots=True)
class Piece:
    """Some households: ids, batch, and what was left out."""

    ids: Any
    batch: Batch
    bad: list[Bad] = field(default_factory=list)


def find_parts(folder: Path, plan: Plan) -> list[Part]:
    """The parts of a folder, by name.

    Raises:
        BadFact: there is no file of households, or an entity's file is missing.
    """
    found = []
    longer = tuple(entity for entity in plan.rules.entities if entity.startswith(HOUSEHOLD))
    for path in sorted([*folder.glob(f"{HOUSEHOLD}*.parquet"), *folder.glob(f"{HOUSEHOLD}*.csv")]):
        if path.name.startswith(longer):
            continue
        ending = path.name.removeprefix(HOUSEHOLD)
        files = {"": path} | {entity: folder / f"{entity}{ending}" for entity in plan.entities}
        for entity, file in files.items():
            if not file.exists():
                where = Where(file.name)
                raise BadFact(f"the file of {entity} is missing", where=where, remedy=f"put it beside {path.name}")
        found.append(Part(ending, files))
    if not found:
        files_wanted = f"no {HOUSEHOLD}*.parquet or {HOUSEHOLD}*.csv here"
        raise BadFact(files_wanted, where=Where(folder.name), remedy="see docs/rules.md")
    return found


class _Stream:
    """Rows of one file in order, taken piece by piece."""

    def __init__(
        self, path: Path, names: list[str], *, optional: tuple[str, ...] = (), texts: Sequence[str] = (), rows: int
    ) -> None:
        self.path, self.row, self.rows, self.texts = path, 0, rows, list(texts)
        self.batches = self._opened(names, optional)
        self.rest: Any = None

    def _opened(self, names: list[str], optional: tuple[str, ...]) -> Iterator[Any]:
        if self.path.suffix == ".csv":
            kinds = dict.fromkeys([*names, *optional], pa.string())
            convert = pyarrow.csv.ConvertOptions(column_types=kinds, strings_can_be_null=True, null_values=[""])
            try:
                source = pyarrow.csv.open_csv(self.path, convert_options=convert)
            except pa.ArrowInvalid as error:
                raise BadFact(
                    f"the file cannot be read: {error}",
                    where=Where(self.path.name),
                    remedy="write CSV in UTF-8, or Parquet",
                ) from None
            have = source.schema.names
        else:
            file = pq.ParquetFile(self.path, read_dictionary=self.texts)
            have = file.schema_arrow.names
        missing = [name for name in names if name not in have]
        if missing:
            raise BadFact(
                f"the column {missing[0]} is missing", where=Where(self.path.name, field=missing[0]),
                remedy="add it; an empty cell means unknown",
            )  # fmt: skip
        wanted = [*names, *(name for name in optional if name in have)]
        if self.path.suffix == ".csv":
            return (batch.select(wanted) for batch in source)
        rows: Iterator[Any] = file.iter_batches(batch_size=self.rows, columns=wanted, use_threads=False)
        return rows

    def next(self) -> Any:
        """The next rows as they come; None at the end."""
        if self.rest is not None:
            batch, self.rest = self.rest, None
            return batch
        return next((batch for batch in self.batches if batch.num_rows), None)

    def until(self, last: Any) -> Any:
        """All rows of households up to an id (all that are left without one) as one table; None without any."""
        taken = []
        while (batch := self.next()) is not None:
            count = batch.num_rows if last is None else int(np.searchsorted(ids_of(batch), last, side="right"))
            if count:
                taken.append(batch.slice(0, count))
            if count < batch.num_rows:
                self.rest = batch.slice(count)
                break
        if len(taken) == 1:
            return taken[0]
        return pa.Table.from_batches(taken).combine_chunks() if taken else None


def ids_of(batch: Any) -> Array:
    """The household ids of some rows."""
    column = batch.column(HOUSEHOLD)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    found: Array = column.to_numpy(zero_copy_only=False)
    return found.astype(str) if found.dtype == object else found


def read_part(plan: Plan, part: Part) -> Iterator[Piece]:
    """The pieces of a part in order, each with whole households.

    Raises:
        BadFact: a column is missing or of a wrong type, or ids are not ascending.
    """
    every = [plan.rules.facts[name] for name in plan.facts]
    facts = {of: [fact for fact in every if fact.of == of] for of in part.files}
    texts = {of: [fact.name for fact in some if fact.type is Type.TEXT] for of, some in facts.items()}
    names = {of: [HOUSEHOLD, *(fact.name for fact in some)] for of, some in facts.items()}
    streams = {
        of: _Stream(
            path, names[of], optional=() if of else plan.entities, texts=texts[of],
            rows=ROWS * MEMBERS if of else ROWS,
        )
        for of, path in part.files.items()
    }  # fmt: skip
    last: Any = None
    batch = streams[""].next()
    while batch is not None:
        ids, following = ids_of(batch), streams[""].next()
        if np.any(ids[1:] <= ids[:-1]) or (last is not None and ids[0] <= last):
            where = Where(part.files[""].name, field=HOUSEHOLD)
            raise BadFact("household ids are not ascending", where=where, remedy="sort by 世帯")
        last = ids[-1]
        yield _piece(plan, batch, streams=streams, final=following is None)
        streams[""].row += batch.num_rows
        batch = following


def _piece(plan: Plan, batch: Any, *, streams: dict[str, _Stream], final: bool) -> Piece:
    ids = ids_of(batch)
    reading = _Reading(plan, ids, streams)
    reading.own(batch)
    for entity in plan.entities:
        reading.members_of(entity, streams[entity].until(None if final else ids[-1]))
    return reading.piece(batch)


@dataclass(slots=True)
class _Reading:
    """One piece while it is read; ``counts`` are the members of each household."""

    plan: Plan
    ids: Array
    streams: dict[str, _Stream]
    columns: dict[str, Column] = field(default_factory=dict)
    counts: dict[str, Array] = field(default_factory=dict)
    knowns: dict[str, Array] = field(default_factory=dict)
    bad: list[Bad] = field(default_factory=list)
    out: set[int] = field(default_factory=set)

    def own(self, batch: Any) -> None:
        self._facts("", batch)
        for entity in self.plan.entities:
            if entity in batch.schema.names:
                given = batch.column(entity)
                said = given.cast(pa.string()) if pa.types.is_boolean(given.type) else given
                self.knowns[entity] = pc.equal(said, "true").fill_null(False).to_numpy(zero_copy_only=False)

    def members_of(self, entity: str, table: Any) -> None:
        self.counts[entity] = np.zeros(len(self.ids), dtype=np.int64)
        if table is None:
            for name in self._names(entity):
                self.columns[name] = _nothing(self.plan, name)
            return
        ids = ids_of(table)
        firsts = np.concatenate([[0], np.flatnonzero(ids[1:] != ids[:-1]) + 1])
        families, sizes = ids[firsts], np.diff(firsts, append=len(ids))
        if np.any(families[1:] < families[:-1]):
            where = Where(self.streams[entity].path.name, field=HOUSEHOLD)
            raise BadFact("household ids are not ascending", where=where, remedy="sort by 世帯")
        table = self._placed(entity, table, families=families, sizes=sizes)
        self._facts(entity, table)
        self.streams[entity].row += len(ids)

    def _placed(self, entity: str, table: Any, *, families: Array, sizes: Array) -> Any:
        """Note how many members each household has; rows without a household are named and left out."""
        if len(families) == len(self.ids) and np.array_equal(families, self.ids):
            self.counts[entity] = sizes
            return table
        place = np.minimum(np.searchsorted(self.ids, families), len(self.ids) - 1)
        there = self.ids[place] == families
        self.counts[entity][place[there]] = sizes[there]
        if there.all():
            return table
        strange = np.repeat(~there, sizes)
        every = np.repeat(families, sizes)
        for row in np.flatnonzero(strange):
            self._note(entity, int(row), name=HOUSEHOLD, reason="no such household", household=str(every[row]))
        rows = pa.Table.from_batches([table]) if isinstance(table, pa.RecordBatch) else table
        return rows.filter(pa.array(~strange)).combine_chunks()

    def _names(self, entity: str) -> list[str]:
        return [name for name in self.plan.facts if self.plan.rules.facts[name].of == entity]

    def _owner(self, entity: str) -> Array:
        rows = np.arange(len(self.ids))
        return np.repeat(rows, self.counts[entity]) if entity else rows

    def _facts(self, entity: str, rows: Any) -> None:
        for name in self._names(entity):
            fact = self.plan.rules.facts[name]
            array = rows.column(fact.name)
            if isinstance(array, pa.ChunkedArray):
                array = array.combine_chunks()
            self.columns[name], bad = fact_column(array, fact, file=self.streams[entity].path.name)
            owner = self._owner(entity) if bad else self.ids
            for row, reason in bad.items():
                self._note(entity, row, name=fact.name, reason=reason, household=str(self.ids[owner[row]]))
                self.out.add(int(owner[row]))

    def _note(self, entity: str, row: int, *, name: str, reason: str, household: str) -> None:
        stream = self.streams[entity]
        self.bad.append(Bad(stream.path.name, stream.row + row + 1, household, name, reason))

    def piece(self, batch: Any) -> Piece:
        """What was read, without the households that have a bad value."""
        columns, keep = dict(self.columns), np.ones(len(self.ids), dtype=bool)
        if self.out:
            keep[list(self.out)] = False
            rows = {of: np.flatnonzero(keep[self._owner(of)]) for of in ("", *self.counts)}
            columns = {n: c.take(rows[self.plan.rules.facts[n].of]) for n, c in columns.items()}
        members = {}
        for entity, counts in self.counts.items():
            known = self.knowns.get(entity)
            sure = None if known is None or known.all() else known[keep]
            members[entity] = Members(counts[keep] if self.out else counts, sure)
        ids = batch.column(HOUSEHOLD).filter(pa.array(keep)) if self.out else batch.column(HOUSEHOLD)
        return Piece(ids, Batch(int(keep.sum()), columns, members), self.bad)


def _nothing(plan: Plan, name: str) -> Column:
    fact = plan.rules.facts[name]
    return fact_column(pa.nulls(0), fact, file="")[0]


def result_tables(plan: Plan, piece: Piece, *, results: Results) -> dict[str, Any]:
    """Results as tables: of the household (key ""), and of each entity whose members have results."""
    made: dict[str, dict[str, Any]] = {}
    for name, column in results.columns.items():
        variable = plan.rules.variables[name]
        table = made.setdefault(variable.of, _keys(piece, variable.of))
        table[name] = arrow_of(column, variable.type)
        table[f"{name}{REASON}"] = pa.array(results.reasons[name])
    return {of: pa.table(columns) for of, columns in made.items()}


def _keys(piece: Piece, of: str) -> dict[str, Any]:
    if not of:
        return {HOUSEHOLD: piece.ids}
    members = piece.batch.members[of]
    owner = np.repeat(np.arange(len(members.counts)), members.counts)
    order = np.arange(len(owner)) - np.repeat(members.starts, members.counts) + 1
    return {HOUSEHOLD: piece.ids.take(pa.array(owner)), ORDER: pa.array(order)}


def result_writer(path: Path, table: Any) -> Any:
    """A writer for results: ids and reasons as differences, amounts by their few different values."""
    if path.suffix == ".csv":
        return pyarrow.csv.CSVWriter(f"{path}.new", table.schema)
    small = [f.name for f in table.schema if f.type == pa.uint8() or f.name == ORDER]
    small += [HOUSEHOLD] if pa.types.is_integer(table.schema.field(HOUSEHOLD).type) else []
    alike = [f.name for f in table.schema if f.name not in small and not pa.types.is_boolean(f.type)]
    return pq.ParquetWriter(
        f"{path}.new", table.schema, use_dictionary=alike, compression="none", write_statistics=[HOUSEHOLD],
        column_encoding=dict.fromkeys(small, "DELTA_BINARY_PACKED"),
    )  # fmt: skip


def write_bad(path: Path, bad: list[Bad]) -> None:
    """Append bad rows to a CSV file."""
    fresh = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if fresh:
            writer.writerow(["file", "row", HOUSEHOLD, "field", "reason"])
        writer.writerows([one.file, one.row, one.household, one.field, one.reason] for one in bad)
