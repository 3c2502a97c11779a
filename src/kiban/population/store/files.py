"""A generated nation on disk: Parquet parts that appear whole or not at all, and a journal from which a run resumes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from kiban.kernel.errors import Where
from kiban.kernel.wire import UNREADABLE
from kiban.population.errors import BrokenPart, OtherRun

JOURNAL, MANIFEST = "journal.jsonl", "manifest.json"
ROW_GROUP, BATCH = 1 << 19, 1 << 15
DENSE = {"individual_number"}
"""Columns that compression would only slow down."""


class Written(msgspec.Struct, frozen=True):
    """One file: its path in the folder, rows, bytes and SHA-256."""

    path: str
    rows: int
    bytes: int
    sha256: str


class Entry(msgspec.Struct, frozen=True):
    """A finished part."""

    part: int
    persons: int
    files: tuple[Written, ...]


class Manifest(msgspec.Struct, frozen=True):
    """What a folder holds: the run's parameters and every file, in order."""

    parameters: dict[str, Any]
    parts: tuple[Entry, ...]

    @property
    def fingerprint(self) -> str:
        """One SHA-256 over all parameters and files: equal for equal nations."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()


def _encodings(table: Any) -> dict[str, str]:
    """Serial numbers rise in small steps: the steps are written."""
    ids = [field.name for field in table.schema if field.name.endswith("_id") and field.type == pa.int64()]
    return dict.fromkeys(ids, "DELTA_BINARY_PACKED")


def write_part(folder: Path, part: int, *, tables: Mapping[str, Any], persons: int) -> Entry:
    """Write one part's tables; each file is put in place when it is complete."""
    files = []
    for name, table in sorted(tables.items()):
        path = f"{name}/part-{part:05}.parquet"
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".partial")
        coded = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
        pq.write_table(
            table, partial, row_group_size=ROW_GROUP, use_dictionary=coded or False, column_encoding=_encodings(table),
            compression={name: "none" if name in DENSE else "snappy" for name in table.column_names},
            write_statistics=["person_id", "municipality", "day"], write_batch_size=BATCH,
        )  # fmt: skip
        content = partial.read_bytes()
        partial.replace(target)
        files.append(Written(path, table.num_rows, len(content), hashlib.sha256(content).hexdigest()))
    return Entry(part, persons, tuple(files))


class Journal:
    """The progress of a run in its folder.

    Raises:
        OtherRun: the folder holds a run with other parameters.
    """

    def __init__(self, folder: Path, parameters: dict[str, Any]) -> None:
        self.folder, self.parameters = folder, parameters
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / JOURNAL
        self.done = {entry.part: entry for entry in self._read() if self._whole(entry)}
        if not (folder / MANIFEST).exists():
            self._restart()

    def _restart(self) -> None:
        """Write the journal anew, whole or not at all: a line that was cut by a kill must not be continued."""
        lines = [msgspec.json.encode(one) for one in (self.parameters, *self.done.values())]
        partial = self._path.with_suffix(".partial")
        partial.write_bytes(b"\n".join([*lines, b""]))
        partial.replace(self._path)

    def _read(self) -> list[Entry]:
        if (self.folder / MANIFEST).exists():
            manifest = load(self.folder)
            self._same(manifest.parameters)
            return list(manifest.parts)
        if not self._path.exists():
            return []
        lines = self._path.read_bytes().split(b"\n")
        self._same(msgspec.json.decode(lines[0]))
        return [msgspec.json.decode(line, type=Entry) for line in lines[1:-1]]

    def _same(self, parameters: object) -> None:
        if parameters != self.parameters:
            raise OtherRun(
                "the folder holds a run with other parameters",
                where=Where(str(self.folder / MANIFEST)),
                remedy="take another folder, or remove this one",
            )

    def _whole(self, entry: Entry) -> bool:
        paths = [(self.folder / one.path, one.bytes) for one in entry.files]
        return all(path.exists() and path.stat().st_size == size for path, size in paths)

    def add(self, entry: Entry) -> None:
        """Note a finished part."""
        self.done[entry.part] = entry
        with self._path.open("ab") as journal:
            journal.write(msgspec.json.encode(entry) + b"\n")

    def finish(self) -> Manifest:
        """Write the manifest; the journal is not needed any more."""
        manifest = Manifest(self.parameters, tuple(self.done[number] for number in sorted(self.done)))
        partial = self.folder / f"{MANIFEST}.partial"
        partial.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
        partial.replace(self.folder / MANIFEST)
        self._path.unlink(missing_ok=True)
        return manifest


def load(folder: Path) -> Manifest:
    """The manifest of a finished run.

    Raises:
        BrokenPart: there is none, or it cannot be read.
    """
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, *UNREADABLE) as error:
        raise BrokenPart(
            f"no finished nation: {type(error).__name__}",
            where=Where(str(folder / MANIFEST)),
            remedy="run `kiban population generate` to the end",
        ) from None


def verify(folder: Path) -> Manifest:
    """Read every file and compare its SHA-256.

    Raises:
        BrokenPart: a file is missing or differs.
    """
    manifest = load(folder)
    for entry in manifest.parts:
        for one in entry.files:
            path = folder / one.path
            found = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"
            if found != one.sha256:
                raise BrokenPart("differs from the manifest", where=Where(str(path)), remedy="remove it and run again")
    return manifest
