"""The SQL adapter: any DB-API source, read and changed by a mapping; one connection per thread."""

from __future__ import annotations

import contextlib
import importlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kiban.exchange.errors import BadConfiguration, BadMessage, HolderUnavailable, UnknownItem
from kiban.exchange.mapping import Column, Effect, Item, Mapping, Rows
from kiban.exchange.model import Change

CHUNK = 400
MAYBE = "maybe "
TO, RECORD = "to", "record"
"""What the data of a move say: the code of whose record it is (empty: nobody known), and its number."""


def quoted(name: str) -> str:
    """An SQL identifier; the mapping's check allows no quotation mark in it."""
    return f'"{name}"'


class SqlAdapter:
    """See `kiban.exchange.ports.Adapter`."""

    def __init__(self, mapping: Mapping, *, folder: Path) -> None:
        self.mapping = mapping
        self._folder = folder
        self._local = threading.local()
        self._module: Any = sqlite3
        if mapping.source.module:
            try:
                self._module = importlib.import_module(mapping.source.module)
            except ImportError:
                raise BadConfiguration(
                    f"the DB-API module {mapping.source.module} is not installed", remedy="install it, or use sqlite"
                ) from None
        self._mark = "?" if self._module.paramstyle == "qmark" else "%s"

    def connect(self) -> Any:
        """A new connection to the source."""
        if self.mapping.source.module:
            return self._module.connect(**self.mapping.source.connect)
        path = (self._folder / self.mapping.source.sqlite).resolve()
        connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=5)
        connection.execute("PRAGMA temp_store=MEMORY")
        return connection

    def _connection(self) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self.connect()
        return connection

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        """What the data source refuses is told as such, and its connection is given up."""
        try:
            yield
        except self._module.Error as error:
            self._local.connection = None
            raise HolderUnavailable(
                f"the data source does not answer: {type(error).__name__}: {error}", remedy="repeat later"
            ) from None

    def _run(self, statement: str, parameters: Sequence[Any]) -> tuple[list[Any], int]:
        with self._answering():
            cursor = self._connection().cursor()
            cursor.execute(statement.replace("?", self._mark), tuple(parameters))
            rows = cursor.fetchall() if cursor.description else []
            return rows, cursor.rowcount

    def _end_reading(self) -> None:
        """Leave no transaction open between enquiries: it would hold back the clearing of the agency's database."""
        with self._answering():
            self._connection().commit()

    def check(self) -> str:
        for item in self.mapping.items.values():
            names = [item.code, *(Column.parse(text).name for text in item.fields.values())]
            columns = ", ".join(map(quoted, names))
            self._run(f"SELECT {columns} FROM {quoted(item.table)} WHERE 1 = 0", ())  # noqa: S608 own names
        self._end_reading()
        return f"{len(self.mapping.items)} items"

    def read(self, item: str, codes: Sequence[str]) -> list[dict[str, Any] | None]:
        mapped = self.mapping.items.get(item)
        if mapped is None:
            raise UnknownItem(f"this agency has no item {item[:60]!r}", remedy="see its mapping file")
        found: dict[str, dict[str, Any]] = {}
        for first in range(0, len(codes), CHUNK):
            found |= self._read(mapped, codes[first : first + CHUNK])
        self._end_reading()
        return [found.get(code) for code in codes]

    def _read(self, item: Item, codes: Sequence[str]) -> dict[str, dict[str, Any]]:
        columns = {path: Column.parse(text) for path, text in item.fields.items()}
        names = [
            item.code,
            *(c.name for c in columns.values()),
            *([item.list.match or item.list.by] if item.list else []),
        ]
        marks = ",".join("?" * len(codes))
        rows, _ = self._run(
            f"SELECT {', '.join(map(quoted, names))} FROM {quoted(item.table)}"  # noqa: S608 own names
            f" WHERE {quoted(item.code)} IN ({marks}){_conditions(item.where)}",
            [*codes, *item.where.values()],
        )
        records = {row[0]: _record(columns, row[1:]) for row in rows}
        if item.list:
            inner = self._lists(item.list, {row[-1] for row in rows})
            for row in rows:
                records[row[0]][item.list.name] = inner.get(row[-1], [])
        return records

    def _lists(self, listed: Rows, values: set[Any]) -> dict[Any, list[dict[str, Any]]]:
        if not values:
            return {}
        columns = {path: Column.parse(text) for path, text in listed.fields.items()}
        names = [listed.by, *([listed.link] if listed.link else []), *(c.name for c in columns.values())]
        marks = ",".join("?" * len(values))
        order = f" ORDER BY {quoted(listed.order)}" if listed.order else ""
        rows, _ = self._run(
            f"SELECT {', '.join(map(quoted, names))} FROM {quoted(listed.table)}"  # noqa: S608 own names
            f" WHERE {quoted(listed.by)} IN ({marks}){_conditions(listed.where)}{order}",
            [*values, *listed.where.values()],
        )
        found: dict[Any, list[dict[str, Any]]] = {}
        skip = 2 if listed.link else 1
        for row in rows:
            record = ({"link": row[1]} if listed.link else {}) | _record(columns, row[skip:])
            found.setdefault(row[0], []).append(record)
        return found

    def holdings_after(self, change: Change) -> tuple[tuple[str, ...], tuple[str, ...]]:
        effect = self.mapping.changes[change.kind]
        if not effect.move:
            holds, person = effect.holds, (change.person,)
            return (person if holds else (), person if holds is False else ())
        persons = [change.person, *filter(None, [str(change.data.get(TO) or "")])]
        held = tuple(one for one in persons if any(self.read(item, [one])[0] for item in self.mapping.items))
        return held, tuple(one for one in persons if one not in held)

    def codes_of(self, records: Sequence[str]) -> dict[str, str]:
        persons = self.mapping.persons
        if persons is None:
            raise UnknownItem("this agency's mapping has no persons", remedy="name table, code and record there")
        found: dict[str, set[str]] = {}
        for first in range(0, len(records), CHUNK):
            some = records[first : first + CHUNK]
            rows, _ = self._run(
                f"SELECT {quoted(persons.record)}, {quoted(persons.code)} FROM {quoted(persons.table)}"  # noqa: S608 own names
                f" WHERE CAST({quoted(persons.record)} AS TEXT) IN ({','.join('?' * len(some))})",
                some,
            )
            for record, code in rows:
                found.setdefault(str(record), set()).add(code or "")
        self._end_reading()
        # a number that two persons have says nothing of either
        return {record: code for record, (code, *others) in found.items() if code and not others}

    def check_change(self, change: Change) -> None:
        effect = self._effect(change)
        _values(effect, change)
        if effect.move and not change.data.get(RECORD):
            raise BadMessage(f"the change {change.kind} needs the record number", remedy="give record in its data")

    def _effect(self, change: Change) -> Effect:
        effect = self.mapping.changes.get(change.kind)
        if effect is None:
            raise UnknownItem(f"this agency has no change {change.kind[:60]!r}", remedy="see its mapping file")
        return effect

    def apply(self, change: Change) -> int:
        self.check_change(change)
        effect = self._effect(change)
        values = _values(effect, change)
        with self._answering():
            connection = self._connection()
        try:
            rows = self._move(effect, change) if effect.move else self._apply(effect, change.person, values=values)
            with self._answering():
                connection.commit()
        except BaseException:
            with contextlib.suppress(self._module.Error):  # a connection that is lost has nothing to undo
                connection.rollback()
            raise
        return rows

    def _move(self, effect: Effect, change: Change) -> int:
        """One record of a person to another person, or to nobody; it is moved only while it is this person's.

        A move that stands already counts as made: a stop may have come between it and its note.
        """
        code, record, to = quoted(effect.code), str(change.data[RECORD]), change.data.get(TO) or None
        number = f"CAST({quoted(effect.record)} AS TEXT)"
        statement = f"UPDATE {quoted(effect.move)} SET {code} = ? WHERE {code} = ? AND {number} = ?"  # noqa: S608 own names
        moved = self._run(statement, [to, change.person, record])[1]
        if moved:
            return moved
        there = f"{code} = ?" if to else f"coalesce({code}, '') = ''"
        count = f"SELECT count(*) FROM {quoted(effect.move)} WHERE {number} = ? AND {there}"  # noqa: S608 own names
        return int(self._run(count, [record, *filter(None, [to])])[0][0][0])

    def _apply(self, effect: Effect, code: str, *, values: dict[str, Any]) -> int:
        table, key = quoted(effect.table), quoted(effect.code)
        if effect.delete:
            return self._run(f"DELETE FROM {table} WHERE {key} = ?", [code])[1]  # noqa: S608 own names
        changed = 0
        if values:
            sets = ", ".join(f"{quoted(column)} = ?" for column in values)
            statement = f"UPDATE {table} SET {sets} WHERE {key} = ?"  # noqa: S608 our own names, bound values
            changed = self._run(statement, [*values.values(), code])[1]
        if changed or not effect.write:
            return changed
        names = ", ".join(map(quoted, [effect.code, *values]))
        marks = ", ".join("?" * (len(values) + 1))
        return self._run(f"INSERT INTO {table} ({names}) VALUES ({marks})", [code, *values.values()])[1]  # noqa: S608 own names


