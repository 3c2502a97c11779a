"""A family as its registers (戸籍) tell it: persons, events, and which registers were seen."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from kiban.kernel.values import PartialDate

NOBODY = ""
"""A parent whom the register leaves blank; ``None`` is a parent who is not told."""


class Sex(StrEnum):
    """Sex as in the register."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = ""


class Capacity(StrEnum):
    """As what somebody inherits, or renounces (相続資格)."""

    SPOUSE = "spouse"
    CHILD = "child"
    REPRESENTING = "representing"
    ASCENDANT = "ascendant"
    SIBLING = "sibling"
    ALL = "all"


class Person(Struct, frozen=True, kw_only=True):
    """One person. ``None`` for a parent: not told; :data:`NOBODY`: the register names none.

    ``death`` is ``None`` while no register shows a death; ``death_unknown`` says that it is not known whether there is
    one. ``death_time`` is ``HH:MM`` as registers have it. ``domicile`` is the 本籍.
    """

    id: str
    name: str = ""
    sex: Sex = Sex.UNKNOWN
    birth: PartialDate | None = None
    death: PartialDate | None = None
    death_time: str = ""
    death_unknown: bool = False
    father: str | None = None
    mother: str | None = None
    unborn: bool = False
    stillborn: bool = False
    missing: bool = False
    nationality: str = ""
    relation: str = ""
    address: str = ""
    domicile: str = ""


class Marriage(Struct, frozen=True):
    """婚姻."""

    spouses: tuple[str, str]
    on: PartialDate | None = None
    pending: bool = False


class Divorce(Struct, frozen=True):
    """離婚, also the annulment of a marriage."""

    spouses: tuple[str, str]
    on: PartialDate | None = None
    pending: bool = False


class Adoption(Struct, frozen=True):
    """養子縁組; ``special``: 特別養子縁組 (民法 817条の2)."""

    child: str
    by: tuple[str, ...]
    on: PartialDate | None = None
    special: bool = False
    pending: bool = False


class Dissolution(Struct, frozen=True):
    """離縁, also after the death of a party (民法 811条6項)."""

    child: str
    by: tuple[str, ...]
    on: PartialDate | None = None
    pending: bool = False


class Recognition(Struct, frozen=True):
    """認知, also by judgment after the father's death (民法 787条)."""

    child: str
    by: str
    on: PartialDate | None = None
    pending: bool = False


class Renunciation(Struct, frozen=True):
    """相続放棄 that the family court accepted (民法 938条); ``capacity`` when it names one."""

    person: str
    of: str
    on: PartialDate | None = None
    capacity: Capacity | None = None
    pending: bool = False


class Disqualification(Struct, frozen=True):
    """相続欠格 (民法 891条); ``ground`` is the number of its item."""

    person: str
    of: str
    ground: int = 0
    on: PartialDate | None = None
    pending: bool = False


class Disinheritance(Struct, frozen=True):
    """推定相続人の廃除 (民法 892条, 893条)."""

    person: str
    by: str
    on: PartialDate | None = None
    pending: bool = False


class DisinheritanceRevoked(Struct, frozen=True):
    """廃除の取消し (民法 894条)."""

    person: str
    by: str
    on: PartialDate | None = None
    pending: bool = False


class FailureDeclared(Struct, frozen=True):
    """失踪宣告; ``deemed`` is the day on which the person is deemed to have died (民法 31条)."""

    person: str
    deemed: PartialDate
    pending: bool = False


Event: TypeAlias = (
    Marriage
    | Divorce
    | Adoption
    | Dissolution
    | Recognition
    | Renunciation
    | Disqualification
    | Disinheritance
    | DisinheritanceRevoked
    | FailureDeclared
)


class Register(Struct, frozen=True):
    """A register (戸籍, 除籍, 改製原戸籍) of a person that was seen, and the days that it tells of.

    ``start`` is ``None`` from birth on, ``end`` is ``None`` to death. ``certificate`` names a paper of a court instead
    of a register: ``renunciation`` or ``disqualification``.
    """

    person: str
    start: PartialDate | None = None
    end: PartialDate | None = None
    certificate: str = ""


class Family(Struct, frozen=True):
    """All that is known. The order of persons and events means nothing.

    ``complete`` says that all registers of everybody were seen. ``settled`` is asked only of a death from 1 July 2001
    to 4 September 2013 that left children born in and out of wedlock: whether a judgment or an agreement had settled
    it.
    """

    decedent: str
    persons: dict[str, Person]
    events: tuple[Event, ...] = ()
    registers: tuple[Register, ...] = ()
    complete: bool = False
    settled: bool | None = None
