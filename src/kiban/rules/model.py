"""A rule set as it stands in the law: parameters with their dates, variables with their formulas, all with articles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from kiban.rules.expression import Node

Value: TypeAlias = int | bool | str | dt.date | None
"""A fact or result; None is unknown. Fractions appear only inside a formula and are rounded before they leave it."""


class Type(StrEnum):
    """Types of facts and results."""

    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Basis:
    """The article a number or rule rests on: law id of e-Gov, article as 条-項-号 (別表, 第… as it is), its title.

    An article without 項 that has 号 is written ``900--4`` (第900条第4号).
    """

    law: str
    article: str = ""
    title: str = ""

    def __str__(self) -> str:
        if self.article.startswith(("別表", "第")):
            return f"{self.title or self.law}{self.article}"
        parts = self.article.split("-")
        marks = ("条", "項", "号")
        # 第2条の2 is written "2の2-1"; 別表, 附則3の3 or 第3 of a 要綱 stand as they are
        words = "".join(
            part
            if not part[:1].isdecimal()
            else f"第{part.replace('の', mark + 'の', 1) if 'の' in part and mark == '条' else part + mark}"
            for part, mark in zip(parts, marks, strict=False)
        )
        return f"{self.title or self.law}{words}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that somebody supplies: of the household, or of each member of an entity (``of``)."""

    name: str
    type: Type
    of: str = ""
    source: str = ""
    cost: int = 2
    """0 known by an office, 1 derivable, 2 the person must be asked."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One value of a parameter: in force from … to (inclusive), known since, and whether it was checked."""

    value: int | str
    start: dt.date
    end: dt.date | None
    known: dt.date
    basis: Basis
    verified: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the law with its history. A coefficient is a decimal text (exact), an amount an integer."""

    name: str
    type: Type
    unit: str
    values: tuple[Dated, ...]

    def at(self, on: dt.date, known: dt.date) -> Dated | None:
        """The value in force on a day, as far as it was known on the decision day."""
        found = [v for v in self.values if v.start <= on and (v.end is None or on <= v.end) and v.known <= known]
        return max(found, key=lambda v: (v.known, v.start)) if found else None


@dataclass(frozen=True, slots=True)
class Version:
    """One formula or table of a variable, the days on which it is in force, and whether it was checked."""

    formula: Node
    text: str
    start: dt.date
    end: dt.date | None
    basis: Basis
    known: dt.date = dt.date.min
    verified: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sentences:
    """Plain words for a result: yes (or the amount), no (or zero), unknown; each in ja, ja-easy and en."""

    yes: Mapping[str, str] = field(default_factory=dict)
    no: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Variable:
    """A result: of the household or of each member of an entity, with its formula by date, unit and words."""

    name: str
    type: Type
    of: str
    unit: str
    versions: tuple[Version, ...]
    sentences: Sentences = Sentences()

    def at(self, on: dt.date, known: dt.date) -> Version | None:
        """The formula in force on a day, as far as it was known on the decision day."""
        found = [v for v in self.versions if v.start <= on and (v.end is None or on <= v.end) and v.known <= known]
        return max(found, key=lambda v: (v.known, v.start)) if found else None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything of one programme. ``mark`` is the hash of the source text, part of every determination's id."""

    id: str
    title: str
    facts: Mapping[str, Fact]
    parameters: Mapping[str, Parameter]
    variables: Mapping[str, Variable]
    entities: tuple[str, ...]
    outputs: tuple[str, ...]
    mark: str
    file: str = ""


class Step(Struct, frozen=True):
    """One step of an explanation: a variable's value, for which member, by which article, from what."""

    name: str
    value: Value
    unit: str = ""
    member: int | None = None
    basis: Basis | None = None
    formula: str = ""
    used: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Determination:
    """The answer for one household: outputs, unknown facts that matter, every step, and a reproducible id."""

    outputs: Mapping[str, Value | tuple[Value, ...]]
    unknown: tuple[str, ...]
    steps: tuple[Step, ...]
    id: str
