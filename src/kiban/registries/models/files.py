"""A file of records against a model: CSV with one column for each item, JSON, or JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, decode
from kiban.registries.gif.kinds import plain
from kiban.registries.gif.table import read_table
from kiban.registries.models.checking import Path as Place
from kiban.registries.models.checking import Wrong, wrongs
from kiban.registries.models.library import model as model_of
from kiban.registries.models.model import DataModel, Mark

NEST = ">"
"""Between the names of a column that stands in a model inside (施設住所.町字, 施設住所＞町字)."""


@dataclass(slots=True)
class Checked:
    """What became of a file: ``report`` has the faults, ``good`` the records without any and ``lines`` theirs.

    ``extra`` are names that the model does not have,
    ``lacking`` recommended items (推奨) for which the table has no column.
    """

    model: DataModel
    report: Report
    header: list[str] = field(default_factory=list)
    good: list[Mapping[str, object]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)


def check_file(path: Path, model: DataModel) -> Checked:
    """Check every record; the good ones are kept, each fault is told by file, line, field and remedy.

    Raises:
        BadInput: the file is no table and no JSON that can be read at all.
    """
    found = Checked(model, Report(path.name))
    if path.suffix.lower() in {".json", ".jsonld", ".geojson", ".jsonl", ".ndjson"}:
        _check_json(path, found)
    else:
        _check_table(path, found)
    return found


def place_of(model: DataModel, column: str) -> Place | None:
    """Where the value of a column stands in the model: by its name, by its path, or by the only place it can mean.

    連結表記 of a table of facilities is that of 施設住所: the nearest model inside that has such an item, if it is one.
    """
    name = plain(column).replace(".", NEST)
    if plain(column) in model.by_name:
        return (model.by_name[plain(column)].name,)
    if NEST in name:
        return _path(model, name.split(NEST))
    level: list[tuple[Place, DataModel]] = [((), model)]
    for _ in range(2):
        level = [((*path, item.name), model_of(item.model)) for path, one in level for item in one.items
                 if item.model and not item.many]  # fmt: skip
        found = [(*path, one.by_name[name].name) for path, one in level if name in one.by_name]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _path(model: DataModel, names: Sequence[str]) -> Place | None:
    made: list[str] = []
    inside: DataModel | None = model
    for name in names:
        item = inside.item(name) if inside else None
        if item is None:
            return None
        made.append(item.name)
        inside = model_of(item.model) if item.model else None
    return tuple(made)


def _check_table(path: Path, found: Checked) -> None:
    model, report = found.model, found.report
    header, rows = read_table(path, report=report, known=lambda name: "x" if place_of(model, name) else None)
    places = {column: place for column in header if (place := place_of(model, column))}
    found.header = header
    found.extra = [column for column in header if column not in places]
    columns: dict[Place, str] = {}
    for column, place in places.items():
        if place in columns:
            report.fault(1, f"it says the same as {columns[place]}", column=column, remedy="keep one of both")
        columns.setdefault(place, column)
    if not columns:
        remedy = f"it has {', '.join(model.columns[:6])} …"
        raise BadInput(f"no column is one of {model.title}", where=Where(path.name, 1), remedy=remedy)
    absent = _absent(model, columns, report=report)
    found.lacking = [item.name for item in model.items if item.mark is Mark.SHOULD and (item.name,) not in columns]
    for row in rows:
        record = _nested(columns, row.values)
        wrong = [one for one in wrongs(model, record, cells=True) if one.path not in absent]
        for one in wrong:
            report.fault(row.line, one.what, column=columns.get(one.path, one.field), remedy=one.remedy)
        if not wrong:
            report.kept += 1
            found.good.append(row.values)
            found.lines.append(row.line)


def _absent(model: DataModel, columns: Mapping[Place, str], *, report: Report) -> set[Place]:
    """Needed items for which there is no column: told once, not for each row."""
    first = {place[0] for place in columns}
    missing: list[Place] = [
        (item.name,) for item in model.items if item.mark in (Mark.MUST, Mark.COLUMN) and item.name not in first
    ]
    for item in model.items:
        if item.model and item.name in first and (item.name,) not in columns:
            inside = model_of(item.model)
            there = {place[1] for place in columns if place[0] == item.name}
            missing += [(item.name, one.name) for one in inside.items
                        if one.mark in (Mark.MUST, Mark.COLUMN) and one.name not in there]  # fmt: skip
    for place in missing:
        name = ".".join(place)
        report.fault(1, f"the table has no column {name}", column=name, remedy="add the column")
    return set(missing)


def _nested(columns: Mapping[Place, str], cells: Mapping[str, str]) -> dict[str, object]:
    """A row as a record: what stands in a model inside stands in an object; empty cells stand nowhere."""
    record: dict[str, object] = {}
    for place, column in columns.items():
        value = cells.get(column, "").strip()
        if not value:
            continue
        inside: object = record
        for name in place[:-1]:
            inside = inside.setdefault(name, {}) if isinstance(inside, dict) else None
        if isinstance(inside, dict):  # else the whole of it stands in one column, as a text
            inside[place[-1]] = value
    return record


def _check_json(path: Path, found: Checked) -> None:
    if not path.is_file():
        raise FileNotFoundError(2, "No such file", str(path))
    text, found.report.encoding = decode(path.read_bytes(), file=path.name)
    lines = path.suffix.lower() in {".jsonl", ".ndjson"}
    extra: dict[str, None] = {}
    for line, record in _lines(text, found.report) if lines else _records(text, file=path.name):
        found.report.read += 1
        wrong = _wrong(found.model, record)
        for one in wrong:
            found.report.fault(line, one.what, column=one.field or None, remedy=one.remedy)
        if isinstance(record, dict):
            names = (name for name in record if not name.startswith("@"))
            extra |= {name: None for name in names if found.model.item(name) is None}
            if not wrong:
                found.report.kept += 1
                found.good.append(record)
                found.lines.append(line)
    found.extra = list(extra)


def _wrong(model: DataModel, record: object) -> list[Wrong]:
    if isinstance(record, dict):
        return list(wrongs(model, record))
    return [Wrong((), "a record is an object of names and values", f"give {', '.join(model.columns[:3])} …")]


def _lines(text: str, report: Report) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError:
                report.read += 1
                report.fault(number, "this is no JSON", remedy="write one record a line")


def _records(text: str, *, file: str) -> Iterator[tuple[int, object]]:
    """The records of a JSON array, of ``@graph``, or the only one, each with the line where it begins."""
    try:
        whole = json.loads(text)
    except ValueError as error:
        at = getattr(error, "lineno", None)
        raise BadInput(
            "this is no JSON", where=Where(file, at), remedy="compare the line, or give one record a line in .jsonl"
        ) from None
    graph = isinstance(whole, dict) and isinstance(whole.get("@graph"), list)
    if not graph and not isinstance(whole, list):
        yield 1 + text[: len(text) - len(text.lstrip())].count("\n"), whole
        return
    start = text.index("[", text.index('"@graph"') if graph else 0) + 1
    decoder, line, counted = json.JSONDecoder(), 1, 0
    for _ in whole["@graph"] if graph else whole:
        while text[start] in " \t\r\n,":
            start += 1
        line, counted = line + text.count("\n", counted, start), start
        record, start = decoder.raw_decode(text, start)
        yield line, record