def _conditions(where: dict[str, str | int]) -> str:
    return "".join(f" AND {quoted(column)} = ?" for column in where)


def _record(columns: dict[str, Column], values: Sequence[Any]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for (path, column), raw in zip(columns.items(), values, strict=False):
        place = record
        *outer, last = path.split(".")
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = column.value(raw)
    return record


def _values(effect: Effect, change: Change) -> dict[str, Any]:
    return {column: _value(path, change) for column, path in effect.set.items()}


def _value(path: str, change: Change) -> Any:
    """A constant behind ``=``, or the value at a path of the change's data; ``maybe`` before it: may be missing."""
    if path.startswith("="):
        constant = path[1:]
        return int(constant) if constant.isdecimal() and str(int(constant)) == constant else constant
    optional = path.startswith(MAYBE)
    value: Any = change.data
    for part in path.removeprefix(MAYBE).split("."):
        if not isinstance(value, dict) or part not in value:
            if optional:
                return None
            raise BadMessage(f"the change {change.kind} needs the value {path}", remedy="see the agency's mapping file")
        value = value[part]
    if isinstance(value, dict | list):
        return msgspec.json.encode(value).decode()
    if isinstance(value, int) and abs(value) >= 1 << 63:
        raise BadMessage(f"the value {path} of the change {change.kind} is too large", remedy="compare the case")
    return int(value) if isinstance(value, bool) else value
