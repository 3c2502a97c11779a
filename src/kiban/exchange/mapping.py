"""Mapping files: which table and columns of an existing database answer which item, at most 30 lines for a table.

    source: {sqlite: residents.sqlite}
    items:
      tax.income:
        table: tax
        code: person_code
        fields: {fiscal_year: "year:int", total_income: "income:int", exempt: "exempt:bool"}
    changes:
      nhi_left: {update: nhi, code: person_code, set: {insured: "=0", until: date}}
      link_corrected_health_insurance: {move: nhi, code: person_code, record: nhi_number}
    persons: {table: residents, code: person_code, record: resident_number}

A field's path may have dots (``name.family``); a column may have a type behind a colon (text, int, bool, json). A value
to set is a path into the change's data (``maybe`` before it: may be missing), or a constant behind ``=``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import msgspec

from kiban.exchange.errors import BadConfiguration, HolderUnavailable
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.located import Located, Place, parse_located

Kind = Literal["text", "int", "bool", "json"]
_NAME = re.compile(r"\w{1,63}")


class Column(msgspec.Struct, frozen=True):
    """A column and how its value becomes JSON."""

    name: str
    kind: Kind = "text"

    @classmethod
    def parse(cls, text: str) -> Column:
        name, _, kind = text.partition(":")
        if kind not in {"", "text", "int", "bool", "json"}:
            raise ValueError(f"{kind!r} is no type of column: text, int, bool or json")
        return cls(_name(name), kind or "text")  # type: ignore[arg-type]  # checked above

    def value(self, raw: Any) -> Any:
        """The JSON value of what the database gave."""
        if raw is None or raw == "":
            return None
        try:
            if self.kind == "int":
                return int(raw)
            if self.kind == "json":
                return msgspec.json.decode(raw)
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise HolderUnavailable(
                f"the column {self.name} of the data source holds what is no {self.kind}", remedy="mend its record"
            ) from None
        return str(raw).lower() in {"1", "true", "t", "yes"} if self.kind == "bool" else str(raw)


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is no name of a table or column")
    return text


class Rows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"name": "as"}):
    """A list inside an item: rows of ``table`` whose column ``by`` equals ``match`` (or ``by``) of the person's row."""

    name: str
    table: str
    by: str
    fields: dict[str, str]
    match: str = ""
    link: str = ""
    order: str = ""
    where: dict[str, str | int] = {}


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one item is read: the row of ``table`` whose column ``code`` is the person's code."""

    table: str
    code: str
    fields: dict[str, str]
    where: dict[str, str | int] = {}
    list: Rows | None = None


class Effect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one kind of change does: ``write`` (insert or replace), ``update`` or ``delete`` the person's row.

    ``move`` gives one record of the person to another person, or to nobody (紐付けの訂正): the row whose column
    ``record`` is the change's ``record`` gets the code that stands in its ``to``. ``holds`` tells whether the agency
    holds data on the person afterwards; after a move the node sees it by itself.
    """

    code: str
    write: str = ""
    update: str = ""
    delete: str = ""
    move: str = ""
    record: str = ""
    set: dict[str, str] = {}
    holds: bool | None = None

    @property
    def table(self) -> str:
        return self.write or self.update or self.delete or self.move


class Persons(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the agency's own record number of a person (宛名番号) stands beside the person's code."""

    table: str
    code: str
    record: str


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the data are: an SQLite file, a folder of CSV files, or any DB-API module with its connect arguments."""

    sqlite: str = ""
    csv: str = ""
    module: str = ""
    connect: dict[str, Any] = {}


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole mapping file."""

    source: Source
    items: dict[str, Item] = {}
    changes: dict[str, Effect] = {}
    persons: Persons | None = None


def parse_mapping(text: str, *, file: str) -> Mapping:
    """A mapping from YAML.

    Raises:
        BadConfiguration: with file, line, field and what is wrong.
    """
    tree = located(text, file=file)
    content = tree.value
    for group, kind in (("items", Item), ("changes", Effect)):
        _check_each(content, tree, group=group, kind=kind, file=file)
    try:
        mapping = msgspec.convert(content, Mapping)
    except msgspec.ValidationError as error:
        raise _bad(str(error), tree, file=file) from None
    _check(mapping, tree, file=file)
    return mapping


