"""A town's own table → a recommended list: what a column is says the GIF mapping, how a value is written the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, Row
from kiban.registries.errors import BadMapping
from kiban.registries.gif.back import back
from kiban.registries.gif.convert import carried, convert
from kiban.registries.gif.kinds import PLACE, plain
from kiban.registries.gif.mapping import Mapping as Columns
from kiban.registries.gif.mapping import by_headers
from kiban.registries.models.checking import Wrong, wrongs
from kiban.registries.models.model import DataModel, Mark
from kiban.registries.town_registry import town_registry


@dataclass(frozen=True, slots=True)
class Filling:
    """How a table becomes a list.

    Attributes:
        mapping: what the table's columns are; its ``municipality`` also publishes the list.
        named: column of the list → column of the table, where a person said so.
    """

    model: DataModel
    mapping: Columns
    named: Mapping[str, str] = field(default_factory=dict)


def fill(rows: Iterable[Row], filling: Filling, *, report: Report) -> Iterator[dict[str, str]]:
    """One row of the list for each row, in the same order; what is wrong with it is told by line and column.

    A value is written in the form of the list where it can be read; else it stays as it was and is told.

    Raises:
        BadMapping: a column that was named is neither in the list nor in the table.
        BadInput: the model has others inside, and is no list.
    """
    if not filling.model.flat:
        what, remedy = f"{filling.model.title} is no list: models stand inside", "convert without --to"
        raise BadInput(what, where=Where(field="--to"), remedy=remedy)
    sources = _sources(filling)
    kept = {new: old for old, new in carried(filling.mapping).items()}
    absent = _told_once(filling, report=report)
    given = list(rows)
    told = Report(report.file)  # of values the list's own check tells; only what becomes of addresses it cannot know
    for row, gif in zip(given, convert(given, filling.mapping, report=told), strict=True):
        for fault in told.faults:
            if filling.mapping.columns.get(fault.where.field or "") in PLACE:
                report.note(fault)
        told.faults.clear()
        own = next(back([gif], _wanted(filling)))
        made = {name: source(_Cells(row.values, gif, own, kept)) for name, source in sources.items()}
        report.kept += 1
        yield _written(filling.model, made, absent=absent, told=_line(report, row.line))


@dataclass(frozen=True, slots=True)
class _Cells:
    """A row as the table has it, in the columns of GIF, and in those of the list as far as GIF knows them."""

    table: Mapping[str, str]
    gif: Mapping[str, str]
    list: Mapping[str, str]
    kept: Mapping[str, str]


_Source = Callable[[_Cells], str]


def lacking(filling: Filling) -> list[str]:
    """Columns of the list that nothing in the table fills."""
    return [name for name, source in _sources(filling).items() if source is _nothing]


def _told_once(filling: Filling, *, report: Report) -> frozenset[str]:
    """Needed columns that nothing fills; an empty 災害種別 would say that there is no shelter from it."""
    empty = set(lacking(filling))
    needed = [item.name for item in filling.model.items if item.mark in (Mark.MUST, Mark.COLUMN) and item.name in empty]
    for name in needed:
        remedy = f"name the column that has it: --column {name}=…; or add one"
        report.fault(1, f"nothing in the table fills {name}", column=name, remedy=remedy)
    return frozenset(needed)


def _nothing(_: _Cells) -> str:
    return ""


def _sources(filling: Filling) -> dict[str, _Source]:
    """Column of the list → where its cell comes from: as named, the table's own, the publisher, what GIF knows."""
    model, mapping = filling.model, filling.mapping
    header = [*mapping.columns, *mapping.undecided]
    there = {plain(name): name for name in header}
    columns = {plain(name): name for name in model.columns}
    named = {columns.get(plain(new), ""): there.get(plain(old), "") for new, old in filling.named.items()}
    if not all(named) or not all(named.values()):
        wrong = next(
            f"{new}={old}" for new, old in filling.named.items() if plain(new) not in columns or plain(old) not in there
        )
        remedy = f"the list has {', '.join(model.columns)}; the table has {', '.join(header)}"
        raise BadMapping(f"{wrong} names a column that there is not", where=Where(field="--column"), remedy=remedy)
    publisher = _publisher(model, mapping.municipality)
    wanted = _wanted(filling)
    known = {kind for kind in wanted.columns.values() if _fills(kind, mapping)}
    found: dict[str, _Source] = {}
    for name in model.columns:
        if name in named:
            found[name] = _from_table(named[name])
        elif name in publisher:
            found[name] = _own_or(there.get(plain(name), ""), publisher[name])
        elif wanted.columns.get(name) in known:
            found[name] = _from_list(name)
        elif plain(name) in there:
            found[name] = _from_table(there[plain(name)])
        else:
            found[name] = _nothing
    return found


def _wanted(filling: Filling) -> Columns:
    """What the columns of the list are, as the converter reads headers; who publishes is not taken from addresses."""
    model = filling.model
    own = {name for names in model.publisher.values() for name in names}
    kinds: dict[str, str] = {}
    for name, kind in by_headers(model.columns).items():
        if name not in own and kind not in {*kinds.values(), "date", "time", "id", "publisher", "publisher_code"}:
            kinds[name] = kind
    return Columns(kinds)


def _fills(kind: str, mapping: Columns) -> bool:
    """Whether the table has something for a column of this kind: an address in any form gives all its parts."""
    place = {"address", "municipality_code", "town_id"}
    there = set(mapping.columns.values())
    if kind in place or kind.startswith("address_"):
        return any(one in place or one.startswith("address_") for one in there - {"address_building"})
    return kind in there or (kind == "extension" and "telephone" in there)


def _from_table(name: str) -> _Source:
    return lambda cells: cells.table.get(name, "").strip()


def _from_list(name: str) -> _Source:
    return lambda cells: cells.list.get(name, "")


def _own_or(name: str, value: str) -> _Source:
    return lambda cells: cells.table.get(name, "").strip() or value


def _publisher(model: DataModel, code: str) -> dict[str, str]:
    """Who publishes, in the columns that say so; nothing when it was not said."""
    if not code:
        return {}
    one = town_registry().municipality(code)
    said = {"code": one.code, "prefecture": one.prefecture, "city": one.name, "name": f"{one.prefecture}{one.name}"}
    return {name: said[part] for part, names in model.publisher.items() for name in names if name in model.columns}


def _line(report: Report, line: int) -> Callable[[Wrong], None]:
    return lambda wrong: report.fault(line, wrong.what, column=wrong.field, remedy=wrong.remedy)


def _written(
    model: DataModel, cells: dict[str, str], *, absent: frozenset[str], told: Callable[[Wrong], None]
) -> dict[str, str]:
    for item in model.items:
        value = cells[item.name]
        if value and item.form is not None:
            with suppress(BadInput):  # what cannot be read is told below, with what to do
                cells[item.name] = item.form.read(value)
    for wrong in wrongs(model, cells, cells=True):
        if wrong.path[0] not in absent:
            told(wrong)
    return cells
