"""What a registry holds: records valid from – to, known from – to, with source, quality marks and lineage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from kiban.kernel.characters import compare_key

Check = Callable[[str], object]
Data = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a registry's records: its entry in the data dictionary and its check.

    ``check`` reads a value and raises BadInput when it is none; ``same_as`` is the GIF name.
    """

    name: str
    title: str
    required: bool = False
    check: Check | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule between the fields of one record (整合性): ``holds`` says whether a record keeps it."""

    name: str
    holds: Callable[[Data], bool]


@dataclass(frozen=True, slots=True)
class RegistryInfo:
    """A registry: its fields (the first is the key), and what its catalogue entry says.

    Attributes:
        search_key: how names are folded for searching and for finding doubles.
        alike: the fields that two records may not have in common (beside name and area): a suspected double.
        rules: what must hold between the fields of a record.
        stale_after_days: when the newest version is older, the registry is stale.
        vocabulary: field → the term of a public vocabulary that means the same (for JSON-LD).
    """

    id: str
    title: str
    publisher: str
    licence: str
    fields: tuple[Field, ...]
    name_field: str
    kana_field: str = ""
    area_field: str = ""
    stale_after_days: int = 400
    about: str = ""
    search_key: Callable[[str], str] = compare_key
    alike: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    vocabulary: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name of the field that identifies a record."""
        return self.fields[0].name


@dataclass(frozen=True, slots=True)
class Source:
    """Where records come from (lineage): the file, its date, who gave it.

    ``digest`` of the file's bytes: an import that was broken off goes on where it stopped. ``whole``: what the file
    does not have is in force no longer. ``basis``: the provision by which it was given, where that has legal effect.
    """

    file: str
    as_of: dt.date
    by: str = ""
    digest: str = ""
    whole: bool = False
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every row of one import bears: the version, its source, the moment."""

    version: int
    source: str
    at: dt.datetime


class Entry(msgspec.Struct, frozen=True):
    """What an import says about one key: its data from a day on, or (``data`` None) its end on that day.

    ``kind``: ``state`` a state from that day; ``change`` the source tells that it changed on that day, perhaps twice;
    ``correction`` the state of that day was written wrongly; ``closed`` ends; ``withdrawn`` should never have been.
    """

    key: str
    valid_from: dt.date
    data: Mapping[str, str] | None
    line: int = 0
    kind: str = "state"
    quality: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A state of a key: valid in ``[valid_from, valid_to)``, believed in versions ``[version, ended)``."""

    registry: str
    key: str
    data: Mapping[str, str]
    valid_from: dt.date
    valid_to: dt.date | None
    version: int
    ended: int | None
    recorded_at: dt.datetime
    source: str
    line: int
    quality: tuple[str, ...] = ()
    area: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a registry, in order: created, changed, corrected, closed, reopened or withdrawn.

    ``seq`` grows over all registries of an installation, so that one registry's have gaps; ``fields`` name what
    differs, with the values before and after.
    """

    seq: int
    registry: str
    key: str
    kind: str
    version: int
    valid_from: dt.date
    recorded_at: dt.datetime
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A key that a source took back: on which day, in which version, recorded when, by which source."""

    on: dt.date
    version: int
    recorded_at: dt.datetime
    source: str


class Values(dict[str, str]):
    """The fields of a record; one that the record has not is empty."""

    def __missing__(self, key: str) -> str:
        return ""