def located(text: str, *, file: str) -> Located:
    """The values of a configuration file with their lines.

    Raises:
        BadConfiguration: it is no YAML, or a key stands twice; with the line.
    """
    try:
        return parse_located(text, file=file)
    except BadInput as error:
        raise BadConfiguration(f"the file is no YAML: {error.what}", where=error.where, remedy=error.remedy) from None


def load_mapping(path: Path) -> Mapping:
    """The mapping in a file; raises as `parse_mapping`."""
    try:
        return parse_mapping(path.read_text(encoding="utf-8"), file=str(path))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", "it is not UTF-8")
        remedy = "check the way to the file, and that it is UTF-8"
        raise BadConfiguration(f"the mapping cannot be read: {why}", where=Where(str(path)), remedy=remedy) from None


def _check_each(content: Any, tree: Located, *, group: str, kind: type[Any], file: str) -> None:
    """Convert entry by entry, because an error in a table of entries does not say in which."""
    entries = content.get(group) if isinstance(content, dict) else None
    for name, entry in entries.items() if isinstance(entries, dict) else ():
        try:
            msgspec.convert(entry, kind)
        except msgspec.ValidationError as error:
            field = re.findall(r"`\$\.(\w+)|field `(\w+)`", str(error))
            path = [group, str(name), *(part for pair in field for part in pair if part)]
            raise _bad(str(error), tree, file=file, path=path) from None


def _check(mapping: Mapping, tree: Located, *, file: str) -> None:
    given = [bool(part) for part in (mapping.source.sqlite, mapping.source.csv, mapping.source.module)]
    if sum(given) != 1:
        raise _bad("a source is sqlite, csv or module - `$.source`", tree, file=file)
    for group, entries in (("items", mapping.items), ("changes", mapping.changes)):
        for name, entry in entries.items():
            try:
                _check_names(entry)
            except ValueError as error:
                raise _bad(f"{error} - at `$.{group}[{name}]`", tree, file=file, path=[group, name]) from None
    try:
        for name in (mapping.persons.table, mapping.persons.code, mapping.persons.record) if mapping.persons else ():
            _name(name)
    except ValueError as error:
        raise _bad(f"{error} - at `$.persons`", tree, file=file, path=["persons"]) from None


def _check_names(entry: Any) -> None:
    names = [entry.table, entry.code]
    if isinstance(entry, Item):
        columns = [*entry.fields.values(), *(entry.list.fields.values() if entry.list else ())]
        for column in columns:
            Column.parse(column)
        rows = entry.list
        names += [*entry.where, *([rows.table, rows.by, *rows.where] if rows else ())]
        names += [name for name in ([rows.link, rows.order, rows.match] if rows else []) if name]
    elif sum(map(bool, (entry.write, entry.update, entry.delete, entry.move))) != 1:
        raise ValueError("a change does one of write, update, delete, move")
    elif bool(entry.move) != bool(entry.record):
        raise ValueError("a move, and nothing else, names the column of the record number: record")
    names += [entry.record] if getattr(entry, "record", "") else []
    for name in [*names, *(getattr(entry, "set", {}))]:
        _name(name)


def _bad(what: str, tree: Located, *, file: str, path: list[str] | None = None) -> BadConfiguration:
    keys = path or re.findall(r"[\w.-]+", what.partition("`$")[2])
    line = line_of(tree, keys)
    return BadConfiguration(
        what.partition(" - ")[0], where=Where(file, line, field=".".join(keys) or None), remedy="see docs/exchange.md"
    )


def line_of(tree: Located, keys: list[str]) -> int | None:
    """The line of the deepest key of a path that the file has."""
    place: Place = ()
    for key in keys:
        place = next(
            (one for one in ((*place, key), (*place, int(key) if key.isdecimal() else key)) if one in tree.lines), place
        )
    return tree.lines.get(place)
