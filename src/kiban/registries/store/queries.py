"""Reading the registers: look-up in two times, search, pages, changes, suspected doubles."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Iterator

from kiban.kernel.whole import whole
from kiban.registries.engine.model import Change, Record, RegistryInfo, Values, Withdrawal
from kiban.registries.store.schema import PRESENT

_PRESENT = f"registry = ? AND {PRESENT}"
SMALL = 100_000
"""Records up to which a part of one or two characters is looked for in every name."""
DEEPEST = 5000
END = "\U0010ffff"
LAST = 2**62


class Queries:
    """What can be asked of the registers; ``db`` is their file."""

    db: sqlite3.Connection

    def version(self, registry: str) -> int:
        """The newest version of a registry; 0 before the first import."""
        row = self.db.execute("SELECT max(number) FROM version WHERE registry = ?", (registry,)).fetchone()
        return int(row[0] or 0)

    def modified(self, registry: str) -> str:
        """When the newest version was recorded (ISO), or nothing."""
        row = self.db.execute("SELECT max(recorded_at) FROM version WHERE registry = ?", (registry,)).fetchone()
        return str(row[0] or "")

    def as_of(self, registry: str) -> dt.date | None:
        """The newest day of which a source tells."""
        row = self.db.execute("SELECT max(as_of) FROM version WHERE registry = ?", (registry,)).fetchone()
        return dt.date.fromisoformat(row[0]) if row[0] else None

    def lineage(self, registry: str, version: int) -> dict[str, str]:
        """The source of a version: file, day, giver, moment, digest, legal basis."""
        row = self.db.execute("SELECT * FROM version WHERE registry = ? AND number = ?", (registry, version)).fetchone()
        return {name: str(row[name]) for name in row.keys()} if row else {}  # noqa: SIM118 a Row is no dict

    def at(self, registry: str, key: str, *, on: dt.date | None = None, known: int | None = None) -> Record | None:
        """The state of a key on a day (the last one when none is named) as known in a version (the newest)."""
        belief = "ended IS NULL" if known is None else "version <= :known AND (ended IS NULL OR ended > :known)"
        valid = "" if on is None else "AND valid_from <= :on AND (valid_to IS NULL OR valid_to > :on)"
        row = self.db.execute(
            f"SELECT * FROM record WHERE registry = :registry AND key = :key AND {belief} {valid} "  # noqa: S608 ours
            "ORDER BY valid_from DESC LIMIT 1",
            {
                "registry": registry,
                "key": whole(key, field="key"),
                "known": known,
                "on": on.isoformat() if on else None,
            },
        ).fetchone()
        return record_of(row) if row else None

    def beliefs(self, registry: str, key: str, *, known: int | None = None) -> list[sqlite3.Row]:
        """What is believed (in a version) about a key: its states in the order of their validity."""
        belief = "ended IS NULL" if known is None else "version <= :known AND (ended IS NULL OR ended > :known)"
        query = f"SELECT * FROM record WHERE registry = :r AND key = :k AND {belief} ORDER BY valid_from"  # noqa: S608 own names
        return self.db.execute(query, {"r": registry, "k": whole(key, field="key"), "known": known}).fetchall()

    def history(self, registry: str, key: str, *, known: int | None = None) -> tuple[Record, ...]:
        """The states of a key as believed now (or in a version), the oldest first."""
        return tuple(record_of(row) for row in self.beliefs(registry, key, known=known))

    def withdrawal(self, registry: str, key: str, *, known: int | None = None) -> Withdrawal | None:
        """When a key was withdrawn; nothing when something is believed about it now (or in a version).

        What was believed until then is ``history(registry, key, known=withdrawal.version - 1)``.
        """
        if self.beliefs(registry, key, known=known):
            return None
        row = self.db.execute(
            "SELECT version, valid_from, recorded_at FROM change WHERE registry = ? AND key = ? "
            "AND kind = 'withdrawn' AND version <= ? ORDER BY version DESC LIMIT 1",
            (registry, key, LAST if known is None else known),
        ).fetchone()
        if row is None:
            return None
        source = self.lineage(registry, row["version"]).get("source", "")
        day, at = dt.date.fromisoformat(row["valid_from"]), dt.datetime.fromisoformat(row["recorded_at"])
        return Withdrawal(day, row["version"], at, source)

    def told(
        self, registry: str, key: str, *, known: int | None = None
    ) -> tuple[tuple[Record, ...], Withdrawal | None]:
        """The states of a key; when it was withdrawn, those believed until then, and the withdrawal."""
        gone = self.withdrawal(registry, key, known=known)
        return self.history(registry, key, known=gone.version - 1 if gone else known), gone

    def present(self, registry: str, *, area: str = "", after: str = "", size: int = 1000) -> tuple[Record, ...]:
        """Records in force, the page after a mark (see :func:`page_mark`), in the order of their keys.

        ``area`` limits by the beginning of the area's code; then the order is that of area and key.
        """
        values: tuple[str, ...]
        if not area:
            query, values = "key > ? ORDER BY key", (after,)
        else:
            place, _, key = after.partition("~")
            query = "area >= ? AND area < ? AND (area, key) > (?, ?) ORDER BY area, key"
            values = (area, area + END, place, key)
        rows = self.db.execute(f"SELECT * FROM record WHERE {_PRESENT} AND {query} LIMIT ?", (registry, *values, size))  # noqa: S608 own names
        return tuple(record_of(row) for row in rows)

    def everything(self, registry: str, *, area: str = "") -> Iterator[Record]:
        """All records in force, page by page."""
        after = ""
        while page := self.present(registry, area=area, after=after):
            yield from page
            after = page_mark(page[-1], area=area)

    def search(self, info: RegistryInfo, text: str, *, area: str = "", limit: int = 20) -> tuple[Record, ...]:
        """Records in force whose name or reading begins with a text, then those whose name contains it.

        Variants are folded as the registry's ``search_key`` does. A part of one or two characters is looked for inside
        names only in a small register. Never more than 5,000. Raises: BadInput for half a character.
        """
        key, most = info.search_key(whole(text, field="text")[:100].replace("\x00", "")), min(limit, DEEPEST)
        found: dict[str, Record] = {}
        for where, values in self._ways(info.id, key) if key else ():
            rows = self.db.execute(
                f"SELECT * FROM record WHERE {where} AND {PRESENT} AND +area LIKE ? "  # noqa: S608 ours
                f"AND instr(quality, 'hidden') = 0 ORDER BY {_order(where)}, key LIMIT ?",
                (*values, f"{area}%", most),
            )
            for row in rows:
                found.setdefault(row["key"], record_of(row))
            if len(found) >= most:
                break
        return tuple(found.values())[:most]

    def _ways(self, registry: str, key: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield "registry = ? AND name_key >= ? AND name_key < ?", (registry, key, key + END)
        yield "registry = ? AND kana_key >= ? AND kana_key < ?", (registry, key, key + END)
        if len(key) >= 3:
            parts = " AND ".join(f'"{key[i : i + 3].replace(chr(34), chr(34) * 2)}"' for i in range(len(key) - 2))
            found = "id IN (SELECT rowid FROM record_words WHERE record_words MATCH ?) AND +registry = ?"
            yield f"{found} AND instr(name_key, ?) > 0", (parts, registry, key)
        elif self._small(registry):
            yield "registry = ? AND instr(name_key, ?) > 0", (registry, key)

    def _small(self, registry: str) -> bool:
        query = f"SELECT count(*) FROM (SELECT 1 FROM record WHERE {_PRESENT} LIMIT ?)"  # noqa: S608 own names
        return int(self.db.execute(query, (registry, SMALL)).fetchone()[0]) < SMALL

    def count(self, registry: str) -> int:
        """How many records are in force."""
        return int(self.db.execute(f"SELECT count(*) FROM record WHERE {_PRESENT}", (registry,)).fetchone()[0])  # noqa: S608 own names

    def doubles(self, info: RegistryInfo, *, most: int) -> tuple[int, list[tuple[str, ...]]]:
        """How many records look like another one (same folded name, area and ``alike`` fields), and some groups."""
        fields = "".join(f", json_extract(data, '$.{name}')" for name in info.alike)
        groups = (
            f"SELECT group_concat(key, ' ') AS keys, count(*) AS n FROM record WHERE {_PRESENT} AND name_key <> '' "  # noqa: S608 own names
            f"GROUP BY name_key, area{fields} HAVING n > 1"
        )
        total, examples = 0, list[tuple[str, ...]]()
        for row in self.db.execute(groups, (info.id,)):
            total += row["n"]
            if len(examples) < most:
                examples.append(tuple(row["keys"].split(" ")))
        return total, examples

    def changes(
        self, registry: str, *, since: int = 0, size: int = 1000, kinds: frozenset[str] = frozenset()
    ) -> tuple[Change, ...]:
        """Changes after a ``seq`` (of some kinds only), in order."""
        among = f"AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
        query = f"SELECT * FROM change WHERE registry = ? AND seq > ? {among} ORDER BY seq LIMIT ?"  # noqa: S608 own names
        rows = self.db.execute(query, (registry, since, *sorted(kinds), size)).fetchall()
        return tuple(self._change(row) for row in rows)

    def delta(self, registry: str, *, since: int) -> Iterable[Change]:
        """Changes made after a version."""
        query = "SELECT coalesce(max(seq), 0) FROM change WHERE registry = ? AND version <= ?"
        seq = int(self.db.execute(query, (registry, since)).fetchone()[0])
        while page := self.changes(registry, since=seq):
            yield from page
            seq = page[-1].seq

    def changes_after(self, registry: str, seq: int) -> int:
        """How many changes a registry has after a ``seq`` (which is counted over all registries)."""
        query = "SELECT count(*) FROM change WHERE registry = ? AND seq > ?"
        return int(self.db.execute(query, (registry, seq)).fetchone()[0])

    def last_change(self, registry: str) -> int:
        """The ``seq`` of the newest change; 0 before the first."""
        query = "SELECT coalesce(max(seq), 0) FROM change WHERE registry = ?"
        return int(self.db.execute(query, (registry,)).fetchone()[0])

    def _change(self, row: sqlite3.Row) -> Change:
        return Change(
            row["seq"],
            row["registry"],
            row["key"],
            row["kind"],
            row["version"],
            dt.date.fromisoformat(row["valid_from"]),
            dt.datetime.fromisoformat(row["recorded_at"]),
            self._fields(row),
        )

    def _fields(self, row: sqlite3.Row) -> dict[str, tuple[str, str]]:
        """Before and after; what a new record has is told by the record itself, not kept twice."""
        if row["fields"]:
            return {name: (pair[0], pair[1]) for name, pair in json.loads(row["fields"]).items()}
        query = (
            "SELECT data FROM record WHERE registry = ? AND key = ? AND version = ? AND valid_from = ? "
            "ORDER BY id LIMIT 1"
        )
        made = self.db.execute(query, (row["registry"], row["key"], row["version"], row["valid_from"])).fetchone()
        return {name: ("", value) for name, value in json.loads(made["data"]).items()} if made else {}


def _order(where: str) -> str:
    """By the reading where that is looked for: the index gives it so, and no long list is sorted for a short answer."""
    return "kana_key" if "kana_key" in where else "name_key"


def page_mark(last: Record, *, area: str) -> str:
    """The mark after which the next page begins: the key, or area and key where an area limits."""
    return f"{last.area}~{last.key}" if area else last.key


def record_of(row: sqlite3.Row) -> Record:
    """A row as a record."""
    return Record(
        row["registry"],
        row["key"],
        Values(json.loads(row["data"])),
        dt.date.fromisoformat(row["valid_from"]),
        dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        row["version"],
        row["ended"],
        dt.datetime.fromisoformat(row["recorded_at"]),
        row["source"],
        row["line"],
        tuple(row["quality"].split()),
        row["area"],
    )
