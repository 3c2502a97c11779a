"""The results of a check on disk, and its journal: every file is put in place when it is complete."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kiban.kernel.errors import Where
from kiban.kernel.wire import UNREADABLE
from kiban.linkage import reading
from kiban.linkage.errors import BadFile, OtherCheck
from kiban.linkage.fingerprints import Source
from kiban.linkage.model import Aside, Column, Finding, Layout, Person, Summary
from kiban.linkage.threads import ahead

T = TypeVar("T")
JOURNAL, SUMMARY, WORK_LIST, ASIDE = "journal.json", "summary.json", "work-list.jsonl", "set-aside.jsonl"


class Stage(msgspec.Struct):
    """What a run has finished: the inputs it belongs to, rows read and rows set aside by side."""

    inputs: str
    rows: dict[str, int] = msgspec.field(default_factory=dict)


class Journal:
    """The progress of a run in its output folder.

    Raises:
        OtherCheck: the folder belongs to a run over other files or with other rules.
    """

    def __init__(self, folder: Path, inputs: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / JOURNAL
        self.stage = msgspec.json.decode(self._path.read_bytes(), type=Stage) if self._path.exists() else Stage(inputs)
        if self.stage.inputs != inputs:
            raise OtherCheck(
                "the folder holds a check of other files or settings",
                where=Where(str(self._path)), remedy="take another folder, or remove this one",
            )  # fmt: skip
        self._save()

    def done(self, name: str, rows: int) -> None:
        """Note a finished stage."""
        self.stage.rows[name] = rows
        self._save()

    def _save(self) -> None:
        partial = self._path.with_suffix(".partial")
        partial.write_bytes(msgspec.json.encode(self.stage, order="sorted"))
        partial.replace(self._path)


def inputs(sources: Sequence[Source], settings: object) -> str:
    """What decides a run's result: names, sizes and times of the files, and the settings."""
    seen = [[(str(f), f.stat().st_size, f.stat().st_mtime_ns) for f in source.files] for source in sources]
    return hashlib.sha256(msgspec.json.encode([seen, settings])).hexdigest()


def write_lines(path: Path, values: Iterable[Any]) -> None:
    """One JSON object per line."""
    partial = path.with_suffix(".partial")
    with partial.open("wb") as out:
        for value in values:
            out.write(msgspec.json.encode(value) + b"\n")
    partial.replace(path)


def read_lines(path: Path, kind: type[T]) -> list[T]:
    """Raises: BadFile when the run is not finished, or somebody changed the file."""
    if not path.exists():
        raise BadFile("no finished check here", where=Where(str(path)), remedy="run `kiban linkage check` to the end")
    try:
        return [msgspec.json.decode(line, type=kind) for line in path.read_bytes().splitlines()]
    except UNREADABLE as error:
        raise BadFile(
            f"not what a check wrote: {type(error).__name__}", where=Where(str(path)), remedy="run the check again"
        ) from None


def write_table(path: Path, table: Any, *, use_dictionary: bool = True) -> None:
    """A Parquet file that appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    pq.write_table(table, partial, compression="zstd", compression_level=1, use_dictionary=use_dictionary)
    partial.replace(path)


def join_tables(path: Path, parts: Iterable[Any], *, use_dictionary: bool = True) -> None:
    """One Parquet file of several tables (or files of them), one after the other, a group of rows from each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial, writer = path.with_suffix(".partial"), None
    for part in parts:
        table = pq.read_table(part) if isinstance(part, Path) else part
        writer = writer or pq.ParquetWriter(partial, table.schema, compression="zstd", compression_level=1,
                                            use_dictionary=use_dictionary)  # fmt: skip
        writer.write_table(table, row_group_size=max(len(table), 1))
    if writer:
        writer.close()
        partial.replace(path)


def findings(folder: Path) -> list[Finding]:
    """The work list of a finished check."""
    return read_lines(folder / WORK_LIST, Finding)


def asides(folder: Path) -> list[Aside]:
    """The rows that a check set aside."""
    return read_lines(folder / ASIDE, Aside)


def summary(folder: Path) -> Summary:
    """The numbers of a finished check."""
    return read_lines(folder / SUMMARY, Summary)[0]


def write_judgements(folder: Path, source: Source, *, judged: Column, texts: tuple[Sequence[str], Column]) -> None:
    """One file per file of the agency, row by row: record, judgement, differences.

    Args:
        folder: of the results.
        source: the agency's files.
        judged: judgement code per row.
        texts: the distinct difference texts, and which one each row has.
    """
    folder = folder / "judgements"
    folder.mkdir(exist_ok=True)
    kinds = pa.array(["certain", "plausible", "suspicious", "wrong", "set_aside"])

    stems = Counter(path.stem for path in source.files)

    def write(task: tuple[Path, Layout, int]) -> None:
        path, form, start = task
        target = folder / f"{path.name if stems[path.stem] > 1 and not reading.is_parquet(path) else path.stem}.parquet"
        partial = target.with_suffix(".partial")
        writer = None
        for piece in reading.tables(path, [form.record or form.key]):
            rows = slice(start, start + len(piece))
            start += len(piece)
            table = pa.table({
                "record": reading.plain(piece[form.record]) if form.record else _numbered(rows),
                "judgement": pa.DictionaryArray.from_arrays(pa.array(judged[rows]), kinds),
                "differences": pa.DictionaryArray.from_arrays(pa.array(texts[1][rows]), pa.array(list(texts[0]))),
            })  # fmt: skip
            writer = writer or pq.ParquetWriter(
                partial, table.schema, compression="snappy", use_dictionary=["judgement", "differences"],
                write_statistics=False,
            )  # fmt: skip
            writer.write_table(table)
        if writer:
            writer.close()
            partial.replace(target)

    deque(ahead(write, zip(source.files, source.layouts, reading.starts_of(source.files)[:-1], strict=True)), maxlen=0)


def _numbered(rows: slice) -> Any:
    return pa.array(range(rows.start, rows.stop)).cast(pa.string())


def persons(source: Source, rows: Column) -> dict[int, Person]:
    """The items of some rows of a source, as its files have them."""
    wanted = np.unique(np.asarray(rows, dtype=np.int64))

    def read(task: tuple[Path, Layout, int]) -> dict[int, Person]:
        path, form, start = task
        found: dict[int, Person] = {}
        if np.searchsorted(wanted, start) == np.searchsorted(wanted, start + reading.rows_of(path)):
            return found
        columns = [form.record, *form.name, *form.kana, *form.address, form.birth, form.sex]
        for piece in reading.tables(path, list(dict.fromkeys(filter(None, columns)))):
            here = wanted[slice(*np.searchsorted(wanted, (start, start + len(piece))))]
            if len(here):
                found |= zip(here.tolist(), people_of(piece.take(here - start), form), strict=True)
            start += len(piece)
        return found

    found: dict[int, Person] = {}
    for part in ahead(read, zip(source.files, source.layouts, reading.starts_of(source.files)[:-1], strict=True)):
        found |= part
    return found


def people_of(table: Any, form: Any) -> list[Person]:
    """The items of all rows of a table, as its file has them."""

    def texts(columns: tuple[str, ...], by: str = "") -> list[str]:
        used = tuple(column for column in columns if column)
        return reading.joined(table, used, by=by).to_pylist() if used else [""] * len(table)

    columns = (
        texts((form.record,)), texts(form.name, " "), texts(form.kana, " "), texts((form.birth,)), texts((form.sex,)),
        texts(form.address),
    )  # fmt: skip
    return [Person(*one) for one in zip(*columns, strict=True)]
