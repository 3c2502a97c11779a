"""A file on its way into a register: read in portions that stay when the work is broken off, taken over at once.

What is new to the register or already known in the same words is settled by set operations; only what changes a
known record goes one by one. The memory needed does not grow with the file.
"""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kiban.kernel.errors import Where
from kiban.kernel.fault_file import FaultFile
from kiban.kernel.tabular import Fault, Report
from kiban.registries.engine.model import Entry, RegistryInfo, Source, Stamp
from kiban.registries.store.records import FILLED, RecordStore, filled
from kiban.registries.store.schema import INDEXES

PORTION = 20_000
MANY = 50_000
_TABLES = """
PRAGMA stage.synchronous = OFF;
CREATE TABLE IF NOT EXISTS stage.entry (n INTEGER PRIMARY KEY, kind TEXT, key TEXT, valid_from TEXT, line INTEGER,
  quality TEXT, data TEXT, name_key TEXT, kana_key TEXT, area TEXT);
CREATE TABLE IF NOT EXISTS stage.fault (line INTEGER, field TEXT, what TEXT, remedy TEXT);
CREATE TABLE IF NOT EXISTS stage.progress (line INTEGER, read INTEGER, kept INTEGER, encoding TEXT);
"""
_SAME = (
    "SELECT 1 FROM record r WHERE r.registry = :registry AND r.key = e.key AND r.ended IS NULL AND r.data = e.data "
    "AND r.valid_from <= e.valid_from AND (r.valid_to IS NULL OR r.valid_to > e.valid_from)"
)
_KNOWN = "SELECT 1 FROM record r WHERE r.registry = :registry AND r.key = e.key AND r.ended IS NULL"
_AGAIN = "SELECT key FROM stage.entry GROUP BY key HAVING count(*) > 1"
_REST = (
    "SELECT e.n FROM stage.entry e WHERE e.data IS NULL OR e.kind = 'withdrawn' "  # noqa: S608 ours
    f"UNION SELECT e.n FROM stage.entry e WHERE e.key IN ({_AGAIN})"
)
_DIFFERS = f"SELECT e.n FROM stage.entry e WHERE EXISTS ({_KNOWN}) AND NOT EXISTS ({_SAME})"  # noqa: S608 ours
_WITHDRAWN = (
    "SELECT e.n FROM stage.entry e WHERE e.key IN "
    "(SELECT key FROM change WHERE registry = :registry AND kind = 'withdrawn')"
)
_OFTEN = (
    "SELECT key, max(n) AS last FROM stage.entry JOIN rest USING (n) GROUP BY key HAVING count(*) > 1 "
    "AND count(data) = count(*) AND count(DISTINCT valid_from || kind) = 1 AND min(kind) <> 'withdrawn'"
)
_REPEATED = f"SELECT n FROM stage.entry JOIN rest USING (n) JOIN ({_OFTEN}) USING (key) WHERE n < last"  # noqa: S608 ours
"""What a later row of the same key and day says anew (two changes of a day, a town in two rows): the last counts."""
_COPIED = ", ".join(FILLED)
_BULK = {"hashsize": 1 << 26, "automerge": 0}
_USUAL = {"hashsize": 1 << 20, "automerge": 4}


