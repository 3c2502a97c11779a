"""A family from a YAML or JSON file, every fault with its line, field and remedy. The form stands in docs/heirs.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from kiban.heirs.checking import faults, in_the_future
from kiban.heirs.errors import BadFamily, BadFile
from kiban.heirs.model import (
    NOBODY,
    Adoption,
    Capacity,
    Disinheritance,
    DisinheritanceRevoked,
    Disqualification,
    Dissolution,
    Divorce,
    Event,
    FailureDeclared,
    Family,
    Marriage,
    Person,
    Recognition,
    Register,
    Renunciation,
    Sex,
)
from kiban.kernel.located import Located, Place, parse_located, read_located
from kiban.kernel.values import BadDate, PartialDate, parse_date

T = TypeVar("T")
FIELDS = frozenset({"decedent", "persons", "events", "registers", "settled"})
PERSON = frozenset({*Person.__struct_fields__} - {"id", "death_unknown"})
NONE, UNKNOWN, COMPLETE = "none", "unknown", "complete"
CERTIFICATES = ("renunciation", "disqualification")
SEXES = {"male": Sex.MALE, "female": Sex.FEMALE, "男": Sex.MALE, "女": Sex.FEMALE, "unknown": Sex.UNKNOWN}


def read_family(path: Path) -> Family:
    """Read a family from a file. Raises: BadFile, BadFamily, BadInput (no YAML or JSON)."""
    return checked(read_located(path))


def parse_family(text: str, *, file: str = "text") -> Family:
    """As :func:`read_family`, from text."""
    return checked(parse_located(text, file=file))


def checked(located: Located) -> Family:
    """The family of a file, when nothing speaks against it. Raises: BadFile, BadFamily."""
    family = Source(located).family()
    for fault in faults(family):
        raise BadFamily(fault.what, where=located.where(fault.place), remedy=fault.remedy)
    return family


def all_faults(located: Located, *, today: dt.date) -> list[BadFamily]:
    """Everything that cannot stand beside each other in a file, or lies after today. Raises: BadFile."""
    family = Source(located).family()
    found = (*faults(family), *in_the_future(family, today))
    return [BadFamily(one.what, where=located.where(one.place), remedy=one.remedy) for one in found]


class Source:
    """A file with the lines of its values."""

    def __init__(self, located: Located) -> None:
        self.located = located

    def family(self) -> Family:
        """The typed family. Raises: BadFile."""
        top = self.mapping((), self.located.value, fields=FIELDS)
        persons = {str(key): self.person(("persons", key)) for key in self.mapping(("persons",), top.get("persons"))}
        registers = top.get("registers") or []
        complete = registers == COMPLETE
        return Family(
            self.text(("decedent",)),
            persons,
            tuple(self.event(("events", number)) for number in self.numbers(("events",))),
            () if complete else tuple(self.register(("registers", n)) for n in self.numbers(("registers",))),
            complete,
            self.truth(("settled",), None),
        )

    def person(self, place: Place) -> Person:
        """One person."""
        given = self.mapping(place, self.value(place) or {}, fields=PERSON)
        if str(place[-1]) in {NONE, ""}:
            raise self.bad(place, f"{place[-1]!r} cannot be the id of a person", remedy="give another id")
        unknown = given.get("death") == UNKNOWN
        return Person(
            id=str(place[-1]),
            birth=self.day((*place, "birth")),
            death=None if unknown else self.day((*place, "death")),
            death_unknown=unknown,
            sex=self.choice((*place, "sex"), SEXES) or Sex.UNKNOWN,
            father=self.parent((*place, "father")),
            mother=self.parent((*place, "mother")),
            **self.flags(place),
            **self.words(place),
        )

    def flags(self, place: Place) -> Any:
        """The marks of a person that are true or false."""
        return {flag: bool(self.truth((*place, flag), False)) for flag in ("unborn", "stillborn", "missing")}

    def words(self, place: Place) -> Any:
        """The words of a person."""
        fields = ("name", "death_time", "nationality", "relation", "address", "domicile")
        return {field: self.text((*place, field)) for field in fields}

    def event(self, place: Place) -> Event:
        """One event: the key that names its kind, and what goes with it."""
        given = self.mapping(place, self.value(place))
        kinds = [key for key in given if key in EVENTS]
        if len(kinds) != 1:
            raise self.bad(place, "an event has one kind", remedy=f"write one of {', '.join(EVENTS)}")
        make, fields = EVENTS[kinds[0]]
        self.mapping(place, given, fields=frozenset({kinds[0], "pending", *fields}))
        return make(self, (*place, kinds[0]), place)

    def register(self, place: Place) -> Register:
        """One register or certificate that was seen."""
        self.mapping(place, self.value(place), fields=frozenset({"person", "from", "to", "certificate"}))
        start, end = self.value((*place, "from")), self.value((*place, "to"))
        certificate = self.choice((*place, "certificate"), dict(zip(CERTIFICATES, CERTIFICATES, strict=True)))
        return Register(
            self.text((*place, "person")),
            None if start in {None, "birth"} else self.day((*place, "from")),
            None if end in {None, "death"} else self.day((*place, "to")),
            certificate or "",
        )

    def value(self, place: Place) -> Any:
        """What stands at a place; nothing when it is not there."""
        value = self.located.value
        for part in place:
            inside = isinstance(value, Mapping) and part in value
            value = value[part] if inside or (isinstance(value, list) and isinstance(part, int)) else None
        return value

    def mapping(self, place: Place, value: Any, *, fields: frozenset[str] | None = None) -> Mapping[Any, Any]:
        """A mapping with no other than the known fields."""
        if not isinstance(value, Mapping):
            raise self.bad(
                place, "here a mapping (field: value) is expected", remedy="compare the form in docs/heirs.md"
            )
        for key in value if fields is not None else ():
            if key not in (fields or ()):
                raise self.bad(
                    (*place, key), f"the field {key!r} is not known", remedy=f"use {', '.join(sorted(fields or ()))}"
                )
        return value

    def numbers(self, place: Place) -> Iterable[int]:
        """The places of a list; none where it is not there."""
        value = self.value(place)
        if value is not None and not isinstance(value, list):
            raise self.bad(place, "here a list is expected", remedy="begin each line with a hyphen")
        return range(len(value or ()))

    def text(self, place: Place) -> str:
        """A word; empty where there is none."""
        value = self.value(place)
        if value is None:
            return ""
        if isinstance(value, bool | list | Mapping):
            raise self.bad(place, "here a word is expected", remedy="write one word or id, quoted if need be")
        return str(value)

    def texts(self, place: Place) -> tuple[str, ...]:
        """One word or a list of words."""
        value = self.value(place)
        if not isinstance(value, list):
            return (self.text(place),) if value is not None else ()
        return tuple(self.text((*place, number)) for number in range(len(value)))

    def pair(self, place: Place) -> tuple[str, str]:
        """Two ids."""
        found = self.texts(place)
        if len(found) != 2:
            raise self.bad(place, "here two persons are expected", remedy="write [id, id]")
        return found[0], found[1]

    def truth(self, place: Place, default: bool | None) -> bool | None:
        """True or false."""
        value = self.value(place)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.bad(place, f"{str(value)[:40]!r} is neither true nor false", remedy="write true or false")
        return value

    def parent(self, place: Place) -> str | None:
        """An id, nobody (``none``), or not told."""
        if isinstance(self.value(place), list):
            name = place[-1]
            raise self.bad(place, f"a person has one {name} by birth", remedy="name one; enter adoptions as events")
        text = self.text(place)
        return NOBODY if text == NONE else text or None

    def day(self, place: Place) -> PartialDate | None:
        """A day, as it may be written in a register; parts may be unknown (不詳)."""
        value = self.value(place)
        if value is None:
            return None
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return PartialDate(value.year, value.month, value.day)
        try:
            if isinstance(value, int) and not isinstance(value, bool):
                return PartialDate(value)
            return parse_date(value if isinstance(value, str) else str(value))
        except BadDate as error:
            remedy = error.remedy or "write it as 2024-05-01 or 令和6年5月1日"
            raise self.bad(place, error.what, remedy=remedy) from None

    def choice(self, place: Place, words: Mapping[str, T]) -> T | None:
        """One of some words."""
        text = self.text(place)
        if text and text not in words:
            raise self.bad(
                place, f"{text[:40]!r} is none of the words known here", remedy=f"write one of {', '.join(words)}"
            )
        return words.get(text)

    def number(self, place: Place) -> int:
        """A whole number; 0 where there is none."""
        value = self.value(place)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise self.bad(place, "here a number is expected", remedy="write the number of the item, 1 to 5")
        return value or 0

    def bad(self, place: Place, what: str, *, remedy: str) -> BadFile:
        """The error for a place."""
        return BadFile(what, where=self.located.where(place), remedy=remedy)

    def on(self, place: Place) -> PartialDate | None:
        """The day of an event."""
        return self.day((*place, "on"))

    def pending(self, place: Place) -> bool:
        """Whether it is not known yet if the event took effect."""
        return bool(self.truth((*place, "pending"), False))

    def deemed(self, place: Place) -> PartialDate:
        """The day on which somebody missing is deemed to have died."""
        day = self.day((*place, "deemed"))
        if day is None:
            raise self.bad(
                place, "the day of the deemed death lacks", remedy="write deemed: with the day in the register"
            )
        return day


CAPACITIES = {capacity.value: capacity for capacity in Capacity}
Maker = Callable[[Source, Place, Place], Event]
EVENTS: dict[str, tuple[Maker, tuple[str, ...]]] = {
    "marriage": (lambda s, key, at: Marriage(s.pair(key), s.on(at), s.pending(at)), ("on",)),
    "divorce": (lambda s, key, at: Divorce(s.pair(key), s.on(at), s.pending(at)), ("on",)),
    "adoption": (
        lambda s, key, at: Adoption(
            s.text(key), s.texts((*at, "by")), s.on(at), bool(s.truth((*at, "special"), False)), s.pending(at)
        ),
        ("by", "on", "special"),
    ),
    "dissolution": (
        lambda s, key, at: Dissolution(s.text(key), s.texts((*at, "by")), s.on(at), s.pending(at)),
        ("by", "on"),
    ),
    "recognition": (
        lambda s, key, at: Recognition(s.text(key), s.text((*at, "by")), s.on(at), s.pending(at)),
        ("by", "on"),
    ),
    "renunciation": (
        lambda s, key, at: Renunciation(
            s.text(key), s.text((*at, "of")), s.on(at), s.choice((*at, "as"), CAPACITIES), s.pending(at)
        ),
        ("of", "on", "as"),
    ),
    "disqualification": (
        lambda s, key, at: Disqualification(
            s.text(key), s.text((*at, "of")), s.number((*at, "ground")), s.on(at), s.pending(at)
        ),
        ("of", "on", "ground"),
    ),
    "disinheritance": (
        lambda s, key, at: Disinheritance(s.text(key), s.text((*at, "by")), s.on(at), s.pending(at)),
        ("by", "on"),
    ),
    "disinheritance_revoked": (
        lambda s, key, at: DisinheritanceRevoked(s.text(key), s.text((*at, "by")), s.on(at), s.pending(at)),
        ("by", "on"),
    ),
    "failure_declared": (
        lambda s, key, at: FailureDeclared(s.text(key), s.deemed(at), s.pending(at)),
        ("deemed",),
    ),
}
