"""A data model: named items, each with its form or with another model inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from kiban.registries.gif.kinds import plain


class Mark(StrEnum):
    """Whether an item is needed (掲載区分).

    ``ONE_OF``: of all items so marked one is needed. ``COLUMN``: a table must have the column, a cell may be empty.
    """

    MUST = "必須"
    ONE_OF = "いずれか必須"
    COLUMN = "列は必須"
    SHOULD = "推奨"
    MAY = "任意"


@dataclass(frozen=True, slots=True)
class Form:
    """How one value is written (形式).

    Attributes:
        title: as the definitions call it.
        read: a text that people typed → the text in this form; raises BadInput.
        schema: the form as JSON Schema.
        how: what to do with a value that cannot be read.
        number: a JSON number, digits in CSV.
    """

    title: str
    read: Callable[[str], str]
    schema: Mapping[str, Any]
    how: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One item (項目): ``form`` of its values, or the title of the ``model`` that stands there.

    ``many``: it may stand several times; in a cell they are separated by ``;``. ``same_as`` is a term of schema.org.
    """

    name: str
    english: str
    form: Form | None
    model: str = ""
    mark: Mark = Mark.MAY
    many: bool = False
    same_as: str = ""


@dataclass(frozen=True)
class DataModel:
    """A model of GIF, a recommended list or a registry.

    Attributes:
        kind: core (コアデータモデル), recommended (推奨データセット), standard (its successor), own, registry.
        source: where the definition is from, under which ``licence``.
        verified: whether it was compared with the definition; ``why`` if not.
        personal: its records are of persons: no message repeats a value.
        plain: the item for which a bare text stands where a table has no columns for the others.
        publisher: which columns say who publishes (code, prefecture, city, name).
    """

    id: str
    title: str
    kind: str
    items: tuple[Item, ...]
    source: str
    licence: str
    verified: bool
    why: str = ""
    personal: bool = False
    plain: str = ""
    publisher: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> dict[str, Item]:
        """Items by name in half width: brackets are written in both."""
        return {plain(item.name): item for item in self.items}

    def item(self, name: str) -> Item | None:
        """The item of a name, whatever the width of its brackets."""
        return self.by_name.get(plain(name))

    @property
    def columns(self) -> list[str]:
        """The names of the items, in order."""
        return [item.name for item in self.items]

    @property
    def flat(self) -> bool:
        """No item has a model inside: a table has one column for each."""
        return not any(item.model for item in self.items)