class Staging:
    """The portions of one file beside the registers."""

    def __init__(self, store: RecordStore, info: RegistryInfo) -> None:
        self.store, self.db, self.info = store, store.db, info
        self._faults = list[Fault]()

    def resume(self, report: Report | None) -> int:
        """The line up to which the file was read before; the report gets what was found then.

        From here on each fault that the report is told is also kept beside the portions.
        """
        row = self.db.execute("SELECT * FROM stage.progress").fetchone()
        line = int(row["line"]) if row else 0
        if report is not None:
            self._resume(report, row, line=line)
            report.every = self._fault
        return line

    def _resume(self, report: Report, row: sqlite3.Row | None, *, line: int) -> None:
        self.db.execute("DELETE FROM stage.fault WHERE line > ?", (line,))
        if row is not None:
            report.read, report.kept, report.encoding = row["read"], row["kept"], row["encoding"]
        for fault in self._filed(report.file):
            report.note(fault)

    def afresh(self) -> None:
        """Forget what an earlier run read: its reader cannot go on in the middle of the file."""
        for table in ("entry", "fault", "progress"):
            self.db.execute(f"DELETE FROM stage.{table}")  # noqa: S608 own names

    def tell(self, report: Report, path: Path) -> None:
        """Write each fault into a file where the report could not keep them all."""
        if report.n_faults > len(report.faults):
            with self.store.transaction():
                self._file_faults()
            with FaultFile(path) as out:
                for fault in self._filed(report.file):
                    out(fault)
            report.all_in = path

    def _filed(self, file: str) -> Iterator[Fault]:
        for f in self.db.execute("SELECT * FROM stage.fault ORDER BY line, rowid"):
            yield Fault(Where(file, f["line"], field=f["field"]), f["what"], f["remedy"])

    def _fault(self, fault: Fault) -> None:
        self._faults.append(fault)
        if len(self._faults) >= PORTION:
            with self.store.transaction():
                self._file_faults()

    def _file_faults(self) -> None:
        rows = ((f.where.line, f.where.field, f.what, f.remedy) for f in self._faults)
        self.db.executemany("INSERT INTO stage.fault VALUES (?,?,?,?)", rows)
        self._faults.clear()

    def read(self, entries: Iterable[Entry], *, report: Report | None) -> Iterator[int]:
        """Write entries portion by portion; yields how many there are after each."""
        with _without_collector():
            yield from self._read(entries, report=report)

    def _read(self, entries: Iterable[Entry], *, report: Report | None) -> Iterator[int]:
        start = int(self.db.execute("SELECT coalesce(max(n), 0) FROM stage.entry").fetchone()[0])
        waiting: list[tuple[Any, ...]] = []
        line, number, told = 0, start, _told(report)
        for number, entry in enumerate(entries, start + 1):
            if len(waiting) >= PORTION and entry.line != line:
                self._write(waiting, line=line, report=report, told=told)
                waiting.clear()
                yield number - 1
            line, told = entry.line, _told(report)
            waiting.append((number, entry.kind, *filled(self.info, entry)))
        self._write(waiting, line=line, report=report, told=told)
        yield number

    def _write(self, rows: list[tuple[Any, ...]], *, line: int, report: Report | None, told: tuple[int, int]) -> None:
        with self.store.transaction() as db:
            db.executemany("INSERT INTO stage.entry VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
            self._file_faults()
            if rows:
                encoding = report.encoding if report is not None else ""
                db.execute("DELETE FROM stage.progress")
                db.execute("INSERT INTO stage.progress VALUES (?,?,?,?)", (line, *told, encoding))

    def prepare(self) -> None:
        """What the comparison needs; before the transaction that takes the file over."""
        self.db.execute("CREATE INDEX IF NOT EXISTS stage.entry_key ON entry (key)")

    def classify(self) -> tuple[int, int, int]:
        """Sort out what must be taken one by one; the numbers of that, of what is said again below, and of all."""
        self.db.execute("DROP TABLE IF EXISTS temp.rest")
        self.db.execute("CREATE TEMP TABLE rest (n INTEGER PRIMARY KEY)")
        query = _REST if self.empty else f"{_REST} UNION {_DIFFERS} UNION {_WITHDRAWN}"
        done = self.db.execute(f"INSERT INTO rest {query}", {} if self.empty else {"registry": self.info.id})
        self.db.execute("DROP TABLE IF EXISTS temp.repeated")
        self.db.execute(f"CREATE TEMP TABLE repeated AS {_REPEATED}")
        again = self.db.execute("SELECT count(*) FROM repeated").fetchone()[0]
        total = self.db.execute("SELECT count(*) FROM stage.entry").fetchone()[0]
        return done.rowcount, int(again), int(total)

    @property
    def empty(self) -> bool:
        """Whether the register holds nothing yet."""
        query = "SELECT 1 FROM record INDEXED BY record_key WHERE registry = ? LIMIT 1"
        return self.db.execute(query, (self.info.id,)).fetchone() is None

    def take_new(self, stamp: Stamp) -> int:
        """Believe at once all entries whose key the register never knew; each is a change ``created``."""
        values = {"registry": self.info.id, "version": stamp.version, "at": stamp.at.isoformat(), "file": stamp.source}
        last = int(self.db.execute("SELECT coalesce(max(id), 0) FROM record").fetchone()[0])
        unknown = "" if self.empty else f"AND NOT EXISTS ({_KNOWN})"
        new = f"FROM stage.entry e WHERE e.n NOT IN (SELECT n FROM rest) {unknown}"  # noqa: S608 own names
        with self._without_indexes(int(self.db.execute(f"SELECT count(*) {new}", values).fetchone()[0])):
            done = self.db.execute(
                f"INSERT INTO record (registry, version, recorded_at, source, {_COPIED}) "
                f"SELECT :registry, :version, :at, :file, {_COPIED} {new} ORDER BY e.key",
                values,
            )
            self.db.execute(
                "INSERT INTO record_words (rowid, name) SELECT id, name_key FROM record WHERE id > ?", (last,)
            )
        self.db.execute(
            "INSERT INTO change (registry, key, kind, version, valid_from, recorded_at, fields) "
            "SELECT registry, key, 'created', version, valid_from, recorded_at, '' FROM record WHERE id > ?",
            (last,),
        )
        return done.rowcount

    @contextmanager
    def _without_indexes(self, rows: int) -> Iterator[None]:
        """Many new rows are filed faster when the indexes are made afterwards and the words in few large portions."""
        held = int(self.db.execute("SELECT count(*) FROM (SELECT 1 FROM record LIMIT ?)", (rows + 1,)).fetchone()[0])
        afresh = rows > MANY and rows > held
        dropped = [name for name in INDEXES if afresh and (self.empty or name != "record_key")]
        for name in dropped:
            self.db.execute(f"DROP INDEX {name}")
        self._words(_BULK if afresh else {})
        yield
        self._words(_USUAL if afresh else {})
        for name in dropped:
            self.db.execute(INDEXES[name])

    def _words(self, settings: dict[str, int]) -> None:
        for name, value in settings.items():
            self.db.execute("INSERT INTO record_words (record_words, rank) VALUES (?, ?)", (name, value))

    def rest(self) -> Iterator[sqlite3.Row]:
        """What must be taken one by one, in the order of the file."""
        query = "SELECT n FROM rest WHERE n NOT IN (SELECT n FROM repeated) ORDER BY n"
        numbers = [row[0] for row in self.db.execute(query)]
        for number in numbers:
            yield self.db.execute("SELECT * FROM stage.entry WHERE n = ?", (number,)).fetchone()

    def missing(self) -> list[str]:
        """Keys in force that the file does not have."""
        rows = self.db.execute(
            "SELECT key FROM record WHERE registry = ? AND ended IS NULL AND valid_to IS NULL "
            "AND key NOT IN (SELECT key FROM stage.entry) ORDER BY key",
            (self.info.id,),
        )
        return [row[0] for row in rows]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Entries make no cycles: the collector would walk through every portion and find nothing."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _told(report: Report | None) -> tuple[int, int]:
    """Rows read and kept up to an entry: the one behind it is read when its portion is full."""
    return (report.read, report.kept) if report is not None else (0, 0)


@contextmanager
def staging(store: RecordStore, info: RegistryInfo, *, source: Source) -> Iterator[Staging]:
    """The portions of a file; they stay after a crash when the source has a digest, and go when all is taken."""
    kept = bool(store.path and source.digest)
    path = f"{store.path}.{source.digest[:16]}.staging" if kept else ":memory:"
    store.db.execute("ATTACH ? AS stage", (path,))
    try:
        store.db.executescript(_TABLES)
        yield Staging(store, info)
    except BaseException:
        store.db.execute("DETACH stage")
        raise
    store.db.execute("DETACH stage")
    if kept:
        for end in ("", "-journal", "-wal", "-shm"):
            Path(path + end).unlink(missing_ok=True)
