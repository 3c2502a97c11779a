"""One record against its model: what is missing, what is not in its form, and how to write it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kiban.kernel.errors import BadInput
from kiban.registries.models.library import model as model_of
from kiban.registries.models.model import DataModel, Item, Mark

Path = tuple[str, ...]
DEEPEST = 8
"""Models stand in each other (a facility names facilities); nobody writes more levels."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one item: its place (names of items, from the outside), what, and what to do."""

    path: Path
    what: str
    remedy: str

    @property
    def field(self) -> str:
        """The place in one word: 施設住所.町字."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class _At:
    """Where the check stands: the place, whether values are the text of cells, whether a person is spoken of."""

    path: Path = ()
    cells: bool = False
    quiet: bool = False

    def of(self, item: Item) -> _At:
        return _At((*self.path, item.name), self.cells, self.quiet)


def wrongs(model: DataModel, record: Mapping[str, object], *, cells: bool = False) -> Iterator[Wrong]:
    """What is wrong with a record; names that the model does not have are no fault, GIF may be extended.

    ``cells``: the values are texts, as a table has them; else as JSON has them.
    """
    yield from _record(model, record, at=_At(cells=cells))


def _record(model: DataModel, record: Mapping[str, object], *, at: _At) -> Iterator[Wrong]:
    at = _At(at.path, at.cells, at.quiet or model.personal)
    given = {one.name: record[name] for name in record if (one := model.item(str(name)))}
    for item in model.items:
        value = given.get(item.name)
        if _nothing(value):
            if item.mark is Mark.MUST:
                yield Wrong((*at.path, item.name), "missing", "fill it in")
            elif not at.cells and item.name in given and not _may_be_empty(item, value):
                yield Wrong((*at.path, item.name), "it is empty", "leave the item out")
        elif len(at.path) >= DEEPEST:
            yield Wrong((*at.path, item.name), "too many models in each other", "give them as records of their own")
        else:
            yield from _values(item, value, at=at.of(item))
    choice = [item.name for item in model.items if item.mark is Mark.ONE_OF]
    if choice and all(_nothing(given.get(name)) for name in choice):
        what = "none of the ways to make contact is given"
        yield Wrong((*at.path, choice[0]), what, f"fill in one of {', '.join(choice)}")


def _nothing(value: object) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def _may_be_empty(item: Item, value: object) -> bool:
    form = item.form
    return (
        isinstance(value, str) and form is not None and (item.mark is Mark.COLUMN or form.schema == {"type": "string"})
    )


def _values(item: Item, value: object, *, at: _At) -> Iterator[Wrong]:
    several = value if isinstance(value, list) else None
    if at.cells and item.many and item.form and isinstance(value, str):
        several = [one.strip() for one in value.replace("；", ";").split(";") if one.strip()]
    if several is not None and not item.many:
        yield Wrong(at.path, "a list, where one value stands", "give one value")
        return
    for one in several if several is not None else [value]:
        yield from _nested(item, one, at=at) if item.model else _value(item, one, at=at)


def _nested(item: Item, value: object, *, at: _At) -> Iterator[Wrong]:
    inside = model_of(item.model)
    if isinstance(value, str) and at.cells:
        if value.lstrip()[:1] in "{[":
            try:
                read = json.loads(value)
            except ValueError:
                yield Wrong(at.path, "this is no JSON", f"give columns such as {at.path[-1]}.{inside.items[0].name}")
                return
            yield from _values(item, read, at=_At(at.path, cells=False, quiet=at.quiet))
        elif not inside.plain:
            yield Wrong(at.path, f"a text, where {inside.title} stands", _columns_for(at.path[-1], inside))
        return
    if not isinstance(value, Mapping):
        yield Wrong(at.path, f"no object, where {inside.title} stands", f"give {', '.join(inside.columns[:3])} …")
        return
    yield from _record(inside, value, at=at)


def _columns_for(name: str, inside: DataModel) -> str:
    return f"give columns such as {name}.{inside.items[0].name}"


def _value(item: Item, value: object, *, at: _At) -> Iterator[Wrong]:
    form = item.form
    assert form is not None
    number = not at.cells and form.number
    if number:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield Wrong(at.path, f"this is no number ({form.title})", "write it without quotes")
            return
        value = format(Decimal(repr(value)), "f")
    if not isinstance(value, str):
        yield Wrong(at.path, f"this is no text ({form.title})", "write it in quotes; a number loses its first zeros")
        return
    written = value.strip() if at.cells else value
    try:
        normal = form.read(written)
    except BadInput as error:
        yield Wrong(at.path, f"not in the form {form.title}" + ("" if at.quiet else f": {error.what}"), form.how)
        return
    if normal != written and not number:
        yield Wrong(at.path, f"not in the form {form.title}", form.how if at.quiet else f"write {normal!r}")
